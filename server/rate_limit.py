"""How much a principal may ask for over time: a bucket of points, that fills again, in each process."""

from math import ceil

from domain.principal import Principal
from resolvers.context import RateLimitState
from resolvers.newest import Newest

WINDOW = 60
"""Seconds in which an empty bucket fills."""

REMEMBERED = 10_000
"""Principals whose buckets are kept; the one that has not asked for longest is forgotten first."""


def headers(state: RateLimitState) -> dict[str, str]:
    """Source: draft-ietf-httpapi-ratelimit-headers."""
    told = {
        "RateLimit-Policy": f'"cost";q={state.limit};w={WINDOW}',
        "RateLimit": f'"cost";r={state.remaining};t={state.resets_in}',
    }
    return told | ({"Retry-After": str(state.wait)} if state.wait else {})


class RateLimiter:
    """`points` a minute; as many may be asked for at once."""

    def __init__(self, points: int) -> None:
        self._points = points
        self._buckets: Newest[str, tuple[float, float]] = Newest(REMEMBERED)

    def take(self, principal: Principal, cost: int, now: float) -> RateLimitState:
        """Takes the cost from the bucket at Unix second `now`; nothing where it holds too little."""
        level, since = self._buckets.get(principal.identity) or (float(self._points), now)
        per_second = self._points / WINDOW
        level = min(self._points, level + max(now - since, 0) * per_second)
        wait = ceil((cost - level) / per_second) if cost > level else 0
        level -= 0 if wait else cost
        self._buckets.put(principal.identity, (level, now))
        return RateLimitState(self._points, int(level), ceil((self._points - level) / per_second), wait)
