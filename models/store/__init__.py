"""Reads and writes the rows of subscriptions, in one unit of work."""
