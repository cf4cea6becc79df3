"""Puts the schema together."""

import time
from collections.abc import AsyncGenerator
from contextlib import aclosing, nullcontext
from functools import cache
from typing import Any

import strawberry
from graphql import GraphQLError, GraphQLInputObjectType, GraphQLObjectType, Undefined
from prometheus_client import Histogram
from strawberry.extensions import DisableIntrospection
from strawberry.schema.config import StrawberryConfig
from strawberry.schema.name_converter import NameConverter
from strawberry.types import ExecutionContext
from strawberry.types.base import StrawberryObjectDefinition, StrawberryType
from strawberry.types.lazy_type import LazyType

from resolvers.plan.payloads import Payloads
from resolvers.plan.plans import Plans
from schema import enums as _enums  # noqa: F401 - registers the enums' names
from schema.errors import presentable
from schema.features import Features
from schema.first_answers import FirstAnswers
from schema.known_documents import Documents, KnownDocuments
from schema.known_sizes import KnownSizes
from schema.limits import SPENT, Limits, OperationLimits
from schema.mutation import Mutation
from schema.operations import KIND, OneOperation
from schema.permissions import guard, may_ask
from schema.planned import KnownQueries, Planned
from schema.planned_mutations import PlannedMutations, remember
from schema.query import Query
from schema.scalars import SCALARS
from schema.subscription import Subscription
from schema.traced import operation_span
from schema.types.add_ons import AddOn
from schema.types.ahead import ScheduledChange
from schema.types.ledger import HistoryRecord, Invoice, ProvisioningAction

# Connections are named for what they hold; these three have shorter names in the contract.
_SHORT = {
    "CustomerSubscription": "Subscription",
    "HistoryRecord": "History",
    "ProvisioningAction": "Provisioning",
}


class _Names(NameConverter):
    def from_generic(
        self, object_type: StrawberryObjectDefinition, types: list[StrawberryType | type]
    ) -> str:
        held = types[0]
        name: str = held.type_name if isinstance(held, LazyType) else held.__name__  # type: ignore[union-attr]
        return _SHORT.get(name, name) + object_type.name


OPERATIONS = Histogram(
    "tenure_operation_seconds",
    "How long queries and mutations took; by kind, none where it is unknown, and by the first error's code.",
    ["kind", "error"],
)
_times_of = cache(OPERATIONS.labels)


def _code(result: Any) -> str:
    """Of the first error; empty where there is none."""
    return str(result.errors[0].extensions["code"]) if result.errors else ""


class _Schema(strawberry.Schema):
    """Whose errors may all be shown."""

    suggestions, traced = True, False
    known: KnownQueries | None = None

    def process_errors(
        self, errors: list[GraphQLError], execution_context: ExecutionContext | None = None
    ) -> None:
        """Leaves the log to `faults.presentable`: a client's mistake is no fault of the server."""

    async def execute(
        self,
        query: str | None,
        variable_values: dict[str, Any] | None = None,
        context_value: Any = None,
        root_value: Any = None,
        operation_name: str | None = None,
        *args: Any,
        **kwargs: Any,
    ) -> Any:
        spent, kind, began = SPENT.set(False), KIND.set(""), time.perf_counter()
        try:
            with operation_span() if self.traced else nullcontext():
                variables, context, name = variable_values, context_value, operation_name
                result = self.known and await self.known.answer(self, context, query, name, variables)
                result = result or await super().execute(
                    query, variables, context, root_value, name, *args, **kwargs
                )
            presented = self._presented(result)
            _times_of(KIND.get(), _code(presented)).observe(time.perf_counter() - began)
        finally:
            SPENT.reset(spent)
            KIND.reset(kind)
        return presented

    async def stream(self, *args: Any, **kwargs: Any) -> Any:
        return self._all_presented(await super().stream(*args, **kwargs))

    async def _all_presented(self, source: Any) -> AsyncGenerator[Any, None]:
        async with aclosing(source):
            async for result in source:
                yield self._presented(result)

    def _presented(self, result: Any) -> Any:
        if result.errors:
            result.errors = [presentable(error, suggestions=self.suggestions) for error in result.errors]
        return result


def build_schema(limits: Limits, features: Features) -> strawberry.Schema:
    documents, sizes = Documents(), KnownSizes()
    schema = _Schema(
        query=Query,
        mutation=Mutation,
        subscription=Subscription,
        types=[AddOn, HistoryRecord, Invoice, ProvisioningAction, ScheduledChange],
        extensions=[
            lambda: KnownDocuments(documents),
            OneOperation,
            lambda: OperationLimits(limits, sizes),
            FirstAnswers,
            *([] if features.introspection else [DisableIntrospection]),
        ],
        config=StrawberryConfig(
            default_resolver=getattr, name_converter=_Names(), scalar_map=SCALARS, batching_config=None
        ),
    )
    schema.suggestions, schema.traced = features.suggestions, features.traced
    _drop_null_defaults(schema)
    guard(schema._schema)
    if features.plans:
        plans = Plans(schema, may_ask)
        payloads = Payloads(schema)
        remember(schema._schema)
        schema.extensions = (
            *schema.extensions,
            lambda: Planned(plans),
            lambda: PlannedMutations(payloads),
        )
        schema.known = KnownQueries(plans, documents, sizes, limits)
    return schema


def _drop_null_defaults(schema: strawberry.Schema) -> None:
    """`reason: String`, not `reason: String = null`: left out and null mean the same everywhere here."""
    for kind in schema._schema.type_map.values():
        if isinstance(kind, GraphQLInputObjectType):
            values = list(kind.fields.values())
        elif isinstance(kind, GraphQLObjectType):
            values = [arg for field in kind.fields.values() for arg in field.args.values()]
        else:
            continue
        for value in values:
            if value.default_value is None:
                value.default_value = Undefined
