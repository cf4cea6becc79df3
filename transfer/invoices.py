"""The invoices of the charges in a file, and their totals."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import date
from uuid import UUID

from actions.import_subscriptions import ImportedLine
from domain.money import ZERO, Amounts
from models.engine import new_id
from models.store.invoices import TakenOver, take_over
from models.store.unit_of_work import Transaction
from transfer.existing import pending_label

AUTOMATIC = "IMPORT-"
"""Before the subscription's reference: the number of the invoice of charges that name none."""


@dataclass
class ImportedInvoice:
    """`pending`: Tenure is to issue it, and `number` only names it in the file. `exists`: the database has
    it; an issued one then takes no more charges. `unwritten` is the part of its total that is not written.
    """

    number: str
    org_uuid: UUID
    customer_id: UUID
    on: date
    pending: bool = False
    exists: bool = False
    id: UUID = field(default_factory=new_id)
    used: bool = False
    unwritten: Amounts = ZERO


@dataclass
class Invoices:
    by_number: dict[str, ImportedInvoice] = field(default_factory=dict)
    by_id: dict[UUID, ImportedInvoice] = field(default_factory=dict)
    _changed: dict[UUID, ImportedInvoice] = field(default_factory=dict)

    def add(self, invoice: ImportedInvoice) -> ImportedInvoice:
        self.by_number[invoice.number] = self.by_id[invoice.id] = invoice
        return invoice

    def automatic(self, reference: str, org_uuid: UUID, customer_id: UUID, on: date) -> ImportedInvoice:
        """The invoice of a subscription's charges that name none."""
        number = f"{AUTOMATIC}{reference}"
        return self.by_number.get(number) or self.add(ImportedInvoice(number, org_uuid, customer_id, on))

    def label(self, invoice_id: UUID) -> str:
        """The invoice's number in an export."""
        invoice = self.by_id[invoice_id]
        return pending_label(invoice.org_uuid) if invoice.pending else invoice.number

    def charge(self, lines: Iterable[ImportedLine]) -> Iterator[ImportedInvoice]:
        """Adds the lines to the totals of their invoices. Yields those that take no more charges."""
        for line in (each for charged in lines for each in (charged, *charged.reversals)):
            invoice = self.by_id.get(line.invoice_id)
            if invoice is None:
                continue  # the file does not have it, which is reported already
            invoice.used = True
            invoice.unwritten += line.line.amount
            self._changed[invoice.id] = invoice
            if invoice.exists and not invoice.pending:
                yield invoice

    async def write(self, tx: Transaction) -> None:
        """Writes what changed since the last time."""
        changed, self._changed = [*self._changed.values()], {}
        rows = [
            TakenOver(
                item.id, item.customer_id, None if item.pending else item.number, item.on, item.unwritten
            )
            for item in changed
        ]
        await take_over(tx, rows)
        for item in changed:
            item.unwritten = ZERO
