"""Sends what the schema allows and what it forbids, in every role, and checks the answers."""
