"""History, invoices, charge lines, the outbox, and idempotency keys.

Amounts are minor units of the partner's currency.
"""

from sqlalchemy import (
    BigInteger,
    Boolean,
    CheckConstraint,
    Column,
    Date,
    Index,
    Integer,
    SmallInteger,
    Text,
    UniqueConstraint,
    text,
)
from sqlalchemy.dialects.postgresql import JSONB

from domain.lifecycle import Action
from domain.lines import ChargeKind, InvoiceStatus, ItemKind
from domain.provisioning import ProvisioningStatus
from models.tables.base import choice, day_of_month, instant, owned, ref

# `customer_id` is the owner at that time: a record stays with that customer.
history = owned(
    "history",
    *ref("subscription_id", "subscription"),
    *ref("customer_id", "customer"),
    Column("version", Integer, nullable=False),
    choice("action", Action),
    instant("at"),
    Column("effective_on", Date, nullable=False),
    Column("actor", Text, nullable=False),
    Column("reason", Text),
    Column("summary", Text, nullable=False),
    Column("changes", JSONB, nullable=False),
    UniqueConstraint("partner_id", "subscription_id", "version"),
)

# Totals are stored, so that a page of invoices needs no sum over lines.
invoice = owned(
    "invoice",
    *ref("customer_id", "customer"),
    Column("number", Text),
    choice("status", InvoiceStatus),
    Column("issued_on", Date),
    Column("due_to_issue_on", Date),
    Column("price", BigInteger, nullable=False),
    Column("cost", BigInteger, nullable=False),
    instant("created_at"),
    UniqueConstraint("partner_id", "number"),
    CheckConstraint("(status = 'ISSUED') = (number IS NOT NULL AND issued_on IS NOT NULL)", name="issued"),
)
Index(None, invoice.c.partner_id, invoice.c.customer_id, invoice.c.id)
Index(
    "invoice_one_pending",
    invoice.c.partner_id,
    invoice.c.customer_id,
    unique=True,
    postgresql_where=text("status = 'PENDING'"),
)

charge_line = owned(
    "charge_line",
    *ref("subscription_id", "subscription"),
    *ref("record_id", "history"),
    *ref("invoice_id", "invoice"),
    *ref("reverses_id", "charge_line", nullable=True),
    Column("term_number", Integer, nullable=False),
    Column("position", SmallInteger, nullable=False),
    choice("kind", ChargeKind),
    choice("item_kind", ItemKind),
    Column("item_code", Text, nullable=False),
    Column("item_name", Text, nullable=False),
    Column("starts_on", Date, nullable=False),
    Column("ends_before", Date, nullable=False),
    *day_of_month("anchor_day"),
    Column("quantity", Integer, nullable=False),
    Column("numerator", Integer, nullable=False),
    Column("denominator", Integer, nullable=False),
    Column("cycle_months", Integer, nullable=False),
    Column("unit_price", BigInteger, nullable=False),
    Column("price", BigInteger, nullable=False),
    Column("unit_cost", BigInteger, nullable=False),
    Column("cost", BigInteger, nullable=False),
    Column("closed", Boolean, nullable=False),
    CheckConstraint("denominator > 0", name="denominator"),
)
Index(None, charge_line.c.partner_id, charge_line.c.record_id, charge_line.c.position)
Index(None, charge_line.c.partner_id, charge_line.c.invoice_id, charge_line.c.id)
Index(None, charge_line.c.partner_id, charge_line.c.subscription_id, charge_line.c.term_number)

# One row for each event. It is `dispatched` when each endpoint that takes its kind has a row in `delivery`.
# Then `status`, `attempts`, `delivered_at` and `last_error` summarize those rows.
outbox = owned(
    "outbox",
    *ref("subscription_id", "subscription"),
    *ref("customer_id", "customer"),
    Column("version", Integer, nullable=False),
    Column("position", SmallInteger, nullable=False),
    Column("kind", Text, nullable=False),
    Column("payload", JSONB, nullable=False),
    choice("status", ProvisioningStatus),
    Column("attempts", Integer, nullable=False),
    instant("created_at"),
    Column("dispatched", Boolean, nullable=False, server_default=text("false")),
    instant("delivered_at", nullable=True),
    Column("last_error", Text),
    UniqueConstraint("partner_id", "subscription_id", "version", "position"),
)
Index(
    "outbox_undispatched",
    outbox.c.partner_id,
    outbox.c.subscription_id,
    postgresql_where=text("NOT dispatched"),
)
Index(
    "outbox_failed",
    outbox.c.partner_id,
    outbox.c.subscription_id,
    postgresql_where=text("status = 'FAILED'"),
)

# `scope` separates the keys of different customers; `words` is the first answer as it was sent.
idempotency = owned(
    "idempotency",
    Column("scope", Text, nullable=False),
    Column("key", Text, nullable=False),
    Column("fingerprint", Text, nullable=False),
    Column("outcome", JSONB),
    Column("document", Text),
    Column("words", JSONB),
    instant("created_at"),
    key=("scope", "key"),
)
Index("idempotency_created_at", idempotency.c.partner_id, idempotency.c.created_at)
