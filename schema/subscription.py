"""The root of watching."""

from collections.abc import AsyncGenerator
from typing import Any
from uuid import UUID

import strawberry
from sqlalchemy import select

from models.tables import history
from resolvers import edges
from resolvers.context import Context, Info
from resolvers.errors import bad_input
from resolvers.feed import OVERLAP, first_id_at, made_at
from resolvers.ids import key_of
from resolvers.loaders import Record
from schema.types.ledger import HistoryRecord


@strawberry.type
class Subscription:
    @strawberry.subscription(
        graphql_type=HistoryRecord,
        description="Each new history record of one subscription, or of all that the viewer may see. "
        "A client that reconnects gives the id of the last record that it got as `after`, and misses none; "
        "without a `subscriptionId` it may get records of the last seconds before it again.",
    )
    async def subscription_changed(
        self, info: Info, subscription_id: strawberry.ID | None = None, after: strawberry.ID | None = None
    ) -> AsyncGenerator[Any, None]:
        context = info.context
        key = key_of(subscription_id, "CustomerSubscription") if subscription_id else None
        if key and await context.loaders.one(edges.SUBSCRIPTION, key) is None:
            raise bad_input("There is no such subscription.")
        with context.feed.watch(context.principal, context.partner_id, key) as watcher:
            seen = set()
            for row in await _missed(context, key, after):
                seen.add(row.id)
                context.forget_rows()
                yield Record(edges.HISTORY, row)
            while True:
                row = await watcher.next()
                if row.id not in seen:
                    context.forget_rows()
                    yield Record(edges.HISTORY, row)


async def _missed(context: Context, subscription_id: UUID | None, after: str | None) -> list[Any]:
    """What came after that record, oldest first; nothing where none is given.

    Of one subscription exactly, by version. Of all, with an overlap: records are not committed in the
    order of their ids.
    """
    if after is None:
        return []
    last = await context.loaders.one(edges.HISTORY, key_of(after, "HistoryRecord"))
    if last is None:
        raise bad_input("There is no such record to go on after.")
    conditions = context.loaders.visible(edges.HISTORY)
    if subscription_id:
        own = [history.c.subscription_id == subscription_id, history.c.version > last.version]
    else:
        own = [history.c.id >= first_id_at(made_at(last.row.id) - OVERLAP), history.c.id != last.row.id]
    statement = select(history).where(*conditions, *own).order_by(history.c.id)
    return list(await context.loaders.fetch(statement))
