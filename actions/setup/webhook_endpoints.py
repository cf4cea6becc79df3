"""Register and remove a partner's webhook endpoints, and rotate their secrets."""

import base64
import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from urllib.parse import urlsplit
from uuid import UUID

from sqlalchemy import bindparam, delete, func, insert, select, update

from domain.errors import ErrorCode, LifecycleError, not_found
from domain.provisioning import EndpointStatus, ProvisionKind
from models.engine import new_id
from models.store.unit_of_work import Exclusive, Writing
from models.tables import delivery, webhook_endpoint
from webhooks.dispatch import backfill, release

MAX_ENDPOINTS = 20
MAX_URL = 2000
OVERLAP = timedelta(hours=24)
"""How long the previous secret also signs after a rotation."""

_THIS_ENDPOINT = (webhook_endpoint.c.partner_id == bindparam("p"), webhook_endpoint.c.id == bindparam("i"))
_COUNT = (
    select(func.count()).select_from(webhook_endpoint).where(webhook_endpoint.c.partner_id == bindparam("p"))
)
_INSERT = insert(webhook_endpoint)
_ROTATE = (
    update(webhook_endpoint)
    .where(*_THIS_ENDPOINT)
    .values(previous_secret=webhook_endpoint.c.secret, previous_until=bindparam("u"), secret=bindparam("s"))
    .returning(webhook_endpoint.c.id)
)
_LOCK = select(webhook_endpoint.c.id).where(*_THIS_ENDPOINT).with_for_update()
_DELETE_DELIVERIES = delete(delivery).where(
    delivery.c.partner_id == bindparam("p"), delivery.c.endpoint_id == bindparam("i")
)
_DELETE = delete(webhook_endpoint).where(*_THIS_ENDPOINT)


@dataclass(frozen=True)
class RegisterEndpoint:
    """`kinds` None means all kinds of provisioning actions."""

    url: str
    kinds: tuple[str, ...] | None = None


@dataclass(frozen=True)
class Secret:
    """Shown only once. It verifies what the endpoint receives."""

    endpoint_id: UUID
    secret: str


async def register_endpoint(tx: Exclusive, command: RegisterEndpoint, *, insecure: bool = False) -> Secret:
    """Raises INVALID_VALUE for a bad URL or kind, and above MAX_ENDPOINTS.

    Exclusive, because two calls at once could pass MAX_ENDPOINTS together. `insecure` allows plain HTTP: for
    tests and the demo.
    """
    _check_url(command.url, insecure)
    _check_kinds(command.kinds)
    if (await tx.connection.execute(_COUNT, {"p": tx.partner.id})).scalar_one() >= MAX_ENDPOINTS:
        raise _invalid(f"A partner may have {MAX_ENDPOINTS} endpoints. Remove one first.")
    made = Secret(new_id(), _new_secret())
    values = {
        "partner_id": tx.partner.id,
        "id": made.endpoint_id,
        "url": command.url,
        "kinds": None if command.kinds is None else list(command.kinds),
        "secret": made.secret,
        "status": EndpointStatus.ENABLED,
        "created_at": tx.now,
    }
    await tx.connection.execute(_INSERT, values)
    await backfill(tx, made.endpoint_id)
    return made


async def rotate_secret(tx: Writing, endpoint_id: UUID, real_now: datetime) -> Secret:
    """A new secret; the old one signs too for OVERLAP. Raises NOT_FOUND."""
    made = Secret(endpoint_id, _new_secret())
    values = {"p": tx.partner.id, "i": endpoint_id, "u": real_now + OVERLAP, "s": made.secret}
    if (await tx.connection.execute(_ROTATE, values)).first() is None:
        raise not_found("webhook endpoint", "id")
    return made


async def remove_endpoint(tx: Writing, endpoint_id: UUID, real_now: datetime) -> UUID:
    """Removes the endpoint with its deliveries, and returns its id. Raises NOT_FOUND.

    If no other endpoint is enabled, the events that it did not receive wait for one.
    """
    key = {"p": tx.partner.id, "i": endpoint_id}
    if (await tx.connection.execute(_LOCK, key)).first() is None:
        raise not_found("webhook endpoint", "id")
    await release(tx, endpoint_id, real_now)
    await tx.connection.execute(_DELETE_DELIVERIES, key)
    await tx.connection.execute(_DELETE, key)
    return endpoint_id


def _new_secret() -> str:
    return "whsec_" + base64.b64encode(secrets.token_bytes(32)).decode()


def _check_url(url: str, insecure: bool) -> None:
    # The host's address is checked at each delivery, because a name may get another address.
    try:
        parts = urlsplit(url)
        host, port = parts.hostname, parts.port
    except ValueError as error:
        raise _invalid("Give a URL such as https://example.com/tenure.", "url") from error
    plain = url.isascii() and url.isprintable() and " " not in url and len(url) <= MAX_URL
    if parts.scheme not in {"https", "http"} or not host or port == 0 or "@" in parts.netloc or not plain:
        raise _invalid("Give a URL such as https://example.com/tenure, without a password.", "url")
    if parts.scheme != "https" and not insecure:
        raise _invalid("Give an https URL: what is sent over plain http can be read and changed.", "url")


def _check_kinds(kinds: Sequence[str] | None) -> None:
    unknown = [kind for kind in kinds or () if kind not in ProvisionKind.__members__]
    if unknown or kinds == ():
        every = ", ".join(ProvisionKind)
        raise _invalid(f"Name kinds among {every}; leave `kinds` out for all.", "kinds")


def _invalid(message: str, *field: str) -> LifecycleError:
    return LifecycleError(ErrorCode.INVALID_VALUE, message, *field)
