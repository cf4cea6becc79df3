"""What a partner sells. Prices and costs are minor units of the partner's currency, per cycle."""

from sqlalchemy import (
    BigInteger,
    CheckConstraint,
    Column,
    ForeignKeyConstraint,
    Index,
    Integer,
    Text,
    UniqueConstraint,
)
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.schema import SchemaItem

from domain.periods import BillingCycle
from models.tables.base import choice, owned, ref


def _price() -> list[SchemaItem]:
    return [
        choice("cycle", BillingCycle),
        Column("price", BigInteger, nullable=False),
        Column("cost", BigInteger, nullable=False),
        CheckConstraint("price >= 0 AND cost >= 0", name="not_negative"),
    ]


product = owned(
    "product",
    Column("code", Text, nullable=False),
    Column("name", Text, nullable=False),
    UniqueConstraint("partner_id", "code"),
)

# A plan's rank is unique in its product. saveProduct checks it, not the table: rows may swap their ranks.
plan = owned(
    "plan",
    *ref("product_id", "product"),
    Column("code", Text, nullable=False),
    Column("name", Text, nullable=False),
    Column("rank", Integer, nullable=False),
    Column("default_settings", JSONB, nullable=False),
    UniqueConstraint("partner_id", "code"),
)
Index(None, plan.c.partner_id, plan.c.product_id, plan.c.rank)

plan_price = owned(
    "plan_price",
    *ref("plan_id", "plan"),
    *_price(),
    key=("plan_id", "cycle"),
)

add_on_offer = owned(
    "add_on_offer",
    *ref("plan_id", "plan"),
    Column("code", Text, nullable=False),
    Column("name", Text, nullable=False),
    key=("plan_id", "code"),
)

add_on_price = owned(
    "add_on_price",
    Column("plan_id", add_on_offer.c.plan_id.type, nullable=False),
    Column("code", Text, nullable=False),
    *_price(),
    ForeignKeyConstraint(
        ["partner_id", "plan_id", "code"],
        ["add_on_offer.partner_id", "add_on_offer.plan_id", "add_on_offer.code"],
    ),
    key=("plan_id", "code", "cycle"),
)

sku = owned(
    "sku",
    Column("code", Text, nullable=False),
    Column("name", Text, nullable=False),
    key=("code",),
)

sku_price = owned(
    "sku_price",
    Column("sku_code", Text, nullable=False),
    *_price(),
    ForeignKeyConstraint(["partner_id", "sku_code"], ["sku.partner_id", "sku.code"]),
    key=("sku_code", "cycle"),
)

phone_number = owned(
    "phone_number",
    Column("e164", Text, nullable=False),
    Column("sku_code", Text, nullable=False),
    *ref("subscription_id", "subscription", nullable=True),
    ForeignKeyConstraint(["partner_id", "sku_code"], ["sku.partner_id", "sku.code"]),
    UniqueConstraint("partner_id", "e164"),
)
Index(None, phone_number.c.partner_id, phone_number.c.subscription_id, phone_number.c.e164)
