"""Writes what a file brings, once all of it has been checked."""

import re
from collections.abc import Iterable, Sequence
from dataclasses import replace
from functools import partial
from typing import Any

from sqlalchemy import Table, select

from actions.setup.create_customer import CreateCustomer, customer_values
from actions.setup.create_member import CreateMember, member_values
from actions.setup.save_product import SaveProduct, save_product
from actions.setup.save_sku import SaveSku, save_sku
from actions.setup.validation import PolicyChanges
from domain.policy import Policy
from models.bulk_write import insert_rows, write
from models.store.invoices import reserve_numbers
from models.store.unit_of_work import Exclusive
from models.tables import contract, customer, member, phone_number, plan
from transfer.look_up import LookUp
from transfer.references import Known, plan_inputs, policy_changes, price_inputs

BATCH = 5000

# The forms in which the partner's own counters give out names; to bring one keeps it from being given again.
_COUNTED = {"subscription": "S", "contract": "C", "invoice": "INV"}
_OWN = re.compile(r"(S|C|INV)-([0-9]{6,12})")


async def write_parties(tx: Exclusive, found: LookUp) -> None:
    """The catalogue, the stock, customers, members and contracts: all but subscriptions and invoices."""
    new, known = found.new, found.known
    for product in new["product"]:
        record = product.record
        await save_product(tx, SaveProduct(record.code, record.name, plan_inputs(record)))
    for sku in new["sku"]:
        await save_sku(tx, SaveSku(sku.record.code, sku.record.name, price_inputs(sku.record.prices)))
    await _set_plan_ids(tx, known)
    await _insert(tx, phone_number, [_number(known, item.record) for item in new["number"]])
    await _insert(tx, customer, [_customer(tx, known, item.record) for item in new["customer"]])
    await _insert(tx, member, [_member(known, item.record) for item in new["member"]])
    await _insert(tx, contract, [_contract(known, item.record) for item in new["contract"]])


async def reserve(tx: Exclusive, kind: str, names: Iterable[str]) -> None:
    """Keeps names that a file brings from being given out again."""
    found = (_OWN.fullmatch(name) for name in names)
    last = max((int(match[2]) for match in found if match and match[1] == _COUNTED[kind]), default=0)
    if last:
        await reserve_numbers(tx, kind, last)


async def _set_plan_ids(tx: Exclusive, known: Known) -> None:
    found = select(plan.c.code, plan.c.id).where(plan.c.partner_id == tx.partner.id)
    for row in await tx.connection.execute(found):
        known.plans[row.code] = replace(known.plans[row.code], id=row.id)


async def _insert(tx: Exclusive, table: Table, rows: Sequence[dict[str, Any]]) -> None:
    for first in range(0, len(rows), BATCH):
        await write(tx.connection, partial(insert_rows, table), tx.partner.id, rows[first : first + BATCH])


def _number(known: Known, record: Any) -> dict[str, Any]:
    return {"id": known.numbers[record.e164].id, "e164": record.e164, "sku_code": record.sku_code}


def _customer(tx: Exclusive, known: Known, record: Any) -> dict[str, Any]:
    command = CreateCustomer(
        record.name,
        record.time_zone,
        record.org_uuid,
        record.bill_on_order_day,
        record.billing_day,
        policy_changes(record.policy) or PolicyChanges(),
    )
    unset = dict.fromkeys(Policy.__dataclass_fields__)
    return unset | customer_values(command, tx.now) | {"id": known.customers[record.org_uuid].id}


def _member(known: Known, record: Any) -> dict[str, Any]:
    command = CreateMember(known.customers[record.customer].id, record.name, record.email)
    return member_values(command) | {"id": known.members[record.customer, record.email][0]}


def _contract(known: Known, record: Any) -> dict[str, Any]:
    contract_id, org_uuid = known.contracts[record.reference]
    return {
        "id": contract_id,
        "customer_id": known.customers[org_uuid].id,
        "reference": record.reference,
        "title": record.title,
        "starts_on": record.starts_on,
        "ends_on": record.ends_on,
        "status": record.status,
    }
