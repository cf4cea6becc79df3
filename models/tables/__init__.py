"""The tables. `partner_id` leads every key, so that rows can be distributed by partner."""

from models.tables.base import metadata
from models.tables.catalogue import (
    add_on_offer,
    add_on_price,
    phone_number,
    plan,
    plan_price,
    product,
    sku,
    sku_price,
)
from models.tables.ledger import charge_line, history, idempotency, invoice, outbox
from models.tables.parties import contract, counter, customer, member, partner
from models.tables.subscriptions import (
    add_on,
    add_on_record,
    assignee,
    scheduled_change,
    subscription,
    term,
)
from models.tables.webhooks import delivery, webhook_endpoint

__all__ = [
    "add_on",
    "add_on_offer",
    "add_on_price",
    "add_on_record",
    "assignee",
    "charge_line",
    "contract",
    "counter",
    "customer",
    "delivery",
    "history",
    "idempotency",
    "invoice",
    "member",
    "metadata",
    "outbox",
    "partner",
    "phone_number",
    "plan",
    "plan_price",
    "product",
    "scheduled_change",
    "sku",
    "sku_price",
    "subscription",
    "term",
    "webhook_endpoint",
]
