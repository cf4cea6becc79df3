"""The idiomatic way, an afternoon's work: Strawberry, the SQLAlchemy ORM and a loader for each edge.

It answers the same operations over the same tables; it knows no tokens, no limits and no row-level security.
"""

from tools.bench.idiomatic.graph import app

__all__ = ["app"]
