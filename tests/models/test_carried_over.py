"""Migration 0002 creates deliveries for events that earlier releases had not delivered everywhere."""

from typing import Any

from alembic import command
from sqlalchemy import Connection, text

from models.migrate import _ROLES, alembic_config, migrate
from tests.models.databases import within

PARTNER, CUSTOMER, SUBSCRIPTION = (f"00000000-0000-0000-0000-00000000000{n}" for n in (1, 2, 3))
ALL, SETTINGS, GONE = (f"00000000-0000-0000-0000-0000000000e{n}" for n in (1, 2, 3))

EVENTS = {
    "new": ("CANCEL", "PENDING", 0, "[]"),
    "delivered to one of two": ("UPDATE_SETTINGS", "PENDING", 2, f'["{SETTINGS}"]'),
    "tried": ("CANCEL", "PENDING", 1, "[]"),
    "tried only at a removed endpoint": ("CANCEL", "PENDING", 1, f'["{ALL}"]'),
    "failed": ("CANCEL", "FAILED", 10, "[]"),
    "delivered": ("CANCEL", "DELIVERED", 1, f'["{ALL}", "{GONE[:-1]}9"]'),
}
_PARTNER = text(
    "INSERT INTO partner (id, name, currency, quote_secret, created_at, proration_unit, upgrade_basis, "
    "allow_refund, refund_window_days, cancellation_adjustment) "
    "VALUES (:partner, 'P', 'USD', '', now(), 'DAY', 'DIFFERENCE', true, 14, 'NONE')"
)
_ENDPOINT = text(
    "INSERT INTO webhook_endpoint (partner_id, id, url, kinds, secret, status, created_at) "
    "VALUES (:partner, :id, 'https://x.example', CAST(:kinds AS jsonb), 's', :status, now())"
)
_EVENT = text(
    "INSERT INTO outbox (partner_id, id, subscription_id, customer_id, version, position, kind, payload, "
    "created_at, status, attempts, delivered_to, next_at, last_error) VALUES (:partner, gen_random_uuid(), "
    ":subscription, :customer, :number, 0, :kind, '{}', now(), CAST(:status AS varchar), :attempts, "
    "CAST(:delivered_to AS jsonb), CASE WHEN :status = 'PENDING' AND :attempts > 0 THEN now() END, "
    "'HTTP 500')"
)
_DELIVERIES = text(
    "SELECT o.version, o.dispatched, d.endpoint_id::text, d.status, d.attempts, d.next_at, d.delivered_at "
    "FROM outbox o LEFT JOIN delivery d ON d.event_id = o.id ORDER BY 1, 3"
)


def before(connection: Connection) -> None:
    """Makes a database at 0001 with an event of each kind, without the rows that the events refer to."""
    connection.execute(text(_ROLES))
    connection.execute(text("SET LOCAL ROLE tenure_owner"))
    command.upgrade(alembic_config(connection), "0001")
    connection.execute(text("RESET ROLE"))
    connection.execute(text("SET LOCAL session_replication_role = replica"))
    own = {"partner": PARTNER, "customer": CUSTOMER, "subscription": SUBSCRIPTION}
    connection.execute(_PARTNER, own)
    for key, kinds, status in (
        (ALL, None, "ENABLED"),
        (SETTINGS, '["UPDATE_SETTINGS"]', "ENABLED"),
        (GONE, None, "DISABLED"),
    ):
        connection.execute(_ENDPOINT, own | {"id": key, "kinds": kinds, "status": status})
    for number, event in enumerate(EVENTS.values()):
        values = dict(zip(("kind", "status", "attempts", "delivered_to"), event, strict=True))
        connection.execute(_EVENT, own | values | {"number": number})


def deliveries(connection: Connection) -> dict[str, Any]:
    """By event: whether it is dispatched, and its deliveries."""
    events: dict[str, Any] = {}
    for row in connection.execute(_DELIVERIES):
        rows = events.setdefault(list(EVENTS)[row.version], (row.dispatched, []))[1]
        if row.endpoint_id:
            times = (row.next_at is not None, row.delivered_at is not None)
            rows.append((row.endpoint_id, row.status, row.attempts, *times))
    return events


async def test_what_is_under_way_is_carried_over(empty: str) -> None:
    await within(empty, before)
    await migrate(empty)
    assert await within(empty, deliveries) == {
        "new": (False, []),
        "delivered to one of two": (
            True,
            [(ALL, "PENDING", 2, True, False), (SETTINGS, "DELIVERED", 2, False, True)],
        ),
        "tried": (True, [(ALL, "PENDING", 1, True, False)]),
        "tried only at a removed endpoint": (False, [(ALL, "DELIVERED", 1, False, True)]),
        "failed": (True, [(ALL, "FAILED", 10, False, False)]),
        "delivered": (True, [(ALL, "DELIVERED", 1, False, True)]),
    }
