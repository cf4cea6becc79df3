"""Move a sandbox's clock forward, doing all that falls due on the way, in order of time."""

from datetime import datetime, timedelta

from sqlalchemy import bindparam, update

from actions.billing_run import Progress, do_next
from actions.setup.instants import utc
from domain.errors import ErrorCode, LifecycleError
from models.store.unit_of_work import Exclusive
from models.tables import partner

_MOVE = update(partner).where(partner.c.id == bindparam("partner_id")).values(clock=bindparam("at"))


def check_advance(tx: Exclusive, to: datetime) -> datetime:
    """The time in UTC. Raises FEATURE_NOT_ALLOWED for a partner in real time, INVALID_VALUE for a time
    that is not later than the clock.
    """
    until = utc(to, "to")
    if not tx.partner.sandbox:
        raise LifecycleError(ErrorCode.FEATURE_NOT_ALLOWED, "Only a sandbox has a clock that can be moved.")
    if until <= tx.now:
        stands = tx.now.isoformat().replace("+00:00", "Z")
        raise LifecycleError(
            ErrorCode.INVALID_VALUE, f"The clock stands at {stands}. Choose a later time.", "to"
        )
    return until


async def advance_step(tx: Exclusive, until: datetime, real_now: datetime) -> Progress | None:
    """The earliest piece of what is due up to `until`, with the clock moved to it; when nothing is left,
    None with the clock at `until`.

    What was interrupted between two steps goes on from where the clock stands: it reaches `until` itself
    only with the last of them, so that it may be asked for again.
    """
    progress = await do_next(tx, until, real_now)
    # What is done late, because it failed before, does not turn the clock back.
    at = max(min(progress.at, until - timedelta(microseconds=1)), tx.now) if progress else until
    await tx.connection.execute(_MOVE, {"partner_id": tx.partner.id, "at": at})
    return progress


async def advance_clock(tx: Exclusive, to: datetime) -> Progress:
    """All steps in the one transaction that is under way: for small new worlds, such as the demo."""
    until = check_advance(tx, to)
    done = Progress(tx.now)
    while progress := await advance_step(tx, until, real_now=until):
        done += progress
    return done
