"""Loads a real server while its database is restarted and killed, then counts what it acknowledged."""
