"""Price lists: rules §1."""

from dataclasses import replace

import pytest

from domain.errors import ErrorCode
from domain.money import Amounts
from domain.periods import BillingCycle, BillingModel
from tests.builders import FAX, MONTHLY, PROFESSIONAL, QUARTERLY, RECORDING, YEARLY, plan, prices, refused


@pytest.mark.parametrize(
    ("model", "price", "cost"),
    [
        (MONTHLY, 3700, 3650),
        (QUARTERLY, 11100, 10950),
        (YEARLY, 37000, 36500),
        (BillingModel(BillingCycle.YEARLY, 2), 74000, 73000),
    ],
)
def test_the_unit_amount_is_one_cycle_times_the_multiplier(
    model: BillingModel, price: int, cost: int
) -> None:
    assert PROFESSIONAL.unit(model) == Amounts(price, cost)


def test_a_cycle_without_a_price_is_not_offered() -> None:
    yearly_only = plan("ODD", "Odd", 9, prices(yearly=(100, 90)))
    assert yearly_only.unit(YEARLY) == Amounts(100, 90)
    with refused(ErrorCode.NOT_OFFERED, naming="Odd is not offered monthly."):
        yearly_only.unit(QUARTERLY)


def test_a_plan_offers_its_own_add_ons_alone() -> None:
    with_recording = replace(PROFESSIONAL, add_ons={"REC": RECORDING})
    assert with_recording.add_on("REC") == RECORDING
    with refused(ErrorCode.NOT_OFFERED, naming="Professional does not offer the add-on FAX"):
        with_recording.add_on(FAX.code)
