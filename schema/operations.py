"""Which operation of a document is meant; and numbers that nobody should read."""

import re
from collections.abc import Iterator, Sequence
from contextvars import ContextVar
from typing import Any

from graphql import (
    DefinitionNode,
    DocumentNode,
    IntValueNode,
    OperationDefinitionNode,
    Visitor,
    visit,
)
from strawberry.extensions import SchemaExtension

from resolvers.errors import RequestError, bad_input
from resolvers.log_context import bind

NAME = 100
"""Characters of an operation's name that are logged."""

DIGITS = 1000
"""Of a whole number, exclusive. Python refuses to read one of more than 4,300."""

KIND: ContextVar[str] = ContextVar("kind", default="")
"""`query`, `mutation` or `subscription`; empty until it is known which operation is meant."""

_MANY_DIGITS = re.compile(rf"\d{{{DIGITS}}}")


class OneOperation(SchemaExtension):
    """Refuses a document of several where none is named: Strawberry would run the first."""

    def on_validate(self) -> Iterator[None]:
        execution = self.execution_context
        document = execution.graphql_document
        name = execution._provided_operation_name
        if document and (refusal := _refusal(execution.query or "", document, name)):
            execution.pre_execution_errors = [refusal]
        else:
            log_operation(execution.operation_name, execution.operation_type.value)
        yield


def log_operation(name: str | None, kind: str) -> None:
    """Binds them to all that is logged of the request from now on."""
    bind(operation=(name or "")[:NAME], operation_type=kind)
    KIND.set(kind)


def _refusal(query: str, document: DocumentNode, name: str | None) -> RequestError | None:
    if name is None and _operations(document.definitions) > 1:
        return bad_input("The document has several operations: say which with `operationName`.")
    if _MANY_DIGITS.search(query):  # perhaps in a string, where it may be
        numbers = _Numbers()
        visit(document, numbers)
        if numbers.longest >= DIGITS:
            return bad_input("A number in the document has too many digits.")
    return None


def _operations(definitions: Sequence[DefinitionNode]) -> int:
    return sum(isinstance(node, OperationDefinitionNode) for node in definitions)


class _Numbers(Visitor):
    longest = 0

    def enter_int_value(self, node: IntValueNode, *_: Any) -> None:
        self.longest = max(self.longest, len(node.value))
