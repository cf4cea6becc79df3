"""Documents that were asked for before are neither parsed nor validated again: clients send few kinds."""

from collections.abc import Iterator

from graphql import DocumentNode
from strawberry.extensions import SchemaExtension

from resolvers.newest import Newest

KEPT = 200
"""Documents; the one that was not asked for longest goes first."""

LONGEST = 8_000
"""Characters of a document that is kept: parsed, each takes some hundred bytes."""


class Documents:
    """The valid documents of a schema, by their text."""

    def __init__(self) -> None:
        self._valid: Newest[str, DocumentNode] = Newest(KEPT)

    def find(self, text: str | None) -> DocumentNode | None:
        return None if text is None else self._valid.get(text)

    def keep(self, text: str | None, document: DocumentNode | None) -> None:
        if text is not None and document is not None and len(text) <= LONGEST:
            self._valid.put(text, document)


class KnownDocuments(SchemaExtension):
    """What an operation asks for is still measured each time: it depends on the variables too."""

    def __init__(self, documents: Documents) -> None:
        self._documents = documents
        self._known: DocumentNode | None = None

    def on_parse(self) -> Iterator[None]:
        self._known = self._documents.find(self.execution_context.query)
        if self._known:
            self.execution_context.graphql_document = self._known
        yield

    def on_validate(self) -> Iterator[None]:
        execution = self.execution_context
        if self._known:
            execution.validation_rules = ()
        yield
        if not self._known and not execution.pre_execution_errors:
            self._documents.keep(execution.query, execution.graphql_document)
