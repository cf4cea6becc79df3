"""Previews an action: locks and writes nothing, and reads everything at one moment."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import date
from typing import Any, TypeGuard, TypeVar
from uuid import UUID

from sqlalchemy import select, true
from sqlalchemy.ext.asyncio import AsyncEngine

from actions.cancel_subscription import cancel_subscription
from actions.change_add_ons import change_add_ons
from actions.change_billing_model import change_billing_model
from actions.change_plan import change_plan
from actions.change_quantity import change_quantity
from actions.extend_subscription import extend_subscription
from actions.set_auto_renewal import set_auto_renewal
from actions.terminate_subscription import terminate_subscription
from domain.decision import Decision
from domain.errors import not_found
from domain.principal import Actor
from models.engine import SEEN
from models.statements import fetch_seen
from models.store.subscriptions import STATE_WITH_PLANS, state_key, state_of
from models.store.unit_of_work import (
    PARTNER,
    Clock,
    Partner,
    Reading,
    Seen,
    UnitOfWork,
    beside_seen,
    opening_values,
    partner_of,
    reading,
)

C = TypeVar("C")
StateCommand = Callable[[UnitOfWork, C], Awaitable[Decision]]

STATE_ONLY: frozenset[StateCommand[Any]] = frozenset(
    {
        cancel_subscription,
        change_add_ons,
        change_billing_model,
        change_plan,
        change_quantity,
        extend_subscription,
        set_auto_renewal,
        terminate_subscription,
    }
)
"""The actions that read only the subscription's state and the plan that their command names."""

_own, _state = beside_seen(PARTNER, "own"), beside_seen(STATE_WITH_PLANS, "state")
_PARTNER_AND_STATE = select(_own, _state).select_from(SEEN).join(_own, true()).outerjoin(_state, true())


@dataclass(frozen=True)
class Asker:
    """Who asks for a preview, and for which day (None is today)."""

    partner_id: UUID
    actor: Actor
    clock: Clock
    on: date | None = None


async def preview_action(
    engine: AsyncEngine, asker: Asker, action: Callable[[Reading, C], Awaitable[Decision]], command: C
) -> tuple[Partner, Decision]:
    """The partner, and the decision that the action would make. Raises LifecycleError.

    An action that reads only the state takes one message to the database.
    """
    if _reads_state_only(action):
        seen = await _load_seen(engine, asker, command)
        return seen.partner, await action(seen, command)
    async with reading(engine, asker.partner_id, asker.actor, asker.clock, asker.on) as tx:
        return tx.partner, await action(tx, command)


def _reads_state_only(action: Callable[[Reading, C], Awaitable[Decision]]) -> TypeGuard[StateCommand[C]]:
    return action in STATE_ONLY


async def _load_seen(engine: AsyncEngine, asker: Asker, command: Any) -> Seen:
    """Raises NOT_FOUND."""
    plan_code: str | None = getattr(command, "plan_code", None)
    key = state_key(asker.partner_id, asker.actor, command.subscription_id, plan_code)
    row = await fetch_seen(engine, _PARTNER_AND_STATE, opening_values(asker.partner_id) | key)
    if row is None:
        raise not_found("partner")
    if row.id is None:
        raise not_found("subscription", "subscriptionId")
    partner, now = partner_of(row), row.own_clock or asker.clock()
    subscription, plan = state_of(row, partner, plan_code)
    return Seen(
        partner=partner, actor=asker.actor, now=now, on=asker.on, subscription=subscription, plan=plan
    )
