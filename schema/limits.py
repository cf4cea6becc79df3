"""How much one operation may ask for: refused before it is validated, and so before it costs anything."""

from collections.abc import Iterator
from contextvars import ContextVar
from dataclasses import dataclass
from typing import Any

from graphql import FragmentDefinitionNode, GraphQLSchema, GraphQLSyntaxError, get_operation_ast, parse
from strawberry.extensions import SchemaExtension

from resolvers.context import Context
from resolvers.errors import RequestError, RequestErrorCode
from schema.cost import Size
from schema.known_sizes import KnownSizes


@dataclass(frozen=True)
class Limits:
    """The most that is allowed, each bound included; server/settings.py says what each counts."""

    max_body_bytes: int
    max_tokens: int
    max_fragments: int
    max_depth: int
    max_aliases: int
    max_directives: int
    max_root_fields: int
    max_cost: int

    def check(self, size: Size) -> None:
        """Raises LIMIT_EXCEEDED for an operation of more than is allowed."""
        self.check_each(
            ("max_root_fields", size.fields, "fields at the root"),
            ("max_depth", size.depth, "levels of fields"),
            ("max_aliases", size.aliases, "aliases"),
            ("max_directives", size.directives, "directives"),
            ("max_cost", size.cost, "points of cost"),
        )

    def check_each(self, *counts: tuple[str, int, str]) -> None:
        """Raises LIMIT_EXCEEDED where more was found than that limit allows, of what was counted."""
        for limit, found, counted in counts:
            maximum: int = getattr(self, limit)
            if found > maximum:
                raise too_much(limit, maximum, f"The operation has {found} {counted}")


SPENT: ContextVar[bool] = ContextVar("spent", default=False)
"""Whether the operation at hand has been paid for."""


def too_much(limit: str, maximum: int, what: str) -> RequestError:
    """`limit` is the setting's name, `what` what was counted."""
    error = RequestError(
        RequestErrorCode.LIMIT_EXCEEDED,
        f"{what}, and at most {maximum} are allowed here. Ask for less at a time.",
    )
    error.extensions = (error.extensions or {}) | {"limit": limit.upper(), "maximum": maximum}
    return error


class OperationLimits(SchemaExtension):
    """Measures each operation, refuses what is too large, and spends its cost."""

    def __init__(self, limits: Limits, sizes: KnownSizes) -> None:
        self._limits, self._sizes = limits, sizes
        self._size: Size | None = None

    def on_parse(self) -> Iterator[None]:
        execution, most = self.execution_context, self._limits.max_tokens
        if execution.query and execution.graphql_document is None:
            try:
                execution.graphql_document = parse(execution.query, max_tokens=most)
            except GraphQLSyntaxError as error:
                if f"more than {most} tokens" in error.message:
                    raise too_much("max_tokens", most, f"The document has more than {most} tokens") from error
        yield

    def on_validate(self) -> Iterator[None]:
        self._size = self._measured()
        self._limits.check(self._size)
        if not SPENT.get():
            context: Context = self.execution_context.context
            context.spend(self._size.cost)
        yield

    def get_results(self) -> dict[str, Any]:
        return {"cost": self._size.cost} if self._size else {}

    def _measured(self) -> Size:
        execution = self.execution_context
        document = execution.graphql_document
        operation = document and get_operation_ast(document, execution.operation_name)
        if not document or not operation:
            return Size()
        fragments = [each for each in document.definitions if isinstance(each, FragmentDefinitionNode)]
        self._limits.check_each(("max_fragments", len(fragments), "fragments"))
        schema: GraphQLSchema = execution.schema._schema
        try:
            variables = execution.variables or {}
            return self._sizes.measure(execution.query or "", schema, document, operation, variables)
        except RecursionError as error:
            raise too_much("max_depth", self._limits.max_depth, "The fields are nested too deeply") from error
