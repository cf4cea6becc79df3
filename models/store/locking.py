"""Loads the subscription that an action is about. A unit of work that writes locks it first."""

from uuid import UUID

from sqlalchemy import Table, Uuid, and_, bindparam, or_, select

from domain.catalogue import Plan
from domain.errors import ErrorCode, LifecycleError, not_found
from domain.subscription import Subscription
from models.statements import fetch
from models.store.subscriptions import child_of_subscription, load_state
from models.store.unit_of_work import Reading, Seen, UnitOfWork, Writing
from models.tables import add_on, scheduled_change, subscription

# It finds only rows that the actor may see: waiting for a lock would show that the row exists.
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
    tx: UnitOfWork, subscription_id: UUID, expected_version: int | None = None
) -> Subscription:
    """Raises NOT_FOUND, also for what the actor may not see, and STALE_VERSION."""
    state, _ = await load_subscription_and_plan(tx, subscription_id, None, expected_version)
    return state


async def load_subscription_and_plan(
    tx: UnitOfWork, subscription_id: UUID, plan_code: str | None, expected_version: int | None = None
) -> tuple[Subscription, Plan | None]:
    """The same, with the partner's plan of that code."""
    loaded = await _load(tx, subscription_id, plan_code)
    if loaded is None:
        raise not_found("subscription", "subscriptionId")
    version = loaded[0].version
    if expected_version not in (None, version):
        raise LifecycleError(
            ErrorCode.STALE_VERSION,
            f"The subscription has changed: it is at version {version}. Read it again.",
            "expectedVersion",
        )
    return loaded


async def _load(
    tx: UnitOfWork, subscription_id: UUID, plan_code: str | None
) -> tuple[Subscription, Plan | None] | None:
    if isinstance(tx, Seen):
        return tx.subscription, tx.plan
    if isinstance(tx, Writing):
        # A second statement reads the state: the statement that waits for the lock sees older rows.
        key = {"partner_id": tx.partner.id, "id": subscription_id, "actor": tx.actor.customer_id}
        await fetch(tx.connection, _LOCK, key)
    return await load_state(tx, subscription_id, plan_code)


async def load_subscription_of_add_on(
    tx: Reading, add_on_id: UUID, expected_version: int | None = None
) -> Subscription:
    """Raises NOT_FOUND for an add-on that does not exist, or that the actor may not see."""
    return await _load_owner(tx, add_on, add_on_id, "add-on", "addOnId", expected_version)


async def load_subscription_of_scheduled_change(tx: Reading, change_id: UUID) -> Subscription:
    """Raises NOT_FOUND for a change that does not exist, or that the actor may not see."""
    return await _load_owner(tx, scheduled_change, change_id, "scheduled change", "scheduledChangeId")


async def _load_owner(
    tx: Reading, table: Table, key: UUID, what: str, field: str, expected_version: int | None = None
) -> Subscription:
    owner = (
        select(subscription.c.id, subscription.c.customer_id)
        .join(table, and_(*child_of_subscription(table)))
        .where(table.c.partner_id == tx.partner.id, table.c.id == key)
    )
    row = (await tx.connection.execute(owner)).first()
    if row is None or tx.actor.customer_id not in (None, row.customer_id):
        raise not_found(what, field)
    return await load_subscription(tx, row.id, expected_version)
