"""The steps of a story, one function a verb: each takes the action itself."""

from datetime import date
from uuid import UUID

from actions.change_plan import ChangePlan, change_plan
from actions.transaction import Transaction
from demo.story import Cast, Step
from domain.decision import Decision


def moved_to(plan: str, on: date, reason: str | None = None, by: str | None = None) -> Step:
    """An upgrade or a downgrade."""

    async def take(tx: Transaction, _: Cast, subscription_id: UUID) -> Decision:
        return await change_plan(tx, ChangePlan(subscription_id, plan))

    return Step(on, take, reason, by)
