"""Change the plan within the product. Source: rules §3, §4.4.

A higher rank is an upgrade, charged for the rest of the term; a lower one is not refunded.
"""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date
from uuid import UUID

from domain import provisioning
from domain.availability import check_open
from domain.catalogue import Plan
from domain.charges import check_offered, plan_item, rest_of_term_line
from domain.credits import plan_credits
from domain.decision import Decision
from domain.errors import ErrorCode, LifecycleError, required
from domain.lifecycle import Action
from domain.lines import ChargeKind, Line
from domain.policy import UpgradeBasis
from domain.subscription import Subscription
from models.store.subscription import load_subscription_and_plan
from models.store.unit_of_work import Transaction


@dataclass(frozen=True)
class ChangePlan:
    subscription_id: UUID
    plan_code: str
    expected_version: int | None = None


async def change_plan(tx: Transaction, command: ChangePlan) -> Decision:
    subscription, plan = await load_subscription_and_plan(
        tx, command.subscription_id, command.plan_code, command.expected_version
    )
    return decide(subscription, plan, tx.today(subscription.customer.time_zone))


def decide(subscription: Subscription, plan: Plan | None, today: date) -> Decision:
    """`plan` is the one asked for. Raises NOT_FOUND, SAME_PLAN, NOT_OFFERED, and what the status refuses."""
    check_open(subscription, Action.CHANGE_PLAN, today)
    target = required(plan, "plan", "planCode")
    after = _on_plan(subscription, target)
    is_upgrade = target.rank > subscription.plan.rank
    charged = is_upgrade and not subscription.is_trial
    verb = "Upgraded" if is_upgrade else "Downgraded"
    return Decision(
        action=Action.CHANGE_PLAN,
        effective_on=today,
        before=subscription,
        after=after,
        summary=f"{verb} from {subscription.plan.name} to {target.name}.",
        lines=tuple(upgrade_lines(subscription, target, today)) if charged else (),
        provisioning=(provisioning.change_plan(subscription, after),),
    )


def upgrade_lines(subscription: Subscription, target: Plan, today: date) -> Iterator[Line]:
    """The new plan for the rest of the term; on the DIFFERENCE basis less what is unused of the old."""
    upgrade = rest_of_term_line(
        subscription, ChargeKind.UPGRADE, plan_item(target), target, subscription.quantity, today
    )
    yield upgrade
    if subscription.customer.policy.upgrade_basis is UpgradeBasis.DIFFERENCE:
        yield from plan_credits(subscription, today, limit=upgrade.amount)


def _on_plan(subscription: Subscription, target: Plan) -> Subscription:
    if target.id == subscription.plan.id:
        raise LifecycleError(ErrorCode.SAME_PLAN, f"The plan is {target.name} already.", "planCode")
    if target.product_id != subscription.plan.product_id:
        raise _not_offered(f"{target.name} belongs to another product.")
    missing = [a.offer.name for a in subscription.add_ons if a.offer.code not in target.add_ons]
    if missing:
        raise _not_offered(f"{target.name} does not offer: {', '.join(missing)}. Cancel these add-ons first.")
    add_ons = tuple(replace(a, offer=target.add_ons[a.offer.code]) for a in subscription.add_ons)
    after = replace(subscription, plan=target, add_ons=add_ons)
    check_offered(after, "planCode")
    return after


def _not_offered(message: str) -> LifecycleError:
    return LifecycleError(ErrorCode.NOT_OFFERED, message, "planCode")
