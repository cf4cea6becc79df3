"""Any request that a person may make of a subscription as it stands, drawn for properties."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from functools import partial
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

MODELS = [
    MONTHLY,
    QUARTERLY,
    YEARLY,
    BillingModel(BillingCycle.YEARLY, 2),
    BillingModel(BillingCycle.MONTHLY, 2),
]


@dataclass(frozen=True)
class Market:
    """What may be asked for."""

    plans: tuple[Plan, ...]
    numbers: tuple[Number, ...]
    customers: tuple[Customer, ...]
    members: Mapping[UUID, str]

    def stock(self, held: Subscription) -> NumberPool:
        return NumberPool({each.id: (each, each not in held.numbers) for each in self.numbers})


@dataclass(frozen=True)
class Moment:
    """A subscription as it stands, the day, and what may be asked for."""

    market: Market
    held: Subscription
    today: date
    new_id: Callable[[], UUID]


@st.composite
def whens(draw: st.DrawFn, at: Moment) -> When:
    """Any of the three, and a day of the term so far."""
    past = draw(st.dates(at.held.term.starts_on, max(at.today, at.held.term.starts_on)))
    return draw(st.sampled_from([NOW, AT_END, on(str(past))]))


@st.composite
def requests(draw: st.DrawFn, action: Action, at: Moment, when: When | None = None) -> Request:
    """A request with a valid input. `when`, where given, is the time of one that has a time."""
    if action in _TIMED:
        return _TIMED[action](draw, at, when or draw(whens(at)))
    return _OTHERS[action](draw, at)


def _owner(draw: st.DrawFn, at: Moment) -> Request:
    return partial(change_ownership.decide, at.held, draw(st.sampled_from(at.market.customers)), at.today)


def _members(draw: st.DrawFn, at: Moment) -> tuple[UUID, ...]:
    return tuple(draw(st.lists(st.sampled_from(sorted(at.market.members)), min_size=1, max_size=2)))


def _assign(draw: st.DrawFn, at: Moment) -> Request:
    member_ids = _members(draw, at)
    names = {each: at.market.members[each] for each in member_ids}
    command = assign_members.AssignMembers(at.held.id, member_ids)
    return partial(assign_members.decide, at.held, command, names, at.today)


def _unassign(draw: st.DrawFn, at: Moment) -> Request:
    command = unassign_members.UnassignMembers(at.held.id, _members(draw, at))
    return partial(unassign_members.decide, at.held, command, at.today)


def _link(draw: st.DrawFn, at: Moment) -> Request:
    last = draw(st.integers(70, 71))
    active, since = ContractStatus.ACTIVE, day("2000-01-01")
    contract = Contract(uid(last), f"C-{last}", at.held.customer.id, active, since, None)
    return partial(link_contract.decide, at.held, contract, at.today)


def _unlink(_draw: st.DrawFn, at: Moment) -> Request:
    return partial(unlink_contract.decide, at.held, at.today)


def _plan(draw: st.DrawFn, at: Moment) -> Request:
    return partial(change_plan.decide, at.held, draw(st.sampled_from(at.market.plans)), at.today)


def _numbers(draw: st.DrawFn, at: Moment) -> Request:
    stock = at.market.stock(at.held)
    free = [each for each, is_free in stock.found.values() if is_free]
    swap, remove = [], []
    for old in at.held.numbers:
        like = next((each for each in free if each.sku.code == old.sku.code), None)
        fate = draw(st.sampled_from(["keep", "swap", "remove"]))
        if fate == "remove":
            remove.append(old.id)
        elif fate == "swap" and like:
            swap.append((old.id, like.id))
            free.remove(like)
    add = tuple(each.id for each in free[: draw(st.integers(0, 2))])
    command = change_numbers.ChangeNumbers(at.held.id, tuple(swap), add, tuple(remove))
    return partial(change_numbers.decide, at.held, command, stock, at.today)


def _model(draw: st.DrawFn, at: Moment) -> Request:
    command = change_billing_model.ChangeBillingModel(at.held.id, draw(st.sampled_from(MODELS)))
    return partial(change_billing_model.decide, at.held, command, at.today, at.new_id)


def _auto_renewal(draw: st.DrawFn, at: Moment) -> Request:
    command = set_auto_renewal.SetAutoRenewal(at.held.id, draw(st.booleans()))
    return partial(set_auto_renewal.decide, at.held, command, at.today)


def _extend(draw: st.DrawFn, at: Moment) -> Request:
    cycles = st.builds(extend_subscription.QuickExtension, st.integers(1, 3), st.sampled_from(BillingCycle))
    end = at.held.term.ends_before
    by = draw(cycles | st.dates(end, end + timedelta(days=200)))
    command = extend_subscription.ExtendSubscription(at.held.id, by)
    return partial(extend_subscription.decide, at.held, command, at.today)


def _terminate(_draw: st.DrawFn, at: Moment) -> Request:
    return partial(terminate_subscription.decide, at.held, at.today)


def _revoke(draw: st.DrawFn, at: Moment) -> Request:
    change_id = draw(st.sampled_from([change.id for change in at.held.scheduled] or [uid(1)]))
    command = revoke_scheduled_change.RevokeScheduledChange(change_id)
    return partial(revoke_scheduled_change.decide, at.held, command, at.today)


def _settings(draw: st.DrawFn, at: Moment) -> Request:
    values = st.none() | st.booleans() | st.integers(0, 3)
    command = update_settings.UpdateSettings(
        at.held.id, draw(st.dictionaries(st.sampled_from("ab"), values, min_size=1))
    )
    return partial(update_settings.decide, at.held, command, at.today)


def _add_ons(draw: st.DrawFn, at: Moment, when: When) -> Request:
    codes = sorted(at.held.plan.add_ons)
    quantities = draw(st.dictionaries(st.sampled_from(codes), st.integers(0, 4), min_size=1))
    command = change_add_ons.ChangeAddOns(at.held.id, tuple(quantities.items()), when)
    return partial(change_add_ons.decide, at.held, command, at.today, at.new_id)


def _cancel_add_on(draw: st.DrawFn, at: Moment, when: When) -> Request:
    add_on_id = draw(st.sampled_from([add_on.id for add_on in at.held.add_ons] or [uid(1)]))
    command = cancel_add_on.CancelAddOn(add_on_id, when)
    return partial(cancel_add_on.decide, at.held, command, at.today, at.new_id)


def _quantity(draw: st.DrawFn, at: Moment, when: When) -> Request:
    command = change_quantity.ChangeQuantity(at.held.id, draw(st.integers(1, 6)), when)
    return partial(change_quantity.decide, at.held, command, at.today, at.new_id)


def _cancel(_draw: st.DrawFn, at: Moment, when: When) -> Request:
    command = cancel_subscription.CancelSubscription(at.held.id, when)
    return partial(cancel_subscription.decide, at.held, command, at.today, at.new_id)


_TIMED: Mapping[Action, Callable[[st.DrawFn, Moment, When], Request]] = {
    Action.CHANGE_ADD_ONS: _add_ons,
    Action.CANCEL_ADD_ON: _cancel_add_on,
    Action.CHANGE_QUANTITY: _quantity,
    Action.CANCEL: _cancel,
}
_OTHERS: Mapping[Action, Callable[[st.DrawFn, Moment], Request]] = {
    Action.CHANGE_OWNERSHIP: _owner,
    Action.ASSIGN_MEMBERS: _assign,
    Action.UNASSIGN_MEMBERS: _unassign,
    Action.LINK_CONTRACT: _link,
    Action.UNLINK_CONTRACT: _unlink,
    Action.CHANGE_PLAN: _plan,
    Action.CHANGE_NUMBERS: _numbers,
    Action.CHANGE_BILLING_MODEL: _model,
    Action.SET_AUTO_RENEWAL: _auto_renewal,
    Action.EXTEND: _extend,
    Action.TERMINATE: _terminate,
    Action.REVOKE_SCHEDULED_CHANGE: _revoke,
    Action.UPDATE_SETTINGS: _settings,
}
