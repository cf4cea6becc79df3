"""The records of the database as records of a file: all of a kind, or those of certain keys."""

from collections.abc import AsyncIterator, Callable, Collection, Mapping
from dataclasses import dataclass
from operator import attrgetter
from typing import Any
from uuid import UUID

from sqlalchemy import ARRAY, ColumnElement, Row, Select, Table, and_, any_, literal, or_, select, true

from domain.catalogue import Offer, Plan, Prices
from domain.currency import to_decimal
from domain.lines import InvoiceStatus
from models.store.lookups import PLANS_BY_ID, SKU_PRICES, customer_of, plan_of, prices, same_partner
from models.store.unit_of_work import Reading
from models.tables import contract, customer, invoice, member, phone_number, plan, product, sku, subscription
from transfer import format as formats
from transfer.format import Json

Keys = Collection[Any] | None
PAGE = 1000


@dataclass(frozen=True)
class Existing:
    """A record by its key. `value` is what a subscription that refers to it needs."""

    key: Any
    record: Json
    value: Any


@dataclass(frozen=True)
class StockedNumber:
    """A phone number; `holder` is the reference of the subscription that has it."""

    id: UUID
    sku_code: str
    holder: str | None = None


async def products(tx: Reading, keys: Keys = None) -> AsyncIterator[Existing]:
    """By code, each with its plans in order of rank."""
    plans = select(plan.c.id, plan.c.product_id).where(plan.c.partner_id == tx.partner.id)
    ids: dict[UUID, list[UUID]] = {}
    for plan_id, product_id in await tx.connection.execute(plans):
        ids.setdefault(product_id, []).append(plan_id)
    async for row in _rows(tx, product, select(product).where(among(product.c.code, keys)), product.c.code):
        key = {"partner_id": tx.partner.id, "ids": ids.get(row.id, [])}
        found = [plan_of(each) for each in (await tx.connection.execute(PLANS_BY_ID, key)).mappings()]
        yield Existing(row.code, product_record(tx.partner.currency, row.code, row.name, found), found)


async def skus(tx: Reading, keys: Keys = None) -> AsyncIterator[Existing]:
    priced = select(sku, SKU_PRICES.label("prices")).where(among(sku.c.code, keys))
    async for row in _rows(tx, sku, priced, sku.c.code):
        offer = Offer(row.code, row.name, prices(row.prices))
        yield Existing(row.code, offer_record(tx.partner.currency, offer), offer)


async def numbers(tx: Reading, keys: Keys = None) -> AsyncIterator[Existing]:
    holds = and_(
        same_partner(subscription, phone_number), subscription.c.id == phone_number.c.subscription_id
    )
    joined = select(phone_number, subscription.c.reference).outerjoin(subscription, holds)
    chosen = joined.where(among(phone_number.c.e164, keys))
    async for row in _rows(tx, phone_number, chosen, phone_number.c.e164):
        stocked = StockedNumber(row.id, row.sku_code, row.reference)
        yield Existing(row.e164, record_of(formats.Number, row).to_json(), stocked)


async def customers(tx: Reading, keys: Keys = None) -> AsyncIterator[Existing]:
    chosen = select(customer).where(among(customer.c.org_uuid, keys))
    async for row in _rows(tx, customer, chosen, customer.c.org_uuid):
        policy = record_of(formats.Policy, row)
        record = record_of(formats.Customer, row, policy=policy if policy.to_json() else None)
        yield Existing(row.org_uuid, record.to_json(), customer_of(tx, row))


async def members(tx: Reading, keys: Keys = None) -> AsyncIterator[Existing]:
    """Keys are pairs of the customer's orgUuid and the address."""
    statement, owner = _with_owner(member)
    if keys is not None:
        orgs, emails = {org for org, _ in keys}, {email for _, email in keys}
        statement = statement.where(among(owner, orgs), among(member.c.email, emails))
    async for row in _rows(tx, member, statement, owner, member.c.email):
        key = (row.org_uuid, row.email)
        if keys is None or key in keys:
            record = record_of(formats.Member, row, customer=row.org_uuid)
            yield Existing(key, record.to_json(), (row.id, row.name))


async def contracts(tx: Reading, keys: Keys = None) -> AsyncIterator[Existing]:
    statement, _ = _with_owner(contract)
    chosen = statement.where(among(contract.c.reference, keys))
    async for row in _rows(tx, contract, chosen, contract.c.reference):
        record = record_of(formats.Contract, row, customer=row.org_uuid)
        yield Existing(row.reference, record.to_json(), (row.id, row.org_uuid))


async def invoices(tx: Reading, keys: Keys = None) -> AsyncIterator[Existing]:
    """A key is an invoice number, or the orgUuid of a customer for its PENDING invoice."""
    statement, owner = _with_owner(invoice)
    if keys is not None:
        pending = {key for key in keys if isinstance(key, UUID)}
        waiting = and_(among(owner, pending), invoice.c.status == InvoiceStatus.PENDING)
        statement = statement.where(or_(among(invoice.c.number, set(keys) - pending), waiting))
    async for row in _rows(tx, invoice, statement, invoice.c.number, owner):
        number = row.number or pending_label(row.org_uuid)
        record = record_of(formats.Invoice, row, number=number, customer=row.org_uuid)
        yield Existing(number, record.to_json(), row.id)


EXISTING: Mapping[str, Callable[..., AsyncIterator[Existing]]] = {
    "product": products,
    "sku": skus,
    "number": numbers,
    "customer": customers,
    "member": members,
    "contract": contracts,
    "invoice": invoices,
}


def pending_label(org_uuid: UUID) -> str:
    """The number of a customer's PENDING invoice in a file. In the database it has none."""
    return f"PENDING {org_uuid}"


def record_of(model: type[formats.Record], row: Row[Any], **others: Any) -> formats.Record:
    """The record with the row's columns of the same names, and others."""
    columns = {name: getattr(row, name) for name in model.model_fields if name not in others}
    return model.model_construct(**columns, **others)


def _with_owner(table: Any) -> tuple[Select[Any], ColumnElement[UUID]]:
    owner = and_(same_partner(customer, table), customer.c.id == table.c.customer_id)
    return select(table, customer.c.org_uuid).join(customer, owner), customer.c.org_uuid


async def _rows(
    tx: Reading, table: Table, statement: Select[Any], *order: ColumnElement[Any]
) -> AsyncIterator[Row[Any]]:
    """The partner's rows of that table in that order, read page by page."""
    own = statement.where(table.c.partner_id == tx.partner.id).order_by(*order)
    async with tx.connection.stream(own.execution_options(yield_per=PAGE)) as rows:
        async for row in rows:
            yield row


def among(column: ColumnElement[Any], keys: Keys) -> ColumnElement[bool]:
    """Whether the column is one of the keys; always true for None."""
    return true() if keys is None else column == any_(literal(list(keys), ARRAY(column.type)))


def product_record(currency: str, code: str, name: str, plans: Collection[Plan]) -> Json:
    by_rank = sorted(plans, key=attrgetter("rank"))
    return {"code": code, "name": name, "plans": [_plan_record(currency, item) for item in by_rank]}


def _plan_record(currency: str, item: Plan) -> Json:
    return {
        "code": item.code,
        "name": item.name,
        "rank": item.rank,
        "prices": _prices(currency, item.prices),
        "defaultSettings": dict(item.default_settings),
        "addOns": [offer_record(currency, item.add_ons[code]) for code in sorted(item.add_ons)],
    }


def offer_record(currency: str, item: Offer) -> Json:
    return {"code": item.code, "name": item.name, "prices": _prices(currency, item.prices)}


def _prices(currency: str, price_list: Prices) -> list[Json]:
    return [
        {
            "cycle": cycle.value,
            "price": str(to_decimal(price_list[cycle].price, currency)),
            "cost": str(to_decimal(price_list[cycle].cost, currency)),
        }
        for cycle in sorted(price_list)
    ]
