"""What a subscription has besides its plan."""

from collections.abc import Callable
from datetime import date, datetime
from typing import Annotated

import strawberry

from domain.decision import ChangeSource
from domain.subscription import AddOnStatus
from models import tables as t
from resolvers import edges
from resolvers.edges import Edge
from resolvers.loaders import Selection
from schema.fields import Node, last_day, many


@strawberry.type(description="An order or a change of an add-on's quantity.")
class AddOnRecord:
    at: datetime = strawberry.field(description="The time of the record, by the partner's clock.")
    effective_on: date = strawberry.field(description="The first day with the new quantity.")
    quantity_before: int = strawberry.field(description="Units before the change. 0 for a new add-on.")
    quantity_after: int = strawberry.field(
        description="Units after the change. 0 if the add-on was canceled."
    )
    source: ChangeSource = strawberry.field(description="The kind of change.")
    reason: str | None = strawberry.field(description="The reason that the actor gave. Null if none.")


@strawberry.type(
    description="A quantity of something that a subscription has besides its plan. See rules §4.5."
)
class AddOn(Node):
    code: str = strawberry.field(description="The `AddOnOffer.code` of the plan.")
    name: str = strawberry.field(description="The display name, also on invoices.")
    quantity: int = strawberry.field(description="Units, 1 or more. 0 when CANCELED.")
    status: AddOnStatus = strawberry.field(description="Whether the add-on continues after the term.")
    ends_on: date | None = last_day(
        "ends_before", "The last day with the add-on, inclusive. Null while it continues."
    )
    changes: list[AddOnRecord] = many(
        edges.add_on_changes,
        description="Orders and changes of the quantity, oldest first.",
    )


def add_ons_of(edge: Edge) -> Callable[..., Selection]:
    def select(
        status: Annotated[
            AddOnStatus | None,
            strawberry.argument(description="Only add-ons with this status. Default: all."),
        ] = None,
    ) -> Selection:
        filters = () if status is None else (t.add_on.c.status == status,)
        return Selection(edge, edge.order, filters=filters, filter_key=status)

    return select
