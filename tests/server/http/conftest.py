"""The API's own fixtures, for what is asked over HTTP."""

from tests.api.conftest import engine, house

__all__ = ["engine", "house"]
