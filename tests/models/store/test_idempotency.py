"""Outcomes that earlier releases have stored can still be read."""

from datetime import date
from uuid import UUID

from domain.lifecycle import Status
from domain.lines import ChargeKind, Item, ItemKind, Line
from domain.money import Amounts, Fraction
from domain.periods import Period, Term
from domain.quote import Quote
from models.store.idempotency import OUTCOMES
from models.store.writer import Outcome

STORED = {
    "quote": {
        "effective_on": "2021-06-16",
        "lines": [
            {
                "kind": "UPGRADE",
                "item": {"kind": "PLAN", "code": "business", "name": "Business"},
                "period": {"starts_on": "2021-06-16", "ends_before": "2021-11-16", "anchor_day": 16},
                "quantity": 1,
                "fraction": {"numerator": 6, "denominator": 12},
                "unit": {"price": 74000, "cost": 73000},
                "amount": {"price": 37000, "cost": 36500},
                "cycle_months": 12,
                "reverses": None,
            }
        ],
        "status_after": "ACTIVE",
        "term_after": {
            "starts_on": "2020-11-16",
            "ends_before": "2021-11-16",
            "anchor_day": 16,
            "number": 1,
        },
        "renewal_before": {"price": 37000, "cost": 36500},
        "renewal_after": {"price": 74000, "cost": 73000},
        "scheduled_for": None,
        "provisioning": ["CHANGE_PLAN"],
    },
    "subscription_id": "00000000-0000-0000-0000-000000000001",
    "record_id": "00000000-0000-0000-0000-000000000002",
    "invoice_id": "00000000-0000-0000-0000-000000000003",
    "scheduled_change_id": None,
}
UPGRADE = Line(
    kind=ChargeKind.UPGRADE,
    item=Item(ItemKind.PLAN, "business", "Business"),
    period=Period(date(2021, 6, 16), date(2021, 11, 16), 16),
    quantity=1,
    fraction=Fraction(6, 12),
    unit=Amounts(74000, 73000),
    amount=Amounts(37000, 36500),
    cycle_months=12,
)
QUOTE = Quote(
    effective_on=date(2021, 6, 16),
    lines=(UPGRADE,),
    status_after=Status.ACTIVE,
    term_after=Term(date(2020, 11, 16), date(2021, 11, 16), 16, 1),
    renewal_before=Amounts(37000, 36500),
    renewal_after=Amounts(74000, 73000),
    scheduled_for=None,
    provisioning=("CHANGE_PLAN",),
)
OUTCOME = Outcome(QUOTE, UUID(int=1), UUID(int=2), UUID(int=3), None)


def test_a_stored_outcome_keeps_its_form() -> None:
    assert OUTCOMES.validate_python(STORED) == OUTCOME
    assert OUTCOMES.dump_python(OUTCOME, mode="json") == STORED
