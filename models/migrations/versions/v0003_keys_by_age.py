"""An index to find old idempotency keys, which the worker deletes."""

from models.scripts import run_concurrently

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None


def upgrade() -> None:
    run_concurrently(__file__)
