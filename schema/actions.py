"""Which action each input of a lifecycle mutation is for."""

from typing import Any

from actions.change_plan import change_plan
from actions.create_subscription import create_subscription
from resolvers.lifecycle import Action
from schema.inputs.lifecycle import SubscriptionChange

PREVIEWABLE: dict[str, Action[Any]] = {
    "create": create_subscription,
    "change_plan": change_plan,
}
"""By the field of SubscriptionChange."""


def preview_of(change: SubscriptionChange) -> tuple[Action[Any], Any]:
    """The action that the one given field stands for, and its input."""
    for name, action in PREVIEWABLE.items():
        if given := getattr(change, name):
            return action, given.value
    raise AssertionError("@oneOf lets exactly one field through")
