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
from resolvers.selection import Selection
from schema.fields import Node, last_day, many


@strawberry.type(description="An order or a change of quantity of an add-on.")
class AddOnRecord:
    at: datetime = strawberry.field(description="When it was recorded, by the partner's clock.")
    effective_on: date = strawberry.field(description="The first day with the new quantity.")
    quantity_before: int = strawberry.field(description="Pieces until then; 0 where it is new.")
    quantity_after: int = strawberry.field(description="Pieces from then on; 0 where it was canceled.")
    source: ChangeSource = strawberry.field(description="What kind of event made the change.")
    reason: str | None = strawberry.field(
        description="Why, in the words of who did it; null where none were given."
    )


@strawberry.type(description="Something extra that a subscription has, in some quantity.")
class AddOn(Node):
    code: str = strawberry.field(description="As in `AddOnOffer.code` of the plan.")
    name: str = strawberry.field(description="As people read it, also on invoices.")
    quantity: int = strawberry.field(description="Pieces; 1 or more, and 0 once it is CANCELED.")
    status: AddOnStatus = strawberry.field(description="Whether it goes on at the end of the term.")
    ends_on: date | None = last_day("ends_before", "The last day with the add-on; null while it goes on.")
    changes: list[AddOnRecord] = many(
        edges.add_on_changes,
        description="Its orders and quantity changes, the oldest first.",
    )


def add_ons_of(edge: Edge) -> Callable[..., Selection]:
    def select(
        status: Annotated[
            AddOnStatus | None,
            strawberry.argument(description="Only those in this state; all where left out."),
        ] = None,
    ) -> Selection:
        filters = () if status is None else (t.add_on.c.status == status,)
        return Selection(edge, edge.order, filters=filters, filter_key=status)

    return select
