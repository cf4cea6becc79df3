"""How an action is asked without being taken: nothing is locked, and all is seen at one moment."""

from collections.abc import Awaitable, Callable
from datetime import date
from typing import Any
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
from models.statements import look
from models.store.state_statements import STATE_WITH_PLANS
from models.store.subscriptions import state_key, state_of
from models.store.unit_of_work import (
    PARTNER,
    Clock,
    Transaction,
    beside_seen,
    opening_values,
    partner_of,
    transaction,
)

STATE_ONLY: frozenset[Callable[..., Any]] = frozenset(
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
"""The actions that read a subscription's state and nothing else."""

_own, _state = beside_seen(PARTNER, "own"), beside_seen(STATE_WITH_PLANS, "state")
_LOOK = select(_own, _state).select_from(SEEN).join(_own, true()).outerjoin(_state, true())


async def ask(
    engine: AsyncEngine,
    partner_id: UUID,
    actor: Actor,
    clock: Clock,
    action: Callable[[Transaction, Any], Awaitable[Decision]],
    command: Any,
    on: date | None,
) -> tuple[Transaction, Decision]:
    """What the action would come to, and the transaction that saw it, which has ended. Raises LifecycleError.

    Where the state is all that it reads, that is one message to the database.
    """
    if action in STATE_ONLY:
        tx = await _looked(engine, partner_id, actor, clock, command, on)
        return tx, await action(tx, command)
    async with transaction(engine, partner_id, actor, clock, writing=False, on=on) as tx:
        return tx, await action(tx, command)


async def _looked(
    engine: AsyncEngine, partner_id: UUID, actor: Actor, clock: Clock, command: Any, on: date | None
) -> Transaction:
    """One that has seen the command's subscription. Raises NOT_FOUND."""
    plan_code: str | None = getattr(command, "plan_code", None)
    key = state_key(partner_id, actor, command.subscription_id, plan_code)
    row = await look(engine, _LOOK, opening_values(partner_id) | key)
    if row is None:
        raise not_found("partner")
    if row.id is None:
        raise not_found("subscription", "subscriptionId")
    own = partner_of(row)
    known = state_of(row, own, plan_code)
    return Transaction(None, own, actor, row.own_clock or clock(), writing=False, on=on, known=known)
