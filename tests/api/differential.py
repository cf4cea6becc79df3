"""Draws operations from the schema and compares two servers: one with plans, one without."""

import hashlib
import json
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

import httpx
from graphql import (
    GraphQLArgument,
    GraphQLEnumType,
    GraphQLField,
    GraphQLInputObjectType,
    get_named_type,
    get_nullable_type,
    is_abstract_type,
    is_input_object_type,
    is_leaf_type,
    is_list_type,
    is_non_null_type,
)
from prometheus_client import REGISTRY

from domain.principal import Role
from tests.api.client import Caller
from tests.api.inputs import MUTATION, SCHEMA
from tests.api.sample_partner import SamplePartner

DEPTH = 7
LEFT_OUT = {"previewProration", "now"}
"""Fields whose answers differ from one request to the next."""


@dataclass
class Drawing:
    """One operation while it is drawn. `ids` are those that exist, `cursors` some that a list gave.

    The same `seed` draws the same operation everywhere.
    """

    seed: str
    ids: list[str]
    cursors: list[str]
    variables: dict[str, tuple[str, Any]] = field(default_factory=dict)
    fragments: list[str] = field(default_factory=list)
    _drawn: int = 0

    def below(self, bound: int) -> int:
        """A whole number from 0 to the bound, exclusive."""
        self._drawn += 1
        digest = hashlib.blake2b(f"{self.seed} {self._drawn}".encode(), digest_size=8).digest()
        return int.from_bytes(digest) % bound

    def one_of(self, *values: Any) -> Any:
        return values[self.below(len(values))]

    def happens(self, one_in: int) -> bool:
        return self.below(one_in) == 0

    def selection(self, kind: Any, depth: int) -> str:
        """A selection set of that type; at least its name, where the depth is used up."""
        fields = [name for name in kind.fields if name not in LEFT_OUT]
        if depth <= 0:
            fields = [name for name in fields if is_leaf_type(get_named_type(kind.fields[name].type))]
        parts = [self.selected(kind, self.one_of(*fields), depth) for _ in range(self.one_of(1, 2, 3, 4))]
        if not fields or self.happens(5):
            parts.append("__typename")
        if is_abstract_type(kind):
            possible = SCHEMA.get_possible_types(kind)
            parts += [f"... on {one} {self.selection(one, depth - 1)}" for one in [self.one_of(*possible)]]
        return "{ " + " ".join(self.wrapped(part, kind) for part in parts) + " }"

    def wrapped(self, part: str, kind: Any) -> str:
        if self.happens(12):
            name = f"F{len(self.fragments)}"
            self.fragments.append(f"fragment {name} on {kind.name} {{ {part} }}")
            part = f"...{name} ...{name}"
        elif self.happens(12):
            part = f"... on {kind.name} {{ {part} }}"
        return part

    def selected(self, kind: Any, name: str, depth: int) -> str:
        definition: GraphQLField = kind.fields[name]
        text = name + self.arguments(definition) + self.directive()
        if self.happens(8) or definition.args:
            # Fields of one name but other arguments cannot be merged.
            text = f"a{self.below(10**6)}: {text}"
        inner: Any = get_named_type(definition.type)
        return text if is_leaf_type(inner) else f"{text} {self.selection(inner, depth - 1)}"

    def directive(self) -> str:
        if not self.happens(10):
            return ""
        value = self.one_of("true", "false")
        if self.happens(2):
            value = self.variable("Boolean!", value == "true")
        return f" @{self.one_of('skip', 'include')}(if: {value})"

    def variable(self, kind: str, value: Any) -> str:
        name = f"v{len(self.variables)}"
        self.variables[name] = (kind, value)
        return f"${name}"

    def arguments(self, definition: GraphQLField) -> str:
        skipped = {self.one_of("first", "last")} if self.happens(2) or not self.happens(10) else set()
        arguments = [
            f"{name}: {self.argument(name, argument)}"
            for name, argument in definition.args.items()
            if is_non_null_type(argument.type) or (name not in skipped and self.happens(4))
        ]
        return f"({', '.join(arguments)})" if arguments else ""

    def argument(self, name: str, argument: GraphQLArgument) -> str:
        value = self.value(argument.type, name)
        if self.happens(3):
            return self.variable(str(argument.type), value)
        return literal(argument.type, value)

    def value(self, kind: Any, name: str) -> Any:
        if not is_non_null_type(kind) and self.happens(10):
            return None
        inner: Any = get_nullable_type(kind)
        if is_list_type(inner):
            return [self.value(inner.of_type, name) for _ in range(self.one_of(0, 1, 2))]
        if is_input_object_type(inner):
            return self.input(inner)
        if isinstance(inner, GraphQLEnumType):
            return self.one_of(*inner.values)
        return self.scalar(inner.name, name)

    def input(self, kind: GraphQLInputObjectType) -> dict[str, Any]:
        names = [self.one_of(*kind.fields)] if kind.is_one_of else list(kind.fields)
        found = {}
        for name in names:
            of = kind.fields[name].type
            if kind.is_one_of:
                found[name] = self.value(get_nullable_type(of), name) or "text"
            elif is_non_null_type(of) or self.happens(2):
                found[name] = self.value(of, name)
        return found

    def scalar(self, kind: str, name: str) -> Any:
        if kind == "Int":
            return self.one_of(-1, 101) if self.happens(20) else self.one_of(0, 1, 2, 3, 50, 100)
        if kind == "ID":
            return "nothing" if self.happens(20) else self.one_of(*self.ids)
        if kind == "String" and name in {"after", "before"}:
            return "nothing" if self.happens(20) else self.one_of(*self.cursors)
        return {
            "String": self.one_of("Customer 0", "00", "S-000001", "business", "local", "%"),
            "Boolean": self.one_of(True, False),
            "Date": self.one_of("2021-06-16", "2022-01-01"),
            "UUID": "6f9619ff-8b86-d011-b42d-00c04fc964ff",
        }[kind]


def literal(kind: Any, value: Any) -> str:
    """The value as it is written in a document."""
    inner: Any = get_nullable_type(kind)
    if value is None:
        return "null"
    if is_list_type(inner):
        return "[" + ", ".join(literal(inner.of_type, item) for item in value) + "]"
    if is_input_object_type(inner):
        fields = ", ".join(f"{n}: {literal(inner.fields[n].type, item)}" for n, item in value.items())
        return "{" + fields + "}"
    return str(value) if isinstance(inner, GraphQLEnumType) else json.dumps(value)


def query(seed: str, ids: list[str], cursors: list[str]) -> tuple[str, dict[str, Any]]:
    """A document with one query, and its variables."""
    drawing = Drawing(seed, ids, cursors)
    selection = drawing.selection(SCHEMA.query_type, 2 + drawing.below(DEPTH - 1))
    return _document("query", selection, drawing)


def mutation(
    seed: str, orders: Sequence[tuple[str, dict[str, Any]]], ids: list[str], cursors: list[str]
) -> tuple[str, dict[str, Any]]:
    """A document that carries out the orders, each a mutation's name with its input; and its variables."""
    drawing, parts = Drawing(seed, ids, cursors), []
    for number, (name, data) in enumerate(orders):
        definition = MUTATION.fields[name]
        given = drawing.variable(str(definition.args["input"].type), data)
        selection = drawing.selection(get_named_type(definition.type), 1 + drawing.below(5))
        part = f"m{number}: {name}(input: {given}){drawing.directive()} {selection}"
        parts.append(drawing.wrapped(part, MUTATION))
    return _document("mutation", "{ " + " ".join(parts) + " }", drawing)


def _document(kind: str, selection: str, drawing: Drawing) -> tuple[str, dict[str, Any]]:
    declared = ", ".join(f"${name}: {of}" for name, (of, _) in drawing.variables.items())
    head = f"{kind}({declared})" if declared else kind
    values = {name: value for name, (_, value) in drawing.variables.items()}
    return " ".join([head, selection, *drawing.fragments]), values


def outcomes() -> Counter[str]:
    """How many queries went the reference way so far, by reason; planned ones under an empty reason."""
    [counted] = [metric for metric in REGISTRY.collect() if metric.name == "tenure_queries"]
    return Counter(
        {one.labels["fallback"]: int(one.value) for one in counted.samples if one.name.endswith("_total")}
    )


def callers(sample: SamplePartner) -> list[Caller]:
    customer = sample.customers[0]
    return [
        sample.admin,
        sample.staff,
        sample.side_of(customer),
        sample.side_of(customer, Role.CUSTOMER_MEMBER),
        sample.platform,
    ]


async def both(caller: Caller, reference: httpx.AsyncClient, query: str, values: dict[str, Any]) -> list[Any]:
    """The answers of the two ways."""
    content = json.dumps({"query": query, "variables": values})
    sides = [caller, Caller(reference, caller.token)]
    return [(await side.send(content)).json() for side in sides]


def comparable(body: Any) -> Any:
    """Without the order of errors, which nothing promises, and what names the request."""
    errors = [
        {key: value for key, value in error.items() if key != "extensions"}
        | {"code": error["extensions"]["code"]}
        for error in body.get("errors", [])
    ]
    return body.get("data"), sorted(errors, key=json.dumps)


async def cursors_of(sample: SamplePartner) -> list[str]:
    page = "edges { cursor }"
    lists = f"customers {{ {page} }} subscriptions {{ {page} }} products {{ {page} }} invoices {{ {page} }}"
    found = await sample.admin.ask(f"{{ {lists} availableNumbers(first: 5) {{ {page} }} }}")
    return [edge["cursor"] for connection in found.values() for edge in connection["edges"][:3]]
