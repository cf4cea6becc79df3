"""The root type of mutations. Each row of `actions.py` is one of its fields."""

from typing import Any, TypeVar

import strawberry

from domain.errors import LifecycleError
from resolvers.context import Info
from resolvers.run import run
from schema.actions import ROWS, ActionRow
from schema.fields import InputOf
from schema.setup_mutation import SetupMutation
from schema.types.payloads import SubscriptionPayload, refused
from schema.webhook_mutation import WebhookMutation

T = TypeVar("T", bound=type)
_INPUT_OF: Any = InputOf


def _field(row: ActionRow) -> Any:
    async def resolve(info: Info, input: Any) -> SubscriptionPayload:
        try:
            outcome = await run(info.context, row.shell, input, str(info.path.key))
        except LifecycleError as error:
            return refused(error)
        return SubscriptionPayload(outcome=outcome)

    resolve.__annotations__["input"] = _INPUT_OF[row.input]
    return strawberry.mutation(resolver=resolve, description=row.description)


def _with_actions(kind: T) -> T:
    for row in ROWS:
        setattr(kind, row.shell.__name__, _field(row))
    return kind


@strawberry.type(
    description="Changes. The fields of one operation run in order, and each succeeds or fails as a unit. "
    "For permissions see docs/guide/roles.md."
)
@_with_actions
class Mutation(SetupMutation, WebhookMutation):
    pass
