"""The provider's keys are fetched rarely, and never twice at once."""

import asyncio
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

import pytest
from joserfc.jwk import Key, OKPKey

from resolvers.errors import RequestError
from server.auth.jwks import COOL_DOWN, MAX_AGE, MAX_STALE, KeyCache

OLD, NEW = (OKPKey.generate_key("Ed25519", {"kid": kid}) for kid in ("old", "new"))


@dataclass
class Provider:
    """A provider that can fail, and a clock that the test moves."""

    keys: Sequence[Key] = (OLD,)
    away: bool = False
    now: float = 0.0
    fetches: int = 0
    gate: asyncio.Event = field(default_factory=asyncio.Event)

    def __post_init__(self) -> None:
        self.gate.set()
        self.cache = KeyCache(self._fetch, lambda: self.now)

    async def _fetch(self) -> Sequence[Key]:
        self.fetches += 1
        await self.gate.wait()
        if self.away:
            raise ConnectionError("away")
        return self.keys

    async def finds(self, kid: str) -> bool:
        return bool(await self.cache.find(of(kid)))


def of(kid: str) -> Callable[[Key], bool]:
    return lambda key: key.kid == kid


async def test_fifty_at_once_cause_one_fetch() -> None:
    provider = Provider()
    provider.gate.clear()
    asking = [asyncio.create_task(provider.finds("old")) for _ in range(50)]
    await asyncio.sleep(0)
    provider.gate.set()
    assert await asyncio.gather(*asking) == [True] * 50
    assert provider.fetches == 1


async def test_fifty_unknown_keys_cause_one_more_fetch() -> None:
    provider = Provider()
    assert await provider.finds("old")
    provider.now += COOL_DOWN
    assert await asyncio.gather(*(provider.finds(f"made up {n}") for n in range(50))) == [False] * 50
    assert provider.fetches == 2


async def test_cancelling_the_first_request_keeps_the_fetch() -> None:
    provider = Provider()
    provider.gate.clear()
    first, second = (asyncio.create_task(provider.finds("old")) for _ in range(2))
    await asyncio.sleep(0)
    first.cancel()
    await asyncio.sleep(0)
    provider.gate.set()
    assert await second
    assert provider.fetches == 1


async def test_keys_are_fetched_again_only_when_old() -> None:
    provider = Provider()
    for now in (0.0, 1.0, MAX_AGE - 0.1):
        provider.now = now
        assert await provider.finds("old")
    assert provider.fetches == 1
    provider.now = MAX_AGE
    assert await provider.finds("old")
    assert provider.fetches == 2


async def test_a_revoked_key_is_valid_until_max_age() -> None:
    provider = Provider()
    assert await provider.finds("old")
    provider.keys, provider.now = (NEW,), MAX_AGE - 0.1
    assert await provider.finds("old")
    provider.now = MAX_AGE
    assert not await provider.finds("old")


async def test_a_new_key_is_found_after_the_cool_down() -> None:
    provider = Provider()
    assert not await provider.finds("new")
    provider.keys, provider.now = (OLD, NEW), COOL_DOWN - 0.1
    assert not await provider.finds("new")
    assert provider.fetches == 1
    provider.now = COOL_DOWN
    assert await provider.finds("new")
    assert provider.fetches == 2


async def test_made_up_keys_cause_one_fetch_a_cool_down() -> None:
    provider = Provider()
    for tenth in range(300):
        provider.now = tenth / 10
        assert not await provider.finds(f"made up {tenth}")
    assert provider.fetches == 30 / COOL_DOWN


async def test_old_keys_stay_valid_for_a_day() -> None:
    provider = Provider()
    assert await provider.finds("old")
    provider.away = True
    for now in (MAX_AGE, MAX_AGE + 1, MAX_STALE - 1):
        provider.now = now
        assert await provider.finds("old")
    await asyncio.sleep(0)
    assert provider.fetches == 3  # the second of these came within the cool-down
    provider.now = MAX_STALE + COOL_DOWN
    with pytest.raises(RequestError, match="identity provider"):
        await provider.finds("old")
    provider.away, provider.now = False, provider.now + COOL_DOWN
    assert await provider.finds("old")


async def test_old_keys_do_not_wait_for_a_failed_provider() -> None:
    provider = Provider()
    assert await provider.finds("old")
    provider.away, provider.now = True, MAX_AGE
    assert await provider.finds("old")
    provider.gate.clear()
    provider.now += COOL_DOWN
    assert await provider.finds("old")
    await asyncio.sleep(0)
    assert provider.fetches == 3  # it is asked all the same
    provider.keys, provider.away = (NEW,), False
    provider.gate.set()
    assert await provider.finds("new")
    assert not await provider.finds("old")
    assert provider.fetches == 3


@pytest.mark.parametrize("kid", ["old", "made up"])
async def test_without_keys_every_token_is_unavailable(kid: str) -> None:
    provider = Provider(away=True)
    for now in (0.0, 0.1, COOL_DOWN - 0.1):
        provider.now = now
        with pytest.raises(RequestError) as raised:
            await provider.finds(kid)
        assert raised.value.extensions == {"code": "UNAVAILABLE"}
    assert provider.fetches == 1


async def test_an_unknown_key_is_unavailable_after_a_failure() -> None:
    provider = Provider()
    assert await provider.finds("old")
    provider.away, provider.now = True, COOL_DOWN
    with pytest.raises(RequestError, match="cannot be reached"):
        await provider.finds("new")
    assert await provider.finds("old")
