"""The plans of a process: by document, operation, and what of the variables shapes them."""

import json
from collections.abc import Callable, Iterator
from typing import Any

import orjson
import strawberry
from cachetools import LRUCache
from graphql import get_named_type, is_object_type

from domain.principal import Role
from resolvers import fields as a
from resolvers.context import Context
from resolvers.plan.arguments import Arguments
from resolvers.plan.errors import UnservedError
from resolvers.plan.operations import Operation
from resolvers.plan.plan import Plan, Prepared, compile_operation
from resolvers.plan.selection import Collector

READY = 1_000
"""Operations that are kept with their variables, ready for a principal."""

LONGEST = 1_000
"""Characters of variables, as JSON, that are kept."""


class Plans:
    """Answers queries by plans, as far as they can be."""

    def __init__(self, schema: strawberry.Schema, may_ask: Callable[[str, Role], bool]) -> None:
        """`may_ask` says whether a role may have a field of the root."""
        self._schema, self._may_ask = schema, may_ask
        self._graph = schema._schema
        self._root: Any = self._graph.query_type
        self._ready: LRUCache[Any, Prepared] = LRUCache(READY)

    async def answer(
        self, context: Context, operation: Operation, variables: dict[str, Any]
    ) -> orjson.Fragment:
        """The data of a valid query, in JSON. Raises UnservedError, or whatever else went wrong."""
        prepared = self._prepared(operation, context, variables)
        return await prepared.answer(context)

    def _prepared(self, operation: Operation, context: Context, variables: dict[str, Any]) -> Prepared:
        """The same again for the same principal, because apps ask for the same things again and again."""
        who = context.principal
        given = json.dumps(variables)
        key = (operation, given, who.role, who.partner_id, who.customer_id)
        prepared = self._ready.get(key)
        if prepared is None:
            plan, arguments = self._plan(operation, context, variables)
            prepared = plan.prepare(context, arguments)
            if len(given) <= LONGEST:
                self._ready[key] = prepared
        return prepared

    def _plan(self, operation: Operation, context: Context, given: dict[str, Any]) -> tuple[Plan, Arguments]:
        variables = operation.variables(self._graph, given)
        arguments = Arguments(self._schema, variables)
        collector = Collector(self._graph, operation.fragments, variables)
        entities = dict(self._entities(operation, collector, context, arguments))
        plan = operation.plan(
            variables,
            tuple(entities.items()),
            lambda: compile_operation(collector, self._root, operation.node, entities),
        )
        return plan, arguments

    def _entities(
        self, operation: Operation, collector: Collector, context: Context, arguments: Arguments
    ) -> Iterator[tuple[str, Any]]:
        """Which type each field at the root turns out to be of that could be of several.

        Raises UnservedError where the principal may not have a field.
        """
        nodes: Any = [operation.node.selection_set]
        for key, same in collector.fields(self._root, nodes).items():
            name = same[0].name.value
            definition = self._root.fields.get(name)
            if definition is None:
                continue
            if not self._may_ask(name, context.principal.role):
                raise UnservedError("forbidden")
            if is_object_type(get_named_type(definition.type)):
                continue
            answer = definition.extensions["strawberry-definition"].metadata.get("answer")
            if isinstance(answer, a.Found):
                selection = answer.select(context, **arguments.of(definition, same[0]))
                yield key, selection.edge.target.name if selection else None
            elif isinstance(answer, a.FoundAll):
                named = answer.names(**arguments.of(definition, same[0]))
                yield key, tuple(sorted({entity.name for entity, _ in named if entity}))
