"""Locks the subscription that an action is about, and loads its whole state."""

from uuid import UUID

from sqlalchemy import Table, Uuid, and_, bindparam, or_, select

from domain.catalogue import Plan
from domain.errors import ErrorCode, LifecycleError, not_found
from domain.subscription import Subscription
from models.statements import fetch
from models.store.state_statements import child_of_subscription
from models.store.subscriptions import load_state
from models.store.unit_of_work import Transaction
from models.tables import add_on, scheduled_change, subscription

# Nobody waits for what it may not see: how long would tell that it is there.
_LOCK = (
    select(subscription.c.id)
    .where(
        subscription.c.partner_id == bindparam("partner_id"),
        subscription.c.id == bindparam("id"),
        or_(bindparam("actor", type_=Uuid).is_(None), subscription.c.customer_id == bindparam("actor")),
    )
    .with_for_update()
)


async def load_subscription(
    tx: Transaction, subscription_id: UUID, expected_version: int | None = None
) -> Subscription:
    """The state as it stands, locked until the transaction ends while writing.

    Raises NOT_FOUND, also for what the actor may not see, and STALE_VERSION.
    """
    found, _ = await load_subscription_and_plan(tx, subscription_id, None, expected_version)
    return found


async def load_subscription_and_plan(
    tx: Transaction, subscription_id: UUID, plan_code: str | None, expected_version: int | None = None
) -> tuple[Subscription, Plan | None]:
    """The same, with the partner's plan of that code."""
    if tx.writing:
        # A statement of its own: what it waited for is seen by the next one alone.
        key = {"partner_id": tx.partner.id, "id": subscription_id, "actor": tx.actor.customer_id}
        await fetch(tx.connection, _LOCK, key)
    found = tx.known or await load_state(tx, subscription_id, plan_code)
    if found is None:
        raise not_found("subscription", "subscriptionId")
    version = found[0].version
    if expected_version not in (None, version):
        raise LifecycleError(
            ErrorCode.STALE_VERSION,
            f"The subscription has changed: it is at version {version}. Read it again.",
            "expectedVersion",
        )
    return found


async def load_subscription_of_add_on(
    tx: Transaction, add_on_id: UUID, expected_version: int | None = None
) -> Subscription:
    """Raises NOT_FOUND for an add-on that does not exist, or that the actor may not see."""
    return await _load_owner(tx, add_on, add_on_id, "add-on", "addOnId", expected_version)


async def load_subscription_of_scheduled_change(tx: Transaction, change_id: UUID) -> Subscription:
    """Raises NOT_FOUND for a change that does not exist, or that the actor may not see."""
    return await _load_owner(tx, scheduled_change, change_id, "scheduled change", "scheduledChangeId")


async def _load_owner(
    tx: Transaction, table: Table, key: UUID, what: str, field: str, expected_version: int | None = None
) -> Subscription:
    found = select(subscription.c.id, subscription.c.customer_id)
    found = found.join(table, and_(*child_of_subscription(table)))
    found = found.where(table.c.partner_id == tx.partner.id, table.c.id == key)
    row = (await tx.connection.execute(found)).first()
    if row is None or tx.actor.customer_id not in (None, row.customer_id):
        raise not_found(what, field)
    return await load_subscription(tx, row.id, expected_version)
