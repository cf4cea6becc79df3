"""The provider's keys are asked for as seldom as can be, and never twice at once."""

import asyncio
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

import pytest
from joserfc.jwk import Key, OKPKey

from resolvers.errors import RequestError
from server.auth.jwks import COOL_DOWN, MAX_AGE, MAX_STALE, KeyCache

OLD, NEW = (OKPKey.generate_key("Ed25519", {"kid": kid}) for kid in ("old", "new"))


@dataclass
class Stage:
    """A provider that can be taken away, and a clock that is moved by hand."""

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
    stage = Stage()
    stage.gate.clear()
    asking = [asyncio.create_task(stage.finds("old")) for _ in range(50)]
    await asyncio.sleep(0)
    stage.gate.set()
    assert await asyncio.gather(*asking) == [True] * 50
    assert stage.fetches == 1


async def test_fifty_unknown_keys_cause_one_more_fetch() -> None:
    stage = Stage()
    assert await stage.finds("old")
    stage.now += COOL_DOWN
    assert await asyncio.gather(*(stage.finds(f"made up {n}") for n in range(50))) == [False] * 50
    assert stage.fetches == 2


async def test_cancelling_the_first_request_keeps_the_fetch() -> None:
    stage = Stage()
    stage.gate.clear()
    first, second = (asyncio.create_task(stage.finds("old")) for _ in range(2))
    await asyncio.sleep(0)
    first.cancel()
    await asyncio.sleep(0)
    stage.gate.set()
    assert await second
    assert stage.fetches == 1


async def test_keys_are_fetched_again_only_when_old() -> None:
    stage = Stage()
    for now in (0.0, 1.0, MAX_AGE - 0.1):
        stage.now = now
        assert await stage.finds("old")
    assert stage.fetches == 1
    stage.now = MAX_AGE
    assert await stage.finds("old")
    assert stage.fetches == 2


async def test_a_revoked_key_is_valid_until_max_age() -> None:
    stage = Stage()
    assert await stage.finds("old")
    stage.keys, stage.now = (NEW,), MAX_AGE - 0.1
    assert await stage.finds("old")
    stage.now = MAX_AGE
    assert not await stage.finds("old")


async def test_a_new_key_is_found_after_the_cool_down() -> None:
    stage = Stage()
    assert not await stage.finds("new")
    stage.keys, stage.now = (OLD, NEW), COOL_DOWN - 0.1
    assert not await stage.finds("new")
    assert stage.fetches == 1
    stage.now = COOL_DOWN
    assert await stage.finds("new")
    assert stage.fetches == 2


async def test_made_up_keys_cause_one_fetch_a_cool_down() -> None:
    stage = Stage()
    for tenth in range(300):
        stage.now = tenth / 10
        assert not await stage.finds(f"made up {tenth}")
    assert stage.fetches == 30 / COOL_DOWN


async def test_old_keys_stay_valid_for_a_day() -> None:
    stage = Stage()
    assert await stage.finds("old")
    stage.away = True
    for now in (MAX_AGE, MAX_AGE + 1, MAX_STALE - 1):
        stage.now = now
        assert await stage.finds("old")
    await asyncio.sleep(0)
    assert stage.fetches == 3  # the second of these came within the cool-down
    stage.now = MAX_STALE + COOL_DOWN
    with pytest.raises(RequestError, match="identity provider"):
        await stage.finds("old")
    stage.away, stage.now = False, stage.now + COOL_DOWN
    assert await stage.finds("old")


async def test_old_keys_do_not_wait_for_a_failed_provider() -> None:
    stage = Stage()
    assert await stage.finds("old")
    stage.away, stage.now = True, MAX_AGE
    assert await stage.finds("old")
    stage.gate.clear()
    stage.now += COOL_DOWN
    assert await stage.finds("old")
    await asyncio.sleep(0)
    assert stage.fetches == 3  # it is asked all the same
    stage.keys, stage.away = (NEW,), False
    stage.gate.set()
    assert await stage.finds("new")
    assert not await stage.finds("old")
    assert stage.fetches == 3


@pytest.mark.parametrize("kid", ["old", "made up"])
async def test_without_keys_every_token_is_unavailable(kid: str) -> None:
    stage = Stage(away=True)
    for now in (0.0, 0.1, COOL_DOWN - 0.1):
        stage.now = now
        with pytest.raises(RequestError) as raised:
            await stage.finds(kid)
        assert raised.value.extensions == {"code": "UNAVAILABLE"}
    assert stage.fetches == 1


async def test_an_unknown_key_is_unavailable_after_a_failure() -> None:
    stage = Stage()
    assert await stage.finds("old")
    stage.away, stage.now = True, COOL_DOWN
    with pytest.raises(RequestError, match="cannot be reached"):
        await stage.finds("new")
    assert await stage.finds("old")
