"""Metrics for Prometheus: the work that is due, its delay, and the work of this process."""

from datetime import datetime

from prometheus_client import Counter, Gauge
from sqlalchemy import bindparam, func, select
from sqlalchemy.ext.asyncio import AsyncEngine

from actions.billing_run import Progress
from domain.provisioning import ProvisioningStatus
from models.tables import outbox, partner, subscription

DUE = Gauge("tenure_terms_due", "Terms that have ended and wait for what follows, in real time.")
LATENESS = Gauge("tenure_oldest_lateness_seconds", "How long the oldest of them has waited.")
SET_ASIDE = Gauge("tenure_terms_set_aside", "Those of them that failed and are tried again later.")
RENEWED = Counter("tenure_terms_renewed", "Terms that this process opened.")
APPLIED = Counter("tenure_scheduled_changes_applied", "Scheduled changes that this process carried out.")
EXPIRED = Counter("tenure_subscriptions_expired", "Subscriptions that this process let expire.")
ISSUED = Counter("tenure_invoices_issued", "PENDING invoices that this process issued.")
FAILED = Counter("tenure_term_failures", "Terms that this process could not end.")
UNDELIVERED = Gauge("tenure_deliveries_failed", "Provisioning actions that have FAILED for good.")
DELIVERIES = Counter("tenure_delivery_attempts", "Attempts of this process to deliver.", ["outcome"])

_FAILED = select(func.count()).where(outbox.c.status == ProvisioningStatus.FAILED)
BACKLOG = select(
    func.count(), func.min(subscription.c.due_at), func.count(subscription.c.due_retry_at)
).where(
    partner.c.clock.is_(None),
    partner.c.id == subscription.c.partner_id,
    subscription.c.due_at <= bindparam("now"),
)


async def measure_backlog(listing: AsyncEngine, now: datetime) -> None:
    """Sets the gauges. `listing` is a pool of the worker role, which may see what is due for all partners."""
    async with listing.connect() as connection:
        due, oldest, set_aside = (await connection.execute(BACKLOG, {"now": now})).one()
        undelivered = (await connection.execute(_FAILED)).scalar_one()
    UNDELIVERED.set(undelivered)
    DUE.set(due)
    SET_ASIDE.set(set_aside)
    LATENESS.set((now - oldest).total_seconds() if oldest else 0)


def count(progress: Progress) -> None:
    """Adds a billing run to the counters."""
    RENEWED.inc(progress.renewed)
    APPLIED.inc(progress.applied)
    EXPIRED.inc(progress.expired)
    ISSUED.inc(progress.invoices_issued)
    FAILED.inc(progress.failed)
