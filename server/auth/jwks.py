"""An identity provider's public keys: fetched once for all who wait, kept, and fetched anew when it helps."""

import asyncio
import time
from collections.abc import Awaitable, Callable, Sequence

import structlog
from joserfc.jwk import Key

from resolvers.errors import RequestError, RequestErrorCode

MAX_AGE = 600.0
"""Seconds after which the keys are asked for again: a key that was taken back is good no longer."""

COOL_DOWN = 10.0
"""Seconds between two questions, whatever tokens come: made-up key ids must not hammer the provider."""

MAX_STALE = 86_400.0
"""Seconds for which old keys still count where the provider cannot be reached."""

Fetch = Callable[[], Awaitable[Sequence[Key]]]

log = structlog.get_logger(__name__)


class KeyCache:
    """`fetch` asks the provider and raises whatever goes wrong; `now` tells seconds that never go back."""

    def __init__(self, fetch: Fetch, now: Callable[[], float] = time.monotonic) -> None:
        self._fetch, self._now = fetch, now
        self._keys: Sequence[Key] = ()
        self._fetched_at = self._asked_at = float("-inf")
        self._failed = False
        self._fetching: asyncio.Task[None] | None = None

    async def find(self, fits: Callable[[Key], bool]) -> list[Key]:
        """The keys that fit; where none does, those of a new answer. Raises UNAVAILABLE.

        Nobody can say that there is no such key while the provider cannot be asked. One that has failed
        to answer is asked again, but nobody with an old key waits for it.
        """
        found = self._matching(fits)
        if not found or self._age() >= MAX_AGE:
            asking = self._refresh()
            if asking and not (found and self._failed):
                await asyncio.shield(asking)
                found = self._matching(fits)
        if not found and self._failed:
            raise RequestError(
                RequestErrorCode.UNAVAILABLE, "The identity provider cannot be reached. Try again shortly."
            )
        return found

    def _matching(self, fits: Callable[[Key], bool]) -> list[Key]:
        return [key for key in self._keys if fits(key)] if self._age() < MAX_STALE else []

    def _age(self) -> float:
        return self._now() - self._fetched_at

    def _refresh(self) -> asyncio.Task[None] | None:
        """The question that is under way, or a new one; None where the provider was asked just now.

        To be awaited shielded: the request that asked first may be given up, and the others still wait.
        """
        if self._fetching is None and self._now() - self._asked_at >= COOL_DOWN:
            self._asked_at = self._now()
            self._fetching = asyncio.create_task(self._ask())
        return self._fetching

    async def _ask(self) -> None:
        try:
            self._keys = await self._fetch()
            self._fetched_at, self._failed = self._now(), False
        except Exception as error:
            self._failed = True
            log.warning("keys of the identity provider not refreshed", error=repr(error))
        finally:
            self._fetching = None
