"""Subscriptions as the rules see them, in batches: for fields that are computed, not stored."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncEngine

from domain.principal import Principal
from domain.subscription import Subscription
from models.store.subscriptions import load_states
from models.store.unit_of_work import Clock, reading
from resolvers.retry import retrying


@dataclass(frozen=True)
class SubscriptionSnapshot:
    """A subscription's state, and what day it is for its customer."""

    subscription: Subscription
    today: date


async def load_snapshots(
    engine: AsyncEngine, principal: Principal, clock: Clock, ids: Sequence[UUID]
) -> list[SubscriptionSnapshot]:
    """In the order of `ids`. The ids come from rows that the viewer was allowed to see."""
    partner_id = principal.partner_id
    if partner_id is None:
        raise ValueError("only a partner's principal can have come to a subscription")

    async def attempt() -> list[SubscriptionSnapshot]:
        async with reading(engine, partner_id, principal.actor, clock) as tx:
            states = await load_states(tx, ids)
            return [
                SubscriptionSnapshot(states[key], tx.today(states[key].customer.time_zone)) for key in ids
            ]

    return await retrying(attempt)
