"""Writes the new records of a file: all but the subscriptions and the invoices."""

import re
from collections.abc import Iterable, Sequence
from dataclasses import asdict, replace
from functools import partial
from typing import Any

from sqlalchemy import Table, select

from actions.setup.create_customer import CreateCustomer, customer_values
from actions.setup.save_product import SaveProduct, save_product
from actions.setup.save_sku import SaveSku, save_sku
from actions.setup.validation import PolicyChanges
from models.bulk_write import insert_rows, write
from models.store.invoices import reserve_numbers
from models.store.unit_of_work import Exclusive
from models.tables import contract, customer, member, phone_number, plan
from transfer import format as formats
from transfer.references import References, command_of

BATCH = 5000

# The form of the names that the partner's own counters give out.
_COUNTED = {"subscription": "S", "contract": "C", "invoice": "INV"}
_OWN = re.compile(r"(S|C|INV)-([0-9]{6,12})")


async def write_records(tx: Exclusive, references: References) -> None:
    """The catalogue, the stock, customers, members and contracts. Gives the plans their ids."""
    new = {kind: [item.record for item in items] for kind, items in references.new.items()}
    for product in new["product"]:
        await save_product(tx, command_of(SaveProduct, product))
    for sku in new["sku"]:
        await save_sku(tx, command_of(SaveSku, sku))
    await _set_plan_ids(tx, references)
    await _insert(tx, phone_number, [_number(references, record) for record in new["number"]])
    await _insert(tx, customer, [_customer(tx, references, record) for record in new["customer"]])
    await _insert(tx, member, [_member(references, record) for record in new["member"]])
    await _insert(tx, contract, [_contract(references, record) for record in new["contract"]])


async def reserve(tx: Exclusive, kind: str, names: Iterable[str]) -> None:
    """Keeps the names of a file from being given out again."""
    found = (_OWN.fullmatch(name) for name in names)
    last = max((int(match[2]) for match in found if match and match[1] == _COUNTED[kind]), default=0)
    if last:
        await reserve_numbers(tx, kind, last)


async def _set_plan_ids(tx: Exclusive, references: References) -> None:
    found = select(plan.c.code, plan.c.id).where(plan.c.partner_id == tx.partner.id)
    for row in await tx.connection.execute(found):
        references.plans[row.code] = replace(references.plans[row.code], id=row.id)


async def _insert(tx: Exclusive, table: Table, rows: Sequence[dict[str, Any]]) -> None:
    for first in range(0, len(rows), BATCH):
        await write(tx.connection, partial(insert_rows, table), tx.partner.id, rows[first : first + BATCH])


def _number(references: References, record: formats.Number) -> dict[str, Any]:
    return {"id": references.numbers[record.e164].id, **record.model_dump()}


def _customer(tx: Exclusive, references: References, record: formats.Customer) -> dict[str, Any]:
    values = customer_values(command_of(CreateCustomer, record), tx.now)
    unset = asdict(PolicyChanges())  # all rows of one statement have the same columns
    return unset | values | {"id": references.customers[record.org_uuid].id}


def _member(references: References, record: formats.Member) -> dict[str, Any]:
    member_id, name = references.members[record.customer, record.email]
    owner = references.customers[record.customer]
    return {"id": member_id, "customer_id": owner.id, "name": name, "email": record.email}


def _contract(references: References, record: formats.Contract) -> dict[str, Any]:
    contract_id, org_uuid = references.contracts[record.reference]
    columns = record.model_dump(exclude={"customer"})
    return {"id": contract_id, "customer_id": references.customers[org_uuid].id, **columns}
