"""A compiled operation, and how it is answered."""

import asyncio
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import partial
from types import SimpleNamespace
from typing import Any
from uuid import UUID

from graphql import GraphQLObjectType, OperationDefinitionNode
from sqlalchemy import DateTime

from actions.currencies import to_decimal
from models.engine import is_full, partner_statement
from resolvers import answers as a
from resolvers.context import Context
from resolvers.edges import Order
from resolvers.errors import overloaded
from resolvers.loaders import none_of
from resolvers.newest import Newest
from resolvers.paging import Page
from resolvers.plan.arguments import Arguments
from resolvers.plan.collect import Collector
from resolvers.plan.compiler import Asked, Compilation, Nodes
from resolvers.plan.levels import Level
from resolvers.plan.payload_fields import payload_of
from resolvers.plan.root_fields import answer_of
from resolvers.plan.rows import (
    PageShape,
    Row,
    TypedRow,
    day_before,
    given,
    grouped,
    instant,
    readers,
    shown,
    total_of,
)
from resolvers.plan.statement import Choice, Statement, build, choose, choose_keys, structure

STATEMENTS = 16
"""Variants of one plan's statement that are kept: other filters, orders or directions of paging."""

_HELPERS = {
    "day_before": day_before,
    "given": given,
    "grouped": grouped,
    "instant": instant,
    "shown": shown,
    "total_of": total_of,
}


_GIVEN = (
    "context", "currency", "hides", "cash", "data", "totals", "pages", "singles", "loaded", "typed", "root",
)  # fmt: skip
"""What the generated function is handed."""


@dataclass
class Plan:
    """What is read, and the generated function that shapes it."""

    levels: Sequence[Level]
    singles: Sequence[Asked]
    shape: Any
    _typed: Sequence[Any] = ()
    _statements: Newest[Any, Statement] = field(default_factory=lambda: Newest(STATEMENTS))

    async def answer(self, context: Context, arguments: Arguments, payload: Any = None) -> dict[str, Any]:
        """The operation's data; of a plan for a mutation's payload, what is selected of that.

        Raises whatever makes it one for the reference way.
        """
        choices = [self._choice(level, context, arguments, payload) for level in self.levels]
        data, totals = await self._read(context, choices)
        singles = [
            await asked.answer.answer(context.principal, context, **arguments.of(*asked.takes))
            for asked in self.singles
        ]
        loaded = [await _load(level, context, rows) for level, rows in zip(self.levels, data, strict=True)]
        answer: dict[str, Any] = self.shape(
            SimpleNamespace(
                context=context,
                currency=context.currency,
                hides=not context.principal.sees_costs,
                cash=lambda minor: str(to_decimal(minor, context.currency)),
                data=data,
                totals=totals,
                pages=[choice and _page(choice) for choice in choices],
                singles=singles,
                loaded=loaded,
                typed=self._typed,
                root=payload,
            )
        )
        return answer

    def _choice(self, level: Level, context: Context, arguments: Arguments, payload: Any) -> Choice | None:
        if level.to_one:
            return None
        if isinstance(level.answer, a.Made | a.MadeAll):
            return choose_keys(level.entity, level.answer.keys(payload))
        given_arguments = arguments.of(*level.takes)
        if level.edge is not None:
            return choose(level.answer.select(**given_arguments))
        selection = level.answer.select(context, **given_arguments)
        return choose(selection or none_of(level.entity))

    async def _read(
        self, context: Context, choices: Sequence[Choice | None]
    ) -> tuple[list[list[Row]], dict[int, list[Row]]]:
        counted = [level.number for level in self.levels if level.counted]
        if all(_finds_nothing(*each) for each in zip(self.levels, choices, strict=True)):
            return [[] for _ in self.levels], {number: [] for number in counted}
        principal = context.principal
        shapes = [structure(choice) for choice in choices]
        for_customer = principal.customer_id is not None
        statement = self._statement((for_customer, *(shape for shape, _ in shapes)), choices, for_customer)
        named: dict[str, Any] = {"partner_id": context.partner_id, "customer_id": principal.customer_id}
        for level, choice in zip(self.levels, choices, strict=True):
            if choice and choice.selection.page:
                named[f"limit{level.number}"] = choice.selection.page.limit + 1
        values = statement.arguments(named, [own for _, own in shapes])
        try:
            found = await partner_statement(context.engine, context.partner_id, statement.text, values)
        except Exception as error:
            raise (overloaded() if is_full(error) else error) from error
        arrays = [array or [] for array in found]
        return arrays[: len(self.levels)], dict(zip(counted, arrays[len(self.levels) :], strict=True))

    def _statement(self, key: Any, choices: Sequence[Choice | None], for_customer: bool) -> Statement:
        known = self._statements.get(key)
        if known is None:
            known = build(self.levels, choices, for_customer=for_customer)
            self._statements.put(key, known)
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


def _compiled(c: Compilation, answer: str) -> Plan:
    lines = ["def shape(x):", *(f"    {name} = x.{name}" for name in _GIVEN)]
    lines += [f"    {line}" for line in c.lines] + [f"    return {answer}"]
    scope: dict[str, Any] = {**_HELPERS, **c.constants}
    # Of numbers, column names and GraphQL names alone: no value of a client's becomes a part of it.
    exec(compile("\n".join(lines), "<plan>", "exec"), scope)  # noqa: S102 - what the lines above say
    return Plan(c.levels, c.singles, scope["shape"], [_typed(level) for level in c.levels])


def _typed(level: Level) -> Any:
    at = {name: 2 + index for index, name in enumerate(level.columns)}
    known = {name: read for name, read in readers(level.entity.table).items() if name in at}
    return partial(TypedRow, level.entity, at, known)


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
