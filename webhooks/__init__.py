"""Webhooks: which events go to which endpoints, how they are sent, and when they are tried again."""
