"""The JSON of a value that Python made: what computed fields and previews answer."""

from typing import Any

from graphql import (
    get_nullable_type,
    is_leaf_type,
    is_list_type,
    is_non_null_type,
    is_object_type,
)

from resolvers import fields as a
from resolvers.plan.compiler import Compilation, FieldRequest, Nodes, Source
from resolvers.plan.errors import UnservedError
from resolvers.plan.output import Json, text


def completed(c: Compilation, kind: Any, source: str, nodes: Nodes) -> Json:
    """What the source gives as the type answers it, with what the nodes select of it."""
    inner: Any = get_nullable_type(kind)
    name = c.variable()
    if is_leaf_type(inner):
        shape = text(f"dumped({c.constant(inner.serialize)}({name}))")
    elif is_list_type(inner):
        item = c.variable()
        each = completed(c, inner.of_type, item, nodes)
        shape = Json("[%s]", (f"','.join([{each.source} for {item} in {name}])",))
    elif is_object_type(inner):
        shape = _object(c, inner, nodes, Source(name))
    else:
        raise UnservedError(str(inner))
    value = f"given({source})" if is_non_null_type(kind) else source
    return text(f"shown({value}, lambda {name}: {shape.source})")


def _object(c: Compilation, kind: Any, nodes: Nodes, subject: Source) -> Json:
    return c.display(kind, nodes, lambda _, name, same: object_field(c, c.asked(kind, name, same, subject)))


def object_field(c: Compilation, asked: FieldRequest) -> Json:
    """Raises UnservedError for what an object cannot answer."""
    answer, name = asked.answer, asked.subject.name
    if isinstance(answer, a.Stored):
        source = f"{name}.{answer.column}"
    elif isinstance(answer, a.Computed | a.Amount | a.Parts | a.LastDay | a.GlobalId):
        source = f"{c.constant(answer)}.answer({name}, context)"
    else:
        raise UnservedError(f"{asked.kind.name}: {type(answer).__name__}")
    return completed(c, asked.field.type, source, asked.nodes)
