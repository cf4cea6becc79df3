"""What may become of one subscription: any sequence of decisions, as time goes on, drawn for properties."""

from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, replace
from datetime import date, timedelta
from uuid import UUID

from hypothesis import strategies as st

from actions.create_subscription import CreateSubscription, Facts
from actions.create_subscription import decide as sell
from domain.catalogue import Offer, Prices
from domain.decision import Decision
from domain.errors import LifecycleError
from domain.lifecycle import ALLOWED, ENDED, Action
from domain.periods import BillingCycle
from domain.policy import CancellationAdjustment, Policy, ProrationUnit, UpgradeBasis
from domain.renewal import next_renewal
from domain.state import ScheduledStatus, Subscription
from domain.stock import Stock
from tests.builders import ACME, BUSINESS, ENTERPRISE, GLOBEX, PROFESSIONAL, day, ids, number, uid
from tests.domain.applied import applied
from tests.domain.asked import MODELS, Market, Moment, requests
from tests.domain.drawn import amounts


@dataclass(frozen=True)
class Chapter:
    """A decision, and the subscription as it is read back afterwards."""

    decision: Decision
    held: Subscription


@dataclass(frozen=True)
class Story:
    """From the sale on. `now` is how it stands in the end, on the day that it has come to."""

    chapters: tuple[Chapter, ...]
    now: Moment

    @property
    def decisions(self) -> tuple[Decision, ...]:
        return tuple(chapter.decision for chapter in self.chapters)


@st.composite
def _prices(draw: st.DrawFn, yearly_alone: bool = False) -> Prices:
    cycles = [BillingCycle.YEARLY] if yearly_alone else list(BillingCycle)
    return {cycle: draw(amounts) for cycle in cycles}


@st.composite
def _markets(draw: st.DrawFn) -> Market:
    """Three plans, of which two offer a fax; a year book has no monthly price."""
    plans = []
    for plan, codes in [(PROFESSIONAL, "REC FAX YRS"), (BUSINESS, "REC FAX"), (ENTERPRISE, "REC YRS")]:
        offers = {code: Offer(code, code.title(), draw(_prices(code == "YRS"))) for code in codes.split()}
        defaults = {"a": plan.rank}
        plans.append(replace(plan, prices=draw(_prices()), add_ons=offers, default_settings=defaults))
    local, toll_free = Offer("LOC", "Local", draw(_prices())), Offer("TOL", "Toll-free", draw(_prices(True)))
    numbers = [number(n, local) for n in range(4)] + [number(n, toll_free) for n in range(4, 6)]
    policies = st.builds(
        Policy,
        st.sampled_from(ProrationUnit),
        st.sampled_from(UpgradeBasis),
        st.booleans(),
        st.sampled_from([0, 14, 40]),
        st.sampled_from(CancellationAdjustment),
    )
    customers = tuple(replace(each, policy=draw(policies)) for each in (ACME, GLOBEX))
    members = {uid(60 + n): name for n, name in enumerate(["Ada", "Bob", "Cam", "Dan"])}
    return Market(tuple(plans), tuple(numbers), customers, members)


month_ends = st.sampled_from(["2020-01-31", "2020-02-29", "2021-02-28", "2021-08-31", "2021-11-30"]).map(day)


@st.composite
def _sales(draw: st.DrawFn, market: Market, today: date, new_id: Callable[[], UUID]) -> Decision:
    command = CreateSubscription(
        customer_id=ACME.id,
        plan_code="",
        quantity=draw(st.integers(1, 4)),
        model=draw(st.sampled_from(MODELS)),
        trial_days=draw(st.sampled_from([None, None, 20])),
        add_ons=draw(st.sampled_from([(), (("REC", 2),), (("REC", 1), ("FAX", 3))])),
        number_ids=tuple(each.id for each in market.numbers[: draw(st.integers(0, 2))]),
    )
    stock = Stock({each.id: (each, True) for each in market.numbers})
    plan = draw(st.sampled_from(market.plans[:2]))
    return sell(Facts(market.customers[0], plan, stock, None, new_id), command, today)


def _time_passes(chapters: list[Chapter], today: date, new_id: Callable[[], UUID]) -> date:
    """Opens each term that has come by that day; where none will, it stays the last day of the last."""
    while today >= (held := chapters[-1].held).term.ends_before:
        renewal = next_renewal(held)
        if renewal is None:
            return held.term.ends_on
        opened = Decision(
            action=Action.CONVERT_TRIAL if held.is_trial else Action.RENEW,
            effective_on=renewal.on,
            before=held,
            after=renewal.subscription,
            summary="Renewed.",
            lines=renewal.lines,
            settles_scheduled_as=ScheduledStatus.APPLIED,
        )
        chapters.append(Chapter(opened, applied(opened, new_id)))
    return today


@st.composite
def stories(draw: st.DrawFn) -> Story:
    """Up to twelve requests, those that are refused left out; its end may come before."""
    market, new_id = draw(_markets()), ids()
    today = draw(month_ends | st.dates(day("2019-12-01"), day("2024-03-01")))
    sale = draw(_sales(market, today, new_id))
    chapters = [Chapter(sale, applied(sale, new_id))]
    for _ in range(draw(st.integers(0, 12))):
        today += timedelta(days=draw(st.sampled_from([0, 0, 0, 1, 5, 14, 31, 100])))
        today = _time_passes(chapters, today, new_id)
        at = Moment(market, chapters[-1].held, today, new_id)
        request = draw(requests(draw(st.sampled_from(list(ALLOWED))), at))
        with suppress(LifecycleError):
            decision = request()
            chapters.append(Chapter(decision, applied(decision, new_id)))
        if chapters[-1].held.status in ENDED:
            break
    return Story(tuple(chapters), Moment(market, chapters[-1].held, today, new_id))
