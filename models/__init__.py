"""Rows: tables, connections, migrations, and the embedded PostgreSQL."""
