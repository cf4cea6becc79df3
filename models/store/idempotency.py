"""A request with an earlier request's key and input gets the first answer again. Source: rules §9."""

from dataclasses import dataclass
from datetime import timedelta
from typing import Any
from uuid import UUID

from pydantic import TypeAdapter
from sqlalchemy import bindparam, delete, select, tuple_, update
from sqlalchemy.dialects.postgresql import insert as upsert
from sqlalchemy.ext.asyncio import AsyncConnection

from domain.errors import ErrorCode, LifecycleError
from models.store.unit_of_work import Writing
from models.store.writer import Outcome
from models.tables import idempotency

KEPT_FOR = timedelta(days=3)
"""By the partner's clock. rules §9 promises 24 hours."""

BATCH = 1_000


@dataclass(frozen=True)
class Key:
    """`scope` keeps the keys of different customers apart; `fingerprint` is a digest of the input."""

    scope: str
    key: str
    fingerprint: str


@dataclass(frozen=True)
class FirstAnswer:
    """The outcome, and the JSON that answered `document`; both are None if the response was not kept."""

    outcome: Outcome
    document: str | None
    response: Any


OUTCOMES = TypeAdapter(Outcome)
"""The JSON that is stored: rows of earlier releases must stay readable."""

_CLAIM = upsert(idempotency).on_conflict_do_nothing().returning(idempotency.c.key)
_WHERE = (
    idempotency.c.partner_id == bindparam("p"),
    idempotency.c.scope == bindparam("s"),
    idempotency.c.key == bindparam("k"),
)
_READ = select(idempotency).where(*_WHERE)
_UPDATE = update(idempotency).where(*_WHERE)
_FORGET = delete(idempotency).where(
    idempotency.c.partner_id == bindparam("p"),
    tuple_(idempotency.c.scope, idempotency.c.key).in_(
        select(idempotency.c.scope, idempotency.c.key)
        .where(idempotency.c.partner_id == bindparam("p"), idempotency.c.created_at < bindparam("before"))
        .limit(BATCH)
        .with_for_update(skip_locked=True)
    ),
)
_KEEP_RESPONSE = _UPDATE.where(idempotency.c.document.is_(None))


async def claim(tx: Writing, key: Key) -> FirstAnswer | None:
    """Claims a new key and returns None. For a key that is in use, returns the first answer.

    Another request with the same key waits here until this unit of work ends. A refusal rolls the claim
    back, so that the key can be used again. Raises IDEMPOTENCY_KEY_REUSED.
    """
    values = {
        "partner_id": tx.partner.id,
        "scope": key.scope,
        "key": key.key,
        "fingerprint": key.fingerprint,
        "created_at": tx.now,
    }
    if (await tx.connection.execute(_CLAIM, values)).first():
        return None
    row = (await tx.connection.execute(_READ, _where(tx.partner.id, key))).first()
    if row is None:  # the worker has just deleted it
        return await claim(tx, key)
    if row.fingerprint != key.fingerprint:
        raise LifecycleError(
            ErrorCode.IDEMPOTENCY_KEY_REUSED,
            "This idempotency key came with another input before. Use a new key for a new request.",
            "idempotencyKey",
        )
    return FirstAnswer(OUTCOMES.validate_python(row.outcome), row.document, row.words)


async def keep_outcome(tx: Writing, key: Key, outcome: Outcome) -> None:
    """Stores the outcome in the action's own unit of work, so that both are kept or neither."""
    values = {"outcome": OUTCOMES.dump_python(outcome, mode="json")}
    await tx.connection.execute(_UPDATE, _where(tx.partner.id, key) | values)


async def keep_response(
    connection: AsyncConnection, partner_id: UUID, key: Key, document: str, response: Any
) -> None:
    """Stores the first answer as it was sent. Later answers do not replace it."""
    values = {"document": document, "words": response}
    await connection.execute(_KEEP_RESPONSE, _where(partner_id, key) | values)


async def forget(tx: Writing) -> int:
    """Deletes at most BATCH keys that were claimed longer than KEPT_FOR ago. Returns how many."""
    deleted = await tx.connection.execute(_FORGET, {"p": tx.partner.id, "before": tx.now - KEPT_FOR})
    return deleted.rowcount


def _where(partner_id: UUID, key: Key) -> dict[str, Any]:
    return {"p": partner_id, "s": key.scope, "k": key.key}
