"""What stands in every line that is logged of a request, whoever logs it.

As `structlog.contextvars` does it, but with one variable for all names: each that is set takes time.
"""

from collections.abc import Mapping
from contextvars import ContextVar
from types import MappingProxyType

from structlog.typing import EventDict, WrappedLogger

BOUND: ContextVar[Mapping[str, object]] = ContextVar("bound", default=MappingProxyType({}))
"""Values by name. Whoever begins a request sets it, and resets it at the end."""


def bind(**values: object) -> None:
    """Adds them to all lines from now on, until the request ends."""
    BOUND.set({**BOUND.get(), **values})


def merge_bound(_: WrappedLogger, __: str, event: EventDict) -> EventDict:
    """A structlog processor: adds what is bound, but for names that the line has already."""
    return {**event, **BOUND.get(), **event}
