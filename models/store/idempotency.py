"""The same key with the same input answers with the first answer. Source: rules, section 9."""

from dataclasses import dataclass
from datetime import timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import bindparam, delete, select, tuple_, update
from sqlalchemy.dialects.postgresql import insert as upsert
from sqlalchemy.ext.asyncio import AsyncConnection

from domain.errors import ErrorCode, LifecycleError
from models.store.unit_of_work import Transaction
from models.tables import idempotency

KEPT_FOR = timedelta(days=3)
"""By the partner's clock. Source: rules, section 9, which promises 24 hours."""

BATCH = 1_000


@dataclass(frozen=True)
class Key:
    """`scope` keeps the keys of different customers apart; `fingerprint` stands for the whole input."""

    scope: str
    key: str
    fingerprint: str


@dataclass(frozen=True)
class FirstAnswer:
    """The outcome that was recorded, and the words in which it was given to that document, if kept."""

    outcome: Any
    document: str | None
    words: Any


_CLAIM = upsert(idempotency).on_conflict_do_nothing().returning(idempotency.c.key)
_WHERE = (
    idempotency.c.partner_id == bindparam("p"),
    idempotency.c.scope == bindparam("s"),
    idempotency.c.key == bindparam("k"),
)
_READ = select(idempotency).where(*_WHERE)
_KEEP = update(idempotency).where(*_WHERE)
_FORGET = delete(idempotency).where(
    idempotency.c.partner_id == bindparam("p"),
    tuple_(idempotency.c.scope, idempotency.c.key).in_(
        select(idempotency.c.scope, idempotency.c.key)
        .where(idempotency.c.partner_id == bindparam("p"), idempotency.c.created_at < bindparam("before"))
        .limit(BATCH)
        .with_for_update(skip_locked=True)
    ),
)
_KEEP_WORDS = _KEEP.where(idempotency.c.document.is_(None))


async def claim(tx: Transaction, key: Key) -> FirstAnswer | None:
    """None where the key is new: it is ours once the transaction commits. Else the first answer.

    Another transaction with the same key waits here until ours ends. A refusal rolls the claim
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
    if row is None:  # it was forgotten in between
        return await claim(tx, key)
    if row.fingerprint != key.fingerprint:
        raise LifecycleError(
            ErrorCode.IDEMPOTENCY_KEY_REUSED,
            "This idempotency key came with another input before. Use a new key for a new request.",
            "idempotencyKey",
        )
    return FirstAnswer(row.outcome, row.document, row.words)


async def keep_outcome(tx: Transaction, key: Key, outcome: Any) -> None:
    """In the action's own transaction: the effect and its answer are kept together or not at all."""
    await tx.connection.execute(_KEEP, _where(tx.partner.id, key) | {"outcome": outcome})


async def keep_words(
    connection: AsyncConnection, partner_id: UUID, key: Key, document: str, words: Any
) -> None:
    """The first answer word for word; later answers do not replace it."""
    await connection.execute(_KEEP_WORDS, _where(partner_id, key) | {"document": document, "words": words})


async def forget(tx: Transaction) -> int:
    """Deletes keys that were claimed longer than KEPT_FOR ago, at most BATCH of them; how many that were."""
    deleted = await tx.connection.execute(_FORGET, {"p": tx.partner.id, "before": tx.now - KEPT_FOR})
    return deleted.rowcount


def _where(partner_id: UUID, key: Key) -> dict[str, Any]:
    return {"p": partner_id, "s": key.scope, "k": key.key}
