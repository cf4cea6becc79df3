"""Declares fields of types: each with its type and with how it is answered."""

from collections.abc import Awaitable, Callable, Iterable, Mapping
from inspect import Parameter, Signature, signature
from operator import attrgetter
from typing import Annotated, Any, Generic, TypeVar
from uuid import UUID

import strawberry

from resolvers import fields as kinds
from resolvers.context import Context, Info
from resolvers.edges import Edge, Entity
from resolvers.loaders import Loaders, Record
from resolvers.paging import page_of
from resolvers.selection import Selection

T = TypeVar("T")
_NOTHING: Mapping[str, Any] = {}

First = Annotated[
    int | None,
    strawberry.argument(
        description="Number of entries from the start, 0 to 100. Default: 20 if `last` is also absent. "
        "BAD_USER_INPUT together with `last`."
    ),
]
After = Annotated[
    str | None,
    strawberry.argument(
        description="Only entries after this cursor, which the same list returned. BAD_USER_INPUT for an "
        "invalid cursor."
    ),
]
Last = Annotated[
    int | None,
    strawberry.argument(
        description="Number of entries from the end, 0 to 100. BAD_USER_INPUT together with `first`."
    ),
]
Before = Annotated[
    str | None,
    strawberry.argument(
        description="Only entries before this cursor, which the same list returned. BAD_USER_INPUT for an "
        "invalid cursor."
    ),
]
InputOf = Annotated[
    T,
    strawberry.argument(description="The values of the mutation. Each text has at most 10,000 characters."),
]


def argument(name: str, annotation: Any) -> Parameter:
    """An argument that may be left out."""
    return Parameter(name, Parameter.KEYWORD_ONLY, default=None, annotation=annotation)


PAGING = (
    argument("first", First),
    argument("after", After),
    argument("last", Last),
    argument("before", Before),
)


def declared(
    answer: kinds.Answer,
    arguments: Iterable[Parameter] = (),
    metadata: Mapping[str, Any] = _NOTHING,
    **options: Any,
) -> Any:
    """A field with that answer."""

    def resolve(root: Any, info: Info, **values: Any) -> Any:
        return answer.answer(root, info.context, **values)

    own = list(arguments)
    first = Parameter("root", Parameter.POSITIONAL_OR_KEYWORD)
    second = Parameter("info", Parameter.POSITIONAL_OR_KEYWORD, annotation=Info)
    resolve.__signature__ = Signature([first, second, *own])  # type: ignore[attr-defined]  # Strawberry reads it
    resolve.__annotations__ = {"info": Info} | {each.name: each.annotation for each in own}
    return strawberry.field(resolver=resolve, metadata={"answer": answer, **metadata}, **options)


@strawberry.interface(description="An object with a global id. `node` finds it again.")
class Node:
    id: strawberry.ID = declared(
        kinds.Column("id", kinds.global_id), description="Opaque, stable and unique across all types."
    )

    @classmethod
    def resolve_type(cls, value: Record, _info: object, _type: object) -> str:
        return value.entity.name

    @classmethod
    def is_type_of(cls, _value: object, _info: object) -> bool:
        # Rows come from declared edges, whose target is the type of the field.
        return True


@strawberry.type(description="The position of a page in its list, as in Relay's connection specification.")
class PageInfo:
    has_next_page: bool = strawberry.field(
        description="Whether there are entries after this page. When paging backwards: whether `before` "
        "was given."
    )
    has_previous_page: bool = strawberry.field(
        description="Whether there are entries before this page. When paging forwards: whether `after` was "
        "given."
    )
    start_cursor: str | None = strawberry.field(
        description="The first entry's cursor, for `before`. Null for an empty page."
    )
    end_cursor: str | None = strawberry.field(
        description="The last entry's cursor, for `after`. Null for an empty page."
    )


@strawberry.type(name="Edge", description="One entry of a page, as in Relay's connection specification.")
class EdgeOf(Generic[T]):
    cursor: str = strawberry.field(
        description="The position of the entry in this list and order. Opaque, and valid after inserts and "
        "deletes."
    )
    node: T = strawberry.field(description="The entry.")


@strawberry.type(
    name="Connection",
    description="One page of a list, as in Relay's connection specification.",
)
class Connection(Generic[T]):
    edges: list[EdgeOf[T]] = strawberry.field(
        description="The entries of this page, in the order of the list. Paging backwards does not reverse "
        "them.",
        metadata={"cost": 0},
    )
    nodes: list[T] = strawberry.field(
        description="The entries of this page without cursors, in the order of `edges`."
    )
    page_info: PageInfo = strawberry.field(
        description="The position of the page, with the cursors for the next and previous pages."
    )

    @strawberry.field(description="The number of entries on all pages. Counted only when requested.")
    async def total_count(self: Any) -> int:
        return int(await self.total())


def _parameters(select: Callable[..., Any] | None) -> list[Parameter]:
    return list(signature(select).parameters.values()) if select else []


def one(edge: Edge, description: str, missing: Callable[[], Exception] | None = None) -> Any:
    """The one row at the edge's other end; null if the viewer may see none."""
    return declared(kinds.One(edge, missing), description=description)


def many(edge: Edge, description: str, select: Callable[..., Selection] | None = None) -> Any:
    """All rows at the edge's other end, for short lists."""
    return declared(kinds.Many(edge, select), _parameters(select), description=description)


def paged(edge: Edge, select: Callable[..., Selection], description: str) -> Any:
    """The rows at the edge's other end, in pages; `select` takes the field's arguments."""
    return declared(kinds.Page(edge, select), _parameters(select), description=description)


def connection(edge: Edge, description: str) -> Any:
    """The rows at the edge's other end, in pages, in the edge's own order."""

    def select(**paging: Any) -> Selection:
        return Selection(edge, edge.order, page_of(**paging))

    return declared(kinds.Page(edge, select), PAGING, description=description)


def lookup(select: Callable[..., Selection | None], description: str) -> Any:
    """The row that `select` chooses by the context and the field's arguments; null if there is none."""
    return declared(kinds.One(select), _parameters(select)[1:], description=description)


def lookups(references: Callable[..., Any], graphql_type: Any, description: str) -> Any:
    """The rows of `references`, which takes the arguments; null for each that the viewer may not see."""
    answer = kinds.Many(references)
    return declared(answer, _parameters(references), description=description, graphql_type=graphql_type)


def payload_row(entity: Entity, description: str, key: Callable[[Any], Any] = attrgetter("key")) -> Any:
    """The row that the mutation made or changed, by its key in the payload; null without a key."""

    def read(payload: Any) -> tuple[Any, ...]:
        value = key(payload)
        return () if value is None else (value,)

    return declared(kinds.One(kinds.Keys(entity, read)), description=description)


def payload_rows(entity: Entity, description: str, keys: Callable[[Any], Any] = attrgetter("keys")) -> Any:
    """The rows that the mutation made, by their keys in the payload."""
    return declared(kinds.Many(kinds.Keys(entity, keys)), description=description)


def column(name: str, description: str) -> Any:
    """A column under another name than the field's."""
    return declared(kinds.Column(name), description=description)


def last_day(column: str, description: str) -> Any:
    """The inclusive last day before the exclusive one in the column."""
    return declared(kinds.Column(column, kinds.last_day), description=description)


def amount(column: str, description: str, *, secret: bool = False) -> Any:
    """A column of minor units as money; a secret one is null on the customer's side."""
    convert = kinds.secret_amount if secret else kinds.amount
    return declared(kinds.Column(column, convert), description=description)


def parts(kind: Callable[..., Any], fields: Mapping[str, str | kinds.Column], description: str) -> Any:
    """An object whose fields are columns of the row. A string names a column that is not converted."""
    columns = {name: kinds.Column(part) if isinstance(part, str) else part for name, part in fields.items()}

    def make(row: Any, context: Context) -> Any:
        return kind(**{name: column.answer(row, context) for name, column in columns.items()})

    return declared(kinds.Object(make, columns), description=description)


def computed(*columns: str, description: str, graphql_type: Any = None) -> Any:
    """Decorates a function of the row and the context. It reads those columns; without names, any column."""

    def field(compute: Callable[[Any, Context], Any]) -> Any:
        answer = kinds.Computed(compute, columns or None)
        return declared(answer, description=description, graphql_type=graphql_type or _returned(compute))

    return field


def _returned(compute: Callable[..., Any]) -> Any:
    return compute.__annotations__["return"]


def itself(description: str) -> Any:
    """An object of another type whose fields are answered from the same row."""
    return declared(kinds.Object(lambda row, _: row), description=description)


def derived(
    column: str,
    load: Callable[[Loaders, UUID], Awaitable[Any]],
    *columns: str,
    description: str,
    graphql_type: Any = None,
) -> Any:
    """Decorates a function of the row, a loaded value and the context.

    `load` loads the value for the key in `column`. The function reads `columns` of the row.
    """

    def field(compute: Callable[[Any, Any, Context], Any]) -> Any:
        answer = kinds.Computed(compute, columns, column, load)
        return declared(answer, description=description, graphql_type=graphql_type or _returned(compute))

    return field


def principal(description: str) -> Any:
    """The principal of the request."""
    return declared(kinds.Object(kinds.viewer), description=description)


def called(call: Callable[..., Awaitable[Any]], description: str, **metadata: Any) -> Any:
    """The result of `call` with the context and the field's arguments."""
    answer = kinds.Called(call)
    return declared(answer, _parameters(call)[1:], description=description, metadata=metadata)
