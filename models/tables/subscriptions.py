"""Subscriptions with their terms, add-ons, assignees and scheduled changes."""

from sqlalchemy import (
    Boolean,
    CheckConstraint,
    Column,
    Date,
    Index,
    Integer,
    Text,
    UniqueConstraint,
    text,
)
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.schema import SchemaItem

from domain.decision import ChangeSource
from domain.lifecycle import Action, Status
from domain.periods import BillingCycle
from domain.subscription import AddOnStatus, ScheduledStatus
from models.tables.base import choice, day_of_month, instant, owned, ref


def _days() -> list[SchemaItem]:
    return [
        Column("starts_on", Date, nullable=False),
        Column("ends_before", Date, nullable=False),
        *day_of_month("anchor_day"),
        CheckConstraint("ends_before > starts_on", name="days"),
    ]


subscription = owned(
    "subscription",
    *ref("customer_id", "customer"),
    *ref("plan_id", "plan"),
    *ref("contract_id", "contract", nullable=True),
    Column("reference", Text, nullable=False),
    choice("status", Status),
    Column("quantity", Integer, nullable=False),
    choice("cycle", BillingCycle),
    Column("multiplier", Integer, nullable=False),
    Column("auto_renewal", Boolean, nullable=False),
    Column("purchased_on", Date, nullable=False),
    *day_of_month("anchor_day"),
    Column("term_number", Integer, nullable=False),
    Column("term_starts_on", Date, nullable=False),
    Column("term_ends_before", Date, nullable=False),
    Column("term_anchor_day", Integer, nullable=False),
    Column("trial_ends_before", Date),
    Column("ended_on", Date),
    Column("settings", JSONB, nullable=False),
    Column("version", Integer, nullable=False),
    # The first instant after the term, in the customer's zone; NULL if the subscription has ended.
    instant("due_at", nullable=True),
    # Why the due work failed, and when (in real time) it is tried again.
    Column("due_error", Text),
    instant("due_retry_at", nullable=True),
    instant("created_at"),
    UniqueConstraint("partner_id", "reference"),
    CheckConstraint("quantity >= 1", name="quantity"),
    CheckConstraint("multiplier >= 1", name="multiplier"),
    CheckConstraint("term_ends_before > term_starts_on", name="term"),
)
Index(None, subscription.c.partner_id, subscription.c.customer_id, subscription.c.reference)
Index(None, subscription.c.partner_id, subscription.c.term_ends_before, subscription.c.id)
Index(None, subscription.c.partner_id, subscription.c.plan_id)
Index(
    None,
    subscription.c.partner_id,
    subscription.c.due_at,
    postgresql_where=subscription.c.due_at.is_not(None),
)

# The primary key makes it impossible to open a term twice.
term = owned(
    "term",
    *ref("subscription_id", "subscription"),
    Column("number", Integer, nullable=False),
    *_days(),
    key=("subscription_id", "number"),
)

add_on = owned(
    "add_on",
    *ref("subscription_id", "subscription"),
    Column("code", Text, nullable=False),
    Column("name", Text, nullable=False),
    Column("quantity", Integer, nullable=False),
    choice("status", AddOnStatus),
    Column("ends_before", Date),
    CheckConstraint("quantity >= 0", name="quantity"),
)
Index(None, add_on.c.partner_id, add_on.c.subscription_id, add_on.c.code, add_on.c.id)
Index(
    "add_on_one_of_a_code",
    add_on.c.partner_id,
    add_on.c.subscription_id,
    add_on.c.code,
    unique=True,
    postgresql_where=text("status <> 'CANCELED'"),
)

# `customer_id` is the owner at that time, also in the ledger: a new owner sees no older records.
add_on_record = owned(
    "add_on_record",
    *ref("add_on_id", "add_on"),
    *ref("customer_id", "customer"),
    instant("at"),
    Column("effective_on", Date, nullable=False),
    Column("quantity_before", Integer, nullable=False),
    Column("quantity_after", Integer, nullable=False),
    choice("source", ChangeSource),
    Column("reason", Text),
)
Index(None, add_on_record.c.partner_id, add_on_record.c.add_on_id, add_on_record.c.id)

assignee = owned(
    "assignee",
    *ref("subscription_id", "subscription"),
    *ref("member_id", "member"),
    key=("subscription_id", "member_id"),
)
Index(None, assignee.c.partner_id, assignee.c.member_id)

scheduled_change = owned(
    "scheduled_change",
    *ref("subscription_id", "subscription"),
    *ref("add_on_id", "add_on", nullable=True),
    choice("action", Action),
    Column("effective_on", Date, nullable=False),
    choice("status", ScheduledStatus),
    Column("summary", Text, nullable=False),
    Column("reason", Text),
    Column("quantity", Integer),
    choice("cycle", BillingCycle, nullable=True),
    Column("multiplier", Integer),
    instant("created_at"),
)
Index(None, scheduled_change.c.partner_id, scheduled_change.c.subscription_id, scheduled_change.c.id)
Index(
    "scheduled_change_one_pending",
    scheduled_change.c.partner_id,
    scheduled_change.c.subscription_id,
    scheduled_change.c.action,
    scheduled_change.c.add_on_id,
    unique=True,
    postgresql_where=text("status = 'PENDING'"),
    postgresql_nulls_not_distinct=True,
)
