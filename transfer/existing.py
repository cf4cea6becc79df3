"""What the database has, told as a file tells it: all of a kind for an export, or what has certain keys."""

from collections.abc import AsyncIterator, Collection
from dataclasses import dataclass
from operator import attrgetter
from typing import Any
from uuid import UUID

from sqlalchemy import ARRAY, ColumnElement, Row, Select, Table, and_, any_, literal, or_, select, true

from domain.catalogue import Offer, Plan, Prices
from domain.currency import to_decimal
from domain.invoices import InvoiceStatus
from domain.policy import Policy
from models.store.lookups import PLANS_BY_ID, SKU_PRICES, plan_of, prices, same_partner
from models.store.unit_of_work import Reading
from models.tables import contract, customer, invoice, member, phone_number, plan, product, sku, subscription
from transfer.ledger import pending_label

Json = dict[str, Any]
Keys = Collection[Any] | None
PAGE = 1000


@dataclass(frozen=True)
class Stored:
    """A row: its id, what a file says of it, and who has it: a subscription's reference, or a number."""

    id: UUID | None
    record: Json
    holder: str | None = None


async def products(tx: Reading, keys: Keys = None) -> AsyncIterator[Stored]:
    """By code, each with its plans in order of rank."""
    plans = select(plan.c.id, plan.c.product_id).where(plan.c.partner_id == tx.partner.id)
    ids: dict[UUID, list[UUID]] = {}
    for plan_id, product_id in await tx.connection.execute(plans):
        ids.setdefault(product_id, []).append(plan_id)
    async for row in _rows(tx, product, select(product).where(among(product.c.code, keys)), product.c.code):
        key = {"partner_id": tx.partner.id, "ids": ids.get(row.id, [])}
        rows = (await tx.connection.execute(PLANS_BY_ID, key)).mappings()
        loaded = sorted(map(plan_of, rows), key=attrgetter("rank"))
        told = [plan_record(tx.partner.currency, item) for item in loaded]
        yield Stored(row.id, {"code": row.code, "name": row.name, "plans": told})


async def skus(tx: Reading, keys: Keys = None) -> AsyncIterator[Stored]:
    priced = select(sku, SKU_PRICES.label("prices")).where(among(sku.c.code, keys))
    async for row in _rows(tx, sku, priced, sku.c.code):
        yield Stored(None, offer_record(tx.partner.currency, Offer(row.code, row.name, prices(row.prices))))


async def numbers(tx: Reading, keys: Keys = None) -> AsyncIterator[Stored]:
    held = and_(same_partner(subscription, phone_number), subscription.c.id == phone_number.c.subscription_id)
    joined = select(phone_number, subscription.c.reference).outerjoin(subscription, held)
    wanted = joined.where(among(phone_number.c.e164, keys))
    async for row in _rows(tx, phone_number, wanted, phone_number.c.e164):
        yield Stored(row.id, {"e164": row.e164, "skuCode": row.sku_code}, row.reference)


async def customers(tx: Reading, keys: Keys = None) -> AsyncIterator[Stored]:
    wanted = select(customer).where(among(customer.c.org_uuid, keys))
    async for row in _rows(tx, customer, wanted, customer.c.org_uuid):
        yield Stored(row.id, customer_record(row))


async def members(tx: Reading, keys: Keys = None) -> AsyncIterator[Stored]:
    """Keys are pairs of the customer's orgUuid and the address."""
    statement, owner = _with_owner(member)
    if keys is not None:
        orgs, emails = {org for org, _ in keys}, {email for _, email in keys}
        statement = statement.where(among(owner, orgs), among(member.c.email, emails))
    async for row in _rows(tx, member, statement, owner, member.c.email):
        if keys is None or (row.org_uuid, row.email) in keys:
            yield Stored(row.id, {"customer": str(row.org_uuid), "name": row.name, "email": row.email})


async def contracts(tx: Reading, keys: Keys = None) -> AsyncIterator[Stored]:
    statement, _ = _with_owner(contract)
    wanted = statement.where(among(contract.c.reference, keys))
    async for row in _rows(tx, contract, wanted, contract.c.reference):
        record = {
            "reference": row.reference,
            "customer": str(row.org_uuid),
            "title": row.title,
            "startsOn": row.starts_on.isoformat(),
            "endsOn": row.ends_on.isoformat() if row.ends_on else None,
            "status": row.status.value,
        }
        yield Stored(row.id, _present(record))


async def invoices(tx: Reading, keys: Keys = None) -> AsyncIterator[Stored]:
    """Keys are numbers, and orgUuids for the PENDING ones of those customers."""
    statement, owner = _with_owner(invoice)
    if keys is not None:
        pending = {key for key in keys if isinstance(key, UUID)}
        waiting = and_(among(owner, pending), invoice.c.status == InvoiceStatus.PENDING)
        statement = statement.where(or_(among(invoice.c.number, set(keys) - pending), waiting))
    async for row in _rows(tx, invoice, statement, invoice.c.number, owner):
        record = {
            "number": row.number or pending_label(row.org_uuid),
            "customer": str(row.org_uuid),
            "status": row.status.value,
            "issuedOn": row.issued_on.isoformat() if row.issued_on else None,
            "dueToIssueOn": row.due_to_issue_on.isoformat() if row.due_to_issue_on else None,
        }
        yield Stored(row.id, _present(record))


def customer_record(row: Row[Any]) -> Json:
    policy = {name: getattr(row, name) for name in Policy.__dataclass_fields__}
    record = {
        "orgUuid": str(row.org_uuid),
        "name": row.name,
        "timeZone": row.time_zone,
        "billOnOrderDay": row.bill_on_order_day,
        "billingDay": row.billing_day,
        "policy": policy_record(policy) or None,
    }
    return _present(record)


def policy_record(policy: Json) -> Json:
    """By the names of the format; StrEnums are texts already."""
    return _present({_camel(name): value for name, value in policy.items()})


def _camel(name: str) -> str:
    first, *rest = name.split("_")
    return first + "".join(map(str.capitalize, rest))


def _with_owner(table: Any) -> tuple[Select[Any], ColumnElement[UUID]]:
    owner = and_(same_partner(customer, table), customer.c.id == table.c.customer_id)
    return select(table, customer.c.org_uuid).join(customer, owner), customer.c.org_uuid


async def _rows(
    tx: Reading, table: Table, statement: Select[Any], *order: ColumnElement[Any]
) -> AsyncIterator[Row[Any]]:
    """The partner's rows of that table in that order, read little by little."""
    own = statement.where(table.c.partner_id == tx.partner.id).order_by(*order)
    async with tx.connection.stream(own.execution_options(yield_per=PAGE)) as rows:
        async for row in rows:
            yield row


def among(column: ColumnElement[Any], keys: Keys) -> ColumnElement[bool]:
    """Whether it is one of the keys; of all there are, where there are none given."""
    return true() if keys is None else column == any_(literal(list(keys), ARRAY(column.type)))


def plan_record(currency: str, item: Plan) -> Json:
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


def _prices(currency: str, found: Prices) -> list[Json]:
    return [
        {
            "cycle": cycle.value,
            "price": str(to_decimal(found[cycle].price, currency)),
            "cost": str(to_decimal(found[cycle].cost, currency)),
        }
        for cycle in sorted(found)
    ]


def _present(record: Json) -> Json:
    return {name: value for name, value in record.items() if value is not None}
