"""Each action as a person might ask for it: one valid request, made of what a subscription holds."""

from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import date

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
from domain.contracts import Contract, ContractStatus
from domain.decision import Decision
from domain.lifecycle import Action
from domain.periods import BillingCycle
from domain.stock import Stock
from domain.subscription import Subscription
from domain.timing import NOW, When
from tests.builders import BUSINESS, FAX, GLOBEX, QUARTERLY, RECORDING, day, ids, number, uid

OFFERS = {"REC": RECORDING, "FAX": FAX}
BUSINESS_WITH_ALL = replace(BUSINESS, add_ons=OFFERS)
QUICK = extend_subscription.QuickExtension(1, BillingCycle.YEARLY)


def ask(action: Action, held: Subscription, today: date) -> Decision:
    """What becomes of the request."""
    return _REQUESTS[action](held, today)


def ask_for(when: When, action: Action, held: Subscription, today: date) -> Decision:
    """The same, of the actions that take effect when one says so."""
    return _TIMED[action](held, when, today)


def _assign(held: Subscription, today: date) -> Decision:
    command = assign_members.AssignMembers(held.id, (uid(5),))
    return assign_members.decide(held, command, {uid(5): "Bob"}, today)


def _unassign(held: Subscription, today: date) -> Decision:
    command = unassign_members.UnassignMembers(held.id, tuple(held.assignees))
    return unassign_members.decide(held, command, today)


def _link(held: Subscription, today: date) -> Decision:
    contract = Contract(uid(71), "C-8", held.customer.id, ContractStatus.ACTIVE, day("2020-01-01"), None)
    return link_contract.decide(held, contract, today)


def _swap(held: Subscription, today: date) -> Decision:
    swap = tuple((old.id, uid(5000 + 90 + at)) for at, old in enumerate(held.numbers))
    stock = Stock({new: (number(new.int - 5000), True) for _, new in swap})
    return change_numbers.decide(held, change_numbers.ChangeNumbers(held.id, swap), stock, today)


def _revoke(held: Subscription, today: date) -> Decision:
    change_id = held.scheduled[0].id if held.scheduled else uid(1)
    command = revoke_scheduled_change.RevokeScheduledChange(change_id)
    return revoke_scheduled_change.decide(held, command, today)


def _cancel_add_on(held: Subscription, when: When, today: date) -> Decision:
    add_on_id = held.add_ons[0].id if held.add_ons else uid(1)
    return cancel_add_on.decide(held, cancel_add_on.CancelAddOn(add_on_id, when), today, ids())


def _fewer_add_ons(held: Subscription, when: When, today: date) -> Decision:
    command = change_add_ons.ChangeAddOns(held.id, (("REC", 1),), when)
    return change_add_ons.decide(held, command, today, ids())


def _fewer_licences(held: Subscription, when: When, today: date) -> Decision:
    command = change_quantity.ChangeQuantity(held.id, held.quantity - 1, when)
    return change_quantity.decide(held, command, today, ids())


def _cancel(held: Subscription, when: When, today: date) -> Decision:
    command = cancel_subscription.CancelSubscription(held.id, when)
    return cancel_subscription.decide(held, command, today, ids())


_TIMED: Mapping[Action, Callable[[Subscription, When, date], Decision]] = {
    Action.CANCEL_ADD_ON: _cancel_add_on,
    Action.CHANGE_ADD_ONS: _fewer_add_ons,
    Action.CHANGE_QUANTITY: _fewer_licences,
    Action.CANCEL: _cancel,
}

_REQUESTS: Mapping[Action, Callable[[Subscription, date], Decision]] = {
    Action.CHANGE_OWNERSHIP: lambda held, today: change_ownership.decide(held, GLOBEX, today),
    Action.ASSIGN_MEMBERS: _assign,
    Action.UNASSIGN_MEMBERS: _unassign,
    Action.LINK_CONTRACT: _link,
    Action.UNLINK_CONTRACT: unlink_contract.decide,
    Action.CHANGE_PLAN: lambda held, today: change_plan.decide(held, BUSINESS_WITH_ALL, today),
    Action.CHANGE_ADD_ONS: lambda held, today: _fewer_add_ons(held, NOW, today),
    Action.CANCEL_ADD_ON: lambda held, today: _cancel_add_on(held, NOW, today),
    Action.CHANGE_NUMBERS: _swap,
    Action.CHANGE_QUANTITY: lambda held, today: _fewer_licences(held, NOW, today),
    Action.CHANGE_BILLING_MODEL: lambda held, today: change_billing_model.decide(
        held, change_billing_model.ChangeBillingModel(held.id, QUARTERLY), today, ids()
    ),
    Action.SET_AUTO_RENEWAL: lambda held, today: set_auto_renewal.decide(
        held, set_auto_renewal.SetAutoRenewal(held.id, not held.auto_renewal), today
    ),
    Action.EXTEND: lambda held, today: extend_subscription.decide(
        held, extend_subscription.ExtendSubscription(held.id, QUICK), today
    ),
    Action.CANCEL: lambda held, today: _cancel(held, NOW, today),
    Action.TERMINATE: terminate_subscription.decide,
    Action.REVOKE_SCHEDULED_CHANGE: _revoke,
    Action.UPDATE_SETTINGS: lambda held, today: update_settings.decide(
        held, update_settings.UpdateSettings(held.id, {"theme": "dark"}), today
    ),
}
