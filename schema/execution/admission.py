"""Decides what may run: finds the document and its operation, measures it, charges for it, validates it."""

import re
from collections.abc import Collection
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

import strawberry
from cachetools import LRUCache
from graphql import (
    DocumentNode,
    FragmentDefinitionNode,
    GraphQLError,
    GraphQLSyntaxError,
    IntValueNode,
    NoSchemaIntrospectionCustomRule,
    OperationDefinitionNode,
    get_operation_ast,
    parse,
    specified_rules,
)
from strawberry.exceptions import MissingQueryError
from strawberry.schema.exceptions import CannotGetOperationTypeError, InvalidOperationTypeError
from strawberry.schema.schema import validate_document
from strawberry.types.graphql import OperationType

from resolvers.context import Context
from resolvers.errors import RequestError, bad_input
from resolvers.log_context import bind
from resolvers.plan.document import Operation, walk
from schema.cost import Size, measure, sizing_variables
from schema.limits import Limits, too_much

KEPT_CHARACTERS = 1_600_000
"""Characters of all kept documents together. The least recently used document is dropped first."""

LONGEST_DOCUMENT = 100_000
"""Characters of a kept document, inclusive."""

SIZES = 100
"""Measured sizes that are kept for a document."""

LONGEST_SIZING = 1_000
"""Characters of the variables of a kept size, inclusive."""

LONGEST_NAME = 100
"""Characters of an operation's name that are logged."""

MOST_DIGITS = 1_000
"""Digits of a number, exclusive. Python refuses to read an integer of more than 4,300."""

_MANY_DIGITS = re.compile(rf"\d{{{MOST_DIGITS}}}")


class InvalidDocumentError(Exception):
    """The document does not fit the schema."""

    def __init__(self, errors: list[GraphQLError]) -> None:
        super().__init__("invalid document")
        self.errors = errors


@dataclass(eq=False)
class Document:
    """A parsed document. Its operations and their sizes are computed once."""

    text: str
    node: DocumentNode
    valid: bool = False
    _operations: dict[str, Operation] = field(default_factory=dict)
    _sizes: LRUCache[Any, Size] = field(default_factory=lambda: LRUCache(SIZES))

    @cached_property
    def operation_count(self) -> int:
        return self._count(OperationDefinitionNode)

    @cached_property
    def fragment_count(self) -> int:
        return self._count(FragmentDefinitionNode)

    @cached_property
    def _sizing(self) -> tuple[str, ...]:
        return sizing_variables(self.node)

    def _count(self, kind: type) -> int:
        return sum(isinstance(definition, kind) for definition in self.node.definitions)

    def operation(self, name: str | None) -> Operation:
        """The operation of that name, else the first one. Raises CannotGetOperationTypeError."""
        node = self._first() if name is None else get_operation_ast(self.node, name)
        if node is None:
            raise CannotGetOperationTypeError(name)
        key = node.name.value if node.name else ""
        if key not in self._operations:
            self._operations[key] = Operation.of(node, self.node)
        return self._operations[key]

    def _first(self) -> OperationDefinitionNode | None:
        return next(
            (each for each in self.node.definitions if isinstance(each, OperationDefinitionNode)), None
        )

    def size(self, schema: strawberry.Schema, operation: Operation, variables: dict[str, Any]) -> Size:
        """Measures once for each set of variables that size the lists. Raises RecursionError."""
        sizing = [repr(variables.get(name, ...)) for name in self._sizing]
        key = (operation, *sizing)
        size = self._sizes.get(key)
        if size is None:
            size = measure(schema._schema, self.node, operation.node, variables)
            if sum(map(len, sizing)) <= LONGEST_SIZING:
                self._sizes[key] = size
        return size

    def has_too_many_digits(self) -> bool:
        if self.valid or not _MANY_DIGITS.search(self.text):
            return False
        # A string may have so many digits.
        return any(
            isinstance(node, IntValueNode) and len(node.value) >= MOST_DIGITS for node in walk(self.node)
        )


@dataclass(eq=False)
class Request:
    """One operation that is running. Admission sets the fields below `context`."""

    query: str | None
    operation_name: str | None
    variables: dict[str, Any]
    context: Context
    document: Document = field(init=False)
    operation: Operation = field(init=False)
    size: Size | None = None
    kind: str = ""
    """`query`, `mutation` or `subscription`; empty until the operation is known."""
    name: str = ""
    """The operation's name, cut to LONGEST_NAME."""

    @property
    def extensions(self) -> dict[str, Any]:
        return {"cost": self.size.cost} if self.size else {}

    def identify(self) -> None:
        """Names the operation in the log from now on."""
        self.kind = self.operation.node.operation.value
        self.name = self.operation.name[:LONGEST_NAME]
        bind(operation=self.name, operation_type=self.kind)


class Admission:
    """Decides what runs, and keeps the documents that are valid."""

    def __init__(self, schema: strawberry.Schema, limits: Limits, *, introspection: bool) -> None:
        self._schema, self._limits = schema, limits
        self._rules = (*specified_rules, *(() if introspection else (NoSchemaIntrospectionCustomRule,)))
        self._documents: LRUCache[str, Document] = LRUCache(
            KEPT_CHARACTERS, lambda document: len(document.text)
        )

    def admit(self, request: Request, allowed: Collection[OperationType] | None) -> None:
        """Raises GraphQLError, InvalidDocumentError, or an error of Strawberry's.

        Limits and cost apply before any refusal and before validation, so an invalid document is not free.
        """
        document = request.document = self._find(request.query)
        operation = request.operation = document.operation(request.operation_name)
        kind = OperationType(operation.node.operation.value)
        if allowed is not None and kind not in allowed:
            raise InvalidOperationTypeError(kind)
        ambiguous = request.operation_name is None and document.operation_count > 1
        refusal = _refusal(document, ambiguous=ambiguous)
        if refusal is None:
            request.identify()
        request.size = Size() if ambiguous else self._size(request)
        self._limits.check(request.size)
        request.context.spend(request.size.cost)
        if refusal:
            raise refusal
        self._validate(document)

    def _find(self, query: str | None) -> Document:
        if not query:
            raise MissingQueryError
        return self._documents.get(query) or self._parse(query)

    def _parse(self, query: str) -> Document:
        maximum = self._limits.max_tokens
        try:
            return Document(query, parse(query, max_tokens=maximum))
        except GraphQLSyntaxError as error:
            if f"more than {maximum} tokens" in error.message:
                message = f"The document has more than {maximum} tokens"
                raise too_much("max_tokens", maximum, message) from error
            raise

    def _size(self, request: Request) -> Size:
        document = request.document
        self._limits.check_each(("max_fragments", document.fragment_count, "fragments"))
        try:
            return document.size(self._schema, request.operation, request.variables)
        except RecursionError as error:
            depth = self._limits.max_depth
            raise too_much("max_depth", depth, "The fields are nested too deeply") from error

    def _validate(self, document: Document) -> None:
        if document.valid:
            return
        if errors := validate_document(self._schema._schema, document.node, self._rules):
            raise InvalidDocumentError(errors)
        document.valid = True
        if len(document.text) <= LONGEST_DOCUMENT:
            self._documents[document.text] = document


def _refusal(document: Document, *, ambiguous: bool) -> RequestError | None:
    if ambiguous:
        return bad_input("The document has several operations: say which with `operationName`.")
    if document.has_too_many_digits():
        return bad_input("A number in the document has too many digits.")
    return None
