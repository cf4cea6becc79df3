"""Lets plans answer what they can; the rest goes the reference way."""

from collections.abc import AsyncIterator
from typing import Any

import structlog
from graphql import GraphQLError
from prometheus_client import Counter
from strawberry.extensions import SchemaExtension
from strawberry.types import ExecutionResult
from strawberry.types.graphql import OperationType

from resolvers.errors import RequestErrorCode
from resolvers.plan.errors import UnservedError
from resolvers.plan.plans import Plans

PLANNED = Counter(
    "tenure_queries", "Queries, by why they went the reference way; planned ones by none.", ["fallback"]
)

log = structlog.get_logger(__name__)


class Planned(SchemaExtension):
    """Whatever goes wrong in a plan, the reference way tells the client: queries can be run again."""

    def __init__(self, plans: Plans) -> None:
        self._plans = plans

    async def on_execute(self) -> AsyncIterator[None]:
        if self.execution_context.operation_type is OperationType.QUERY:
            self.execution_context.result = await self._answered()
        yield

    async def _answered(self) -> Any:
        execution = self.execution_context
        document = execution.graphql_document
        if document is None or execution.query is None:
            return None
        try:
            data = await self._plans.answer(
                execution.context,
                execution.query,
                document,
                execution.operation_name,
                execution.variables or {},
            )
        except UnservedError as error:
            PLANNED.labels(error.reason).inc()
        except GraphQLError as error:
            if (error.extensions or {}).get("code") == RequestErrorCode.UNAVAILABLE:
                return ExecutionResult(data=None, errors=[error])  # to wait once more would be no use
            PLANNED.labels("refused").inc()
        except Exception as error:
            PLANNED.labels(type(error).__name__).inc()
            log.warning("plan failed", error=type(error).__name__)
        else:
            PLANNED.labels("").inc()
            return ExecutionResult(data=data, errors=None)
        return None
