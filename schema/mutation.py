"""The root of changing: an input, a permission, one line to the code that runs it."""

from typing import TypeVar

import strawberry

from actions.change_plan import change_plan
from actions.create_subscription import create_subscription
from domain.errors import LifecycleError
from resolvers.context import Info
from resolvers.lifecycle import Action, LifecycleInput, run
from schema.inputs.lifecycle import ChangePlanInput, CreateSubscriptionInput
from schema.permissions import ACTING, require
from schema.setup_mutation import SetupMutation
from schema.types.payloads import SubscriptionPayload, refused

C = TypeVar("C")


async def _run(info: Info, action: Action[C], data: LifecycleInput[C]) -> SubscriptionPayload:
    require(info, ACTING)
    try:
        outcome = await run(info.context, action, data, str(info.path.key))
    except LifecycleError as error:
        return refused(error)
    return SubscriptionPayload(outcome=outcome, user_errors=[])


@strawberry.type
class Mutation(SetupMutation):
    @strawberry.mutation
    async def create_subscription(self, info: Info, input: CreateSubscriptionInput) -> SubscriptionPayload:
        return await _run(info, create_subscription, input)

    @strawberry.mutation
    async def change_plan(self, info: Info, input: ChangePlanInput) -> SubscriptionPayload:
        return await _run(info, change_plan, input)
