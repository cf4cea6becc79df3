"""How every mutation and every preview runs: the same code for all actions."""

import hashlib
import hmac
import json
from collections.abc import Awaitable, Callable, Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from datetime import date, datetime
from typing import Any, Protocol, TypeVar

import structlog
from prometheus_client import Counter
from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncConnection

from actions.billing_run import Progress
from actions.preview import Asker, preview_action
from actions.setup.advance_clock import advance_step, check_advance
from actions.setup.validation import EARLIEST, LATEST
from domain.decision import Decision
from domain.errors import ErrorCode, LifecycleError
from domain.quote import Quote, quote_of, quote_token
from models.store.idempotency import Key, claim, keep_outcome
from models.store.unit_of_work import Exclusive, Partner, Reading, Writing
from models.store.writer import Outcome, record
from models.tables import history
from resolvers.context import Context
from resolvers.inputs import check_texts
from resolvers.retry import once, retrying

C = TypeVar("C")
"""The command of an action: its input, with checked ids."""

C_co = TypeVar("C_co", covariant=True)
T = TypeVar("T")
Shell = Callable[[Reading, C], Awaitable[Decision]]
"""The shell of an action: reads rows and decides. Takes a unit of work and the action's command."""


class Input(Protocol[C_co]):
    def command(self) -> C_co: ...


class LifecycleInput(Input[C_co], Protocol[C_co]):
    reason: str | None
    idempotency_key: str | None


@dataclass(frozen=True)
class Preview:
    quote: Quote
    token: str


STALE = "What was quoted no longer holds. Ask for a new quote."

log = structlog.get_logger(__name__)
ACTIONS = Counter(
    "tenure_actions",
    "Actions that this process was asked for, by the code of their refusal.",
    ["action", "refusal"],
)


async def run(context: Context, shell: Shell[C], data: LifecycleInput[C], path: str) -> Outcome:
    """Carries an action out once, in one unit of work. `path` is the root field's response key.

    With an idempotency key, a repetition returns the first outcome. Raises LifecycleError for a refusal:
    then nothing has changed.
    """
    check_texts(data)
    command = data.command()
    key = _key(context, shell.__name__, data)

    async def work(tx: Writing) -> Outcome:
        if key and (first := await claim(tx, key)):
            if first.document:
                context.answers_to_repeat[path] = (first.document, first.response)
            return first.outcome
        decision = await shell(tx, command)
        quote = quote_of(decision)
        token: str | None = getattr(data, "quote_token", None)
        if token is not None and not _is_same(token, _token(tx.partner, decision, quote)):
            raise LifecycleError(ErrorCode.QUOTE_STALE, STALE, "quoteToken")
        outcome = await record(tx, decision, data.reason, quote)
        if key:
            await keep_outcome(tx, key, outcome)
            context.answers_to_keep[path] = key
        return outcome

    context.forget_rows()
    with _counted(shell.__name__):
        return await once(context.writing, work, _is_recorded)


async def preview(context: Context, shell: Shell[C], data: Input[C], on: date | None = None) -> Preview:
    """What the action would do on that day, or today. Nothing is written or locked. Raises LifecycleError."""
    check_texts(data)
    if on is not None and not EARLIEST.date() <= on <= LATEST.date():
        raise LifecycleError(ErrorCode.INVALID_VALUE, f"{on} is too far away; choose a day nearer to now.")
    command = data.command()
    asker = Asker(context.partner_id, context.principal.actor, context.clock, on)
    partner, decision = await retrying(lambda: preview_action(context.engine, asker, shell, command))
    quote = quote_of(decision)
    return Preview(quote, _token(partner, decision, quote))


async def set_up(context: Context, action: Callable[[Writing, C], Awaitable[T]], data: Input[C]) -> T:
    """Carries a set-up action out. Raises LifecycleError for a refusal: then nothing has changed."""
    check_texts(data)
    command = data.command()
    return await write(context, lambda tx: action(tx, command))


async def set_up_exclusively(
    context: Context, action: Callable[[Exclusive, C], Awaitable[T]], data: Input[C]
) -> T:
    """Like `set_up`, while no other action of the partner runs: others depend on what this changes."""
    check_texts(data)
    command = data.command()
    return await write_exclusively(context, lambda tx: action(tx, command))


async def write(context: Context, work: Callable[[Writing], Awaitable[T]]) -> T:
    """Runs the work in one unit of work, again if that was undone."""
    context.forget_rows()
    return await once(context.writing, work)


async def write_exclusively(context: Context, work: Callable[[Exclusive], Awaitable[T]]) -> T:
    context.forget_rows()
    return await once(context.exclusive, work)


async def advance(context: Context, to: datetime) -> Progress:
    """Moves a sandbox's clock step by step. Each step is committed before the next begins.

    After an interruption, the same call continues from the last step. The result's `at` is the final clock.
    Raises FEATURE_NOT_ALLOWED, INVALID_VALUE.
    """
    done: Progress | None = None

    async def step(tx: Exclusive) -> tuple[datetime, Progress | None]:
        until = check_advance(tx, to) if done is None else max(to, tx.now)
        return until, await advance_step(tx, until, context.clock())

    while True:
        until, progress = await write_exclusively(context, step)
        if progress is None:
            return (done or Progress(until)) + Progress(until)
        done = done + progress if done else progress
        log.info("clock advanced", partner=str(context.partner_id), **vars(done))


@contextmanager
def _counted(action: str) -> Iterator[None]:
    try:
        yield
    except LifecycleError as error:
        ACTIONS.labels(action, error.code).inc()
        raise
    ACTIONS.labels(action, "").inc()


async def _is_recorded(connection: AsyncConnection, outcome: Outcome) -> bool:
    statement = select(history.c.id).where(history.c.id == outcome.record_id)
    return (await connection.execute(statement)).first() is not None


def _is_same(token: str, expected: str) -> bool:
    return hmac.compare_digest(token.encode(), expected.encode())


def _token(partner: Partner, decision: Decision, quote: Quote) -> str:
    subscription_id = decision.before.id if decision.before else None
    return quote_token(partner.quote_secret, subscription_id, quote)


def _key(context: Context, action: str, data: Any) -> Key | None:
    key = data.idempotency_key
    if key is None:
        return None
    if not 1 <= len(key) <= 255:
        raise LifecycleError(
            ErrorCode.INVALID_VALUE, "An idempotency key has from 1 to 255 characters.", "idempotencyKey"
        )
    content = {name: value for name, value in asdict(data).items() if name != "idempotency_key"}
    text = json.dumps([action, content], default=str, sort_keys=True)  # the values are not checked yet
    scope = str(context.principal.customer_id or "partner")
    return Key(scope, key, hashlib.sha256(text.encode()).hexdigest())
