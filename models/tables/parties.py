"""Partners, and their customers with members and contracts."""

from sqlalchemy import (
    BigInteger,
    Boolean,
    CheckConstraint,
    Column,
    Date,
    Index,
    Integer,
    LargeBinary,
    Table,
    Text,
    UniqueConstraint,
    Uuid,
)
from sqlalchemy.schema import SchemaItem

from domain.policy import CancellationAdjustment, ProrationUnit, UpgradeBasis
from domain.subscription import ContractStatus
from models.tables.base import choice, day_of_month, instant, metadata, owned, ref


def _policy(*, nullable: bool) -> list[SchemaItem]:
    return [
        choice("proration_unit", ProrationUnit, nullable=nullable),
        choice("upgrade_basis", UpgradeBasis, nullable=nullable),
        Column("allow_refund", Boolean, nullable=nullable),
        Column("refund_window_days", Integer, nullable=nullable),
        choice("cancellation_adjustment", CancellationAdjustment, nullable=nullable),
        CheckConstraint("refund_window_days >= 0", name="refund_window_days"),
    ]


partner = Table(
    "partner",
    metadata,
    Column("id", Uuid, primary_key=True),
    Column("name", Text, nullable=False),
    Column("currency", Text, nullable=False),
    instant("clock", nullable=True),  # a sandbox's own time; NULL: real time
    Column("quote_secret", LargeBinary, nullable=False),
    instant("created_at"),
    *_policy(nullable=False),
)

counter = owned(
    "counter",
    Column("name", Text, nullable=False),
    Column("value", BigInteger, nullable=False),
    key=("name",),
)

customer = owned(
    "customer",
    Column("org_uuid", Uuid, nullable=False),
    Column("name", Text, nullable=False),
    Column("time_zone", Text, nullable=False),
    Column("bill_on_order_day", Boolean, nullable=False),
    *day_of_month("billing_day"),
    instant("created_at"),
    *_policy(nullable=True),
    UniqueConstraint("partner_id", "org_uuid"),
)
Index(None, customer.c.partner_id, customer.c.name, customer.c.id)

member = owned(
    "member",
    *ref("customer_id", "customer"),
    Column("name", Text, nullable=False),
    Column("email", Text, nullable=False),
    UniqueConstraint("partner_id", "customer_id", "email"),
)
Index(None, member.c.partner_id, member.c.customer_id, member.c.name, member.c.id)

contract = owned(
    "contract",
    *ref("customer_id", "customer"),
    Column("reference", Text, nullable=False),
    Column("title", Text, nullable=False),
    Column("starts_on", Date, nullable=False),
    Column("ends_on", Date),
    choice("status", ContractStatus),
    UniqueConstraint("partner_id", "reference"),
    CheckConstraint("ends_on >= starts_on", name="ends_on"),
)
Index(None, contract.c.partner_id, contract.c.customer_id, contract.c.id)
