"""When a delivery is tried again: the schedule of the Standard Webhooks specification."""

from datetime import timedelta

PAUSES = tuple(
    timedelta(seconds=seconds)
    for seconds in (0, 5, 300, 1_800, 7_200, 18_000, 36_000, 50_400, 72_000, 86_400)
)
"""The pause before each attempt. After the last one has failed, the delivery has FAILED."""

JITTER = 0.1
LONGEST = PAUSES[-1]


def pause_after(attempts: int, chance: float, asked: timedelta | None = None) -> timedelta | None:
    """How long to wait after that many attempts, all failed; None when there are no more.

    `chance` (0 to 1) spreads it by JITTER either way. `asked` is the receiver's Retry-After: it is
    honoured where it is longer, up to LONGEST.
    """
    if attempts >= len(PAUSES):
        return None
    pause = PAUSES[attempts] * (1 - JITTER + 2 * JITTER * chance)
    return max(pause, min(asked, LONGEST)) if asked else pause
