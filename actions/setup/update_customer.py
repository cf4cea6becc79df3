"""Change a customer's name, how it is billed, or its own policy."""

from dataclasses import dataclass
from typing import Any
from uuid import UUID

from sqlalchemy import bindparam, select, update

from actions.setup.validation import PolicyChanges, check_billing_day, check_name, policy_columns
from domain.errors import not_found
from domain.lines import InvoiceStatus
from domain.periods import next_billing_day
from models.store.unit_of_work import Writing
from models.tables import customer, invoice

_own = (customer.c.partner_id == bindparam("key_partner_id"), customer.c.id == bindparam("key_id"))
# A full lock: it waits for actions that write the customer's rows, so that their invoice moves too.
_LOCK = select(customer.c.time_zone, customer.c.billing_day).where(*_own).with_for_update()
# An invoice that is due today or earlier does not move: it is about to be issued.
_MOVE_PENDING = (
    update(invoice)
    .where(
        invoice.c.partner_id == bindparam("key_partner_id"),
        invoice.c.customer_id == bindparam("key_id"),
        invoice.c.status == InvoiceStatus.PENDING,
        invoice.c.due_to_issue_on > bindparam("today"),
    )
    .values(due_to_issue_on=bindparam("due"))
)


@dataclass(frozen=True)
class UpdateCustomer:
    """None leaves a value as it is."""

    id: UUID
    name: str | None = None
    bill_on_order_day: bool | None = None
    billing_day: int | None = None
    policy: PolicyChanges | None = None


async def update_customer(tx: Writing, command: UpdateCustomer) -> UUID:
    """The customer's id. Raises INVALID_VALUE, NOT_FOUND.

    Another billing day moves the PENDING invoice; a change of `bill_on_order_day` does not.
    """
    columns = _columns(command)
    key = {"key_partner_id": tx.partner.id, "key_id": command.id}
    row = (await tx.connection.execute(_LOCK, key)).first()
    if row is None:
        raise not_found("customer", "id")
    if columns:
        await tx.connection.execute(update(customer).where(*_own).values(columns), key)
    if command.billing_day not in (None, row.billing_day):
        today = tx.today(row.time_zone)
        due = next_billing_day(today, command.billing_day)
        await tx.connection.execute(_MOVE_PENDING, key | {"today": today, "due": due})
    return command.id


def _columns(command: UpdateCustomer) -> dict[str, Any]:
    if command.name is not None:
        check_name(command.name, "name")
    if command.billing_day is not None:
        check_billing_day(command.billing_day)
    values = {
        "name": command.name,
        "bill_on_order_day": command.bill_on_order_day,
        "billing_day": command.billing_day,
    }
    changed = {name: value for name, value in values.items() if value is not None}
    return changed | policy_columns(command.policy, "policy")
