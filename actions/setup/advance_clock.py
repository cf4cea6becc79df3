"""Move a sandbox's clock forward, and do the due work on the way, in order of time."""

from datetime import datetime, timedelta

from sqlalchemy import bindparam, update

from actions.billing_run import Progress, do_next
from actions.setup.validation import utc
from domain.errors import ErrorCode, LifecycleError
from models.store.unit_of_work import Exclusive
from models.tables import partner

_MOVE = update(partner).where(partner.c.id == bindparam("partner_id")).values(clock=bindparam("at"))


def check_advance(tx: Exclusive, to: datetime) -> datetime:
    """The time in UTC. Raises FEATURE_NOT_ALLOWED for a partner in real time.

    Raises INVALID_VALUE for a time that is not later than the clock.
    """
    until = utc(to, "to")
    if not tx.partner.sandbox:
        raise LifecycleError(ErrorCode.FEATURE_NOT_ALLOWED, "Only a sandbox has a clock that can be moved.")
    if until <= tx.now:
        now = tx.now.isoformat().replace("+00:00", "Z")
        raise LifecycleError(
            ErrorCode.INVALID_VALUE, f"The clock stands at {now}. Choose a later time.", "to"
        )
    return until


async def advance_step(tx: Exclusive, until: datetime, real_now: datetime) -> Progress | None:
    """Does the earliest piece that is due up to `until`, and moves the clock to it. None if nothing is due.

    The clock reaches `until` only with the last step. So the same request can be sent again after an
    interruption, and continues.
    """
    progress = await do_next(tx, until, real_now)
    # A piece that failed before is late. It does not turn the clock back.
    at = max(min(progress.at, until - timedelta(microseconds=1)), tx.now) if progress else until
    await tx.connection.execute(_MOVE, {"partner_id": tx.partner.id, "at": at})
    return progress


async def advance_clock(tx: Exclusive, to: datetime) -> Progress:
    """Does all steps in one transaction: for little data, such as the demo's."""
    until = check_advance(tx, to)
    done = Progress(tx.now)
    while progress := await advance_step(tx, until, real_now=until):
        done += progress
    return done
