"""Valid values and nearly valid ones. Other values would be refused before they reach our code."""

from graphql import (
    DocumentNode,
    GraphQLID,
    GraphQLSchema,
    NameNode,
    ObjectFieldNode,
    ObjectValueNode,
    StringValueNode,
    TypeInfo,
    TypeInfoVisitor,
    Visitor,
    get_named_type,
    parse,
    print_ast,
    visit,
)
from hypothesis import strategies as st
from schemathesis import graphql

TEXTS = ["", " ", "0", "x" * 300, "\0", "\u202e", "é", "😀", "'; --", "%s", "{}", "../..", "<b>"]
DAYS = ["2021-06-16", "0001-01-01", "9999-12-31", "2021-02-30", "2021-11-16", "now"]
INSTANTS = ["2021-06-16T09:00:00+08:00", "0001-01-01T00:00:00Z", "9999-12-31T23:59:59Z", "2021-06-16T25:00Z"]
AMOUNTS = ["0", "1", "-1", "1.23", "370.00", "1e400", "NaN", "0.001", "9" * 40, "99999999999999.99"]
CODES = ["USD", "JPY", "usd", "XXX", ""]
UUIDS = ["6f9619ff-8b86-d011-b42d-00c04fc964ff", "00000000-0000-0000-0000-000000000000", "x"]


def register_scalars() -> None:
    """Registers the scalars of our schema with schemathesis."""
    odd = st.sampled_from(TEXTS)
    for name, likely in (
        ("Date", DAYS),
        ("DateTime", INSTANTS),
        ("Decimal", AMOUNTS),
        ("CurrencyCode", CODES),
        ("UUID", UUIDS),
    ):
        graphql.scalar(name, (st.sampled_from(likely) | odd).map(graphql.nodes.String))
    graphql.scalar("JSON", odd.map(_object))


def _object(text: str) -> ObjectValueNode:
    field = ObjectFieldNode(name=NameNode(value="a"), value=StringValueNode(value=text))
    return ObjectValueNode(fields=(field,))


class _RealIds(Visitor):
    def __init__(self, info: TypeInfo, ids: tuple[str, ...]) -> None:
        super().__init__()
        self._info, self._ids = info, ids

    def enter_string_value(self, node: StringValueNode, *_: object) -> StringValueNode | None:
        kind = self._info.get_input_type()
        chosen = sum(node.value.encode(errors="replace"))  # the same for the same document
        if kind and get_named_type(kind) is GraphQLID and chosen % 4:
            return StringValueNode(value=self._ids[chosen % len(self._ids)])
        return None


def with_real_ids(text: str, schema: GraphQLSchema, ids: tuple[str, ...]) -> str:
    """The document with three of four ids replaced by ids of existing objects."""
    info = TypeInfo(schema)
    document: DocumentNode = visit(parse(text), TypeInfoVisitor(info, _RealIds(info, ids)))
    return print_ast(document)
