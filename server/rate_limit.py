"""Limits the points of cost that a principal spends: each process has a token bucket for each principal."""

from math import ceil

from cachetools import LRUCache

from domain.principal import Principal
from resolvers.context import RateLimitState

WINDOW = 60
"""Seconds in which an empty bucket fills."""

REMEMBERED = 10_000
"""Principals whose buckets are kept. The least recently used is dropped first."""


def headers(state: RateLimitState) -> dict[str, str]:
    """The headers of a response. Source: draft-ietf-httpapi-ratelimit-headers."""
    always = {
        "RateLimit-Policy": f'"cost";q={state.limit};w={WINDOW}',
        "RateLimit": f'"cost";r={state.remaining};t={state.resets_in}',
    }
    return always | ({"Retry-After": str(state.wait)} if state.wait else {})


class RateLimiter:
    """Allows `points` a minute. A principal may spend all of them at once."""

    def __init__(self, points: int) -> None:
        self._points = points
        # For each principal: its points, and the Unix second when it had them.
        self._buckets: LRUCache[str, tuple[float, float]] = LRUCache(REMEMBERED)

    def take(self, principal: Principal, cost: int, now: float) -> RateLimitState:
        """Takes the cost from the bucket at Unix second `now`; takes nothing if it holds too little."""
        level, since = self._buckets.get(principal.identity, (float(self._points), now))
        per_second = self._points / WINDOW
        level = min(self._points, level + max(now - since, 0) * per_second)
        wait = ceil((cost - level) / per_second) if cost > level else 0
        level -= 0 if wait else cost
        self._buckets[principal.identity] = (level, now)
        return RateLimitState(self._points, int(level), ceil((self._points - level) / per_second), wait)
