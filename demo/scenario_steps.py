"""The steps of a scenario, one function an action.

The last arguments are the day, the reason, and who acts: a member's name, or None for the partner's staff.
"""

from collections.abc import Awaitable, Callable
from datetime import date
from typing import TypeVar
from uuid import UUID

from actions.assign_members import AssignMembers, assign_members
from actions.cancel_add_on import CancelAddOn, cancel_add_on
from actions.cancel_subscription import CancelSubscription, cancel_subscription
from actions.change_add_ons import ChangeAddOns, change_add_ons
from actions.change_billing_model import ChangeBillingModel, change_billing_model
from actions.change_numbers import ChangeNumbers, change_numbers
from actions.change_ownership import ChangeOwnership, change_ownership
from actions.change_plan import ChangePlan, change_plan
from actions.change_quantity import ChangeQuantity, change_quantity
from actions.extend_subscription import ExtendSubscription, QuickExtension, extend_subscription
from actions.link_contract import LinkContract, link_contract
from actions.revoke_scheduled_change import RevokeScheduledChange, revoke_scheduled_change
from actions.set_auto_renewal import SetAutoRenewal, set_auto_renewal
from actions.terminate_subscription import TerminateSubscription, terminate_subscription
from actions.unassign_members import UnassignMembers, unassign_members
from actions.unlink_contract import UnlinkContract, unlink_contract
from actions.update_settings import UpdateSettings, update_settings
from demo.scenario import Created, Step
from domain.decision import Decision
from domain.periods import BillingModel
from domain.scheduling import NOW, CancellationTime, When
from models.store.locking import load_subscription
from models.store.unit_of_work import Writing

C = TypeVar("C")

AT_PERIOD_END = When(CancellationTime.END_OF_BILLING_PERIOD)


def on_day(day: date) -> When:
    return When(CancellationTime.SPECIFIC_DATE, day)


def _step(
    action: Callable[[Writing, C], Awaitable[Decision]],
    command: Callable[[Created, UUID], C],
    on: date,
    reason: str | None,
    by: str | None,
) -> Step:
    async def take(tx: Writing, created: Created, subscription_id: UUID) -> Decision:
        return await action(tx, command(created, subscription_id))

    return Step(on, take, reason, by)


def moved_to(plan: str, on: date, reason: str | None = None, by: str | None = None) -> Step:
    """An upgrade or a downgrade."""
    return _step(change_plan, lambda _, id: ChangePlan(id, plan), on, reason, by)


def licensed(
    quantity: int, on: date, reason: str | None = None, by: str | None = None, when: When = NOW
) -> Step:
    return _step(change_quantity, lambda _, id: ChangeQuantity(id, quantity, when, reason), on, reason, by)


def with_add_ons(
    quantities: dict[str, int], on: date, reason: str | None = None, by: str | None = None, when: When = NOW
) -> Step:
    add_ons = tuple(quantities.items())
    return _step(change_add_ons, lambda _, id: ChangeAddOns(id, add_ons, when, reason), on, reason, by)


def without_add_on(
    code: str, on: date, reason: str | None = None, by: str | None = None, when: When = NOW
) -> Step:
    async def take(tx: Writing, _: Created, subscription_id: UUID) -> Decision:
        subscription = await load_subscription(tx, subscription_id)
        [add_on_id] = [add_on.id for add_on in subscription.add_ons if add_on.offer.code == code]
        return await cancel_add_on(tx, CancelAddOn(add_on_id, when, reason))

    return Step(on, take, reason, by)


def with_numbers(*e164: str, on: date, reason: str | None = None, by: str | None = None) -> Step:
    def command(created: Created, subscription_id: UUID) -> ChangeNumbers:
        return ChangeNumbers(subscription_id, add=tuple(created.numbers[number] for number in e164))

    return _step(change_numbers, command, on, reason, by)


def swapped(old: str, new: str, on: date, reason: str | None = None, by: str | None = None) -> Step:
    def command(created: Created, subscription_id: UUID) -> ChangeNumbers:
        return ChangeNumbers(subscription_id, swap=((created.numbers[old], created.numbers[new]),))

    return _step(change_numbers, command, on, reason, by)


def assigned(*names: str, on: date, reason: str | None = None, by: str | None = None) -> Step:
    return _step(assign_members, lambda c, id: AssignMembers(id, c.ids(names)), on, reason, by)


def unassigned(*names: str, on: date, reason: str | None = None, by: str | None = None) -> Step:
    return _step(unassign_members, lambda c, id: UnassignMembers(id, c.ids(names)), on, reason, by)


def linked(title: str, on: date, reason: str | None = None, by: str | None = None) -> Step:
    return _step(link_contract, lambda c, id: LinkContract(id, c.contracts[title]), on, reason, by)


def unlinked(on: date, reason: str | None = None, by: str | None = None) -> Step:
    return _step(unlink_contract, lambda _, id: UnlinkContract(id), on, reason, by)


def configured(
    settings: dict[str, object], on: date, reason: str | None = None, by: str | None = None
) -> Step:
    return _step(update_settings, lambda _, id: UpdateSettings(id, settings), on, reason, by)


def billed(model: BillingModel, on: date, reason: str | None = None, by: str | None = None) -> Step:
    """Changes the billing model from the next renewal on."""
    return _step(change_billing_model, lambda _, id: ChangeBillingModel(id, model, reason), on, reason, by)


def renewing(is_on: bool, on: date, reason: str | None = None, by: str | None = None) -> Step:
    """Turns auto-renewal on or off."""
    return _step(set_auto_renewal, lambda _, id: SetAutoRenewal(id, is_on), on, reason, by)


def extended(
    extension: QuickExtension | date, on: date, reason: str | None = None, by: str | None = None
) -> Step:
    return _step(extend_subscription, lambda _, id: ExtendSubscription(id, extension), on, reason, by)


def handed_to(domain: str, on: date, reason: str | None = None, by: str | None = None) -> Step:
    """To the customer of that domain."""
    return _step(change_ownership, lambda c, id: ChangeOwnership(id, c.org_uuid(domain)), on, reason, by)


def canceled(when: When, on: date, reason: str | None = None, by: str | None = None) -> Step:
    return _step(cancel_subscription, lambda _, id: CancelSubscription(id, when, reason), on, reason, by)


def terminated(on: date, reason: str | None = None, by: str | None = None) -> Step:
    return _step(terminate_subscription, lambda _, id: TerminateSubscription(id), on, reason, by)


def revoked(on: date, reason: str | None = None, by: str | None = None) -> Step:
    """Revokes the only scheduled change."""

    async def take(tx: Writing, _: Created, subscription_id: UUID) -> Decision:
        [change] = (await load_subscription(tx, subscription_id)).scheduled
        return await revoke_scheduled_change(tx, RevokeScheduledChange(change.id))

    return Step(on, take, reason, by)
