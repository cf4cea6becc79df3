"""Makes an input of every mutation from the schema itself, so that tests also cover future mutations."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from graphql import (
    GraphQLEnumType,
    GraphQLInputObjectType,
    GraphQLList,
    GraphQLNonNull,
    GraphQLSchema,
    build_schema,
    get_named_type,
)

from tests.api.client import ERRORS, Caller, Json
from tests.settings import default_schema

Path = tuple[str | int, ...]

# By way of the SDL, as a client reads it: the code's own types do not say which are `@oneOf`.
SCHEMA: GraphQLSchema = build_schema(default_schema().as_str())
MUTATION: Any = SCHEMA.mutation_type
MUTATIONS: dict[str, str] = {
    name: str(get_named_type(field.args["input"].type)) for name, field in MUTATION.fields.items()
}
"""The input's type by the mutation's name."""
LIFECYCLE = {
    name
    for name, field in MUTATION.fields.items()
    if get_named_type(field.type).name == "SubscriptionPayload"
}
SETUP = set(MUTATIONS) - LIFECYCLE - {"createPartner"}

TEXTS = {
    "String": "text", "Int": 1, "Boolean": True, "Date": "2021-06-16", "DateTime": "2000-01-01T00:00:00Z",
    "Decimal": "1.00", "UUID": "6f9619ff-8b86-d011-b42d-00c04fc964ff", "JSON": {"key": "text"},
    "CurrencyCode": "USD",
}  # fmt: skip
KNOWN = {"expectedVersion": 2, "email": "text@example.com", "skuCode": "local", "planCode": "professional",
         "url": "https://example.com/hook"}  # fmt: skip
"""Values by the field's name, where any other value would be refused before the rest is checked."""
IDS = {
    "subscriptionId": "CustomerSubscription", "customerId": "Customer", "contractId": "Contract",
    "memberIds": "Member", "numberIds": "PhoneNumber", "addNumberIds": "PhoneNumber",
    "removeNumberIds": "PhoneNumber", "fromNumberId": "PhoneNumber", "toNumberId": "PhoneNumber",
    "addOnId": "AddOn", "scheduledChangeId": "ScheduledChange", "UpdateCustomerInput.id": "Customer",
    "SetContractStatusInput.id": "Contract", "RetryProvisioningInput.id": "ProvisioningAction",
    "RotateWebhookSecretInput.id": "WebhookEndpoint", "RemoveWebhookEndpointInput.id": "WebhookEndpoint",
}  # fmt: skip


@dataclass(frozen=True)
class Leaf:
    """A value of a scalar type at one place of a mutation's input."""

    mutation: str
    path: Path
    kind: str
    data: Json

    def __str__(self) -> str:
        return ".".join(map(str, (self.mutation, *self.path)))

    @property
    def value(self) -> Any:
        value: Any = self.data
        for key in self.path:
            value = value[key]
        return value

    def holding(self, value: Any) -> Json:
        """The input with that value at that place."""
        data: Json = _put(self.data, self.path, value)
        return data


def samples(mutation: str, ids: Mapping[str, str] | None = None) -> list[Json]:
    """Inputs with every field filled, one for each way of a `@oneOf` in it; ids by type."""
    return _variants(SCHEMA.type_map[MUTATIONS[mutation]], MUTATIONS[mutation], ids or {})


def leaves(kind: str, mutations: set[str] | None = None, ids: Mapping[str, str] | None = None) -> list[Leaf]:
    """Every place of a value of that type in the inputs of the mutations, or of all."""
    found: dict[str, Leaf] = {}
    for mutation in sorted(mutations or MUTATIONS):
        for data in samples(mutation, ids):
            for path, named in _walk(SCHEMA.type_map[MUTATIONS[mutation]], data, ()):
                leaf = Leaf(mutation, path, named, data)
                if named == kind:
                    found.setdefault(str(leaf), leaf)
    return list(found.values())


async def refusals(caller: Caller, mutation: str, data: Json) -> list[Json]:
    """The errors of the mutation, of either kind, each with `code` and `field`."""
    query = f"mutation($input: {MUTATIONS[mutation]}!) {{ {mutation}(input: $input) {{ {ERRORS} }} }}"
    body = await caller.post(query, input=data)
    if "errors" in body:
        return [{"field": None, **error["extensions"]} for error in body["errors"]]
    found: list[Json] = body["data"][mutation]["userErrors"]
    return found


async def refusal(caller: Caller, mutation: str, data: Json) -> tuple[str, list[str]]:
    """Code and field of the only error."""
    [error] = await refusals(caller, mutation, data)
    return error["code"], error["field"]


def _variants(kind: Any, place: str, ids: Mapping[str, str]) -> list[Any]:
    if isinstance(kind, GraphQLNonNull):
        return _variants(kind.of_type, place, ids)
    if isinstance(kind, GraphQLList):
        return [[value] for value in _variants(kind.of_type, place, ids)]
    if isinstance(kind, GraphQLEnumType):
        return [next(iter(kind.values))]
    if not isinstance(kind, GraphQLInputObjectType):
        known = KNOWN.get(place.partition(".")[2], TEXTS.get(kind.name))
        return [_id(place, ids) if kind.name == "ID" else known]
    fields = {name: _variants(field.type, f"{kind.name}.{name}", ids) for name, field in kind.fields.items()}
    if kind.is_one_of:
        return [{name: value} for name, values in fields.items() for value in values]
    ways = max(map(len, fields.values()))
    return [{name: values[way % len(values)] for name, values in fields.items()} for way in range(ways)]


def _id(place: str, ids: Mapping[str, str]) -> str:
    return ids.get(IDS.get(place) or IDS[place.partition(".")[2]], "no id")


def _walk(kind: Any, value: Any, path: Path) -> Iterator[tuple[Path, str]]:
    if isinstance(kind, GraphQLNonNull):
        yield from _walk(kind.of_type, value, path)
    elif isinstance(kind, GraphQLList):
        yield from _walk(kind.of_type, value[0], (*path, 0))
    elif isinstance(kind, GraphQLInputObjectType):
        for name, item in value.items():
            yield from _walk(kind.fields[name].type, item, (*path, name))
    else:
        yield path, kind.name


def _put(value: Any, path: Path, new: Any) -> Any:
    if not path:
        return new
    head, *rest = path
    if isinstance(value, list):
        return [_put(item, tuple(rest), new) if at == head else item for at, item in enumerate(value)]
    return {name: _put(item, tuple(rest), new) if name == head else item for name, item in value.items()}
