"""What every resolver of one request shares."""

from contextlib import AbstractAsyncContextManager
from dataclasses import dataclass, field, replace
from functools import cached_property
from typing import Any, Protocol
from uuid import UUID

import strawberry
from sqlalchemy.ext.asyncio import AsyncEngine
from starlette.websockets import WebSocket

from domain.principal import Principal, Role
from models.store.idempotency import Key
from models.store.unit_of_work import Clock, Transaction, transaction
from resolvers.errors import RequestError, RequestErrorCode, forbidden
from resolvers.live_updates import LiveUpdates
from resolvers.loaders import Loaders
from resolvers.log_context import bind

NOBODY = Principal(Role.CUSTOMER_MEMBER, "")
"""Who has opened a socket and not yet said who it is: sees nothing."""


@dataclass(frozen=True)
class RateLimitState:
    """`remaining` points now; all are back in `resets_in` seconds, enough of them in `wait` (0: now)."""

    limit: int
    remaining: int
    resets_in: int
    wait: int


class Limiter(Protocol):
    def take(self, principal: Principal, cost: int, now: float) -> RateLimitState:
        """Takes the cost from what the principal may spend, at Unix second `now`."""


@dataclass
class Context:
    """`currency` is the partner's; empty for the platform, which sees no money. `webhooks_insecure` lets
    endpoints be registered whose URLs are plain HTTP.

    `rate` is how the principal stands after what this request has spent; None before. `words_to_keep` and
    `words_to_repeat` go by the response key of a mutation's root field.
    """

    engine: AsyncEngine
    clock: Clock
    principal: Principal
    live_updates: LiveUpdates
    currency: str = ""
    limiter: Limiter | None = None
    webhooks_insecure: bool = False
    rate: RateLimitState | None = None
    words_to_keep: dict[str, Key] = field(default_factory=dict)
    words_to_repeat: dict[str, tuple[str, Any]] = field(default_factory=dict)

    @cached_property
    def loaders(self) -> Loaders:
        return Loaders(self.engine, self.principal, self.clock)

    def forget_rows(self) -> None:
        """What was read so far is stale, because a mutation changes it."""
        self.__dict__.pop("loaders", None)

    def transaction(self, *, exclusive: bool = False) -> AbstractAsyncContextManager[Transaction]:
        """One that writes, as whoever asks. `exclusive` keeps all other writers of the partner out."""
        actor = self.principal.actor
        return transaction(self.engine, self.partner_id, actor, self.clock, exclusive=exclusive)

    def loaders_for(self, partner_id: UUID) -> Loaders:
        """What the platform's operator sees of a partner that it has just made."""
        return Loaders(self.engine, replace(self.principal, partner_id=partner_id), self.clock)

    def spend(self, cost: int) -> None:
        """Takes points from what the principal may ask for in a minute. Raises RATE_LIMITED."""
        bind(cost=cost)
        if self.limiter is None:
            return
        rate = self.rate = self.limiter.take(self.principal, cost, self.clock().timestamp())
        if rate.wait:
            raise RequestError(
                RequestErrorCode.RATE_LIMITED,
                f"This costs {cost} points and {rate.remaining} are left. Try again in {rate.wait} s.",
            )

    @property
    def partner_id(self) -> UUID:
        """Raises FORBIDDEN for the platform operator, who belongs to no partner."""
        if self.principal.partner_id is None:
            raise forbidden("This is for partners and their customers; your token names no partner.")
        return self.principal.partner_id


@dataclass
class SocketContext(Context):
    """Of a WebSocket: the principal comes with connection_init, in its `Authorization`."""

    socket: WebSocket | None = None
    connection_params: dict[str, object] = field(default_factory=dict)


Info = strawberry.Info[Context, None]
