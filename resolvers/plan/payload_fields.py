"""The fields of a mutation's payload: rows that it made or changed, and what Python says of it."""

from typing import Any

from resolvers import fields as a
from resolvers.plan.compiler import Compilation, FieldRequest, Nodes, Source
from resolvers.plan.fields import all_made, made
from resolvers.plan.object_fields import object_field
from resolvers.plan.output import Json

PAYLOAD = Source("root")


def payload_of(c: Compilation, kind: Any, nodes: Nodes) -> Json:
    """What the nodes select of a payload."""
    return c.display(kind, nodes, lambda _, name, same: _field(c, c.asked(kind, name, same, PAYLOAD)))


def _field(c: Compilation, asked: FieldRequest) -> Json:
    if isinstance(asked.answer, a.Made):
        return made(c, asked)
    if isinstance(asked.answer, a.MadeAll):
        return all_made(c, asked)
    return object_field(c, asked)
