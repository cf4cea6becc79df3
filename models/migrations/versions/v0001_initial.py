"""The first schema: tables, foreign keys, indexes, and who may see what."""

from alembic import op

from models.scripts import run, statements

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
    run(__file__)
    for table in OWNED:
        _secure(table, "partner_id")
    _secure("partner", "id")


def _secure(table: str, key: str) -> None:
    for statement in statements(SECURITY.format(table=table, key=key)):
        op.execute(statement)
