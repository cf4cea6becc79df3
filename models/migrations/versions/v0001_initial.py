"""The first schema: tables, foreign keys, indexes, and who may see what."""

from pathlib import Path

from alembic import op

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None

# FORCE: the owner too sees only the partner that its transaction named.
SECURITY = """
ALTER TABLE {table} ENABLE ROW LEVEL SECURITY;
ALTER TABLE {table} FORCE ROW LEVEL SECURITY;
CREATE POLICY own_partner ON {table} TO tenure_app, tenure_owner
    USING ({key} = NULLIF(current_setting('app.partner_id', true), '')::uuid);
GRANT SELECT, INSERT, UPDATE, DELETE ON {table} TO tenure_app;
"""

OWNED = (
    "add_on",
    "add_on_offer",
    "add_on_price",
    "add_on_record",
    "assignee",
    "charge_line",
    "contract",
    "counter",
    "customer",
    "history",
    "idempotency",
    "invoice",
    "member",
    "outbox",
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
)


def upgrade() -> None:
    _run(Path(__file__).with_suffix(".sql").read_text(encoding="utf-8"))
    for table in OWNED:
        _run(SECURITY.format(table=table, key="partner_id"))
    _run(SECURITY.format(table="partner", key="id"))


def _run(script: str) -> None:
    # One statement at a time: the driver prepares each, and prepares no lists of them.
    for statement in script.split(";\n"):
        if statement.strip():
            op.execute(statement)
