"""How advanceClock runs: step by step, each step committed before the next begins."""

from datetime import datetime
from functools import partial

import structlog

from actions.billing_run import Progress
from actions.setup.advance_clock import advance_step, check_advance
from models.store.unit_of_work import Transaction
from resolvers.context import Context
from resolvers.retry import once

log = structlog.get_logger(__name__)


async def advance(context: Context, to: datetime) -> Progress:
    """What was done on the way; `at` is where the clock stands in the end.

    Interrupted, it has moved the clock as far as it came; asked again, it goes on from there.
    Raises FEATURE_NOT_ALLOWED, INVALID_VALUE.
    """
    context.forget_rows()
    done: Progress | None = None

    async def step(tx: Transaction) -> tuple[datetime, Progress | None]:
        until = check_advance(tx, to) if done is None else max(to, tx.now)
        return until, await advance_step(tx, until, context.clock())

    while True:
        until, progress = await once(partial(context.transaction, exclusive=True), step)
        if progress is None:
            return (done or Progress(until)) + Progress(until)
        done = done + progress if done else progress
        log.info("clock advanced", partner=str(context.partner_id), **vars(done))
