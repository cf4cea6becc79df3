"""One valid request of each action, for a given subscription."""

from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import date
from typing import Any
from uuid import UUID

from actions import (
    assign_members,
    cancel_add_on,
    cancel_subscription,
    change_add_ons,
    change_billing_model,
    change_numbers,
    change_ownership,
    change_plan,
    change_quantity,
    extend_subscription,
    link_contract,
    revoke_scheduled_change,
    set_auto_renewal,
    terminate_subscription,
    unassign_members,
    unlink_contract,
    update_settings,
)
from domain.decision import Decision
from domain.lifecycle import Action
from domain.periods import BillingCycle
from domain.scheduling import NOW, When
from domain.subscription import Contract, ContractStatus, NumberPool, Subscription
from tests.builders import BUSINESS, FAX, GLOBEX, QUARTERLY, RECORDING, day, ids, number, uid

OFFERS = {"REC": RECORDING, "FAX": FAX}
BUSINESS_WITH_ALL = replace(BUSINESS, add_ons=OFFERS)
QUICK = extend_subscription.QuickExtension(1, BillingCycle.YEARLY)


def ask(action: Action, held: Subscription, today: date, when: When = NOW) -> Decision:
    """The decision; `when` counts for the actions that have a time."""
    return _TIMED[action](held, today, when) if action in _TIMED else _OTHERS[action](held, today)


def _swap(held: Subscription, today: date) -> Decision:
    swap = tuple((old.id, uid(5000 + 90 + at)) for at, old in enumerate(held.numbers))
    stock = NumberPool({new: (number(new.int - 5000), True) for _, new in swap})
    return change_numbers.decide(held, change_numbers.ChangeNumbers(held.id, swap), stock, today)


def _link(held: Subscription, today: date) -> Decision:
    contract = Contract(uid(71), "C-8", held.customer.id, ContractStatus.ACTIVE, day("2020-01-01"), None)
    return link_contract.decide(held, contract, today)


def _first(held: tuple[Any, ...]) -> UUID:
    return held[0].id if held else uid(1)


_TIMED: Mapping[Action, Callable[[Subscription, date, When], Decision]] = {
    Action.CANCEL_ADD_ON: lambda held, today, when: cancel_add_on.decide(
        held, cancel_add_on.CancelAddOn(_first(held.add_ons), when), today, ids()
    ),
    Action.CHANGE_ADD_ONS: lambda held, today, when: change_add_ons.decide(
        held, change_add_ons.ChangeAddOns(held.id, (("REC", 1),), when), today, ids()
    ),
    Action.CHANGE_QUANTITY: lambda held, today, when: change_quantity.decide(
        held, change_quantity.ChangeQuantity(held.id, held.quantity - 1, when), today, ids()
    ),
    Action.CANCEL: lambda held, today, when: cancel_subscription.decide(
        held, cancel_subscription.CancelSubscription(held.id, when), today, ids()
    ),
}
_OTHERS: Mapping[Action, Callable[[Subscription, date], Decision]] = {
    Action.CHANGE_OWNERSHIP: lambda held, today: change_ownership.decide(held, GLOBEX, today),
    Action.ASSIGN_MEMBERS: lambda held, today: assign_members.decide(
        held, assign_members.AssignMembers(held.id, (uid(5),)), {uid(5): "Bob"}, today
    ),
    Action.UNASSIGN_MEMBERS: lambda held, today: unassign_members.decide(
        held, unassign_members.UnassignMembers(held.id, tuple(held.assignees)), today
    ),
    Action.LINK_CONTRACT: _link,
    Action.UNLINK_CONTRACT: unlink_contract.decide,
    Action.CHANGE_PLAN: lambda held, today: change_plan.decide(held, BUSINESS_WITH_ALL, today),
    Action.CHANGE_NUMBERS: _swap,
    Action.CHANGE_BILLING_MODEL: lambda held, today: change_billing_model.decide(
        held, change_billing_model.ChangeBillingModel(held.id, QUARTERLY), today, ids()
    ),
    Action.SET_AUTO_RENEWAL: lambda held, today: set_auto_renewal.decide(
        held, set_auto_renewal.SetAutoRenewal(held.id, not held.auto_renewal), today
    ),
    Action.EXTEND: lambda held, today: extend_subscription.decide(
        held, extend_subscription.ExtendSubscription(held.id, QUICK), today
    ),
    Action.TERMINATE: terminate_subscription.decide,
    Action.REVOKE_SCHEDULED_CHANGE: lambda held, today: revoke_scheduled_change.decide(
        held, revoke_scheduled_change.RevokeScheduledChange(_first(held.scheduled)), today
    ),
    Action.UPDATE_SETTINGS: lambda held, today: update_settings.decide(
        held, update_settings.UpdateSettings(held.id, {"theme": "dark"}), today
    ),
}
