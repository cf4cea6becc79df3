"""What all resolvers of one request share."""

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
from models.store.unit_of_work import Clock, Exclusive, Writing, exclusive, writing
from resolvers.errors import RequestError, RequestErrorCode, forbidden
from resolvers.live_updates import LiveUpdates
from resolvers.loaders import Loaders
from resolvers.log_context import bind

NOBODY = Principal(Role.CUSTOMER_MEMBER, "")
"""The principal of a socket before `connection_init`: sees nothing."""


@dataclass(frozen=True)
class RateLimitState:
    """`remaining` points are left. All are back in `resets_in` seconds, enough in `wait` seconds (0: now)."""

    limit: int
    remaining: int
    resets_in: int
    wait: int


class Limiter(Protocol):
    def take(self, principal: Principal, cost: int, now: float) -> RateLimitState:
        """Takes the cost from the principal's allowance, at Unix second `now`."""


@dataclass
class Context:
    """`currency` is the partner's; empty for the platform, which sees no money. `webhooks_insecure` allows
    endpoints with plain HTTP URLs.

    `rate` is None until this request has spent points. `answers_to_keep` are idempotency keys, and
    `answers_to_repeat` are first answers: the document and its JSON. Both are by the response key of a
    mutation's root field.
    """

    engine: AsyncEngine
    clock: Clock
    principal: Principal
    live_updates: LiveUpdates
    currency: str = ""
    limiter: Limiter | None = None
    webhooks_insecure: bool = False
    rate: RateLimitState | None = None
    answers_to_keep: dict[str, Key] = field(default_factory=dict)
    answers_to_repeat: dict[str, tuple[str, Any]] = field(default_factory=dict)

    @cached_property
    def loaders(self) -> Loaders:
        return Loaders(self.engine, self.principal, self.clock)

    def forget_rows(self) -> None:
        """Drops the rows that were read so far: a mutation makes them stale."""
        self.__dict__.pop("loaders", None)

    def writing(self) -> AbstractAsyncContextManager[Writing]:
        return writing(self.engine, self.partner_id, self.principal.actor, self.clock)

    def exclusive(self) -> AbstractAsyncContextManager[Exclusive]:
        return exclusive(self.engine, self.partner_id, self.principal.actor, self.clock)

    def loaders_for(self, partner_id: UUID) -> Loaders:
        """Reads a partner that the platform's operator has just created."""
        return Loaders(self.engine, replace(self.principal, partner_id=partner_id), self.clock)

    def spend(self, cost: int) -> None:
        """Takes points from the principal's allowance. Raises RATE_LIMITED."""
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
    """The context of a WebSocket. Its principal comes with `connection_init`, in `Authorization`."""

    socket: WebSocket | None = None
    connection_params: dict[str, object] = field(default_factory=dict)


Info = strawberry.Info[Context, None]
