"""What a subscription is charged for: one line for the plan, each add-on and each number."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date

from domain.catalogue import Offer
from domain.errors import ErrorCode, LifecycleError
from domain.lines import ChargeKind, Item, ItemKind, Line, charge
from domain.money import WHOLE, Amounts, Fraction, total
from domain.periods import BillingModel, Period
from domain.proration import remaining_fraction
from domain.subscription import AddOn, Number, Subscription


@dataclass(frozen=True)
class Sold:
    """Something that the subscription holds, and how much of it."""

    item: Item
    offer: Offer
    quantity: int


def plan_item(offer: Offer) -> Item:
    return Item(ItemKind.PLAN, offer.code, offer.name)


def add_on_item(add_on: AddOn) -> Item:
    return Item(ItemKind.ADD_ON, add_on.offer.code, add_on.offer.name)


def number_item(number: Number) -> Item:
    return Item(ItemKind.NUMBER, number.e164, f"{number.sku.name} {number.e164}")


def sold(subscription: Subscription) -> Iterator[Sold]:
    """The plan (its quantity is the licences), then the add-ons, then the numbers (1 each)."""
    yield Sold(plan_item(subscription.plan), subscription.plan, subscription.quantity)
    for add_on in subscription.add_ons:
        yield Sold(add_on_item(add_on), add_on.offer, add_on.quantity)
    for number in subscription.numbers:
        yield Sold(number_item(number), number.sku, 1)


def check_offered(subscription: Subscription, *field: str) -> None:
    """Raises NOT_OFFERED where something held has no price for the present cycle, or for a scheduled one."""
    to_come = [change.model for change in subscription.scheduled if change.model]
    for model in (subscription.model, *to_come):
        for held in sold(subscription):
            if model.cycle not in held.offer.prices:
                raise LifecycleError(
                    ErrorCode.NOT_OFFERED, f"{held.offer.name} is not offered {model.cycle.lower()}.", *field
                )


def charge_all(
    subscription: Subscription,
    kind: ChargeKind,
    period: Period,
    model: BillingModel,
    fraction: Fraction = WHOLE,
) -> tuple[Line, ...]:
    """A line for everything that the subscription holds, at `fraction` of one cycle of `model`.

    Raises NOT_OFFERED where something has no price for the cycle.
    """
    return tuple(
        charge(kind, s.item, period, s.offer.unit(model), model.months, s.quantity, fraction)
        for s in sold(subscription)
    )


_PURCHASE_KINDS = {
    ItemKind.PLAN: ChargeKind.PURCHASE,
    ItemKind.ADD_ON: ChargeKind.ADD_ON,
    ItemKind.NUMBER: ChargeKind.NUMBER,
}


def purchase_lines(subscription: Subscription) -> tuple[Line, ...]:
    """What the first paid term charges: every line in full."""
    lines = charge_all(subscription, ChargeKind.PURCHASE, subscription.term, subscription.model)
    return tuple(replace(line, kind=_PURCHASE_KINDS[line.item.kind]) for line in lines)


def cycle_amounts(subscription: Subscription) -> Amounts:
    """What one billing cycle costs as things stand (a trial: what it will cost).

    Once a subscription has ended its price list may change; what lost its price counts nothing.
    """
    model = subscription.model
    return total(
        s.offer.unit(model) * s.quantity for s in sold(subscription) if model.cycle in s.offer.prices
    )


def rest_of_term_line(
    subscription: Subscription, kind: ChargeKind, item: Item, offer: Offer, quantity: int, day: date
) -> Line:
    """A line for `quantity` pieces from `day` to the term's end, prorated. Raises NOT_OFFERED."""
    model, term = subscription.model, subscription.term
    fraction = remaining_fraction(subscription.customer.policy.proration_unit, term, model.months, day)
    return charge(kind, item, term.rest(day), offer.unit(model), model.months, quantity, fraction)
