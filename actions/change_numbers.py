"""Swap, add and remove phone numbers. Source: rules §4.6.

A swap is free and keeps the SKU; an added number is charged for the rest of the term; a removed one is
not refunded.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from datetime import date
from uuid import UUID

from domain import provisioning
from domain.availability import check_open
from domain.charges import check_offered, number_item, rest_of_term_line
from domain.decision import Decision
from domain.errors import ErrorCode, LifecycleError, required
from domain.lifecycle import Action
from domain.lines import ChargeKind, Line
from domain.provisioning import Provision
from domain.quantities import check_distinct
from domain.subscription import Number, NumberPool, Subscription
from models.store.locking import load_subscription
from models.store.lookups import load_stock
from models.store.unit_of_work import Reading


@dataclass(frozen=True)
class ChangeNumbers:
    """`swap` has pairs of a held number and one in stock."""

    subscription_id: UUID
    swap: tuple[tuple[UUID, UUID], ...] = ()
    add: tuple[UUID, ...] = ()
    remove: tuple[UUID, ...] = ()
    expected_version: int | None = None


@dataclass(frozen=True)
class Changes:
    """The command with numbers instead of ids."""

    swap: tuple[tuple[Number, Number], ...]
    add: tuple[Number, ...]
    remove: tuple[Number, ...]


async def change_numbers(tx: Reading, command: ChangeNumbers) -> Decision:
    subscription = await load_subscription(tx, command.subscription_id, command.expected_version)
    stock = await load_stock(tx, [*(new for _, new in command.swap), *command.add])
    return decide(subscription, command, stock, tx.today(subscription.customer.time_zone))


def decide(subscription: Subscription, command: ChangeNumbers, stock: NumberPool, today: date) -> Decision:
    """Raises NOT_FOUND, NUMBER_NOT_AVAILABLE, SKU_MISMATCH, NOTHING_TO_CHANGE, NOT_OFFERED."""
    check_open(subscription, Action.CHANGE_NUMBERS, today)
    changes = _changes(subscription, command, stock)
    removed = [*(old for old, _ in changes.swap), *changes.remove]
    added = [*(new for _, new in changes.swap), *changes.add]
    if not removed and not added:
        raise LifecycleError(ErrorCode.NOTHING_TO_CHANGE, "Name numbers to swap, to add or to remove.")
    check_distinct([number.id for number in removed + added])
    kept = [number for number in subscription.numbers if number not in removed]
    after = replace(subscription, numbers=tuple(sorted(kept + added, key=lambda number: number.e164)))
    check_offered(after, "addNumberIds")
    return Decision(
        action=Action.CHANGE_NUMBERS,
        effective_on=today,
        before=subscription,
        after=after,
        summary=f"{'; '.join(_summary(changes))}.",
        lines=() if subscription.is_trial else tuple(_lines(subscription, changes.add, today)),
        provisioning=tuple(_provisions(changes)),
    )


def _changes(subscription: Subscription, command: ChangeNumbers, stock: NumberPool) -> Changes:
    held = {number.id: number for number in subscription.numbers}

    def holds(number_id: UUID, field: str) -> Number:
        return required(held.get(number_id), "phone number on this subscription", field)

    old = [holds(number_id, "swap") for number_id, _ in command.swap]
    new = stock.take((number_id for _, number_id in command.swap), "swap")
    for before, after in zip(old, new, strict=True):
        if before.sku.code != after.sku.code:
            message = f"{before.e164} is a {before.sku.name}, {after.e164} a {after.sku.name}."
            raise LifecycleError(ErrorCode.SKU_MISMATCH, message, "swap")
    return Changes(
        swap=tuple(zip(old, new, strict=True)),
        add=stock.take(command.add, "addNumberIds"),
        remove=tuple(holds(number_id, "removeNumberIds") for number_id in command.remove),
    )


def _lines(subscription: Subscription, added: Iterable[Number], today: date) -> Iterator[Line]:
    for number in added:
        yield rest_of_term_line(subscription, ChargeKind.NUMBER, number_item(number), number.sku, 1, today)


def _provisions(changes: Changes) -> Iterator[Provision]:
    yield from (provisioning.swap_number(old.e164, new.e164) for old, new in changes.swap)
    yield from (provisioning.remove_number(number.e164) for number in changes.remove)
    yield from (provisioning.add_number(number.e164) for number in changes.add)


def _summary(changes: Changes) -> Iterator[str]:
    yield from (f"{old.e164} swapped for {new.e164}" for old, new in changes.swap)
    yield from (f"{number.e164} removed" for number in changes.remove)
    yield from (f"{number.e164} added" for number in changes.add)
