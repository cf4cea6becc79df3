"""The root of watching."""

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
from resolvers.live_updates import OVERLAP, first_id_at, made_at
from resolvers.loaders import Record
from schema.types.ledger import HistoryRecord

PAGE = 100
"""Records that are read at a time of what a client has missed."""


@strawberry.type(
    description="What is sent as it happens, over graphql-transport-ws: docs/guide/live-updates.md."
)
class Subscription:
    @strawberry.subscription(
        graphql_type=HistoryRecord,
        description="Each new history record of one subscription, or of all that the viewer may "
        "see, once it is committed.",
    )
    async def subscription_changed(
        self,
        info: Info,
        subscription_id: Annotated[
            strawberry.ID | None,
            strawberry.argument(description="The one `CustomerSubscription` to watch; all where left out."),
        ] = None,
        after: Annotated[
            strawberry.ID | None,
            strawberry.argument(
                description="The id of the last record that a client got before it was cut off: it misses "
                "none. Without `subscriptionId`, records of the 30 seconds before may come again."
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
            seen = {last.id} if last else set()
            if last:
                async with aclosing(_missed(context, key, last)) as missed:
                    async for row in missed:
                        seen.add(row.id)
                        context.forget_rows()
                        yield Record(edges.HISTORY, row)
            while True:
                row = await watcher.next()
                had = key and last and row.version <= last.version
                if row.id not in seen and not had:
                    context.forget_rows()
                    yield Record(edges.HISTORY, row)


async def _last(context: Context, key: UUID | None, after: str) -> Record:
    """The record to go on after. Raises BAD_USER_INPUT."""
    last = await context.loaders.one(edges.HISTORY, key_of(after, "HistoryRecord"))
    if last is None or key not in (None, last.subscription_id):
        raise bad_input("There is no such record to go on after.")
    return last


async def _missed(context: Context, key: UUID | None, last: Record) -> AsyncGenerator[Any, None]:
    """What came after that record, oldest first.

    Of one subscription exactly, by version. Of all, with an overlap: records are not committed in the
    order of their ids.
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
