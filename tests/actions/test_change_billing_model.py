"""How often it is billed, from the next renewal on: rules §4.7."""

from dataclasses import replace
from typing import Any

import pytest

from actions.change_billing_model import ChangeBillingModel, decide
from domain.catalogue import Offer
from domain.decision import Decision
from domain.errors import ErrorCode
from domain.lifecycle import Action
from domain.money import Amounts
from domain.periods import BillingCycle, BillingModel
from domain.quote import quote_of
from domain.subscription import Scheduled, Subscription
from tests.builders import (
    MONTHLY,
    QUARTERLY,
    RECORDING,
    YEARLY,
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

MONTHLY_TO_COME = waiting(Action.CHANGE_BILLING_MODEL, model=MONTHLY)
FEWER = waiting(Action.CHANGE_QUANTITY, 801, quantity=1)
ODD = Offer("ODD", "Odd", prices(yearly=(100, 90)))
TWO_YEARS = BillingModel(BillingCycle.YEARLY, 2)
A_MONTH = {"model": MONTHLY, "term": term("2021-06-01", "2021-06-30")}


def ask(held: Subscription, model: BillingModel, today: str = "2021-06-10") -> Decision:
    return decide(held, ChangeBillingModel(held.id, model, reason="why"), day(today), ids())


@pytest.mark.parametrize(
    ("held", "model", "ends", "summary", "renewal"),
    [
        (subscription(), MONTHLY, "2021-11-16", "from YEARLY to MONTHLY.", (3700, 3650)),
        (subscription(), QUARTERLY, "2021-11-16", "from YEARLY to MONTHLY x 3.", (11100, 10950)),
        (subscription(), TWO_YEARS, "2021-11-16", "from YEARLY to YEARLY x 2.", (74000, 73000)),
        (subscription(**A_MONTH), YEARLY, "2021-07-01", "from MONTHLY to YEARLY.", (37000, 36500)),
        (subscription(**A_MONTH), QUARTERLY, "2021-07-01", "from MONTHLY to MONTHLY x 3.", (11100, 10950)),
        (trial(), MONTHLY, "2021-06-15", "from YEARLY to MONTHLY.", (3700, 3650)),
        (
            subscription(quantity=3, add_ons=(add_on(RECORDING, 2),), numbers=(number(1),)),
            QUARTERLY,
            "2021-11-16",
            "from YEARLY to MONTHLY x 3.",
            (33300 + 6000 + 600, 32850 + 5400 + 300),
        ),
    ],
)
def test_new_model_bills_next_renewal(
    held: Subscription, model: BillingModel, ends: str, summary: str, renewal: tuple[int, int]
) -> None:
    made = ask(held, model)
    change = Scheduled(
        id=uid(1000),
        action=Action.CHANGE_BILLING_MODEL,
        effective_on=day(ends),
        summary=f"Billing changes {summary}",
        reason="why",
        model=model,
    )
    assert made.after == replace(held, scheduled=(change,))
    assert (made.action, made.effective_on) == (Action.CHANGE_BILLING_MODEL, day(ends))
    assert (made.lines, made.provisioning, made.summary) == ((), (), f"Scheduled: {change.summary}")
    quote = quote_of(made)
    assert (quote.renewal_after, quote.scheduled_for) == (Amounts(*renewal), day(ends))
    assert quote.term_after == held.term


def test_second_request_replaces_the_first() -> None:
    held = subscription(quantity=2, scheduled=(MONTHLY_TO_COME, FEWER))
    made = ask(held, QUARTERLY)
    first, second = made.after.scheduled
    assert (first, second.id, second.model) == (FEWER, uid(1000), QUARTERLY)
    assert quote_of(made).renewal_before == Amounts(3700, 3650)
    assert quote_of(made).renewal_after == Amounts(11100, 10950)


def test_current_model_revokes_scheduled_model() -> None:
    held = subscription(quantity=2, scheduled=(MONTHLY_TO_COME, FEWER))
    made = ask(held, YEARLY)
    assert made.after == replace(held, scheduled=(FEWER,))
    assert made.summary == "Billing stays YEARLY."
    assert quote_of(made).scheduled_for is None


@pytest.mark.parametrize(
    ("changes", "model"),
    [
        ({}, YEARLY),
        ({"model": QUARTERLY}, BillingModel(BillingCycle.MONTHLY, 3)),
        ({"scheduled": (MONTHLY_TO_COME,)}, MONTHLY),
    ],
)
def test_same_future_model_is_nothing_to_change(changes: dict[str, Any], model: BillingModel) -> None:
    with refused(ErrorCode.NOTHING_TO_CHANGE, "cycle", naming=str(model)):
        ask(subscription(**changes), model)


@pytest.mark.parametrize(
    "changes",
    [
        {"plan": plan("ODD", "Odd", 9, prices(yearly=(100, 90)))},
        {"add_ons": (add_on(RECORDING), add_on(ODD))},
        {"numbers": (number(1), number(2, ODD))},
    ],
)
@pytest.mark.parametrize("model", [MONTHLY, QUARTERLY])
@pytest.mark.parametrize("build", [subscription, trial])
def test_missing_price_for_new_cycle_is_not_offered(
    changes: dict[str, Any], model: BillingModel, build: Any
) -> None:
    with refused(ErrorCode.NOT_OFFERED, "cycle", naming="Odd is not offered monthly."):
        ask(build(**changes), model)
    assert ask(build(**changes), TWO_YEARS).after.scheduled
