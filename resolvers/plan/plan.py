"""A compiled operation, and how it is answered."""

import asyncio
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import partial
from types import SimpleNamespace
from typing import Any
from uuid import UUID

import orjson
from cachetools import LRUCache
from graphql import GraphQLObjectType, OperationDefinitionNode
from sqlalchemy import DateTime

from domain.currency import decimal_texts
from models.engine import SEEN_PARTNER, is_full, partner_rows
from resolvers import fields as a
from resolvers.context import Context
from resolvers.edges import Order
from resolvers.errors import overloaded
from resolvers.loaders import none_of
from resolvers.paging import Page
from resolvers.plan.arguments import Arguments
from resolvers.plan.compiler import Compilation, FieldRequest, Nodes
from resolvers.plan.generated import generated
from resolvers.plan.levels import Level
from resolvers.plan.output import Json
from resolvers.plan.payload_fields import payload_of
from resolvers.plan.root_fields import answer_of
from resolvers.plan.rows import PageShape, Row, TypedRow, by_level, readers
from resolvers.plan.selection import Collector
from resolvers.plan.sql import (
    Choice,
    Statement,
    build,
    choose,
    choose_keys,
    count_of,
)

STATEMENTS = 16
"""Variants of one plan's statement that are kept: other filters, orders or directions of paging."""

_GIVEN = (
    "context", "currency", "hides", "cash", "data", "totals", "pages", "singles", "loaded", "typed", "root",
)  # fmt: skip
"""What the generated function is handed."""


@dataclass(frozen=True)
class Prepared:
    """A plan with the variables of an operation, for one principal: all but what the database holds.

    Without a statement there is nothing to be found. `payload` is what a mutation came to.
    """

    plan: "Plan"
    arguments: Arguments
    pages: Sequence[PageShape | None]
    statement: Statement | None
    values: Sequence[Any]
    payload: Any = None

    async def answer(self, context: Context) -> orjson.Fragment:
        """The operation's data, in JSON; of a plan for a mutation's payload, what is selected of that.

        Raises whatever makes it one for the reference way.
        """
        plan = self.plan
        data, totals = await self._read(context)
        singles = [
            await asked.answer.answer(context.principal, context, **self.arguments.of(*asked.takes))
            for asked in plan.singles
        ]
        loaded = {
            level.number: await _load(level, context, data[level.number])
            for level in plan.levels
            if level.loads
        }
        answer: str = plan.shape(
            SimpleNamespace(
                context=context,
                currency=context.currency,
                hides=not context.principal.sees_costs,
                cash=decimal_texts(context.currency),
                data=data,
                totals=totals,
                pages=self.pages,
                singles=singles,
                loaded=loaded,
                typed=plan.typed,
                root=self.payload,
            )
        )
        return orjson.Fragment(answer)

    async def _read(self, context: Context) -> tuple[list[list[Row]], dict[int, list[Row]]]:
        """The rows by level, and those that count by level."""
        levels = self.plan.levels
        found: dict[int, list[Row]] = {}
        if self.statement:
            try:
                rows = await partner_rows(context.engine, self.statement.text, self.values)
            except Exception as error:
                raise (overloaded() if is_full(error) else error) from error
            found = by_level(rows)
        counts = {
            level.number: found.get(count_of(level), []) for level in levels if level.count_at is not None
        }
        return [found.get(level.number, []) for level in levels], counts


@dataclass
class Plan:
    """What is read, and the generated function that shapes it."""

    levels: Sequence[Level]
    singles: Sequence[FieldRequest]
    shape: Any
    typed: Sequence[Any] = ()
    _statements: LRUCache[Any, Statement] = field(default_factory=lambda: LRUCache(STATEMENTS))
    _fixed: dict[int, Choice] = field(default_factory=dict)

    def prepare(self, context: Context, arguments: Arguments, payload: Any = None) -> Prepared:
        """Raises whatever makes the operation one for the reference way."""
        choices = [self._choice(level, context, arguments, payload) for level in self.levels]
        pages = [_page(choice) if choice else None for choice in choices]
        if all(_finds_nothing(*each) for each in zip(self.levels, choices, strict=True)):
            return Prepared(self, arguments, pages, None, (), payload)
        principal = context.principal
        for_customer = principal.customer_id is not None
        statement = self._statement(choices, for_customer)
        named: dict[str, Any] = {
            SEEN_PARTNER: context.partner_id,
            "partner_id": context.partner_id,
            "customer_id": principal.customer_id,
        }
        for level, choice in zip(self.levels, choices, strict=True):
            if choice and choice.selection.page:
                named[f"limit{level.number}"] = choice.selection.page.limit + level.peeked
        values = statement.arguments(named, [choice.values if choice else () for choice in choices])
        return Prepared(self, arguments, pages, statement, values, payload)

    def _choice(self, level: Level, context: Context, arguments: Arguments, payload: Any) -> Choice | None:
        if level.to_one:
            return None
        if isinstance(level.answer, a.Made | a.MadeAll):
            return choose_keys(level.entity, level.answer.keys(payload))
        if level.number in self._fixed:
            return self._fixed[level.number]
        given_arguments = arguments.of(*level.takes)
        if level.edge is None:
            selection = level.answer.select(context, **given_arguments)
            return choose(selection or none_of(level.entity))
        choice = choose(level.answer.select(**given_arguments))
        if arguments.are_fixed(level.takes[1]):
            self._fixed[level.number] = choice
        return choice

    def _statement(self, choices: Sequence[Choice | None], for_customer: bool) -> Statement:
        key = (for_customer, *(choice and choice.shape for choice in choices))
        known = self._statements.get(key)
        if known is None:
            known = build(self.levels, choices, for_customer=for_customer)
            self._statements[key] = known
        return known


def _finds_nothing(level: Level, choice: Choice | None) -> bool:
    return level.parent is not None or (choice is not None and choice.selection.empty)


def compile_operation(
    collector: Collector,
    root: GraphQLObjectType,
    operation: OperationDefinitionNode,
    entities: Mapping[str, Any],
) -> Plan:
    """Raises UnservedError for what only the reference way can answer."""
    c = Compilation(collector, entities)
    return _compiled(c, answer_of(c, root, [operation]))


def compile_payload(collector: Collector, kind: GraphQLObjectType, nodes: Nodes) -> Plan:
    """For what the nodes select of a mutation's payload. Raises UnservedError."""
    c = Compilation(collector, {})
    return _compiled(c, payload_of(c, kind, nodes))


def _compiled(c: Compilation, answer: Json) -> Plan:
    shape = generated(_GIVEN, c.lines, answer, c.constants)
    return Plan(c.levels, c.singles, shape, [_typed(level) for level in c.levels])


def _typed(level: Level) -> Any:
    return partial(TypedRow, level.entity, level.places, readers(level.entity.table))


def _page(choice: Choice) -> PageShape:
    return PageShape(choice.selection.page or Page(0), _times(choice.selection.order))


def _times(order: Order) -> list[bool]:
    return [isinstance(column.type, DateTime) for column in order.columns]


async def _load(level: Level, context: Context, rows: Sequence[Row]) -> list[dict[str, Any]]:
    """What fields of the level are derived from, by key, for each kind of it."""
    found = []
    for column, load in level.loads:
        keys = list({row[level.at(column)] for row in rows})
        values = await asyncio.gather(*(load(context.loaders, UUID(key)) for key in keys))
        found.append(dict(zip(keys, values, strict=True)))
    return found
