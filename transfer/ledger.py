"""The invoices on which the charges of a file stand, and what they come to."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date
from uuid import UUID

from actions.import_subscriptions import ImportedLine
from domain.money import ZERO, Amounts
from models.engine import new_id
from models.store.invoices import TakenOver, take_over
from models.store.unit_of_work import Writing

AUTOMATIC = "IMPORT-"
"""Before the subscription's reference: the number of the invoice of charges that name none."""
BATCH = 5000


@dataclass
class Invoiced:
    """`pending`: Tenure is to issue it, and `number` only names it in the file. `stored`: the database has
    it; where it was issued, nothing can be added to it. `id` is the row's once it is written.
    """

    number: str
    org_uuid: UUID
    customer_id: UUID
    on: date
    pending: bool = False
    stored: bool = False
    total: Amounts = ZERO
    used: bool = False
    id: UUID = field(default_factory=new_id)


@dataclass
class Ledger:
    by_number: dict[str, Invoiced] = field(default_factory=dict)
    by_id: dict[UUID, Invoiced] = field(default_factory=dict)

    def add(self, invoice: Invoiced) -> Invoiced:
        self.by_number[invoice.number] = self.by_id[invoice.id] = invoice
        return invoice

    def automatic(self, reference: str, org_uuid: UUID, customer_id: UUID, on: date) -> Invoiced:
        """The invoice of a subscription's charges that name none."""
        number = f"{AUTOMATIC}{reference}"
        return self.by_number.get(number) or self.add(Invoiced(number, org_uuid, customer_id, on))

    def label(self, invoice_id: UUID) -> str:
        """What an export calls the invoice."""
        invoice = self.by_id[invoice_id]
        return pending_label(invoice.org_uuid) if invoice.pending else invoice.number

    def put(self, lines: Iterable[ImportedLine]) -> Iterator[Invoiced]:
        """Adds the lines to what their invoices come to; yields those that can take none any more."""
        for line in (each for charged in lines for each in (charged, *charged.reversals)):
            invoice = self.by_id.get(line.invoice_id)
            if invoice is None:
                continue  # there is none of its name, which is told
            invoice.total += line.line.amount
            invoice.used = True
            if invoice.stored and not invoice.pending:
                yield invoice

    async def write(self, tx: Writing) -> int:
        """Writes those that charges stand on; how many."""
        new = [item for item in self.by_number.values() if item.used]
        for first in range(0, len(new), BATCH):
            part = new[first : first + BATCH]
            for item, found in zip(part, await take_over(tx, _rows(part)), strict=True):
                item.id = found
        return len(new)


def pending_label(org_uuid: UUID) -> str:
    return f"PENDING {org_uuid}"


def _rows(part: Sequence[Invoiced]) -> list[TakenOver]:
    return [
        TakenOver(item.customer_id, None if item.pending else item.number, item.on, item.total)
        for item in part
    ]
