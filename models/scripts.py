"""Runs the SQL of a migration: a script beside its .py, its statements ended by `;` at the end of a line."""

from collections.abc import Iterator
from pathlib import Path

from alembic import op


def statements(script: str) -> Iterator[str]:
    """One by one: the driver cannot prepare several at once."""
    return (statement for statement in script.split(";\n") if statement.strip())


def run(migration: str) -> None:
    """The script of the migration with that `__file__`, in the migration's transaction."""
    op.execute("RESET lock_timeout")  # to the connection's, whatever ran before
    for statement in statements(_script(migration)):
        op.execute(statement)


def run_concurrently(migration: str) -> None:
    """The same, each statement outside of a transaction: for CREATE INDEX CONCURRENTLY.

    If it is interrupted, it is run again from its first statement. It waits for other transactions without
    a bound, because nobody waits behind it.
    """
    with op.get_context().autocommit_block():
        op.execute("SET lock_timeout = 0")
        for statement in statements(_script(migration)):
            op.execute(statement)


def _script(migration: str) -> str:
    return Path(migration).with_suffix(".sql").read_text(encoding="utf-8")
