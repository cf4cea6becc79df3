"""Subscriptions as the rules see them, in batches: for fields that are computed, not stored."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncEngine

from actions.states import load_states
from actions.transaction import Clock, transaction
from domain.state import Subscription
from resolvers.auth import Principal
from resolvers.retrying import retrying


@dataclass(frozen=True)
class Standing:
    """A subscription's state, and what day it is for its customer."""

    subscription: Subscription
    today: date


async def load_standings(
    engine: AsyncEngine, principal: Principal, clock: Clock, ids: Sequence[UUID]
) -> list[Standing]:
    """In the order of `ids`. The ids come from rows that the viewer was allowed to see."""
    partner_id = principal.partner_id
    if partner_id is None:
        raise ValueError("only a partner's principal can have come to a subscription")

    async def attempt() -> list[Standing]:
        async with transaction(engine, partner_id, principal.actor, clock, writing=False) as tx:
            states = await load_states(tx, ids)
            return [Standing(states[key], tx.today(states[key].customer.time_zone)) for key in ids]

    return await retrying(attempt)
