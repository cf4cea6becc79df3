"""Credits for the old plan under DIFFERENCE: rules §1 and §3."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.lines import Charge, ChargeKind, Item, ItemKind, sum_of
from domain.money import WHOLE, ZERO, Amounts, Fraction
from domain.periods import Period
from domain.policy import ProrationUnit
from domain.proration import unused_fraction
from domain.refunds import plan_credits
from domain.subscription import Subscription
from tests.builders import BUSINESS, customer, day, period, plan_charge, subscription, term, uid
from tests.domain.strategies import amounts, days_of, examples, recomputed, running

CALENDAR, ANNIVERSARY, DAY = ProrationUnit
NO_LIMIT = Amounts(10**9, 10**9)
IN_JUNE = period("2021-06-16", "2021-11-15")

PURCHASE = plan_charge(1)
TWO_LICENCES = plan_charge(2, quantity=2)
THIRD_IN_MARCH = plan_charge(
    3,
    over=period("2021-03-16", "2021-11-15"),
    kind=ChargeKind.QUANTITY,
    fraction=Fraction(9, 12),
    amount=Amounts(27750, 27375),
)
BY_DAYS_IN_JUNE = plan_charge(
    4, over=IN_JUNE, kind=ChargeKind.QUANTITY, fraction=Fraction(153, 365), amount=Amounts(15510, 15300)
)
ADD_ON_OF_THE_SAME_CODE = plan_charge(5, item=Item(ItemKind.ADD_ON, "PRO", "Pro pack"))
# Two months at the monthly price; and until 10 January at two twelfths of the yearly price.
QUICK = plan_charge(
    6,
    over=period("2021-11-16", "2022-01-15"),
    kind=ChargeKind.EXTENSION,
    unit=Amounts(7400, 7300),
    amount=Amounts(7400, 7300),
    cycle_months=2,
)
ABSOLUTE = plan_charge(
    7,
    over=period("2021-11-16", "2022-01-10"),
    kind=ChargeKind.EXTENSION,
    fraction=Fraction(2, 12),
    amount=Amounts(6167, 6083),
)


def of_plan(unit: ProrationUnit, *charges: Charge, last: str = "2021-11-15") -> Subscription:
    return subscription(customer=customer(unit), charges=charges, term=term("2020-11-16", last))


@pytest.mark.parametrize(
    ("unit", "charges", "on", "credited"),
    [
        (CALENDAR, [PURCHASE], "2021-06-16", [(1, Fraction(6, 12), Amounts(-18500, -18250))]),
        (ANNIVERSARY, [PURCHASE], "2021-06-16", [(1, Fraction(5, 12), Amounts(-15417, -15208))]),
        (DAY, [PURCHASE], "2021-06-16", [(1, Fraction(153, 365), Amounts(-15510, -15300))]),
        (CALENDAR, [PURCHASE], "2021-11-15", [(1, Fraction(1, 12), Amounts(-3083, -3042))]),
        (CALENDAR, [PURCHASE], "2020-11-16", [(1, WHOLE, Amounts(-37000, -36500))]),
        # licences bought later are credited by their own charges
        (
            CALENDAR,
            [TWO_LICENCES, THIRD_IN_MARCH],
            "2021-06-16",
            [(2, Fraction(6, 12), Amounts(-37000, -36500)), (3, Fraction(6, 12), Amounts(-18500, -18250))],
        ),
        (CALENDAR, [THIRD_IN_MARCH], "2021-03-16", [(3, Fraction(9, 12), Amounts(-27750, -27375))]),
        # charged by days, credited by calendar months: at most what was charged
        (CALENDAR, [BY_DAYS_IN_JUNE], "2021-06-16", [(4, Fraction(153, 365), Amounts(-15510, -15300))]),
        (CALENDAR, [BY_DAYS_IN_JUNE], "2021-06-17", [(4, WHOLE, Amounts(-15510, -15300))]),
        # nothing else is credited
        (CALENDAR, [], "2021-06-16", []),
        (CALENDAR, [plan_charge(1, closed=True)], "2021-06-16", []),
        (CALENDAR, [plan_charge(1, BUSINESS), ADD_ON_OF_THE_SAME_CODE], "2021-06-16", []),
        (CALENDAR, [plan_charge(1, given_back=Amounts(-37000, -36500))], "2021-06-16", []),
        (
            CALENDAR,
            [plan_charge(1, given_back=Amounts(-30000, -3000))],
            "2021-06-16",
            [(1, WHOLE, Amounts(-7000, -18250))],
        ),
    ],
)
def test_the_unused_part_of_a_charge_is_credited(
    unit: ProrationUnit, charges: list[Charge], on: str, credited: list[tuple[int, Fraction, Amounts]]
) -> None:
    found = plan_credits(of_plan(unit, *charges), day(on), NO_LIMIT)
    assert [(line.reverses, line.fraction, line.amount) for line in found] == [
        (uid(number), fraction, amount) for number, fraction, amount in credited
    ]


ALL_OF_IT = (WHOLE, Amounts(-7400, -7300))
BEFORE_IT = (Fraction(6, 12), Amounts(-18500, -18250))


@pytest.mark.parametrize(
    ("unit", "extension", "on", "credited"),
    [
        # before it begins, all of the extension is unused, and the rest of the first year
        (CALENDAR, QUICK, "2021-06-16", [BEFORE_IT, ALL_OF_IT]),
        (CALENDAR, ABSOLUTE, "2021-06-16", [BEFORE_IT, (Fraction(2, 12), Amounts(-6167, -6083))]),
        (CALENDAR, QUICK, "2021-11-15", [(Fraction(1, 12), Amounts(-3083, -3042)), ALL_OF_IT]),
        (DAY, QUICK, "2021-11-15", [(Fraction(1, 365), Amounts(-101, -100)), ALL_OF_IT]),
        # after that it is counted from its own first day
        (CALENDAR, QUICK, "2021-11-16", [ALL_OF_IT]),
        (CALENDAR, QUICK, "2021-11-17", [(Fraction(2, 2), Amounts(-7400, -7300))]),
        (CALENDAR, QUICK, "2021-12-16", [(Fraction(2, 2), Amounts(-7400, -7300))]),
        (CALENDAR, QUICK, "2022-01-01", [(Fraction(1, 2), Amounts(-3700, -3650))]),
        (ANNIVERSARY, QUICK, "2021-12-15", [(Fraction(2, 2), Amounts(-7400, -7300))]),
        (ANNIVERSARY, QUICK, "2021-12-16", [(Fraction(1, 2), Amounts(-3700, -3650))]),
        (DAY, QUICK, "2021-12-16", [(Fraction(31, 61), Amounts(-3761, -3710))]),
        (ANNIVERSARY, ABSOLUTE, "2021-12-16", [(Fraction(1, 12), Amounts(-3083, -3042))]),
        (DAY, ABSOLUTE, "2021-12-16", [(Fraction(26, 365), Amounts(-2636, -2600))]),
    ],
)
def test_an_extension_is_credited_for_its_own_months(
    unit: ProrationUnit, extension: Charge, on: str, credited: list[tuple[Fraction, Amounts]]
) -> None:
    extended = of_plan(unit, PURCHASE, extension, last=str(extension.line.period.ends_on))
    found = plan_credits(extended, day(on), NO_LIMIT)
    assert [(line.fraction, line.amount) for line in found] == credited


def test_a_credit_covers_the_rest_of_its_charge() -> None:
    extended = of_plan(ANNIVERSARY, TWO_LICENCES, QUICK, last="2022-01-15")
    first, second = plan_credits(extended, day("2021-06-16"), NO_LIMIT)
    assert (first.kind, first.item, first.quantity) == (ChargeKind.CREDIT, TWO_LICENCES.line.item, 2)
    assert (first.unit, first.cycle_months) == (Amounts(37000, 36500), 12)
    assert first.period == Period(day("2021-06-16"), day("2021-11-16"), 16)
    assert second.period == QUICK.line.period
    assert [first.reverses, second.reverses] == [uid(2), uid(6)]


@pytest.mark.parametrize(
    ("charge", "limit", "amount"),
    [
        (plan_charge(1, given_back=Amounts(-30000, -3000)), NO_LIMIT, Amounts(7000, 18250)),
        (plan_charge(1, given_back=Amounts(-3000, -30000)), NO_LIMIT, Amounts(18500, 6500)),
        (TWO_LICENCES, Amounts(36999, 36500), Amounts(36999, 36500)),
        (TWO_LICENCES, Amounts(37000, 0), Amounts(37000, 0)),
    ],
)
def test_a_bounded_credit_is_its_own_unit(charge: Charge, limit: Amounts, amount: Amounts) -> None:
    (credit,) = plan_credits(of_plan(CALENDAR, charge), day("2021-06-16"), limit)
    assert (credit.amount, credit.unit, credit.quantity, credit.fraction) == (-amount, amount, 1, WHOLE)


@pytest.mark.parametrize(("on", "anchor_day"), [("2021-02-28", 31), ("2021-03-01", 1)])
def test_a_credit_from_day_one_keeps_the_anchor_day(on: str, anchor_day: int) -> None:
    clamped = term("2021-02-28", "2021-03-30", anchor_day=31)
    state = subscription(term=clamped, charges=(plan_charge(1, over=clamped),))
    (credit,) = plan_credits(state, day(on), NO_LIMIT)
    assert credit.period == Period(day(on), clamped.ends_before, anchor_day)


@pytest.mark.parametrize(
    ("limit", "credited"),
    [
        (NO_LIMIT, [Amounts(-37000, -36500), Amounts(-18500, -18250)]),
        (Amounts(40000, 10**9), [Amounts(-37000, -36500), Amounts(-3000, -18250)]),
        (Amounts(20000, 10**9), [Amounts(-20000, -36500), Amounts(0, -18250)]),
        (Amounts(10**9, 40000), [Amounts(-37000, -36500), Amounts(-18500, -3500)]),
        (Amounts(0, 10), [Amounts(0, -10)]),
        (ZERO, []),
    ],
)
def test_all_credits_stay_within_the_limit(limit: Amounts, credited: list[Amounts]) -> None:
    licences = of_plan(CALENDAR, TWO_LICENCES, THIRD_IN_MARCH)
    assert [line.amount for line in plan_credits(licences, day("2021-06-16"), limit)] == credited


@examples
@given(running(), amounts, st.data())
def test_credits_never_exceed_their_charges(state: Subscription, limit: Amounts, data: st.DataObject) -> None:
    on = data.draw(days_of(state.term))
    charges = {charge.id: charge for charge in state.charges}
    lines = list(plan_credits(state, on, limit))
    for line in lines:
        assert line.reverses
        charged = charges.pop(line.reverses)  # each is reversed at most once
        assert not charged.closed
        assert line.item.code == state.plan.code
        assert charged.line.period.starts_on <= line.period.starts_on
        assert on <= line.period.starts_on < line.period.ends_before == charged.line.period.ends_before
        assert -line.amount == recomputed(line.unit, line.quantity, line.fraction)
        unused = unused_fraction(state.customer.policy.proration_unit, state.term, charged, on)
        most = recomputed(charged.line.unit, charged.line.quantity, unused).at_most(charged.remaining)
        assert 0 <= -line.amount.price <= most.price
        assert 0 <= -line.amount.cost <= most.cost
    assert -sum_of(lines).price <= limit.price
    assert -sum_of(lines).cost <= limit.cost
