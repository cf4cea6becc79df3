"""What a decision is quoted at, and the token that stands for the quote: rules §9."""

from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.decision import Decision, Quote, quote_of, quote_token
from domain.lifecycle import Action, Status
from domain.lines import ChargeKind, Line
from domain.money import ZERO, Amounts, Fraction
from domain.provisioning import Provision, ProvisionKind
from domain.subscription import Scheduled, Subscription
from tests.builders import (
    BUSINESS,
    EXAMPLE_TERM,
    RECORDING,
    add_on,
    day,
    period,
    plan_charge,
    subscription,
    term,
    trial,
    uid,
)
from tests.domain.drawn import amounts, examples

SECRET = b"the partner's own"
CANCELLATION = Scheduled(uid(8), Action.CANCEL, day("2021-11-16"), "Cancel.")
FEWER = Scheduled(uid(9), Action.CHANGE_QUANTITY, day("2021-11-16"), "1 licence.", quantity=1)

UPGRADE = plan_charge(
    1,
    BUSINESS,
    period("2021-06-16", "2021-11-15"),
    kind=ChargeKind.UPGRADE,
    fraction=Fraction(6, 12),
    amount=Amounts(37000, 36500),
).line
CREDIT = replace(
    UPGRADE,
    kind=ChargeKind.CREDIT,
    unit=Amounts(37000, 36500),
    amount=Amounts(-18500, -18250),
    reverses=uid(1),
)


def decision(before: Subscription | None, after: Subscription, *lines: Line) -> Decision:
    told = (Provision(ProvisionKind.CHANGE_PLAN),)
    return Decision(Action.CHANGE_PLAN, day("2021-06-16"), before, after, "Done.", lines, told)


def test_a_quote_is_what_the_decision_charges_and_leaves_behind() -> None:
    quote = quote_of(decision(subscription(), subscription(plan=BUSINESS), UPGRADE, CREDIT))
    assert quote == Quote(
        effective_on=day("2021-06-16"),
        lines=(UPGRADE, CREDIT),
        status_after=Status.ACTIVE,
        term_after=EXAMPLE_TERM,
        renewal_before=Amounts(37000, 36500),
        renewal_after=Amounts(74000, 73000),
        scheduled_for=None,
        provisioning=("CHANGE_PLAN",),
    )
    assert quote.amount == Amounts(18500, 18250)


@pytest.mark.parametrize(
    ("before", "after", "renewal_before", "renewal_after", "scheduled_for"),
    [
        (None, subscription(quantity=2), ZERO, Amounts(74000, 73000), None),
        (None, trial(), ZERO, Amounts(37000, 36500), None),
        (subscription(), subscription(auto_renewal=False), Amounts(37000, 36500), ZERO, None),
        (subscription(), subscription(status=Status.TERMINATED), Amounts(37000, 36500), ZERO, None),
        (
            subscription(),
            subscription(status=Status.PENDING_FOR_CANCEL, scheduled=(CANCELLATION,)),
            Amounts(37000, 36500),
            ZERO,
            "2021-11-16",
        ),
        (
            subscription(quantity=3),
            subscription(quantity=3, scheduled=(FEWER,)),
            Amounts(111000, 109500),
            Amounts(37000, 36500),
            "2021-11-16",
        ),
        # what was scheduled before is not scheduled again
        (
            subscription(quantity=3, scheduled=(FEWER,)),
            subscription(quantity=3, scheduled=(FEWER,), add_ons=(add_on(RECORDING),)),
            Amounts(37000, 36500),
            Amounts(49000, 46500),
            None,
        ),
    ],
)
def test_a_quote_tells_the_renewals_before_and_after(
    before: Subscription | None,
    after: Subscription,
    renewal_before: Amounts,
    renewal_after: Amounts,
    scheduled_for: str | None,
) -> None:
    quote = quote_of(decision(before, after))
    assert (quote.renewal_before, quote.renewal_after) == (renewal_before, renewal_after)
    assert quote.scheduled_for == (day(scheduled_for) if scheduled_for else None)
    assert (quote.status_after, quote.term_after, quote.amount) == (after.status, after.term, ZERO)


def quoted(*lines: Line, **changes: Any) -> Quote:
    return replace(quote_of(decision(subscription(), subscription(plan=BUSINESS), *lines)), **changes)


def test_the_same_quote_of_the_same_subscription_has_the_same_token() -> None:
    token = quote_token(SECRET, uid(1), quoted(UPGRADE, CREDIT))
    assert token == quote_token(bytes(SECRET), uid(1), quoted(replace(UPGRADE), replace(CREDIT)))
    assert len(token) == 64


STANDS_FOR = quoted(UPGRADE, CREDIT)
OTHERS = {
    "another subscription": (SECRET, uid(2), STANDS_FOR),
    "a new subscription": (SECRET, None, STANDS_FOR),
    "another secret": (b"someone else's", uid(1), STANDS_FOR),
    "another price": (SECRET, uid(1), quoted(replace(UPGRADE, amount=Amounts(37001, 36500)), CREDIT)),
    "another cost": (SECRET, uid(1), quoted(replace(UPGRADE, amount=Amounts(37000, 36501)), CREDIT)),
    "another unit cost": (SECRET, uid(1), quoted(replace(UPGRADE, unit=Amounts(74000, 73001)), CREDIT)),
    "an equal sum": (
        SECRET,
        uid(1),
        quoted(
            replace(UPGRADE, amount=Amounts(37001, 36500)), replace(CREDIT, amount=Amounts(-18501, -18250))
        ),
    ),
    "an unreduced fraction": (SECRET, uid(1), quoted(replace(UPGRADE, fraction=Fraction(1, 2)), CREDIT)),
    "another quantity": (SECRET, uid(1), quoted(replace(UPGRADE, quantity=2), CREDIT)),
    "another charge reversed": (SECRET, uid(1), quoted(UPGRADE, replace(CREDIT, reverses=uid(2)))),
    "a line fewer": (SECRET, uid(1), quoted(UPGRADE)),
    "another order": (SECRET, uid(1), quoted(CREDIT, UPGRADE)),
    "another day": (SECRET, uid(1), replace(STANDS_FOR, effective_on=day("2021-06-17"))),
    "another status": (SECRET, uid(1), replace(STANDS_FOR, status_after=Status.CANCELED)),
    "another term": (SECRET, uid(1), replace(STANDS_FOR, term_after=term("2020-11-16", "2022-11-15"))),
    "another renewal price": (SECRET, uid(1), replace(STANDS_FOR, renewal_after=Amounts(74001, 73000))),
    "another renewal cost": (SECRET, uid(1), replace(STANDS_FOR, renewal_after=Amounts(74000, 73001))),
    "a scheduled change": (SECRET, uid(1), replace(STANDS_FOR, scheduled_for=day("2021-11-16"))),
    "nobody told": (SECRET, uid(1), replace(STANDS_FOR, provisioning=())),
}


@pytest.mark.parametrize("difference", OTHERS)
def test_a_token_stands_for_one_quote_of_one_subscription_alone(difference: str) -> None:
    assert quote_token(*OTHERS[difference]) != quote_token(SECRET, uid(1), STANDS_FOR)


signed = amounts | amounts.map(lambda amount: -amount)


@examples
@given(st.lists(signed, min_size=1, max_size=3), st.data())
def test_a_token_differs_wherever_an_amount_does(paid: list[Amounts], data: st.DataObject) -> None:
    other = list(paid)
    at = data.draw(st.integers(0, len(paid) - 1))
    other[at] = data.draw(st.builds(Amounts, st.just(paid[at].price), st.integers(-9, 9)) | signed)
    first, second = (
        quote_token(SECRET, uid(1), quoted(*(replace(UPGRADE, amount=amount) for amount in each)))
        for each in (paid, other)
    )
    assert (first == second) is (paid == other)
