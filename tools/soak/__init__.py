"""Loads a server while its database is restarted and killed, then checks what it acknowledged."""
