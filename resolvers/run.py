"""How every lifecycle mutation and every preview runs: the same code for all actions."""

import hashlib
import hmac
import json
from collections.abc import Awaitable, Callable
from dataclasses import asdict, dataclass
from datetime import date
from typing import Any, Protocol, TypeVar
from uuid import UUID

from prometheus_client import Counter
from pydantic import TypeAdapter
from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncConnection

from actions.preview import ask
from actions.setup.instants import EARLIEST, LATEST
from domain.decision import Decision, Quote, quote_of, quote_token
from domain.errors import ErrorCode, LifecycleError
from models.store.idempotency import Key, claim, keep_outcome
from models.store.unit_of_work import Transaction
from models.store.writer import record
from models.tables import history
from resolvers.context import Context
from resolvers.inputs import check_texts
from resolvers.retry import once, retrying

C = TypeVar("C")
C_co = TypeVar("C_co", covariant=True)
Command = Callable[[Transaction, C], Awaitable[Decision]]


class LifecycleInput(Protocol[C_co]):
    """What the inputs of all lifecycle mutations have in common."""

    def command(self) -> C_co: ...


@dataclass(frozen=True)
class Outcome:
    """What was done: the quote, carried out, and the ids of the rows that tell of it."""

    quote: Quote
    subscription_id: UUID
    record_id: UUID
    invoice_id: UUID | None
    scheduled_change_id: UUID | None


@dataclass(frozen=True)
class Preview:
    quote: Quote
    token: str


ACTIONS = Counter(
    "tenure_actions",
    "Actions that this process was asked for, by why they were refused.",
    ["action", "refusal"],
)
_OUTCOMES = TypeAdapter(Outcome)


async def run(context: Context, action: Command[C], data: LifecycleInput[C], path: str) -> Outcome:
    """Carries the action out, once, in one transaction. `path` is the root field's response key.

    Raises LifecycleError where it is refused: then nothing has changed.
    """
    check_texts(data)
    command = data.command()
    key = _key(context, action.__name__, data)

    async def work(tx: Transaction) -> Outcome:
        if key and (first := await claim(tx, key)):
            if first.document:
                context.words_to_repeat[path] = (first.document, first.words)
            return _OUTCOMES.validate_python(first.outcome)
        outcome = await _carry_out(tx, await action(tx, command), data)
        if key:
            await keep_outcome(tx, key, _OUTCOMES.dump_python(outcome, mode="json"))
            context.words_to_keep[path] = key
        return outcome

    context.forget_rows()
    try:
        done = await once(context.transaction, work, _is_recorded)
    except LifecycleError as error:
        ACTIONS.labels(action.__name__, error.code).inc()
        raise
    ACTIONS.labels(action.__name__, "").inc()
    return done


async def preview(
    context: Context, action: Command[C], data: LifecycleInput[C], on: date | None = None
) -> Preview:
    """The action without its last step: nothing is written, nothing locked. Raises LifecycleError."""
    check_texts(data)
    if on is not None and not EARLIEST.date() <= on <= LATEST.date():
        raise LifecycleError(ErrorCode.INVALID_VALUE, f"{on} is too far away; choose a day nearer to now.")
    command = data.command()

    async def attempt() -> Preview:
        actor, clock = context.principal.actor, context.clock
        tx, decision = await ask(context.engine, context.partner_id, actor, clock, action, command, on)
        quote = quote_of(decision)
        return Preview(quote, _token(tx, decision, quote))

    return await retrying(attempt)


async def _is_recorded(connection: AsyncConnection, outcome: Outcome) -> bool:
    statement = select(history.c.id).where(history.c.id == outcome.record_id)
    return (await connection.execute(statement)).first() is not None


async def _carry_out(tx: Transaction, decision: Decision, data: Any) -> Outcome:
    quote = quote_of(decision)
    wanted = getattr(data, "quote_token", None)
    if wanted is not None and not hmac.compare_digest(wanted.encode(), _token(tx, decision, quote).encode()):
        raise LifecycleError(
            ErrorCode.QUOTE_STALE, "What was quoted no longer holds. Ask for a new quote.", "quoteToken"
        )
    written = await record(tx, decision, data.reason)
    return Outcome(
        quote,
        written.subscription_id,
        written.record_id,
        written.invoice_id,
        written.scheduled_change_id,
    )


def _token(tx: Transaction, decision: Decision, quote: Quote) -> str:
    subscription_id = decision.before.id if decision.before else None
    return quote_token(tx.partner.quote_secret, subscription_id, quote)


def _key(context: Context, action: str, data: Any) -> Key | None:
    key = data.idempotency_key
    if key is None:
        return None
    if not 1 <= len(key) <= 255:
        raise LifecycleError(
            ErrorCode.INVALID_VALUE, "An idempotency key has from 1 to 255 characters.", "idempotencyKey"
        )
    content = {name: value for name, value in asdict(data).items() if name != "idempotency_key"}
    text = json.dumps([action, content], default=str, sort_keys=True)  # takes what is not yet checked
    scope = str(context.principal.customer_id or "partner")
    return Key(scope, key, hashlib.sha256(text.encode()).hexdigest())
