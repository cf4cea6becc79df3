"""The next term and its lines: rules §2, §4.17 and §7."""

from typing import Any

import pytest

from domain.lifecycle import ENDED, Action, Status
from domain.lines import ChargeKind
from domain.money import WHOLE, ZERO, Amounts
from domain.periods import BillingModel, Term
from domain.renewal import next_renewal, renewal_amounts, will_renew, with_scheduled_changes
from domain.subscription import AddOnStatus, Scheduled
from tests.builders import (
    EXAMPLE_TERM,
    FAX,
    MONTHLY,
    QUARTERLY,
    RECORDING,
    YEARLY,
    add_on,
    day,
    number,
    subscription,
    term,
    trial,
    uid,
)

CANCELLATION = Scheduled(uid(1), Action.CANCEL, day("2021-11-16"), "Cancel.")
BECOMES_QUARTERLY = Scheduled(
    uid(2), Action.CHANGE_BILLING_MODEL, day("2021-11-16"), "Quarterly.", model=QUARTERLY
)
ONE_LICENCE = Scheduled(uid(3), Action.CHANGE_QUANTITY, day("2021-11-16"), "1 licence.", quantity=1)
RECORDINGS, FAXES = add_on(RECORDING, 3), add_on(FAX, status=AddOnStatus.PENDING_FOR_CANCEL)
FEWER_RECORDINGS = Scheduled(
    uid(4), Action.CHANGE_ADD_ONS, day("2021-11-16"), "1 Recording.", add_on_id=RECORDINGS.id, quantity=1
)
NO_RECORDINGS = Scheduled(
    uid(5), Action.CHANGE_ADD_ONS, day("2021-11-16"), "No Recording.", add_on_id=RECORDINGS.id, quantity=0
)
NO_FAX = Scheduled(uid(6), Action.CANCEL_ADD_ON, day("2021-11-16"), "Cancel Fax.", add_on_id=FAXES.id)


@pytest.mark.parametrize(
    ("changes", "renews"),
    [
        ({}, True),
        ({"status": Status.TRIAL}, True),
        ({"auto_renewal": False}, False),
        ({"status": Status.TRIAL, "auto_renewal": False}, False),
        ({"status": Status.PENDING_FOR_CANCEL}, False),
        ({"scheduled": (CANCELLATION,)}, False),
        ({"scheduled": (ONE_LICENCE,)}, True),
        *[({"status": status}, False) for status in sorted(ENDED)],
    ],
)
def test_a_term_follows_unless_the_subscription_ends(changes: dict[str, Any], renews: bool) -> None:
    state = subscription(**changes)
    assert will_renew(state) is renews
    assert (next_renewal(state) is not None) is renews
    assert renewal_amounts(state) == (Amounts(37000, 36500) if renews else ZERO)


@pytest.mark.parametrize(
    ("model", "ending", "anchor_day", "following"),
    [
        (YEARLY, EXAMPLE_TERM, 16, term("2021-11-16", "2022-11-15", 2)),
        (MONTHLY, term("2021-01-31", "2021-02-27"), 31, term("2021-02-28", "2021-03-30", 2, 31)),
        (MONTHLY, term("2021-02-28", "2021-03-30", 2, 31), 31, term("2021-03-31", "2021-04-29", 3)),
        (YEARLY, term("2022-02-28", "2023-02-27", 3, 29), 29, term("2023-02-28", "2024-02-28", 4, 29)),
        (YEARLY, term("2023-02-28", "2024-02-28", 4, 29), 29, term("2024-02-29", "2025-02-27", 5)),
        # a quick extension keeps the anchor, an absolute one sets it
        (YEARLY, term("2020-12-31", "2022-02-27"), 31, term("2022-02-28", "2023-02-27", 2, 31)),
        (YEARLY, term("2020-11-16", "2021-12-31"), 1, term("2022-01-01", "2022-12-31", 2)),
    ],
)
def test_the_next_term_begins_where_the_last_one_ends(
    model: BillingModel, ending: Term, anchor_day: int, following: Term
) -> None:
    renewal = next_renewal(subscription(model=model, term=ending, anchor_day=anchor_day))
    assert renewal
    assert (renewal.term, renewal.on) == (following, following.starts_on)


def test_a_renewal_charges_every_holding() -> None:
    state = subscription(quantity=3, add_ons=(RECORDINGS,), numbers=(number(1), number(2)))
    renewal = next_renewal(state)
    assert renewal
    assert [(line.item.code, line.quantity, line.amount) for line in renewal.lines] == [
        ("PRO", 3, Amounts(111000, 109500)),
        ("REC", 3, Amounts(36000, 30000)),
        ("+49300001", 1, Amounts(2400, 1200)),
        ("+49300002", 1, Amounts(2400, 1200)),
    ]
    assert {(line.kind, line.fraction, line.period) for line in renewal.lines} == {
        (ChargeKind.RENEWAL, WHOLE, renewal.term)
    }
    assert renewal_amounts(state) == Amounts(151800, 141900)


def test_a_renewal_charges_the_scheduled_quantities() -> None:
    scheduled = (ONE_LICENCE, FEWER_RECORDINGS, NO_FAX, BECOMES_QUARTERLY)
    renewal = next_renewal(
        subscription(quantity=3, add_ons=(RECORDINGS, FAXES), numbers=(number(1),), scheduled=scheduled)
    )
    assert renewal
    assert [(line.item.code, line.quantity, line.unit) for line in renewal.lines] == [
        ("PRO", 1, Amounts(11100, 10950)),
        ("REC", 1, Amounts(3000, 2700)),
        ("+49300001", 1, Amounts(600, 300)),
    ]
    assert renewal.term == term("2021-11-16", "2022-02-15", 2)
    assert (renewal.subscription.model, renewal.subscription.scheduled) == (QUARTERLY, ())


def test_another_billing_model_keeps_the_anchor_day() -> None:
    february = subscription(
        term=term("2020-02-29", "2021-02-27"), anchor_day=29, scheduled=(BECOMES_QUARTERLY,)
    )
    renewal = next_renewal(february)
    assert renewal
    assert renewal.term == term("2021-02-28", "2021-05-28", 2, anchor_day=29)


def test_an_add_on_scheduled_to_be_0_is_removed() -> None:
    state = subscription(add_ons=(RECORDINGS, FAXES), scheduled=(NO_RECORDINGS,))
    assert with_scheduled_changes(state).add_ons == (FAXES,)


@pytest.mark.parametrize(
    ("scheduled", "first_paid", "amount"),
    [
        ((), term("2021-06-15", "2022-06-14", 1), Amounts(74000, 73000)),
        ((BECOMES_QUARTERLY,), term("2021-06-15", "2021-09-14", 1), Amounts(22200, 21900)),
        ((ONE_LICENCE,), term("2021-06-15", "2022-06-14", 1), Amounts(37000, 36500)),
    ],
)
def test_a_trial_converts_into_a_purchase(
    scheduled: tuple[Scheduled, ...], first_paid: Term, amount: Amounts
) -> None:
    renewal = next_renewal(trial(quantity=2, scheduled=scheduled))
    assert renewal
    paid = renewal.subscription
    assert renewal.term == first_paid
    assert [(line.kind, line.amount) for line in renewal.lines] == [(ChargeKind.PURCHASE, amount)]
    assert (paid.status, paid.purchased_on, paid.anchor_day) == (Status.ACTIVE, day("2021-06-15"), 15)


def test_a_converted_trial_sets_the_anchor_day() -> None:
    january = trial(term=term("2021-01-17", "2021-01-30", number=0), anchor_day=17, model=MONTHLY)
    renewal = next_renewal(january)
    assert renewal
    assert renewal.term == term("2021-01-31", "2021-02-27", 1, anchor_day=31)
    assert renewal.subscription.anchor_day == 31
