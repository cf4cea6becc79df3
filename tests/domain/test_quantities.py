"""Bounds of quantities and billing models: rules §2 and §4.13."""

import pytest

from domain.errors import ErrorCode
from domain.periods import BillingCycle, BillingModel
from domain.quantities import MAX_QUANTITY, billing_model, check_distinct, check_quantity
from tests.builders import refused


@pytest.mark.parametrize(("quantity", "least"), [(1, 1), (7, 1), (MAX_QUANTITY, 1), (0, 0)])
def test_a_quantity_within_its_bounds_passes(quantity: int, least: int) -> None:
    check_quantity(quantity, "quantity", least=least)


@pytest.mark.parametrize(("quantity", "least"), [(0, 1), (-1, 1), (MAX_QUANTITY + 1, 1), (-1, 0)])
def test_a_quantity_out_of_bounds_is_refused(quantity: int, least: int) -> None:
    with refused(ErrorCode.INVALID_QUANTITY, "addOns", "quantity", naming=f"from {least} to {MAX_QUANTITY}"):
        check_quantity(quantity, "addOns", "quantity", least=least)


@pytest.mark.parametrize("cycle", BillingCycle)
@pytest.mark.parametrize("multiplier", [1, 2, 5, 36, 1200])
def test_any_multiplier_from_1_makes_a_billing_model(cycle: BillingCycle, multiplier: int) -> None:
    assert billing_model(cycle, multiplier) == BillingModel(cycle, multiplier)


@pytest.mark.parametrize("multiplier", [0, -1, 1201])
def test_a_multiplier_out_of_bounds_is_refused(multiplier: int) -> None:
    with refused(ErrorCode.INVALID_VALUE, "multiplier", naming=f"{multiplier} is not"):
        billing_model(BillingCycle.MONTHLY, multiplier)


def test_nothing_is_named_twice() -> None:
    check_distinct([], "addOns")
    check_distinct(["REC", "FAX"], "addOns")
    check_distinct(iter("abc"), "addOns")
    with refused(ErrorCode.INVALID_VALUE, "addOns", naming="named twice"):
        check_distinct(["REC", "FAX", "REC"], "addOns")
