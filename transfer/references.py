"""The records that subscriptions refer to: those of the file and of the database."""

from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from decimal import Decimal
from functools import cache
from typing import Any, TypeVar
from uuid import UUID

from pydantic import TypeAdapter

from actions.setup.save_product import SaveProduct
from actions.setup.save_sku import SaveSku
from actions.setup.validation import PriceInput, checked_plans, price_list
from domain.catalogue import Offer, Plan
from domain.currency import to_minor
from domain.errors import LifecycleError
from domain.subscription import Customer
from models.engine import new_id
from models.store.unit_of_work import Reading
from transfer import format as formats
from transfer.existing import EXISTING, Existing, StockedNumber, offer_record, product_record
from transfer.existing_subscriptions import subscription_ids
from transfer.format import Json
from transfer.problems import Path, RecordProblems
from transfer.records import Parsed, Records

DIFFERS = "The database has this already, with other content. Make them equal, or load with --skip-existing."
_OWNED = ("member", "contract", "invoice")

MAX_AMOUNTS = 10_000
"""Amounts whose conversion is kept, because most amounts repeat."""

T = TypeVar("T")
ExistingByKey = Mapping[Any, Existing]

_adapter: Callable[[Any], TypeAdapter[Any]] = cache(TypeAdapter)


@dataclass
class References:
    """By the keys of the records. `products` has the product's code by the plan's, members have their id and
    name, contracts their id and customer. `refused` are the codes of plans with problems, `new` the records
    to be written by kind, `existing` the ids of subscriptions in the database by reference.
    """

    tx: Reading
    records: Records
    skip_existing: bool
    products: dict[str, str] = field(default_factory=dict)
    plans: dict[str, Plan] = field(default_factory=dict)
    skus: dict[str, Offer] = field(default_factory=dict)
    customers: dict[UUID, Customer] = field(default_factory=dict)
    members: dict[tuple[UUID, str], tuple[UUID, str]] = field(default_factory=dict)
    numbers: dict[str, StockedNumber] = field(default_factory=dict)
    contracts: dict[str, tuple[UUID, UUID]] = field(default_factory=dict)
    refused: set[str] = field(default_factory=set)
    new: dict[str, list[Parsed]] = field(default_factory=dict)
    existing: dict[str, UUID] = field(default_factory=dict)
    _amounts: dict[str, int] = field(default_factory=dict)

    def sku_of(self, e164: str) -> Offer | None:
        """The SKU of a phone number in stock."""
        stocked = self.numbers.get(e164)
        return self.skus.get(stocked.sku_code) if stocked else None

    def minor(self, text: str, problems: RecordProblems, path: Path) -> int:
        """In minor units, negative ones too; 0, and a problem, if the currency has no such amount."""
        if text in self._amounts:
            return self._amounts[text]
        try:
            minor = to_minor(abs(Decimal(text)), self.tx.partner.currency)
        except LifecycleError as error:
            problems.add(path, error.message)
            return 0
        signed = -minor if text.startswith("-") else minor
        if len(self._amounts) < MAX_AMOUNTS:
            self._amounts[text] = signed
        return signed

    async def load(self) -> None:
        """Takes the records of the file. Reports those that differ from the database or refer to nothing."""
        await self._catalogue()
        by_kind = self.records.by_kind
        owners = {item.record.customer for kind in _OWNED for item in by_kind[kind].values()}
        found = await self._find("customer", owners.union(by_kind["customer"]))
        self._merge("customer", found, self._new_customer)
        self._merge("number", await self._find("number", by_kind["number"]), self._new_number)
        self._merge("member", await self._find("member", by_kind["member"]), self._new_member)
        self._merge("contract", await self._find("contract", by_kind["contract"]), self._new_contract)

    async def load_for(self, subscriptions: Sequence[Parsed]) -> None:
        """Finds what these subscriptions refer to, and which of them the database has."""
        records = [item.record for item in subscriptions]
        await self._find("customer", {each.customer for each in records})
        await self._find("number", {e164 for each in records for e164 in each.numbers})
        await self._find("member", {(each.customer, email) for each in records for email in each.assignees})
        await self._find("contract", {each.contract for each in records if each.contract})
        # Of two with the same reference, the first may be written already when the second is read.
        lines = self.records.lines
        keys = [item.key for item in subscriptions if lines[item.key] == item.raw.line]
        async for page in subscription_ids(self.tx, keys):
            self.existing |= {row.reference: row.id for row in page}

    async def _find(self, kind: str, keys: Collection[Any]) -> ExistingByKey:
        """Loads the records of these keys from the database, except those that are loaded already."""
        loaded: dict[Any, Any] = getattr(self, f"{kind}s")
        missing_keys = [key for key in keys if key not in loaded]
        if not missing_keys:
            return {}
        found = {item.key: item async for item in EXISTING[kind](self.tx, missing_keys)}
        loaded |= {key: item.value for key, item in found.items()}
        return found

    def _merge(
        self,
        kind: str,
        existing: ExistingByKey,
        add: Callable[[Parsed], None],
        exported: Callable[[Parsed], Json | None] | None = None,
    ) -> None:
        """Adds new records, and compares the others with the database. `exported` gives their content."""
        self.new[kind] = []
        for key, item in self.records.by_kind[kind].items():
            if key not in existing:
                self.new[kind].append(item)
                add(item)
            elif record := (exported or as_exported)(item):
                self.compare(item, existing[key].record, record)

    def compare(self, item: Parsed, existing: Json, exported: Json) -> None:
        if not self.skip_existing and exported != existing:
            self.report(item, (), DIFFERS)

    def report(self, item: Parsed, path: Path, text: str) -> None:
        item.problems(self.records.problems).add(path, text)

    async def _catalogue(self) -> None:
        products = {item.key: item async for item in EXISTING["product"](self.tx)}
        skus = {item.key: item async for item in EXISTING["sku"](self.tx)}
        for existing in products.values():
            self.plans |= {plan.code: plan for plan in existing.value}
            self.products |= {plan.code: existing.key for plan in existing.value}
        self.skus |= {existing.key: existing.value for existing in skus.values()}
        for item in self._not_skipped("product", products):
            self._add_product(item)
        for item in self._not_skipped("sku", skus):
            if sku := _sku_of(item.record, self.tx.partner.currency, item.problems(self.records.problems)):
                self.skus[sku.code] = sku
        self._merge("product", products, lambda _: None, self._product_json)
        self._merge("sku", skus, lambda _: None, self._sku_json)

    def _not_skipped(self, kind: str, existing: ExistingByKey) -> list[Parsed]:
        items = self.records.by_kind[kind].items()
        return [item for key, item in items if not (self.skip_existing and key in existing)]

    def _add_product(self, item: Parsed) -> None:
        product, problems = item.record, item.problems(self.records.problems)
        plans = _plans_of(product, self.tx.partner.currency, problems)
        if plans is None:
            self.refused |= {plan.code for plan in product.plans}
            return
        self.refused -= {plan.code for plan in plans}
        for index, plan in enumerate(plans):
            if (other := self.products.get(plan.code, product.code)) != product.code:
                text = f"The product {other} has a plan of this code. Choose another."
                problems.add(("plans", index, "code"), text)
            self.products[plan.code] = product.code
            self.plans[plan.code] = plan

    def _product_json(self, item: Parsed) -> Json | None:
        """None if its problems are reported already."""
        codes = [plan.code for plan in item.record.plans]
        if not all(code in self.plans for code in codes):
            return None
        plans = [self.plans[code] for code in codes]
        return product_record(self.tx.partner.currency, item.record.code, item.record.name, plans)

    def _sku_json(self, item: Parsed) -> Json | None:
        sku = self.skus.get(item.key)
        return offer_record(self.tx.partner.currency, sku) if sku else None

    def _new_customer(self, item: Parsed) -> None:
        record: formats.Customer = item.record
        own = record.policy.model_dump(exclude_none=True) if record.policy else {}
        policy = replace(self.tx.partner.policy, **own)
        self.customers[item.key] = command_of(Customer, record, id=new_id(), policy=policy)

    def _new_number(self, item: Parsed) -> None:
        if item.record.sku_code not in self.skus:
            self.report(item, ("skuCode",), "There is no such SKU. Add it to the file.")
        self.numbers[item.key] = StockedNumber(new_id(), item.record.sku_code)

    def _new_member(self, item: Parsed) -> None:
        self.owner_of(item)
        self.members[item.key] = (new_id(), item.record.name)

    def _new_contract(self, item: Parsed) -> None:
        self.owner_of(item)
        record: formats.Contract = item.record
        if record.ends_on and record.ends_on < record.starts_on:
            self.report(item, ("endsOn",), f"The contract cannot end before {record.starts_on}.")
        self.contracts[record.reference] = (new_id(), record.customer)

    def owner_of(self, item: Parsed) -> Customer | None:
        owner = self.customers.get(item.record.customer)
        if owner is None:
            self.report(item, ("customer",), missing("customer"))
        return owner


def missing(what: str) -> str:
    return f"There is no such {what}, neither in the file nor in the database. Add it to the file."


def as_exported(item: Parsed) -> Json:
    """The record as an export writes it. An empty policy is none."""
    record: Json = item.record.to_json()
    if record.get("policy") == {}:
        del record["policy"]
    return record


def command_of(kind: type[T], record: formats.Record, **others: Any) -> T:
    """The command with the record's fields of the same names, and others."""
    command: T = _adapter(kind).validate_python(record.model_dump() | others)
    return command


def _plans_of(product: formats.Product, currency: str, problems: RecordProblems) -> tuple[Plan, ...] | None:
    """The plans with new ids; None, and problems, if one is invalid."""
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


def _sku_of(sku: formats.Offer, currency: str, problems: RecordProblems) -> Offer | None:
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
