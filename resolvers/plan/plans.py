"""The plans of a process: by document, operation, and what of the variables shapes them."""

import hashlib
import json
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

import strawberry
from graphql import (
    DocumentNode,
    FragmentDefinitionNode,
    OperationDefinitionNode,
    OperationType,
    get_named_type,
    get_operation_ast,
    is_object_type,
)
from graphql.execution.values import get_variable_values
from graphql.language import DirectiveNode, Visitor, visit

from resolvers import answers as a
from resolvers.auth import Role
from resolvers.context import Context
from resolvers.newest import Newest
from resolvers.plan.arguments import Arguments, variables_in
from resolvers.plan.collect import Collector, fragments_of
from resolvers.plan.errors import UnservedError
from resolvers.plan.plan import Plan, Prepared, compile_operation

KEPT = 500
"""Operations whose plans are kept; the one that has not been asked for longest goes first."""

READY = 1_000
"""Operations that are kept with their variables, ready for a principal."""

LONGEST = 1_000
"""Characters of variables, as JSON, that are kept."""

VARIANTS = 32
"""Plans of one operation: for each choice of @skip and @include, and each type of `node`."""


@dataclass(eq=False)
class Operation:
    """One operation of a document, with the plans that were compiled for it."""

    node: OperationDefinitionNode
    fragments: Mapping[str, FragmentDefinitionNode]
    conditions: frozenset[str]
    plans: dict[Any, Plan | UnservedError] = field(default_factory=dict)


class Plans:
    """Answers queries by plans, as far as they can be."""

    def __init__(self, schema: strawberry.Schema, may_ask: Callable[[str, Role], bool]) -> None:
        """`may_ask` says whether a role may have a field of the root."""
        self._schema, self._may_ask = schema, may_ask
        self._graph = schema._schema
        self._root: Any = self._graph.query_type
        self._operations: Newest[Any, Operation] = Newest(KEPT)
        self._ready: Newest[Any, Prepared] = Newest(READY)

    async def answer(
        self,
        context: Context,
        query: str,
        document: DocumentNode,
        operation_name: str | None,
        variables: dict[str, Any],
    ) -> dict[str, Any]:
        """The data of a valid document's operation. Raises UnservedError, or whatever else went wrong."""
        operation = self._operation(query, document, operation_name)
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
                self._ready.put(key, prepared)
        return prepared

    def _operation(self, query: str, document: DocumentNode, name: str | None) -> Operation:
        key = (hashlib.sha256(query.encode()).digest(), name)
        known = self._operations.get(key)
        if known is None:
            node = get_operation_ast(document, name)
            if node is None or node.operation is not OperationType.QUERY:
                raise UnservedError("no query")
            known = Operation(node, fragments_of(document), frozenset(conditional(document)))
            self._operations.put(key, known)
        return known

    def _plan(self, operation: Operation, context: Context, given: dict[str, Any]) -> tuple[Plan, Arguments]:
        variables = get_variable_values(self._graph, operation.node.variable_definitions or (), given)
        if isinstance(variables, list):
            raise UnservedError("variables")
        arguments = Arguments(self._schema, variables)
        collector = Collector(self._graph, operation.fragments, variables)
        entities = dict(self._entities(operation, collector, context, arguments))
        conditions = tuple((name, variables.coerced.get(name)) for name in sorted(operation.conditions))
        key = (conditions, tuple(entities.items()))
        if key not in operation.plans:
            if len(operation.plans) >= VARIANTS:
                raise UnservedError("variants")
            operation.plans[key] = self._compile(operation, collector, entities)
        plan = operation.plans[key]
        if isinstance(plan, UnservedError):
            raise plan
        return plan, arguments

    def _compile(
        self, operation: Operation, collector: Collector, entities: dict[str, Any]
    ) -> Plan | UnservedError:
        try:
            return compile_operation(collector, self._root, operation.node, entities)
        except UnservedError as error:
            return error

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


class _Conditions(Visitor):
    def __init__(self) -> None:
        super().__init__()
        self.names: set[str] = set()

    def enter_directive(self, node: DirectiveNode, *_: Any) -> None:
        self.names |= variables_in(node)


def conditional(document: DocumentNode) -> set[str]:
    """The variables by which fields are skipped or included."""
    found = _Conditions()
    visit(document, found)
    return found.names
