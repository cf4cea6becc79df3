"""A delivery for each event and endpoint; what is under way is carried over."""

from models.scripts import run

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None


def upgrade() -> None:
    run(__file__)
