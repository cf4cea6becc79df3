"""Builds the schema from its root types."""

import strawberry
from graphql import GraphQLInputObjectType, GraphQLObjectType, Undefined
from strawberry.schema.config import StrawberryConfig
from strawberry.schema.name_converter import NameConverter
from strawberry.types.base import StrawberryObjectDefinition, StrawberryType
from strawberry.types.lazy_type import LazyType

from schema import enums as _enums  # noqa: F401 - registers the enums' names
from schema.execution.pipeline import Schema
from schema.features import Features
from schema.limits import Limits
from schema.mutation import Mutation
from schema.permissions import guard
from schema.query import Query
from schema.scalars import SCALARS
from schema.subscription import Subscription
from schema.types.ledger import HistoryRecord, Invoice
from schema.types.subscription import AddOn, ScheduledChange
from schema.types.webhooks import ProvisioningAction

# A connection is named after its entries. These three have shorter names in the contract.
_SHORT = {
    "CustomerSubscription": "Subscription",
    "HistoryRecord": "History",
    "ProvisioningAction": "Provisioning",
}


class _Names(NameConverter):
    def from_generic(
        self, object_type: StrawberryObjectDefinition, types: list[StrawberryType | type]
    ) -> str:
        entry = types[0]
        # An entry of a connection is always a class, or a lazy reference to one.
        name: str = entry.type_name if isinstance(entry, LazyType) else entry.__name__  # type: ignore[union-attr]
        return _SHORT.get(name, name) + object_type.name


def build_schema(limits: Limits, features: Features) -> Schema:
    schema = Schema(
        limits,
        features,
        query=Query,
        mutation=Mutation,
        subscription=Subscription,
        types=[AddOn, HistoryRecord, Invoice, ProvisioningAction, ScheduledChange],
        config=StrawberryConfig(
            default_resolver=getattr, name_converter=_Names(), scalar_map=SCALARS, batching_config=None
        ),
    )
    _drop_null_defaults(schema)
    guard(schema._schema)
    return schema


def _drop_null_defaults(schema: strawberry.Schema) -> None:
    """`reason: String`, not `reason: String = null`: in this API, null means the same as an omitted value."""
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
