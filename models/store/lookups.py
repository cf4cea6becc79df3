"""Reads what decisions depend on besides subscriptions: plans, numbers, customers, members, contracts."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any
from uuid import UUID

from sqlalchemy import (
    ARRAY,
    ColumnElement,
    FromClause,
    Row,
    RowMapping,
    Select,
    Uuid,
    and_,
    any_,
    bindparam,
    func,
    select,
)

from domain.catalogue import Offer, Plan, Prices
from domain.errors import not_found
from domain.money import Amounts
from domain.periods import BillingCycle
from domain.subscription import Contract, Customer, Number, NumberPool
from models.statements import fetch
from models.store.unit_of_work import Reading, Writing, policy_of
from models.tables import (
    add_on_offer,
    add_on_price,
    contract,
    customer,
    member,
    phone_number,
    plan,
    plan_price,
    sku,
    sku_price,
)

Json = Mapping[str, Any]


def json_rows(source: Select[Any]) -> ColumnElement[Any]:
    """The rows of a correlated subquery as a JSON array of objects, in its order; NULL for none."""
    rows = source.subquery()
    return select(func.jsonb_agg(func.to_jsonb(rows.table_valued()))).scalar_subquery()


def same_partner(child: FromClause, parent: FromClause) -> ColumnElement[bool]:
    return child.c.partner_id == parent.c.partner_id


def prices(rows: Iterable[Json] | None) -> Prices:
    return {BillingCycle(row["cycle"]): Amounts(row["price"], row["cost"]) for row in rows or ()}


_PLAN_PRICES = json_rows(
    select(plan_price.c.cycle, plan_price.c.price, plan_price.c.cost)
    .where(same_partner(plan_price, plan), plan_price.c.plan_id == plan.c.id)
    .correlate(plan)
)
_OFFER_PRICES = json_rows(
    select(add_on_price.c.cycle, add_on_price.c.price, add_on_price.c.cost)
    .where(
        same_partner(add_on_price, add_on_offer),
        add_on_price.c.plan_id == add_on_offer.c.plan_id,
        add_on_price.c.code == add_on_offer.c.code,
    )
    .correlate(add_on_offer)
)
_OFFERS = json_rows(
    select(add_on_offer.c.code, add_on_offer.c.name, _OFFER_PRICES.label("prices"))
    .where(same_partner(add_on_offer, plan), add_on_offer.c.plan_id == plan.c.id)
    .correlate(plan)
)
PLAN = select(plan, _PLAN_PRICES.label("prices"), _OFFERS.label("add_ons")).where(
    plan.c.partner_id == bindparam("partner_id")
)
PLANS_BY_ID = PLAN.where(plan.c.id == any_(bindparam("ids", type_=ARRAY(Uuid))))
PLAN_BY_CODE = PLAN.where(plan.c.code == bindparam("code"))

SKU_PRICES = json_rows(
    select(sku_price.c.cycle, sku_price.c.price, sku_price.c.cost)
    .where(same_partner(sku_price, sku), sku_price.c.sku_code == sku.c.code)
    .correlate(sku)
)
_NUMBERS = (
    select(phone_number, sku.c.name.label("sku_name"), SKU_PRICES.label("prices"))
    .join(sku, and_(same_partner(phone_number, sku), phone_number.c.sku_code == sku.c.code))
    .where(
        phone_number.c.partner_id == bindparam("partner_id"),
        phone_number.c.id.in_(bindparam("ids", expanding=True)),
    )
    .order_by(phone_number.c.id)
)
_FREE_NUMBERS = _NUMBERS.where(phone_number.c.subscription_id.is_(None))
_CUSTOMER = select(customer).where(customer.c.partner_id == bindparam("partner_id"))
_CONTRACT = select(contract).where(
    contract.c.partner_id == bindparam("partner_id"), contract.c.id == bindparam("id")
)
_CUSTOMER_BY_ID = _CUSTOMER.where(customer.c.id == bindparam("id"))
_CUSTOMER_BY_ORG = _CUSTOMER.where(customer.c.org_uuid == bindparam("org_uuid"))
_MEMBERS = (
    select(member.c.id, member.c.name)
    .where(
        member.c.partner_id == bindparam("partner_id"),
        member.c.customer_id == bindparam("customer_id"),
        member.c.id == any_(bindparam("ids", type_=ARRAY(Uuid))),
    )
    .order_by(member.c.name, member.c.id)
)


async def load_plan(tx: Reading, code: str) -> Plan | None:
    """The partner's plan of that code."""
    row = (await tx.connection.execute(PLAN_BY_CODE, {"partner_id": tx.partner.id, "code": code})).first()
    return plan_of(row._mapping) if row else None


async def load_customer(tx: Reading, customer_id: UUID) -> Customer:
    """Raises NOT_FOUND, also for a customer that the actor may not see."""
    key = {"partner_id": tx.partner.id, "id": customer_id}
    row = (await tx.connection.execute(_CUSTOMER_BY_ID, key)).first()
    if row is None or tx.actor.customer_id not in (None, customer_id):
        raise not_found("customer", "customerId")
    return customer_of(tx, row)


async def load_customer_by_org(tx: Reading, org_uuid: UUID) -> Customer | None:
    """The partner's customer of that organization, for any actor: a new owner is another customer."""
    key = {"partner_id": tx.partner.id, "org_uuid": org_uuid}
    row = (await tx.connection.execute(_CUSTOMER_BY_ORG, key)).first()
    return customer_of(tx, row) if row else None


async def load_contract(tx: Reading, contract_id: UUID | None) -> Contract | None:
    """The contract, if the actor may see it."""
    rows = await fetch(tx.connection, _CONTRACT, {"partner_id": tx.partner.id, "id": contract_id})
    if not rows or tx.actor.customer_id not in (None, rows[0].customer_id):
        return None
    [row] = rows
    return Contract(row.id, row.reference, row.customer_id, row.status, row.starts_on, row.ends_on)


async def load_members(tx: Reading, customer_id: UUID, ids: Sequence[UUID]) -> dict[UUID, str]:
    """Names by id; leaves out ids that are not the customer's members."""
    key = {"partner_id": tx.partner.id, "customer_id": customer_id, "ids": ids}
    return {row.id: row.name for row in await fetch(tx.connection, _MEMBERS, key)}


async def load_stock(tx: Reading, ids: Sequence[UUID]) -> NumberPool:
    """The numbers that exist; an actor of a customer sees only free ones.

    A unit of work that writes locks them: of two that take the same number, the second waits.
    """
    sees_all = tx.actor.customer_id is None
    if not ids:
        return NumberPool({}, sees_all)
    statement = _NUMBERS if sees_all else _FREE_NUMBERS
    if isinstance(tx, Writing):
        statement = statement.with_for_update(of=phone_number)
    rows = await tx.connection.execute(statement, {"partner_id": tx.partner.id, "ids": ids})
    return NumberPool({row.id: (number_of(row), row.subscription_id is None) for row in rows}, sees_all)


def customer_of(tx: Reading, row: Row[Any]) -> Customer:
    return Customer(
        row.id,
        row.org_uuid,
        row.name,
        row.time_zone,
        row.bill_on_order_day,
        row.billing_day,
        policy_of(row, tx.partner.policy),
    )


def number_of(row: Row[Any]) -> Number:
    return Number(row.id, row.e164, Offer(row.sku_code, row.sku_name, prices(row.prices)))


def plan_of(row: Json | RowMapping) -> Plan:
    """The plan of a row, which may be JSON."""
    offers = {o["code"]: Offer(o["code"], o["name"], prices(o["prices"])) for o in row["add_ons"] or ()}
    return Plan(
        code=row["code"],
        name=row["name"],
        prices=prices(row["prices"]),
        id=_uuid(row["id"]),
        product_id=_uuid(row["product_id"]),
        rank=row["rank"],
        default_settings=row["default_settings"],
        add_ons=offers,
    )


def _uuid(value: UUID | str) -> UUID:
    return UUID(value) if isinstance(value, str) else value
