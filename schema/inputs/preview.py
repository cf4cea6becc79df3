"""The input of previewProration: a field for each action that can be previewed."""

from typing import Any, TypeVar

import strawberry

from schema.actions import ROWS, ActionRow

T = TypeVar("T", bound=type)
_MAYBE: Any = strawberry.Maybe
_PREVIEWS = {row.preview: row for row in ROWS if row.preview}


def _with_previews(kind: T) -> T:
    for name, row in _PREVIEWS.items():
        kind.__annotations__[name] = _MAYBE[row.input]
        setattr(kind, name, strawberry.field(description=f"The input of the mutation `{row.mutation}`."))
    return kind


@strawberry.input(
    one_of=True, description="The change to preview, with the input of its mutation. Set exactly one."
)
@_with_previews
class SubscriptionChange:
    def action(self) -> tuple[ActionRow, Any]:
        """The action of the one field that is set, and its input."""
        for name, row in _PREVIEWS.items():
            if chosen := getattr(self, name):
                return row, chosen.value
        raise AssertionError("@oneOf lets exactly one field through")
