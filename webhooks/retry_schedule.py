"""When a delivery is tried again: the schedule of the Standard Webhooks specification."""

from datetime import timedelta

PAUSES = tuple(
    timedelta(seconds=seconds)
    for seconds in (0, 5, 300, 1_800, 7_200, 18_000, 36_000, 50_400, 72_000, 86_400)
)
"""The pause before each attempt. If the last attempt fails, the delivery is FAILED."""

JITTER = 0.1  # of the pause, either way
LONGEST = PAUSES[-1]


def pause_after(attempts: int, chance: float, retry_after: timedelta | None = None) -> timedelta | None:
    """How long to wait after that many failed attempts; None after the last one.

    `chance` (0 to 1) varies the pause by up to JITTER. The receiver may ask for a longer pause with
    `retry_after`, up to LONGEST.
    """
    if attempts >= len(PAUSES):
        return None
    pause = PAUSES[attempts] * (1 - JITTER + 2 * JITTER * chance)
    return max(pause, min(retry_after, LONGEST)) if retry_after else pause
