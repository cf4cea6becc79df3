"""Lets plans answer what they can; the rest goes the reference way."""

from collections.abc import AsyncIterator
from dataclasses import dataclass
from functools import cache
from typing import Any

import strawberry
import structlog
from graphql import DocumentNode, GraphQLError, OperationDefinitionNode, get_operation_ast
from graphql import OperationType as GraphQLOperationType
from prometheus_client import Counter
from strawberry.extensions import SchemaExtension
from strawberry.types import ExecutionResult
from strawberry.types.graphql import OperationType

from resolvers.context import Context
from resolvers.errors import RequestError, RequestErrorCode
from resolvers.plan.errors import UnservedError
from resolvers.plan.plans import Plans
from schema.known_documents import Documents
from schema.known_sizes import KnownSizes
from schema.limits import SPENT, Limits
from schema.operations import log_operation

PLANNED = Counter(
    "tenure_queries", "Queries, by why they went the reference way; planned ones by none.", ["fallback"]
)
queries_by = cache(PLANNED.labels)

log = structlog.get_logger(__name__)


async def planned(
    plans: Plans, context: Context, query: str, document: DocumentNode, name: str | None, variables: Any
) -> ExecutionResult | None:
    """The answer of a plan; None where only the reference way can tell the client what there is to tell."""
    try:
        data: Any = await plans.answer(context, query, document, name, variables or {})
    except UnservedError as error:
        queries_by(error.reason).inc()
    except GraphQLError as error:
        if (error.extensions or {}).get("code") == RequestErrorCode.UNAVAILABLE:
            return ExecutionResult(data=None, errors=[error])  # to wait once more would be no use
        queries_by("refused").inc()
    except Exception as error:
        queries_by(type(error).__name__).inc()
        log.warning("plan failed", error=type(error).__name__)
    else:
        queries_by("").inc()
        return ExecutionResult(data=data, errors=None)
    return None


class Planned(SchemaExtension):
    """Answers by plans what is asked for the first time: after it was parsed, validated and measured."""

    def __init__(self, plans: Plans) -> None:
        self._plans = plans

    async def on_execute(self) -> AsyncIterator[None]:
        execution = self.execution_context
        document, query = execution.graphql_document, execution.query
        if execution.operation_type is OperationType.QUERY and document and query and not SPENT.get():
            execution.result = await planned(
                self._plans, execution.context, query, document, execution.operation_name, execution.variables
            )
        yield


@dataclass(frozen=True)
class KnownQueries:
    """Answers by plans what was asked for before, past those of Strawberry's steps that no longer matter."""

    plans: Plans
    documents: Documents
    sizes: KnownSizes
    limits: Limits

    async def answer(
        self, schema: strawberry.Schema, context: Context, query: str | None, name: str | None, variables: Any
    ) -> ExecutionResult | None:
        """None where those steps are needed. SPENT then says whether the query has been paid for."""
        document = self.documents.find(query)
        operation = document and get_operation_ast(document, name)
        if not (query and document and operation) or operation.operation is not GraphQLOperationType.QUERY:
            return None
        cost = self._spent(schema, context, query, document, operation, variables)
        if cost is None:
            return None
        log_operation(operation.name.value if operation.name else None, "query")
        result = await planned(self.plans, context, query, document, name, variables)
        if result is None:
            SPENT.set(True)
        elif result.errors is None:
            result.extensions = {"cost": cost}
        return result

    def _spent(
        self,
        schema: strawberry.Schema,
        context: Context,
        query: str,
        document: DocumentNode,
        operation: OperationDefinitionNode,
        variables: Any,
    ) -> int | None:
        """The cost, which then is paid; None where it is refused."""
        try:
            size = self.sizes.measure(query, schema._schema, document, operation, variables or {})
            self.limits.check(size)
            context.spend(size.cost)
        except (RequestError, RecursionError):
            return None
        return size.cost
