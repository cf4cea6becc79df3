"""Alembic's entry: runs on the connection and in the transaction that models.migrate opened."""

from alembic import context

from models.tables import metadata

context.configure(connection=context.config.attributes["connection"], target_metadata=metadata)
context.run_migrations()
