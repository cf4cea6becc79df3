"""Holds a file's records against the database: what is there already must be the same."""

import json
from collections.abc import AsyncIterator, Callable, Mapping
from dataclasses import dataclass, field
from operator import attrgetter
from typing import Any
from uuid import UUID

from domain.invoices import InvoiceStatus
from models.engine import new_id
from models.store.unit_of_work import Reading
from transfer import existing as stored
from transfer import format as given
from transfer import stored_subscriptions
from transfer.existing import Json, Stored
from transfer.ledger import Invoiced, Ledger, pending_label
from transfer.problems import Problems
from transfer.records import Gathered
from transfer.references import Known, Stocked
from transfer.sources import Parsed

DIFFERS = "The database has this already, with other content. Make them equal, or load with --skip-existing."

Found = Mapping[Any, Stored]


@dataclass
class LookUp:
    """`new` is what is to be written, by kind; `existing` are ids of subscriptions by reference."""

    tx: Reading
    gathered: Gathered
    problems: Problems
    skip_existing: bool
    known: Known
    ledger: Ledger = field(default_factory=Ledger)
    new: dict[str, list[Parsed]] = field(default_factory=dict)
    existing: dict[str, UUID] = field(default_factory=dict)

    async def run(self) -> None:
        """Fills `known`, `ledger`, `new` and `existing`, and reports what differs or refers to nothing."""
        await self._catalogue()
        await self._customers()
        await self._stock()
        await self._members()
        await self._contracts()
        await self._invoices()
        async for page in stored_subscriptions.references(self.tx, self.gathered.wanted["subscription"]):
            self.existing |= {row.reference: row.id for row in page}

    async def _catalogue(self) -> None:
        products = {item.record["code"]: item async for item in stored.products(self.tx)}
        skus = {item.record["code"]: item async for item in stored.skus(self.tx)}
        for item in products.values():
            self.known.add_product(given.Product.model_validate_json(json.dumps(item.record)))
        for item in skus.values():
            self.known.add_sku(given.Sku.model_validate_json(json.dumps(item.record)))
        for found in self._wanted("product", products):
            self.known.add_product(found.record, found.complaints(self.problems))
        for found in self._wanted("sku", skus):
            self.known.add_sku(found.record, found.complaints(self.problems))
        self._sort("product", products, self._product)
        self._sort("sku", skus, self._sku)

    async def _customers(self) -> None:
        there = await _by(lambda r: UUID(r["orgUuid"]), self._read("customer"))
        for item in there.values():
            record = given.Customer.model_validate_json(json.dumps(item.record))
            self.known.add_customer(record, _id(item))
        for found in self._sort("customer", there):
            self.known.add_customer(found.record, new_id())

    async def _stock(self) -> None:
        there = await _by(lambda r: r["e164"], self._read("number"))
        for e164, item in there.items():
            self.known.numbers[e164] = Stocked(_id(item), item.record["skuCode"], item.holder)
        for found in self._sort("number", there):
            if found.record.sku_code not in self.known.skus:
                found.complaints(self.problems).add(("skuCode",), "There is no such SKU. Add it to the file.")
            self.known.numbers[found.record.e164] = Stocked(new_id(), found.record.sku_code)

    async def _members(self) -> None:
        there = await _by(lambda r: (UUID(r["customer"]), r["email"]), self._read("member"))
        for key, item in there.items():
            self.known.members[key] = (_id(item), item.record["name"])
        for found in self._sort("member", there):
            self._owner(found)
            record = found.record
            self.known.members[record.customer, record.email] = (new_id(), record.name)

    async def _contracts(self) -> None:
        there = await _by(lambda r: r["reference"], self._read("contract"))
        for reference, item in there.items():
            self.known.contracts[reference] = (_id(item), UUID(item.record["customer"]))
        for found in self._sort("contract", there):
            self._owner(found)
            record = found.record
            if record.ends_on and record.ends_on < record.starts_on:
                words = f"The contract cannot end before {record.starts_on}."
                found.complaints(self.problems).add(("endsOn",), words)
            self.known.contracts[record.reference] = (new_id(), record.customer)

    async def _invoices(self) -> None:
        """PENDING ones are known by their customer: each has one at most."""
        parsed = self.gathered.records["invoice"].values()
        pending = {p.record.customer for p in parsed if p.record.status is InvoiceStatus.PENDING}
        keys = self.gathered.wanted["invoice"] | pending
        there = await _by(lambda r: r["number"], stored.invoices(self.tx, keys))
        labels: dict[UUID, str] = {}
        for found in parsed:
            self._invoice(found, there, labels)

    def _invoice(self, found: Parsed, there: Found, labels: dict[UUID, str]) -> None:
        said, complaints = found.record, found.complaints(self.problems)
        pending = said.status is InvoiceStatus.PENDING
        on, other = (
            (said.due_to_issue_on, said.issued_on) if pending else (said.issued_on, said.due_to_issue_on)
        )
        if on is None or other is not None:
            day = "dueToIssueOn" if pending else "issuedOn"
            complaints.add((), f"An invoice that is {said.status} has {day}, and no other day.")
            return
        if pending and labels.setdefault(said.customer, said.number) != said.number:
            complaints.add((), f"The customer has a PENDING invoice already, {labels[said.customer]}.")
        item = there.get(pending_label(said.customer) if pending else said.number)
        if item and not self.skip_existing and item.record != self._told_invoice(found):
            complaints.add((), DIFFERS)
        owner = self.known.customers.get(said.customer)
        if owner is None:
            self._owner(found)
        else:
            stands = item is not None
            self.ledger.add(Invoiced(said.number, said.customer, owner.id, on, pending, stands))

    def _read(self, kind: str) -> AsyncIterator[Stored]:
        return _READ[kind](self.tx, self.gathered.wanted[kind])

    def _wanted(self, kind: str, there: Found) -> list[Parsed]:
        """The file's, but for what is left as the database has it."""
        records = self.gathered.records[kind].items()
        return [found for key, found in records if not (self.skip_existing and key in there)]

    def _sort(
        self, kind: str, there: Found, told: Callable[[Parsed], Json | None] | None = None
    ) -> list[Parsed]:
        """What is new; what is there already and differs is reported."""
        self.new[kind] = []
        for key, found in self.gathered.records[kind].items():
            if key not in there:
                self.new[kind].append(found)
            elif not self.skip_existing and (told or _dumped)(found) not in (there[key].record, None):
                found.complaints(self.problems).add((), DIFFERS)
        return self.new[kind]

    def _owner(self, found: Parsed) -> None:
        if found.record.customer not in self.known.customers:
            words = "There is no such customer, neither in the file nor in the database. Add it to the file."
            found.complaints(self.problems).add(("customer",), words)

    def _product(self, found: Parsed) -> Json | None:
        codes = [plan.code for plan in found.record.plans]
        if not all(code in self.known.plans for code in codes):
            return None  # its problems are told
        plans = sorted((self.known.plans[code] for code in codes), key=attrgetter("rank"))
        told = [stored.plan_record(self.known.currency, plan) for plan in plans]
        return {"code": found.record.code, "name": found.record.name, "plans": told}

    def _sku(self, found: Parsed) -> Json | None:
        sku = self.known.skus.get(found.record.code)
        return stored.offer_record(self.known.currency, sku) if sku else None

    def _told_invoice(self, found: Parsed) -> Json:
        pending = found.record.status is InvoiceStatus.PENDING
        label = {"number": pending_label(found.record.customer)} if pending else {}
        return _dumped(found) | label


_READ: Mapping[str, Callable[..., AsyncIterator[Stored]]] = {
    "number": stored.numbers,
    "customer": stored.customers,
    "member": stored.members,
    "contract": stored.contracts,
}


async def _by(key: Callable[[Json], Any], items: AsyncIterator[Stored]) -> dict[Any, Stored]:
    return {key(item.record): item async for item in items}


def _id(item: Stored) -> UUID:
    if item.id is None:
        raise LookupError("a row without an id")
    return item.id


def _dumped(found: Parsed) -> Json:
    told: Json = found.record.model_dump(mode="json", by_alias=True, exclude_none=True)
    if told.get("policy") == {}:
        del told["policy"]
    return told
