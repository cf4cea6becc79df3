"""Runs the SQL of a migration: a script beside its .py. Each statement ends with `;` at the end of a line."""

from collections.abc import Iterator
from pathlib import Path

from alembic import op


def statements(script: str) -> Iterator[str]:
    """The script's statements, one by one: the driver cannot prepare several at once."""
    return (statement for statement in script.split(";\n") if statement.strip())


def run(migration: str) -> None:
    """Runs the script of the migration with that `__file__`, in the migration's transaction."""
    op.execute("RESET lock_timeout")  # an earlier `run_concurrently` may have changed it
    for statement in statements(_script(migration)):
        op.execute(statement)


def run_concurrently(migration: str) -> None:
    """Runs each statement outside of a transaction, as CREATE INDEX CONCURRENTLY needs it.

    After an interruption it runs again from its first statement. It has no lock timeout, because no other
    transaction waits behind it.
    """
    with op.get_context().autocommit_block():
        op.execute("SET lock_timeout = 0")
        for statement in statements(_script(migration)):
            op.execute(statement)


def _script(migration: str) -> str:
    return Path(migration).with_suffix(".sql").read_text(encoding="utf-8")
