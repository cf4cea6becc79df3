"""The lines that charge for a subscription: one for the plan, each add-on and each number. rules §1."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date

from domain.catalogue import Offer
from domain.lines import ChargeKind, Item, ItemKind, Line, charge
from domain.money import WHOLE, Amounts, Fraction, total
from domain.periods import BillingModel, Period
from domain.proration import remaining_fraction
from domain.subscription import AddOn, Number, Subscription


@dataclass(frozen=True)
class Holding:
    """A plan, an add-on or a number of a subscription, and its quantity."""

    item: Item
    offer: Offer
    quantity: int


def plan_item(offer: Offer) -> Item:
    return Item(ItemKind.PLAN, offer.code, offer.name)


def add_on_item(add_on: AddOn) -> Item:
    return Item(ItemKind.ADD_ON, add_on.offer.code, add_on.offer.name)


def number_item(number: Number) -> Item:
    return Item(ItemKind.NUMBER, number.e164, f"{number.sku.name} {number.e164}")


def holdings(subscription: Subscription) -> Iterator[Holding]:
    """The plan (its quantity is the licences), then the add-ons, then the numbers (1 each)."""
    yield Holding(plan_item(subscription.plan), subscription.plan, subscription.quantity)
    for add_on in subscription.add_ons:
        yield Holding(add_on_item(add_on), add_on.offer, add_on.quantity)
    for number in subscription.numbers:
        yield Holding(number_item(number), number.sku, 1)


def check_offered(subscription: Subscription, *field: str) -> None:
    """Raises NOT_OFFERED if a holding has no price for the current cycle or for a scheduled one."""
    scheduled = [change.model for change in subscription.scheduled if change.model]
    for model in (subscription.model, *scheduled):
        for holding in holdings(subscription):
            holding.offer.per_cycle(model.cycle, *field)


def charge_all(
    subscription: Subscription,
    kind: ChargeKind,
    period: Period,
    model: BillingModel,
    fraction: Fraction = WHOLE,
) -> tuple[Line, ...]:
    """A line for each holding, at `fraction` of one cycle of `model`. Raises NOT_OFFERED."""
    return tuple(
        charge(
            kind, holding.item, period, holding.offer.unit(model), model.months, holding.quantity, fraction
        )
        for holding in holdings(subscription)
    )


_PURCHASE_KINDS = {
    ItemKind.PLAN: ChargeKind.PURCHASE,
    ItemKind.ADD_ON: ChargeKind.ADD_ON,
    ItemKind.NUMBER: ChargeKind.NUMBER,
}


def purchase_lines(subscription: Subscription) -> tuple[Line, ...]:
    """The lines of the first paid term, all in full."""
    lines = charge_all(subscription, ChargeKind.PURCHASE, subscription.term, subscription.model)
    return tuple(replace(line, kind=_PURCHASE_KINDS[line.item.kind]) for line in lines)


def cycle_amounts(subscription: Subscription) -> Amounts:
    """The amount of one billing cycle of all current holdings, also during a trial.

    After a subscription has ended, prices may be removed: a holding without a price counts as zero.
    """
    model = subscription.model
    return total(
        holding.offer.unit(model) * holding.quantity
        for holding in holdings(subscription)
        if model.cycle in holding.offer.prices
    )


def rest_of_term_line(
    subscription: Subscription, kind: ChargeKind, item: Item, offer: Offer, quantity: int, day: date
) -> Line:
    """A prorated line for `quantity` units from `day` to the end of the term. Raises NOT_OFFERED."""
    model, term = subscription.model, subscription.term
    fraction = remaining_fraction(subscription.customer.policy.proration_unit, term, model.months, day)
    return charge(kind, item, term.rest(day), offer.unit(model), model.months, quantity, fraction)
