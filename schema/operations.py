"""Which operation of a document is meant."""

from collections.abc import Iterator

from graphql import OperationDefinitionNode
from strawberry.extensions import SchemaExtension
from structlog.contextvars import bind_contextvars

from resolvers.errors import bad_input

NAME = 100
"""Characters of an operation's name that are logged."""


class OneOperation(SchemaExtension):
    """Refuses a document of several where none is named: Strawberry would run the first."""

    def on_validate(self) -> Iterator[None]:
        execution = self.execution_context
        definitions = execution.graphql_document.definitions if execution.graphql_document else ()
        found = [node for node in definitions if isinstance(node, OperationDefinitionNode)]
        if len(found) > 1 and execution._provided_operation_name is None:
            execution.pre_execution_errors = [
                bad_input("The document has several operations: say which with `operationName`.")
            ]
        else:
            name = (execution.operation_name or "")[:NAME]
            bind_contextvars(operation=name, operation_type=execution.operation_type.value)
        yield
