"""Any valid request for a subscription, for property tests."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from functools import partial
from inspect import signature
from typing import Any
from uuid import UUID

from hypothesis import strategies as st

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
from domain.catalogue import Plan
from domain.decision import Decision
from domain.lifecycle import Action
from domain.periods import BillingCycle, BillingModel
from domain.scheduling import NOW, When
from domain.subscription import Contract, ContractStatus, Customer, Number, NumberPool, Subscription
from tests.builders import AT_END, MONTHLY, QUARTERLY, YEARLY, day, on, uid

Request = Callable[[], Decision]
Arguments = tuple[Any, ...]

TWO_YEARS, TWO_MONTHS = BillingModel(BillingCycle.YEARLY, 2), BillingModel(BillingCycle.MONTHLY, 2)
MODELS = [MONTHLY, QUARTERLY, YEARLY, TWO_YEARS, TWO_MONTHS]


@dataclass(frozen=True)
class Catalogue:
    """What a request may name."""

    plans: tuple[Plan, ...]
    numbers: tuple[Number, ...]
    customers: tuple[Customer, ...]
    members: Mapping[UUID, str]

    def numbers_for(self, state: Subscription) -> NumberPool:
        return NumberPool({each.id: (each, each not in state.numbers) for each in self.numbers})


@dataclass(frozen=True)
class Moment:
    """A subscription on a day."""

    catalogue: Catalogue
    state: Subscription
    today: date
    new_id: Callable[[], UUID]


@st.composite
def whens(draw: st.DrawFn, at: Moment) -> When:
    """Now, the end of the term, or a day from the start of the term until today."""
    past = draw(st.dates(at.state.term.starts_on, max(at.today, at.state.term.starts_on)))
    return draw(st.sampled_from([NOW, AT_END, on(str(past))]))


@st.composite
def requests(draw: st.DrawFn, action: Action, at: Moment, when: When | None = None) -> Request:
    """A request with a valid input; `when` replaces the drawn time of an action that has one."""
    if action in _TIMED:
        decide, timed = _TIMED[action]
        arguments = timed(draw, at, when or draw(whens(at)))
    else:
        decide, untimed = _UNTIMED[action]
        arguments = untimed(draw, at)
    available = {"today": at.today, "new_id": at.new_id}
    named = {name: available[name] for name in signature(decide).parameters if name in available}
    return partial(decide, at.state, *arguments, **named)


def _nothing(_draw: st.DrawFn, _at: Moment) -> Arguments:
    return ()


def _owner(draw: st.DrawFn, at: Moment) -> Arguments:
    return (draw(st.sampled_from(at.catalogue.customers)),)


def _members(draw: st.DrawFn, at: Moment) -> tuple[UUID, ...]:
    return tuple(draw(st.lists(st.sampled_from(sorted(at.catalogue.members)), min_size=1, max_size=2)))


def _assign(draw: st.DrawFn, at: Moment) -> Arguments:
    member_ids = _members(draw, at)
    names = {each: at.catalogue.members[each] for each in member_ids}
    return assign_members.AssignMembers(at.state.id, member_ids), names


def _unassign(draw: st.DrawFn, at: Moment) -> Arguments:
    return (unassign_members.UnassignMembers(at.state.id, _members(draw, at)),)


def _contract(draw: st.DrawFn, at: Moment) -> Arguments:
    last, owner = draw(st.integers(70, 71)), at.state.customer.id
    return (Contract(uid(last), f"C-{last}", owner, ContractStatus.ACTIVE, day("2000-01-01"), None),)


def _plan(draw: st.DrawFn, at: Moment) -> Arguments:
    return (draw(st.sampled_from(at.catalogue.plans)),)


def _numbers(draw: st.DrawFn, at: Moment) -> Arguments:
    pool = at.catalogue.numbers_for(at.state)
    free = [each for each, is_free in pool.numbers.values() if is_free]
    swap, remove = [], []
    for old in at.state.numbers:
        like = next((each for each in free if each.sku.code == old.sku.code), None)
        change = draw(st.sampled_from(["keep", "swap", "remove"]))
        if change == "remove":
            remove.append(old.id)
        elif change == "swap" and like:
            swap.append((old.id, like.id))
            free.remove(like)
    add = tuple(each.id for each in free[: draw(st.integers(0, 2))])
    return change_numbers.ChangeNumbers(at.state.id, tuple(swap), add, tuple(remove)), pool


def _model(draw: st.DrawFn, at: Moment) -> Arguments:
    return (change_billing_model.ChangeBillingModel(at.state.id, draw(st.sampled_from(MODELS))),)


def _auto_renewal(draw: st.DrawFn, at: Moment) -> Arguments:
    return (set_auto_renewal.SetAutoRenewal(at.state.id, draw(st.booleans())),)


def _extend(draw: st.DrawFn, at: Moment) -> Arguments:
    cycles = st.builds(extend_subscription.QuickExtension, st.integers(1, 3), st.sampled_from(BillingCycle))
    end = at.state.term.ends_before
    by = draw(cycles | st.dates(end, end + timedelta(days=200)))
    return (extend_subscription.ExtendSubscription(at.state.id, by),)


def _revoke(draw: st.DrawFn, at: Moment) -> Arguments:
    change_id = draw(st.sampled_from([change.id for change in at.state.scheduled] or [uid(1)]))
    return (revoke_scheduled_change.RevokeScheduledChange(change_id),)


def _settings(draw: st.DrawFn, at: Moment) -> Arguments:
    values = st.none() | st.booleans() | st.integers(0, 3)
    changes = draw(st.dictionaries(st.sampled_from("ab"), values, min_size=1))
    return (update_settings.UpdateSettings(at.state.id, changes),)


def _add_ons(draw: st.DrawFn, at: Moment, when: When) -> Arguments:
    codes = sorted(at.state.plan.add_ons)
    quantities = draw(st.dictionaries(st.sampled_from(codes), st.integers(0, 4), min_size=1))
    return (change_add_ons.ChangeAddOns(at.state.id, tuple(quantities.items()), when),)


def _cancel_add_on(draw: st.DrawFn, at: Moment, when: When) -> Arguments:
    add_on_id = draw(st.sampled_from([add_on.id for add_on in at.state.add_ons] or [uid(1)]))
    return (cancel_add_on.CancelAddOn(add_on_id, when),)


def _quantity(draw: st.DrawFn, at: Moment, when: When) -> Arguments:
    return (change_quantity.ChangeQuantity(at.state.id, draw(st.integers(1, 6)), when),)


def _cancel(_draw: st.DrawFn, at: Moment, when: When) -> Arguments:
    return (cancel_subscription.CancelSubscription(at.state.id, when),)


_Decide = Callable[..., Decision]
_TIMED: Mapping[Action, tuple[_Decide, Callable[[st.DrawFn, Moment, When], Arguments]]] = {
    Action.CHANGE_ADD_ONS: (change_add_ons.decide, _add_ons),
    Action.CANCEL_ADD_ON: (cancel_add_on.decide, _cancel_add_on),
    Action.CHANGE_QUANTITY: (change_quantity.decide, _quantity),
    Action.CANCEL: (cancel_subscription.decide, _cancel),
}
_UNTIMED: Mapping[Action, tuple[_Decide, Callable[[st.DrawFn, Moment], Arguments]]] = {
    Action.CHANGE_OWNERSHIP: (change_ownership.decide, _owner),
    Action.ASSIGN_MEMBERS: (assign_members.decide, _assign),
    Action.UNASSIGN_MEMBERS: (unassign_members.decide, _unassign),
    Action.LINK_CONTRACT: (link_contract.decide, _contract),
    Action.UNLINK_CONTRACT: (unlink_contract.decide, _nothing),
    Action.CHANGE_PLAN: (change_plan.decide, _plan),
    Action.CHANGE_NUMBERS: (change_numbers.decide, _numbers),
    Action.CHANGE_BILLING_MODEL: (change_billing_model.decide, _model),
    Action.SET_AUTO_RENEWAL: (set_auto_renewal.decide, _auto_renewal),
    Action.EXTEND: (extend_subscription.decide, _extend),
    Action.TERMINATE: (terminate_subscription.decide, _nothing),
    Action.REVOKE_SCHEDULED_CHANGE: (revoke_scheduled_change.decide, _revoke),
    Action.UPDATE_SETTINGS: (update_settings.decide, _settings),
}
