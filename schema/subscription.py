"""The root type of live updates."""

from collections.abc import AsyncGenerator
from contextlib import aclosing
from typing import Annotated, Any
from uuid import UUID

import strawberry
from sqlalchemy import select

from models.tables import history
from resolvers import edges
from resolvers.context import Context, Info
from resolvers.errors import bad_input
from resolvers.ids import key_of
from resolvers.live_updates import OVERLAP, Watcher, first_id_at, made_at
from resolvers.loaders import Record
from schema.types.ledger import HistoryRecord

PAGE = 100
"""Records that a client has missed are read in batches of so many."""


@strawberry.type(description="Live updates over graphql-transport-ws. See docs/guide/live-updates.md.")
class Subscription:
    @strawberry.subscription(
        graphql_type=HistoryRecord,
        description="Each new history record of one subscription, or of all that the viewer may see. Sent "
        "after the commit.",
    )
    async def subscription_changed(
        self,
        info: Info,
        subscription_id: Annotated[
            strawberry.ID | None,
            strawberry.argument(
                description="The global id of the `CustomerSubscription` to watch. Default: all."
            ),
        ] = None,
        after: Annotated[
            strawberry.ID | None,
            strawberry.argument(
                description="The id of the last record that the client received. Later records follow "
                "without gaps. Without `subscriptionId`, records of the previous 30 seconds can repeat."
            ),
        ] = None,
    ) -> AsyncGenerator[Any, None]:
        context, partner_id = info.context, info.context.partner_id
        key = key_of(subscription_id, "CustomerSubscription") if subscription_id else None
        if key and await context.loaders.one(edges.SUBSCRIPTION, key) is None:
            raise bad_input("There is no such subscription.")
        last = None if after is None else await _last(context, key, after)
        with context.live_updates.watch(
            context.principal, partner_id, key, resuming=last is not None
        ) as watcher:
            async with aclosing(_rows(context, key, last, watcher)) as rows:
                async for row in rows:
                    context.forget_rows()
                    yield Record(edges.HISTORY, row)


async def _rows(
    context: Context, key: UUID | None, last: Record | None, watcher: Watcher
) -> AsyncGenerator[Any, None]:
    """The records that the client has missed, then each new one."""
    seen = {last.id} if last else set()
    if last:
        async with aclosing(_missed(context, key, last)) as missed:
            async for row in missed:
                seen.add(row.id)
                yield row
    while True:
        row = await watcher.next()
        had = key and last and row.version <= last.version
        if row.id not in seen and not had:
            yield row


async def _last(context: Context, key: UUID | None, after: str) -> Record:
    """The record after which to continue. Raises BAD_USER_INPUT."""
    last = await context.loaders.one(edges.HISTORY, key_of(after, "HistoryRecord"))
    if last is None or key not in (None, last.subscription_id):
        raise bad_input("There is no such record to go on after.")
    return last


async def _missed(context: Context, key: UUID | None, last: Record) -> AsyncGenerator[Any, None]:
    """The records after that one, oldest first.

    For one subscription, exactly these, by version. For all, with an overlap, because records are not
    committed in the order of their ids.
    """
    conditions = context.loaders.visible(edges.HISTORY)
    order, beyond = history.c.id, first_id_at(made_at(last.id) - OVERLAP)
    if key:
        conditions.append(history.c.subscription_id == key)
        order, beyond = history.c.version, last.version
    statement = select(history).where(*conditions).order_by(order).limit(PAGE)
    while rows := await context.loaders.fetch(statement.where(order > beyond)):
        for row in rows:
            if row.id != last.id:
                yield row
        beyond = getattr(rows[-1], order.name)
