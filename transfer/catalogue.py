"""From the records of a file to the commands of the actions; the plans and offers of its catalogue."""

from collections.abc import Callable, Iterator, Sequence
from functools import cache
from typing import Any, TypeVar

from pydantic import TypeAdapter

from actions.setup.plans import checked_plans
from actions.setup.prices import PriceInput, price_list
from actions.setup.save_product import SaveProduct
from actions.setup.save_sku import SaveSku
from domain.catalogue import Offer, Plan
from domain.errors import LifecycleError
from models.engine import new_id
from transfer import format as formats
from transfer.problems import Path, RecordProblems

T = TypeVar("T")

_adapter: Callable[[Any], TypeAdapter[Any]] = cache(TypeAdapter)


def command_of(kind: type[T], record: formats.Record, **others: Any) -> T:
    """The command with the record's fields of the same names, and others."""
    command: T = _adapter(kind).validate_python(record.model_dump() | others)
    return command


def plans_of(product: formats.Product, currency: str, problems: RecordProblems) -> tuple[Plan, ...] | None:
    """The plans with new ids; None, and problems, where one is not sound."""
    before, command = len(problems.problems), command_of(SaveProduct, product)
    for path, prices in _price_lists(command):  # each by itself, so that no problem hides another
        try:
            price_list(prices, currency)
        except LifecycleError as error:
            problems.add((*path, *field_path(error)), error.message)
    if len(problems.problems) > before:
        return None
    try:
        return checked_plans(command.plans, new_id(), currency)
    except LifecycleError as error:
        problems.add(field_path(error), error.message)
        return None


def sku_of(sku: formats.Offer, currency: str, problems: RecordProblems) -> Offer | None:
    try:
        return Offer(sku.code, sku.name, price_list(command_of(SaveSku, sku).prices, currency, "prices"))
    except LifecycleError as error:
        problems.add(field_path(error), error.message)
        return None


def field_path(error: LifecycleError) -> Path:
    return tuple(int(part) if part.isdecimal() else part for part in error.field or ())


def _price_lists(command: SaveProduct) -> Iterator[tuple[Path, Sequence[PriceInput]]]:
    for index, plan in enumerate(command.plans):
        yield ("plans", index, "prices"), plan.prices
        for number, add_on in enumerate(plan.add_ons):
            yield ("plans", index, "addOns", number, "prices"), add_on.prices
