"""Measures the service, and tests it under stress."""
