"""The rows of a product: which of them subscriptions need, and how they are rewritten."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from sqlalchemy import Select, and_, bindparam, delete, func, insert, null, select, union_all
from sqlalchemy.dialects.postgresql import insert as upsert

from domain.catalogue import Plan, Prices
from domain.lifecycle import ENDED
from domain.periods import BillingCycle
from domain.subscription import AddOnStatus, ScheduledStatus
from models.engine import new_id
from models.store.lookups import same_partner
from models.store.unit_of_work import Exclusive, Reading
from models.tables import (
    add_on,
    add_on_offer,
    add_on_price,
    phone_number,
    plan,
    plan_price,
    product,
    scheduled_change,
    subscription,
)


@dataclass(frozen=True)
class Priced:
    """One price of a product: the plan's if `add_on` is None, else the add-on's with that plan."""

    plan: str
    add_on: str | None
    cycle: BillingCycle


_NOT_ENDED = (
    subscription.c.partner_id == bindparam("partner_id"),
    subscription.c.status.not_in(sorted(ENDED)),
)
_OWN = tuple(subscription.c[name] for name in ("partner_id", "id", "plan_id", "reference"))

# Subscriptions with their billing cycles: the current one, and one that is scheduled for the next renewal.
_billed = union_all(
    select(*_OWN, subscription.c.cycle).where(*_NOT_ENDED),
    select(*_OWN, scheduled_change.c.cycle)
    .join(
        scheduled_change,
        and_(
            same_partner(scheduled_change, subscription),
            scheduled_change.c.subscription_id == subscription.c.id,
        ),
    )
    .where(
        *_NOT_ENDED,
        scheduled_change.c.status == ScheduledStatus.PENDING,
        scheduled_change.c.cycle.is_not(None),
    ),
).subquery("billed")
_user = func.min(_billed.c.reference).label("user")
_of_product = plan.c.product_id == bindparam("product_id")
_on_plan = and_(same_partner(_billed, plan), _billed.c.plan_id == plan.c.id)

_PLANS_USED: Select[tuple[str, None, BillingCycle, str]] = (
    select(plan.c.code.label("plan"), null().label("add_on"), _billed.c.cycle, _user)
    .join(_billed, _on_plan)
    .where(_of_product)
    .group_by(plan.c.code, _billed.c.cycle)
)
_ADD_ONS_USED: Select[tuple[str, str, BillingCycle, str]] = (
    select(plan.c.code.label("plan"), add_on.c.code.label("add_on"), _billed.c.cycle, _user)
    .join(_billed, _on_plan)
    .join(add_on, and_(same_partner(add_on, _billed), add_on.c.subscription_id == _billed.c.id))
    .where(_of_product, add_on.c.status != AddOnStatus.CANCELED)
    .group_by(plan.c.code, add_on.c.code, _billed.c.cycle)
)
_NUMBERS_USED = (
    select(_billed.c.cycle, _user)
    .join(
        phone_number,
        and_(same_partner(phone_number, _billed), phone_number.c.subscription_id == _billed.c.id),
    )
    .where(phone_number.c.sku_code == bindparam("sku_code"))
    .group_by(_billed.c.cycle)
)
# Ended subscriptions too: their rows still refer to the plan.
_HOLDERS = (
    select(plan.c.code, func.min(subscription.c.reference).label("user"))
    .join(subscription, and_(same_partner(subscription, plan), subscription.c.plan_id == plan.c.id))
    .where(
        plan.c.partner_id == bindparam("partner_id"),
        _of_product,
        plan.c.code.in_(bindparam("codes", expanding=True)),
    )
    .group_by(plan.c.code)
)

_SAVE_PRODUCT = upsert(product)
_PRODUCT = _SAVE_PRODUCT.on_conflict_do_update(
    index_elements=["partner_id", "code"], set_={"name": _SAVE_PRODUCT.excluded.name}
).returning(product.c.id)

# Returns no row for a code that belongs to another product's plan.
_SAVE_PLAN = upsert(plan)
_PLAN = _SAVE_PLAN.on_conflict_do_update(
    index_elements=["partner_id", "code"],
    set_={name: _SAVE_PLAN.excluded[name] for name in ("name", "rank", "default_settings")},
    where=plan.c.product_id == _SAVE_PLAN.excluded.product_id,
).returning(plan.c.id, plan.c.code)

_own_plan = (
    plan.c.partner_id == bindparam("key_partner_id"),
    plan.c.product_id == bindparam("key_product_id"),
)
_own_plan_ids = select(plan.c.id).where(*_own_plan)
_CLEAR = [
    delete(table).where(table.c.partner_id == bindparam("key_partner_id"), table.c.plan_id.in_(_own_plan_ids))
    for table in (plan_price, add_on_price, add_on_offer)
]
_DELETE_PLANS = delete(plan).where(*_own_plan, plan.c.code.in_(bindparam("codes", expanding=True)))
_INSERT_PRICE = insert(plan_price)
_INSERT_OFFER = insert(add_on_offer)
_INSERT_OFFER_PRICE = insert(add_on_price)

_PLAN_PRICES = (
    select(plan.c.code, null().label("add_on"), plan_price.c.cycle)
    .join(plan_price, and_(same_partner(plan_price, plan), plan_price.c.plan_id == plan.c.id))
    .where(*_own_plan)
)
_ADD_ON_PRICES = (
    select(plan.c.code, add_on_price.c.code.label("add_on"), add_on_price.c.cycle)
    .join(add_on_price, and_(same_partner(add_on_price, plan), add_on_price.c.plan_id == plan.c.id))
    .where(*_own_plan)
)


async def prices_in_use(tx: Reading, product_id: UUID) -> dict[Priced, str]:
    """The product's prices that subscriptions need, each with the reference of one of them."""
    key = {"partner_id": tx.partner.id, "product_id": product_id}
    plans, add_ons = (
        await tx.connection.execute(_PLANS_USED, key),
        await tx.connection.execute(_ADD_ONS_USED, key),
    )
    return {Priced(row.plan, row.add_on, row.cycle): row.user for row in (*plans, *add_ons)}


async def sku_cycles_in_use(tx: Reading, sku_code: str) -> dict[BillingCycle, str]:
    """The billing cycles of subscriptions with the SKU's numbers, each with the reference of one of them."""
    rows = await tx.connection.execute(_NUMBERS_USED, {"partner_id": tx.partner.id, "sku_code": sku_code})
    return {row.cycle: row.user for row in rows}


async def plans_in_use(tx: Reading, product_id: UUID, codes: Iterable[str]) -> dict[str, str]:
    """The plans that have or had subscriptions, each with the reference of one of them."""
    key = {"partner_id": tx.partner.id, "product_id": product_id, "codes": list(codes)}
    return {row.code: row.user for row in await tx.connection.execute(_HOLDERS, key)}


async def save_product_row(tx: Exclusive, code: str, name: str) -> UUID:
    """Saves the product and returns its id. Locks its row: of two calls at once, the second waits."""
    values = {"partner_id": tx.partner.id, "id": new_id(), "code": code, "name": name}
    product_id: UUID = (await tx.connection.execute(_PRODUCT, values)).scalar_one()
    return product_id


async def stored_prices(tx: Exclusive, product_id: UUID) -> set[Priced]:
    """All prices that the product has now."""
    key = _key(tx, product_id)
    plans = await tx.connection.execute(_PLAN_PRICES, key)
    add_ons = await tx.connection.execute(_ADD_ON_PRICES, key)
    return {Priced(row.code, row.add_on, row.cycle) for row in (*plans, *add_ons)}


async def clear(tx: Exclusive, product_id: UUID, plan_codes: Iterable[str]) -> None:
    """Deletes the product's prices and add-ons, and the plans with these codes."""
    for statement in _CLEAR:
        await tx.connection.execute(statement, _key(tx, product_id))
    await tx.connection.execute(_DELETE_PLANS, _key(tx, product_id) | {"codes": list(plan_codes)})


async def save_plan_rows(tx: Exclusive, plans: Sequence[Plan]) -> dict[str, UUID]:
    """Saves the plans and returns their ids by code. An existing plan keeps its id.

    Leaves out a plan whose code belongs to another product's plan.
    """
    # Always in the same order, so that two products with the same codes cannot deadlock.
    rows = [_plan_row(tx, item) for item in sorted(plans, key=lambda item: item.code)]
    return {row.code: row.id for row in await tx.connection.execute(_PLAN, rows)}


async def save_price_rows(tx: Exclusive, plans: Sequence[Plan], ids: dict[str, UUID]) -> None:
    prices, offers, offer_prices = [], [], []
    for item in plans:
        own = {"partner_id": tx.partner.id, "plan_id": ids[item.code]}
        prices += price_rows(item.prices, **own)
        for offer in item.add_ons.values():
            offers.append(own | {"code": offer.code, "name": offer.name})
            offer_prices += price_rows(offer.prices, **own, code=offer.code)
    await tx.connection.execute(_INSERT_PRICE, prices)
    if offers:
        await tx.connection.execute(_INSERT_OFFER, offers)
        await tx.connection.execute(_INSERT_OFFER_PRICE, offer_prices)


def _plan_row(tx: Exclusive, item: Plan) -> dict[str, Any]:
    return {
        "partner_id": tx.partner.id,
        "id": item.id,
        "product_id": item.product_id,
        "code": item.code,
        "name": item.name,
        "rank": item.rank,
        "default_settings": dict(item.default_settings),
    }


def _key(tx: Exclusive, product_id: UUID) -> dict[str, Any]:
    return {"key_partner_id": tx.partner.id, "key_product_id": product_id}


def price_rows(prices: Prices, **key: Any) -> list[dict[str, Any]]:
    """A row for each cycle, led by the columns of `key`."""
    return [
        key | {"cycle": cycle, "price": amounts.price, "cost": amounts.cost}
        for cycle, amounts in prices.items()
    ]
