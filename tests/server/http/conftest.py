"""Fixtures of the API's tests, for tests over HTTP."""

from tests.api.conftest import engine, house

__all__ = ["engine", "house"]
