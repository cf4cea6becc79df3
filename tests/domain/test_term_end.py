"""The end of a term: rules §7."""

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
from domain.renewal import at_term_end
from domain.subscription import AddOnStatus, Subscription
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
from tests.domain.strategies import anchored, examples, models

CANCELLATION = waiting(Action.CANCEL, 1)
ONE_LICENCE = waiting(Action.CHANGE_QUANTITY, 2, quantity=1)
BECOMES_QUARTERLY = waiting(Action.CHANGE_BILLING_MODEL, 3, model=QUARTERLY)
RECORDINGS = add_on(RECORDING, 3)
FEWER_RECORDINGS = waiting(Action.CHANGE_ADD_ONS, 4, add_on_id=RECORDINGS.id, quantity=1)
FAXES = add_on(FAX, 2, status=AddOnStatus.PENDING_FOR_CANCEL, ends_before=day("2021-11-16"))
NO_FAX = waiting(Action.CANCEL_ADD_ON, 5, add_on_id=FAXES.id, quantity=0)
ALL = (ONE_LICENCE, BECOMES_QUARTERLY, FEWER_RECORDINGS, NO_FAX)


def provisioned(decision: Decision) -> list[tuple[ProvisionKind, dict[str, Any]]]:
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
def test_cancellation_before_expiry_before_renewal(
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
def test_an_end_charges_and_applies_nothing(
    ending: dict[str, Any], applied: set[Any], kind: ProvisionKind
) -> None:
    state = subscription(
        quantity=3, add_ons=(RECORDINGS, FAXES), numbers=(number(1),), assignees={uid(5): "Bob"}, **ending
    )
    decision = at_term_end(state)
    after = decision.after
    assert (decision.lines, provisioned(decision)) == ((), [(kind, {})])
    assert decision.applied == applied
    assert (after.ended_on, after.term, after.numbers) == (day("2021-11-16"), state.term, ())
    assert (after.quantity, after.model, after.assignees) == (3, state.model, state.assignees)
    # Add-ons stay as they were before anything was scheduled.
    assert after.add_ons == (RECORDINGS, replace(FAXES, status=AddOnStatus.ACTIVE, ends_before=None))


@pytest.mark.parametrize(
    "changes", [{}, {"scheduled": ALL, "add_ons": (RECORDINGS, FAXES)}, {"scheduled": (CANCELLATION,)}]
)
def test_charges_do_not_matter_at_the_term_end(changes: dict[str, Any]) -> None:
    """The worker does not load them."""
    charged = at_term_end(subscription(**changes))
    bare = at_term_end(subscription(**changes, charges=()))
    assert charged.before
    assert charged.before.charges
    assert bare == replace(
        charged, before=replace(charged.before, charges=()), after=replace(charged.after, charges=())
    )


def test_a_renewal_opens_and_charges_the_next_term() -> None:
    decision = at_term_end(subscription())
    assert decision.after.term == term("2021-11-16", "2022-11-15", 2)
    assert [(line.kind, line.amount) for line in decision.lines] == [
        (ChargeKind.RENEWAL, Amounts(37000, 36500))
    ]
    assert decision.summary == "Renewed for 2021-11-16 to 2022-11-15."
    assert (decision.source, provisioned(decision)) == (ChangeSource.SCHEDULE, [])


def test_a_renewal_provisions_only_differences() -> None:
    state = subscription(quantity=3, add_ons=(RECORDINGS, FAXES), scheduled=ALL)
    decision = at_term_end(state)
    assert decision.applied == {change.id for change in ALL}
    assert decision.after.term == term("2021-11-16", "2022-02-15", 2)
    assert provisioned(decision) == [
        (ProvisionKind.SET_QUANTITY, {"quantity": 1}),
        (ProvisionKind.SET_ADD_ON, {"addOn": "REC", "quantity": 1}),
        (ProvisionKind.CANCEL_ADD_ON, {"addOn": "FAX"}),
    ]


def test_a_conversion_is_provisioned_first() -> None:
    decision = at_term_end(trial(quantity=2, scheduled=(ONE_LICENCE,)))
    assert (decision.action, decision.effective_on) == (Action.CONVERT_TRIAL, day("2021-06-15"))
    assert decision.summary == "Converted from trial for 2021-06-15 to 2022-06-14."
    assert provisioned(decision) == [
        (ProvisionKind.CONVERT_TRIAL, {"plan": "PRO", "quantity": 1}),
        (ProvisionKind.SET_QUANTITY, {"quantity": 1}),
    ]


def test_a_trial_without_auto_renewal_expires() -> None:
    decision = at_term_end(trial(auto_renewal=False))
    assert (decision.action, decision.lines) == (Action.EXPIRE, ())
    assert decision.after.ended_on == day("2021-06-15")


def test_a_holding_without_a_price_is_not_renewed() -> None:
    yearly_only = plan("ODD", "Odd", 9, prices(yearly=(100, 90)))
    for model in (MONTHLY, BillingModel(BillingCycle.MONTHLY, 2)):
        with refused(ErrorCode.NOT_OFFERED, naming="Odd is not offered monthly."):
            at_term_end(subscription(plan=yearly_only, model=model))


@pytest.mark.parametrize("cycle", BillingCycle)
@pytest.mark.parametrize("multiplier", range(1, 13))
def test_terms_tile_past_2100_on_every_anchor_day(cycle: BillingCycle, multiplier: int) -> None:
    model = BillingModel(cycle, multiplier)
    for anchor_day in range(1, 32):
        start = date(2019, 12, anchor_day)
        state = subscription(model=model, anchor_day=anchor_day, term=first_term(start, model))
        for count in range(1, 1000 // model.months + 2):
            decision = at_term_end(state)
            days = decision.after.term
            assert decision.effective_on == days.starts_on == state.term.ends_before
            assert days.starts_on == anchored(start, count * model.months, anchor_day)
            assert (days.number, days.anchor_day) == (count + 1, anchor_day)
            assert [(line.period.starts_on, line.period.ends_before) for line in decision.lines] == [
                (days.starts_on, days.ends_before)
            ]
            state = decision.after
        assert state.term.ends_before >= date(2103, 4, 1)


@st.composite
def decisions(draw: st.DrawFn, state: Subscription) -> Decision:
    """The end of the term; or on its last day an extension of either kind or another billing model."""
    today, end = state.term.ends_on, state.term.ends_before
    kind = draw(st.sampled_from(["end", "end", "end", "quick", "until", "model"]))
    if kind == "model":
        model = draw(models.filter(lambda model: model not in {state.model, _pending_model(state)}))
        command = change_billing_model.ChangeBillingModel(state.id, model)
        return change_billing_model.decide(state, command, today, ids(draw(st.integers(1000, 10**9))))
    if kind == "end":
        return at_term_end(state)
    if kind == "quick":
        by: extend_subscription.QuickExtension | date = extend_subscription.QuickExtension(
            draw(st.integers(1, 5)), draw(st.sampled_from(BillingCycle))
        )
    else:
        by = end + timedelta(days=draw(st.integers(31, 400)))
    return extend_subscription.decide(state, extend_subscription.ExtendSubscription(state.id, by), today)


def _pending_model(state: Subscription) -> BillingModel | None:
    pending = state.pending(Action.CHANGE_BILLING_MODEL)
    return pending.model if pending else None


@examples
@given(st.data(), st.dates(date(2000, 1, 1), date(2004, 12, 31)), models)
def test_terms_and_charges_tile_after_any_changes(
    data: st.DataObject, start: date, model: BillingModel
) -> None:
    state = subscription(plan=PROFESSIONAL, model=model, anchor_day=start.day, term=first_term(start, model))
    paid_until = state.term.ends_before
    for _ in range(data.draw(st.integers(1, 12))):
        before, decision = state, data.draw(decisions(state))
        state = decision.after
        if decision.action is Action.RENEW:
            model = _pending_model(before) or before.model
            end = anchored(before.term.ends_before, model.months, before.anchor_day)
            assert (state.term.starts_on, state.term.ends_before) == (before.term.ends_before, end)
            assert (state.model, state.anchor_day) == (model, before.anchor_day)
            assert state.term.number == before.term.number + 1
        else:
            assert (state.term.starts_on, state.term.number) == (before.term.starts_on, before.term.number)
            assert {change.effective_on for change in state.scheduled} <= {state.term.ends_before}
        for line in decision.lines:
            assert line.period.starts_on == paid_until < line.period.ends_before
            paid_until = line.period.ends_before
        assert paid_until == state.term.ends_before
