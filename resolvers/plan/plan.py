"""Plans of queries and of mutations' payloads: how they are compiled, kept, and run."""

import asyncio
import json
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from functools import partial
from types import SimpleNamespace
from typing import Any
from uuid import UUID

import orjson
import strawberry
from cachetools import LRUCache
from graphql import GraphQLObjectType, get_named_type, is_object_type
from sqlalchemy import DateTime

from domain.currency import decimal_texts
from domain.principal import Role
from models.engine import SEEN_PARTNER, is_full, partner_rows
from resolvers import fields as kinds
from resolvers.context import Context
from resolvers.errors import overloaded
from resolvers.paging import PageBounds
from resolvers.plan.compiler import Call, Compilation, Nodes, Source
from resolvers.plan.document import BoundOperation, Operation, UnservedError, variables_in
from resolvers.plan.kinds import object_of
from resolvers.plan.level import Level
from resolvers.plan.output import PageShape, Row, TypedRow, by_level, generated, readers
from resolvers.plan.sql import Choice, Statement, build, choose, count_of

STATEMENTS = 16
"""Variants of one plan's statement that are kept: other filters, orders or directions of paging."""

PREPARED = 1_000
"""Prepared queries that are kept: each with its variables, for one role of one partner or customer."""

LONGEST_VARIABLES = 1_000
"""Characters of the variables of a kept query, as JSON, inclusive."""

_NAMES = (
    "context", "currency", "hides", "decimal", "data", "totals", "pages", "singles", "loaded", "typed",
    "root",
)  # fmt: skip
"""Attributes of the object that the generated function takes."""


@dataclass(frozen=True)
class Prepared:
    """A plan with the values of its statement. Without a statement, no row can be found.

    `payload` is a mutation's.
    """

    plan: "Plan"
    bound: BoundOperation
    pages: Sequence[PageShape | None]
    statement: Statement | None
    arguments: Sequence[Any]
    payload: Any = None

    async def answer(self, context: Context) -> orjson.Fragment:
        """The selected fields, in JSON. After any error, graphql-core answers instead."""
        plan = self.plan
        rows = await self._read(context)
        data = [rows.get(level.number, []) for level in plan.levels]
        answer: str = plan.write(
            SimpleNamespace(
                context=context,
                currency=context.currency,
                hides=not context.principal.sees_costs,
                decimal=decimal_texts(context.currency),
                data=data,
                totals={level.number: rows.get(count_of(level), []) for level in plan.levels},
                pages=self.pages,
                singles=[await self._single(context, *each) for each in plan.singles],
                loaded=await _loaded(plan.levels, context, data),
                typed=plan.typed,
                root=self.payload,
            )
        )
        return orjson.Fragment(answer)

    async def _read(self, context: Context) -> dict[int, list[Row]]:
        """The rows of each level."""
        if self.statement is None:
            return {}
        try:
            return by_level(await partner_rows(context.engine, self.statement.text, self.arguments))
        except Exception as error:
            raise (overloaded() if is_full(error) else error) from error

    async def _single(self, context: Context, function: Callable[..., Any], call: Call) -> Any:
        root = context.principal if self.payload is None else self.payload
        return await function(root, context, **self.bound.arguments(*call))


async def _loaded(
    levels: Sequence[Level], context: Context, data: Sequence[Sequence[Row]]
) -> dict[int, list[dict[str, Any]]]:
    """By level, for each of its loads: the loaded values by key."""
    loaded: dict[int, list[dict[str, Any]]] = {}
    for level in levels:
        for column, load in level.loads:
            keys = list({row[level.at(column)] for row in data[level.number]})
            values = await asyncio.gather(*(load(context.loaders, UUID(key)) for key in keys))
            loaded.setdefault(level.number, []).append(dict(zip(keys, values, strict=True)))
    return loaded


@dataclass
class Plan:
    """The levels that are read, and the generated function that writes the answer."""

    levels: Sequence[Level]
    singles: Sequence[tuple[Callable[..., Any], Call]]
    write: Any
    typed: Sequence[Any]
    _statements: LRUCache[Any, Statement] = field(default_factory=lambda: LRUCache(STATEMENTS))
    _fixed: dict[int, Choice] = field(default_factory=dict)

    @classmethod
    def of(cls, c: Compilation, kind: GraphQLObjectType, nodes: Nodes) -> "Plan":
        """A plan for the fields that the nodes select of the root or of a payload. Raises UnservedError."""
        answer = object_of(c, kind, nodes, Source("root", path=""))
        typed = [
            partial(TypedRow, level.entity, level.places, readers(level.entity.table)) for level in c.levels
        ]
        return cls(c.levels, c.singles, generated(_NAMES, c.lines, answer, c.constants), typed)

    def prepare(self, context: Context, bound: BoundOperation, payload: Any = None) -> Prepared:
        """Fills in the values. After any error, graphql-core answers instead."""
        choices = [self._choice(level, context, bound, payload) for level in self.levels]
        pages = [_page(choice) if choice else None for choice in choices]
        if all(_finds_nothing(*each) for each in zip(self.levels, choices, strict=True)):
            return Prepared(self, bound, pages, None, (), payload)
        principal = context.principal
        statement = self._statement(choices, for_customer=principal.customer_id is not None)
        values: dict[str, Any] = {
            SEEN_PARTNER: context.partner_id,
            "partner_id": context.partner_id,
            "customer_id": principal.customer_id,
        }
        for level, choice in zip(self.levels, choices, strict=True):
            if choice and choice.selection.page:
                values[f"limit{level.number}"] = choice.selection.page.limit + level.peeked
        arguments = statement.arguments(values, [choice.values if choice else () for choice in choices])
        return Prepared(self, bound, pages, statement, arguments, payload)

    def _choice(self, level: Level, context: Context, bound: BoundOperation, payload: Any) -> Choice | None:
        if level.to_one:
            return None
        if level.number in self._fixed:
            return self._fixed[level.number]
        arguments = bound.arguments(*level.call)
        choice = choose(level.answer.selection(level.entity, payload, context, **arguments), level.number)
        if level.edge and not any(variables_in(each.value) for each in level.call[1].arguments or ()):
            self._fixed[level.number] = choice
        return choice

    def _statement(self, choices: Sequence[Choice | None], *, for_customer: bool) -> Statement:
        key = (for_customer, *(choice and choice.key for choice in choices))
        statement = self._statements.get(key)
        if statement is None:
            statement = self._statements[key] = build(self.levels, choices, for_customer=for_customer)
        return statement


def _finds_nothing(level: Level, choice: Choice | None) -> bool:
    return level.parent is not None or (choice is not None and choice.selection.empty)


def _page(choice: Choice) -> PageShape:
    instants = [isinstance(column.type, DateTime) for column in choice.selection.order.columns]
    return PageShape(choice.selection.page or PageBounds(0), instants)


class Plans:
    """Answers queries by plans. Operations keep their plans; this keeps prepared plans."""

    def __init__(self, schema: strawberry.Schema, may_ask: Callable[[str, Role], bool]) -> None:
        """`may_ask` decides whether a role may query a root field."""
        self._schema, self._may_ask = schema, may_ask
        self._root: Any = schema._schema.query_type
        self._kept: LRUCache[Any, Prepared] = LRUCache(PREPARED)

    async def answer(
        self, context: Context, operation: Operation, variables: dict[str, Any]
    ) -> orjson.Fragment:
        """The data of a valid query, in JSON. Raises UnservedError, or any error of the plan."""
        return await self._prepared(context, operation, variables).answer(context)

    def _prepared(self, context: Context, operation: Operation, variables: dict[str, Any]) -> Prepared:
        principal, text = context.principal, json.dumps(variables)
        key = (operation, text, principal.role, principal.partner_id, principal.customer_id)
        prepared = self._kept.get(key)
        if prepared is None:
            bound = operation.bind(self._schema, variables)
            prepared = self._plan(context, bound).prepare(context, bound)
            if len(text) <= LONGEST_VARIABLES:
                self._kept[key] = prepared
        return prepared

    def _plan(self, context: Context, bound: BoundOperation) -> Plan:
        nodes: Any = [bound.operation.node]
        entities = dict(self._entities(context, bound))
        plan: Plan = bound.plan(
            tuple(entities.items()), lambda: Plan.of(Compilation(bound, entities), self._root, nodes)
        )
        return plan

    def _entities(self, context: Context, bound: BoundOperation) -> Iterator[tuple[str, Any]]:
        """The types of the rows at the root, for each field that has rows of several types.

        Raises UnservedError if the principal may not query a field.
        """
        selections = [bound.operation.node.selection_set]
        for key, same in bound.fields(self._root, selections).items():
            name = same[0].name.value
            definition = self._root.fields.get(name)
            if definition is None:
                continue
            if not self._may_ask(name, context.principal.role):
                raise UnservedError("forbidden")
            if is_object_type(get_named_type(definition.type)):
                continue
            answer = definition.extensions["strawberry-definition"].metadata.get("answer")
            if isinstance(answer, kinds.One) and callable(answer.where):
                selection = answer.where(context, **bound.arguments(definition, same[0]))
                yield key, selection.edge.target.name if selection else None
            elif isinstance(answer, kinds.Many):
                references = answer.references(None, **bound.arguments(definition, same[0]))
                yield key, tuple(sorted({entity.name for entity, _ in references if entity}))
