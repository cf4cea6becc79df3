"""What the first instant after a term brings: rules §7."""

from dataclasses import replace
from datetime import date, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from actions import change_billing_model, extend_subscription
from domain.decision import ChangeSource, Decision
from domain.errors import ErrorCode
from domain.lifecycle import Action, Status
from domain.lines import ChargeKind
from domain.money import Amounts
from domain.periods import BillingCycle, BillingModel, first_term
from domain.provisioning import ProvisionKind
from domain.subscription import AddOnStatus, Subscription
from domain.term_end import at_term_end
from tests.builders import (
    FAX,
    MONTHLY,
    PROFESSIONAL,
    QUARTERLY,
    RECORDING,
    add_on,
    day,
    ids,
    number,
    plan,
    prices,
    refused,
    subscription,
    term,
    trial,
    uid,
    waiting,
)
from tests.domain.drawn import anchored, examples, models

CANCELLATION = waiting(Action.CANCEL, 1)
ONE_LICENCE = waiting(Action.CHANGE_QUANTITY, 2, quantity=1)
BECOMES_QUARTERLY = waiting(Action.CHANGE_BILLING_MODEL, 3, model=QUARTERLY)
RECORDINGS = add_on(RECORDING, 3)
FEWER_RECORDINGS = waiting(Action.CHANGE_ADD_ONS, 4, add_on_id=RECORDINGS.id, quantity=1)
FAXES = add_on(FAX, 2, status=AddOnStatus.PENDING_FOR_CANCEL, ends_before=day("2021-11-16"))
NO_FAX = waiting(Action.CANCEL_ADD_ON, 5, add_on_id=FAXES.id, quantity=0)
ALL = (ONE_LICENCE, BECOMES_QUARTERLY, FEWER_RECORDINGS, NO_FAX)


def told(decision: Decision) -> list[tuple[ProvisionKind, dict[str, Any]]]:
    return [(provision.kind, dict(provision.payload)) for provision in decision.provisioning]


@pytest.mark.parametrize(
    ("changes", "action", "status"),
    [
        ({}, Action.RENEW, Status.ACTIVE),
        ({"scheduled": ALL[:2]}, Action.RENEW, Status.ACTIVE),
        ({"auto_renewal": False}, Action.EXPIRE, Status.EXPIRED),
        ({"auto_renewal": False, "scheduled": ALL[:2]}, Action.EXPIRE, Status.EXPIRED),
        ({"scheduled": (CANCELLATION,)}, Action.CANCEL, Status.CANCELED),
        ({"scheduled": (*ALL[:2], CANCELLATION)}, Action.CANCEL, Status.CANCELED),
        ({"scheduled": (CANCELLATION,), "auto_renewal": False}, Action.CANCEL, Status.CANCELED),
    ],
)
def test_a_cancellation_comes_before_expiry_and_expiry_before_renewal(
    changes: dict[str, Any], action: Action, status: Status
) -> None:
    decision = at_term_end(subscription(**changes))
    assert (decision.action, decision.after.status) == (action, status)
    assert decision.effective_on == day("2021-11-16")
    assert decision.after.scheduled == ()


@pytest.mark.parametrize(
    ("ending", "applied", "kind"),
    [
        ({"scheduled": (*ALL, CANCELLATION)}, {CANCELLATION.id}, ProvisionKind.CANCEL),
        ({"scheduled": ALL, "auto_renewal": False}, set(), ProvisionKind.EXPIRE),
    ],
)
def test_an_end_charges_nothing_gives_the_numbers_back_and_applies_nothing_else(
    ending: dict[str, Any], applied: set[Any], kind: ProvisionKind
) -> None:
    held = subscription(
        quantity=3, add_ons=(RECORDINGS, FAXES), numbers=(number(1),), assignees={uid(5): "Bob"}, **ending
    )
    decision = at_term_end(held)
    after = decision.after
    assert (decision.lines, told(decision)) == ((), [(kind, {})])
    assert decision.applied == applied
    assert (after.ended_on, after.term, after.numbers) == (day("2021-11-16"), held.term, ())
    assert (after.quantity, after.model, after.assignees) == (3, held.model, held.assignees)
    # Add-ons stay as they were before anything was scheduled.
    assert after.add_ons == (RECORDINGS, replace(FAXES, status=AddOnStatus.ACTIVE, ends_before=None))


@pytest.mark.parametrize(
    "changes", [{}, {"scheduled": ALL, "add_ons": (RECORDINGS, FAXES)}, {"scheduled": (CANCELLATION,)}]
)
def test_what_the_term_charged_plays_no_part_in_its_end(changes: dict[str, Any]) -> None:
    """The worker does not read it."""
    charged = at_term_end(subscription(**changes))
    bare = at_term_end(subscription(**changes, charges=()))
    assert charged.before
    assert charged.before.charges
    assert bare == replace(
        charged, before=replace(charged.before, charges=()), after=replace(charged.after, charges=())
    )


def test_a_renewal_opens_the_next_term_charges_it_and_has_nothing_to_tell() -> None:
    decision = at_term_end(subscription())
    assert decision.after.term == term("2021-11-16", "2022-11-15", 2)
    assert [(line.kind, line.amount) for line in decision.lines] == [
        (ChargeKind.RENEWAL, Amounts(37000, 36500))
    ]
    assert decision.summary == "Renewed for 2021-11-16 to 2022-11-15."
    assert (decision.source, told(decision)) == (ChangeSource.SCHEDULE, [])


def test_a_renewal_applies_what_is_scheduled_and_tells_only_what_differs() -> None:
    held = subscription(quantity=3, add_ons=(RECORDINGS, FAXES), scheduled=ALL)
    decision = at_term_end(held)
    assert decision.applied == {change.id for change in ALL}
    assert decision.after.term == term("2021-11-16", "2022-02-15", 2)
    assert told(decision) == [
        (ProvisionKind.SET_QUANTITY, {"quantity": 1}),
        (ProvisionKind.SET_ADD_ON, {"addOn": "REC", "quantity": 1}),
        (ProvisionKind.CANCEL_ADD_ON, {"addOn": "FAX"}),
    ]


def test_a_trial_that_converts_says_so_before_what_differs() -> None:
    decision = at_term_end(trial(quantity=2, scheduled=(ONE_LICENCE,)))
    assert (decision.action, decision.effective_on) == (Action.CONVERT_TRIAL, day("2021-06-15"))
    assert decision.summary == "Converted from trial for 2021-06-15 to 2022-06-14."
    assert told(decision) == [
        (ProvisionKind.CONVERT_TRIAL, {"plan": "PRO", "quantity": 1}),
        (ProvisionKind.SET_QUANTITY, {"quantity": 1}),
    ]


def test_a_trial_without_auto_renewal_expires() -> None:
    decision = at_term_end(trial(auto_renewal=False))
    assert (decision.action, decision.lines) == (Action.EXPIRE, ())
    assert decision.after.ended_on == day("2021-06-15")


def test_what_has_lost_its_price_is_not_renewed_in_silence() -> None:
    yearly_only = plan("ODD", "Odd", 9, prices(yearly=(100, 90)))
    with refused(ErrorCode.NOT_OFFERED, naming="Odd"):
        at_term_end(subscription(plan=yearly_only, model=MONTHLY))


@pytest.mark.parametrize("cycle", BillingCycle)
@pytest.mark.parametrize("multiplier", range(1, 13))
def test_terms_tile_beyond_the_year_2100_on_every_anchor_day(cycle: BillingCycle, multiplier: int) -> None:
    model = BillingModel(cycle, multiplier)
    for anchor_day in range(1, 32):
        start = date(2019, 12, anchor_day)
        held = subscription(model=model, anchor_day=anchor_day, term=first_term(start, model))
        for count in range(1, 1000 // model.months + 2):
            decision = at_term_end(held)
            days = decision.after.term
            assert decision.effective_on == days.starts_on == held.term.ends_before
            assert days.starts_on == anchored(start, count * model.months, anchor_day)
            assert (days.number, days.anchor_day) == (count + 1, anchor_day)
            assert [(line.period.starts_on, line.period.ends_before) for line in decision.lines] == [
                (days.starts_on, days.ends_before)
            ]
            held = decision.after
        assert held.term.ends_before >= date(2103, 4, 1)


@st.composite
def decisions(draw: st.DrawFn, held: Subscription) -> Decision:
    """The term's end; or, on its last day, an extension of either kind or another billing model."""
    today, end = held.term.ends_on, held.term.ends_before
    what = draw(st.sampled_from(["end", "end", "end", "quick", "until", "model"]))
    if what == "model":
        model = draw(models.filter(lambda model: model not in {held.model, _to_come(held)}))
        command = change_billing_model.ChangeBillingModel(held.id, model)
        return change_billing_model.decide(held, command, today, ids(draw(st.integers(1000, 10**9))))
    if what == "end":
        return at_term_end(held)
    if what == "quick":
        by: extend_subscription.QuickExtension | date = extend_subscription.QuickExtension(
            draw(st.integers(1, 5)), draw(st.sampled_from(BillingCycle))
        )
    else:
        by = end + timedelta(days=draw(st.integers(31, 400)))
    return extend_subscription.decide(held, extend_subscription.ExtendSubscription(held.id, by), today)


def _to_come(held: Subscription) -> BillingModel | None:
    pending = held.pending(Action.CHANGE_BILLING_MODEL)
    return pending.model if pending else None


@examples
@given(st.data(), st.dates(date(2000, 1, 1), date(2004, 12, 31)), models)
def test_terms_and_what_is_charged_for_them_tile_whatever_is_changed_and_extended(
    data: st.DataObject, start: date, model: BillingModel
) -> None:
    held = subscription(plan=PROFESSIONAL, model=model, anchor_day=start.day, term=first_term(start, model))
    paid_until = held.term.ends_before
    for _ in range(data.draw(st.integers(1, 12))):
        before, decision = held, data.draw(decisions(held))
        held = decision.after
        if decision.action is Action.RENEW:
            model = _to_come(before) or before.model
            end = anchored(before.term.ends_before, model.months, before.anchor_day)
            assert (held.term.starts_on, held.term.ends_before) == (before.term.ends_before, end)
            assert (held.model, held.anchor_day) == (model, before.anchor_day)
            assert held.term.number == before.term.number + 1
        else:
            assert (held.term.starts_on, held.term.number) == (before.term.starts_on, before.term.number)
            assert {change.effective_on for change in held.scheduled} <= {held.term.ends_before}
        for line in decision.lines:
            assert line.period.starts_on == paid_until < line.period.ends_before
            paid_until = line.period.ends_before
        assert paid_until == held.term.ends_before
