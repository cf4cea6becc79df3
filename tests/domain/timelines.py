"""Timelines of a subscription: any sequence of decisions, for property tests."""

from collections.abc import Callable, Iterable
from contextlib import suppress
from dataclasses import dataclass, replace
from datetime import date, timedelta
from itertools import cycle, product
from uuid import UUID

from hypothesis import strategies as st

from actions.create_subscription import CreateSubscription, Facts
from actions.create_subscription import decide as sell
from domain.availability import availability
from domain.catalogue import Offer, Prices
from domain.decision import Decision
from domain.errors import LifecycleError
from domain.history import FieldChange
from domain.lifecycle import ENDED, Action
from domain.lines import CLOSING_KINDS, Charge, Line
from domain.money import Amounts
from domain.periods import BillingCycle
from domain.policy import CancellationAdjustment, Policy, ProrationUnit, UpgradeBasis
from domain.renewal import at_term_end
from domain.subscription import NumberPool, Subscription
from tests.builders import ACME, AT_END, BUSINESS, ENTERPRISE, GLOBEX, PROFESSIONAL, day, ids, number, uid
from tests.domain.requests import MODELS, Catalogue, Moment, requests


def applied(decision: Decision, new_id: Callable[[], UUID]) -> Subscription:
    """The subscription after the decision as the database returns it: with version and charges."""
    before, after = decision.before, decision.after
    version = before.version if before else 0
    same_term = before is not None and before.term.number == after.term.number
    charges = before.charges if before and same_term else ()
    for line in decision.lines:
        if line.reverses is None:
            charges = (*charges, Charge(new_id(), line))
        else:
            charges = tuple(_reversed(charge, line) for charge in charges)
    return replace(after, version=version + 1, charges=charges)


def _reversed(charge: Charge, line: Line) -> Charge:
    if charge.id != line.reverses:
        return charge
    closed = charge.closed or line.kind in CLOSING_KINDS
    return replace(charge, given_back=charge.given_back + line.amount, closed=closed)


def replayed(state: dict[str, str], rows: Iterable[FieldChange]) -> dict[str, str]:
    """The state after the rows; each row must find its `before`."""
    for row in rows:
        assert state.pop(row.field, None) == row.before != row.after
        state |= {row.field: row.after} if row.after is not None else {}
    return state


@dataclass(frozen=True)
class Step:
    """A decision, the subscription after it, and the day."""

    decision: Decision
    state: Subscription
    today: date


@dataclass(frozen=True)
class Timeline:
    steps: tuple[Step, ...]
    catalogue: Catalogue
    new_id: Callable[[], UUID]

    @property
    def moments(self) -> list[Moment]:
        """Every state of the subscription."""
        return [Moment(self.catalogue, each.state, each.today, self.new_id) for each in self.steps]

    @property
    def decisions(self) -> tuple[Decision, ...]:
        return tuple(step.decision for step in self.steps)


ONLY_YEARLY = (BillingCycle.YEARLY,)
# Prices and costs that are hard to divide, or zero.
AWKWARD = [(37000, 36500), (0, 7), (1, 0), (12345, 10001), (99, 33), (1000, 999), (7, 5), (9_999_999, 1)]


def _catalogue(first: int, policies: tuple[Policy, Policy]) -> Catalogue:
    """Three plans; two offer FAX, two YRS. YRS and the toll-free number have no monthly price."""
    awkward = cycle([Amounts(*pair) for pair in AWKWARD[first:] + AWKWARD[:first]])

    def price_list(*cycles: BillingCycle) -> Prices:
        return {each: next(awkward) for each in cycles or BillingCycle}

    plans = []
    for plan, codes in [(PROFESSIONAL, "REC FAX YRS"), (BUSINESS, "REC FAX"), (ENTERPRISE, "REC YRS")]:
        offers = {
            code: Offer(code, code, price_list(*ONLY_YEARLY if code == "YRS" else ()))
            for code in codes.split()
        }
        settings = {"a": plan.rank}
        plans.append(replace(plan, prices=price_list(), add_ons=offers, default_settings=settings))
    local, toll_free = (
        Offer("LOC", "Local", price_list()),
        Offer("TOL", "Toll-free", price_list(*ONLY_YEARLY)),
    )
    numbers = [number(n, local) for n in range(4)] + [number(n, toll_free) for n in range(4, 6)]
    customers = tuple(replace(owner, policy=of) for owner, of in zip((ACME, GLOBEX), policies, strict=True))
    members = {uid(60 + n): name for n, name in enumerate(["Ada", "Bob", "Cam", "Dan"])}
    return Catalogue(tuple(plans), tuple(numbers), customers, members)


BASES = [UpgradeBasis.DIFFERENCE, UpgradeBasis.DIFFERENCE, UpgradeBasis.TARGET_PLAN]
POLICIES = [
    Policy(*values)
    for values in product(ProrationUnit, BASES, [True, False], [14, 0, 40], CancellationAdjustment)
]
catalogues = st.builds(
    _catalogue, st.sampled_from(range(len(AWKWARD))), st.tuples(*[st.sampled_from(POLICIES)] * 2)
)
month_ends = st.sampled_from(["2020-01-31", "2020-02-29", "2021-02-28", "2021-08-31", "2021-11-30"]).map(day)


@st.composite
def _sales(draw: st.DrawFn, catalogue: Catalogue, today: date, new_id: Callable[[], UUID]) -> Decision:
    command = CreateSubscription(
        customer_id=ACME.id,
        plan_code="",
        quantity=draw(st.sampled_from([1, 1, 2, 4])),
        model=draw(st.sampled_from(MODELS)),
        auto_renewal=draw(st.sampled_from([True, True, False])),
        trial_days=draw(st.sampled_from([None, 20])),
        add_ons=draw(st.sampled_from([(), (("REC", 2),), (("REC", 1), ("FAX", 3))])),
        number_ids=tuple(each.id for each in catalogue.numbers[: draw(st.integers(0, 2))]),
    )
    stock = NumberPool({each.id: (each, True) for each in catalogue.numbers})
    return sell(Facts(catalogue.customers[0], catalogue.plans[0], stock, None, new_id), command, today)


CHARGING = {
    Action.CHANGE_PLAN,
    Action.CHANGE_ADD_ONS,
    Action.CHANGE_NUMBERS,
    Action.CHANGE_QUANTITY,
    Action.EXTEND,
}
SELDOM_POSSIBLE = {Action.REVOKE_SCHEDULED_CHANGE, Action.UNLINK_CONTRACT, Action.UNASSIGN_MEMBERS}
ENDING = {Action.TERMINATE, Action.CANCEL, Action.CANCEL_ADD_ON}


def _time_passes(steps: list[Step], today: date, new_id: Callable[[], UUID]) -> None:
    """Adds the ends of terms up to that day."""
    while (state := steps[-1].state).status not in ENDED and state.term.ends_before <= today:
        decision = at_term_end(state)
        steps.append(Step(decision, applied(decision, new_id), decision.effective_on))


@st.composite
def timelines(draw: st.DrawFn) -> Timeline:
    """Up to thirteen requests; refused ones are left out. Only the last one may end the subscription."""
    catalogue, new_id = draw(catalogues), ids()
    today = draw(month_ends | st.dates(day("2019-12-01"), day("2024-03-01")))
    sale = draw(_sales(catalogue, today, new_id))
    steps = [Step(sale, applied(sale, new_id), today)]
    for more_to_come in range(draw(st.sampled_from([1, 4, 7, 12])), -1, -1):
        today += timedelta(days=draw(st.sampled_from([0, 0, 0, 1, 5, 14, 31, 100])))
        _time_passes(steps, today, new_id)
        at = Moment(catalogue, steps[-1].state, today, new_id)
        if at.state.status in ENDED:
            break
        possible = [action for action, error in availability(at.state, today) if error is None]
        if more_to_come:
            possible.remove(Action.TERMINATE)
        favoured = CHARGING | SELDOM_POSSIBLE if more_to_come else ENDING
        action = draw(st.sampled_from([a for a in possible for _ in range(4 if a in favoured else 1)]))
        when = AT_END if action is Action.CANCEL and more_to_come else None
        request = draw(requests(action, at, when))
        with suppress(LifecycleError):
            decision = request()
            steps.append(Step(decision, applied(decision, new_id), today))
    return Timeline(tuple(steps), catalogue, new_id)
