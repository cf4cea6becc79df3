"""A token bucket for each principal, which refills over time."""

from uuid import UUID

import pytest

from domain.principal import Principal, Role
from server.rate_limit import REMEMBERED, RateLimiter, headers

ADA, BOB = (Principal(Role.PARTNER_STAFF, name, UUID(int=1)) for name in ("Ada", "Bob"))


def test_points_may_be_spent_at_once_and_refill_evenly() -> None:
    limiter = RateLimiter(600)  # ten a second
    assert limiter.take(ADA, 600, now=0).remaining == 0
    refused = limiter.take(ADA, 25, now=2)
    assert (refused.remaining, refused.wait, refused.resets_in) == (20, 1, 58)
    assert limiter.take(ADA, 25, now=3).remaining == 5
    assert limiter.take(ADA, 0, now=1000).remaining == 600


def test_a_refusal_takes_nothing() -> None:
    limiter = RateLimiter(600)
    assert limiter.take(ADA, 601, now=0).wait == 1
    assert limiter.take(ADA, 600, now=0).wait == 0


def test_principals_have_separate_buckets() -> None:
    limiter = RateLimiter(60)
    limiter.take(ADA, 60, now=0)
    assert limiter.take(ADA, 1, now=0).wait == 1
    assert limiter.take(BOB, 60, now=0).wait == 0
    elsewhere = Principal(ADA.role, ADA.name, UUID(int=2))
    assert limiter.take(elsewhere, 60, now=0).wait == 0


def test_a_clock_that_goes_back_gives_nothing() -> None:
    limiter = RateLimiter(60)
    limiter.take(ADA, 60, now=100)
    assert limiter.take(ADA, 1, now=0).wait == 1


def test_principals_are_not_remembered_without_bound() -> None:
    limiter = RateLimiter(60)
    for n in range(REMEMBERED + 10):
        limiter.take(Principal(Role.PARTNER_STAFF, str(n), UUID(int=1)), 60, now=0)
    assert len(limiter._buckets) == REMEMBERED
    assert limiter.take(Principal(Role.PARTNER_STAFF, "9999", UUID(int=1)), 1, now=0).wait == 1


@pytest.mark.parametrize(("cost", "retry_after"), [(1, None), (61, "1")])
def test_headers_of_a_response(cost: int, retry_after: str | None) -> None:
    found = headers(RateLimiter(60).take(ADA, cost, now=0))
    assert found["RateLimit-Policy"] == '"cost";q=60;w=60'
    assert found["RateLimit"] == f'"cost";r={60 if retry_after else 59};t={0 if retry_after else 1}'
    assert found.get("Retry-After") == retry_after
