"""Reads and rewrites the rows of one product."""

from collections.abc import Iterable, Sequence
from typing import Any
from uuid import UUID

from sqlalchemy import and_, bindparam, delete, insert, null, select
from sqlalchemy.dialects.postgresql import insert as upsert

from actions.setup.prices import price_rows
from actions.setup.usage import Priced
from domain.catalogue import Plan
from models.engine import new_id
from models.store.lookups import same_partner
from models.store.unit_of_work import Exclusive
from models.tables import add_on_offer, add_on_price, plan, plan_price, product

_SAVE_PRODUCT = upsert(product)
_PRODUCT = _SAVE_PRODUCT.on_conflict_do_update(
    index_elements=["partner_id", "code"], set_={"name": _SAVE_PRODUCT.excluded.name}
).returning(product.c.id)

# A code that another product's plan has matches no row, and so returns none.
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


async def save_product_row(tx: Exclusive, code: str, name: str) -> UUID:
    """The id of the product, new or renamed, with its row locked: of two at once, the second waits."""
    values = {"partner_id": tx.partner.id, "id": new_id(), "code": code, "name": name}
    product_id: UUID = (await tx.connection.execute(_PRODUCT, values)).scalar_one()
    return product_id


async def stored_prices(tx: Exclusive, product_id: UUID) -> set[Priced]:
    """Every price that the product has now."""
    key = _key(tx, product_id)
    plans = await tx.connection.execute(_PLAN_PRICES, key)
    add_ons = await tx.connection.execute(_ADD_ON_PRICES, key)
    return {Priced(row.code, row.add_on, row.cycle) for row in (*plans, *add_ons)}


async def clear(tx: Exclusive, product_id: UUID, plan_codes: Iterable[str]) -> None:
    """Deletes the product's prices and add-ons, and those plans."""
    for statement in _CLEAR:
        await tx.connection.execute(statement, _key(tx, product_id))
    await tx.connection.execute(_DELETE_PLANS, _key(tx, product_id) | {"codes": list(plan_codes)})


async def save_plan_rows(tx: Exclusive, plans: Sequence[Plan]) -> dict[str, UUID]:
    """The ids of the plans by code; a plan that is there keeps its id.

    A plan whose code another product's plan has is left out.
    """
    # In one order always, so that two products that reach for the same codes cannot deadlock.
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
