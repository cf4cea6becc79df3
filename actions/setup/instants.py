"""Points in time that people choose: a sandbox's clock."""

from datetime import UTC, datetime

from domain.errors import ErrorCode, LifecycleError

EARLIEST = datetime(1970, 1, 1, tzinfo=UTC)
LATEST = datetime(2999, 12, 31, tzinfo=UTC)  # leaves room for long terms before the year 9999


def utc(instant: datetime, *field: str) -> datetime:
    """The same instant in UTC. Raises INVALID_VALUE without an offset, and outside EARLIEST to LATEST."""
    if instant.tzinfo is None:
        raise LifecycleError(
            ErrorCode.INVALID_VALUE, "Give the time with its offset, such as 2026-01-31T00:00:00Z.", *field
        )
    if not EARLIEST <= instant <= LATEST:
        raise LifecycleError(
            ErrorCode.INVALID_VALUE, f"Choose a time from {EARLIEST:%Y-%m-%d} to {LATEST:%Y-%m-%d}.", *field
        )
    return instant.astimezone(UTC)
