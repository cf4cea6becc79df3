"""The fields at the root of a query: where reading starts."""

from typing import Any

from graphql import get_named_type

from resolvers import fields as a
from resolvers.plan.compiler import Compilation, FieldRequest, Source
from resolvers.plan.errors import UnservedError
from resolvers.plan.fields import found, found_all, paged
from resolvers.plan.object_fields import completed
from resolvers.plan.output import Json

ROOT = Source("root")


def answer_of(c: Compilation, kind: Any, nodes: Any, path: str = "") -> Json:
    """What the nodes select of the root, or of who asks."""
    return c.display(
        kind, nodes, lambda key, name, same: _field(c, c.asked(kind, name, same, ROOT), path + key)
    )


def _field(c: Compilation, asked: FieldRequest, path: str) -> Json:
    if isinstance(asked.answer, a.Paged):
        return paged(c, asked)
    if isinstance(asked.answer, a.Found):
        return found(c, asked, path)
    if isinstance(asked.answer, a.FoundAll):
        return found_all(c, asked, path)
    if isinstance(asked.answer, a.Viewing):
        return answer_of(c, get_named_type(asked.field.type), asked.nodes, f"{path}.")
    if isinstance(asked.answer, a.Stored):
        return completed(c, asked.field.type, f"context.principal.{asked.answer.column}", asked.nodes)
    if isinstance(asked.answer, a.Called | a.Derived):
        return completed(c, asked.field.type, c.single(asked), asked.nodes)
    raise UnservedError(f"{asked.kind.name}: {type(asked.answer).__name__}")
