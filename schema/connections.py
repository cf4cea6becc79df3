"""Lists in pages that take filters and orders."""

from typing import Annotated, Any

import strawberry

from models import tables as t
from resolvers.edges import Edge, Order
from resolvers.loaders import Selection
from resolvers.paging import page_of
from schema.arguments import After, Before, First, Last
from schema.fields import paged
from schema.filters import (
    CustomerFilter,
    CustomerOrder,
    Filter,
    InvoiceFilter,
    MemberSearch,
    SubscriptionFilter,
    SubscriptionOrder,
)


def _selection(edge: Edge, order: Order, filters: Filter | None, *paging: Any) -> Selection:
    conditions = tuple(filters.conditions()) if filters else ()
    return Selection(edge, order, page_of(*paging), conditions, repr(filters))


def customer_connection(edge: Edge, description: str) -> Any:
    def select(
        filter: Annotated[
            CustomerFilter | None,
            strawberry.argument(description="Only the entries that match. Default: all."),
        ] = None,
        order_by: Annotated[
            CustomerOrder | None,
            strawberry.argument(description="The sort order. Default: by name, ascending."),
        ] = None,
        first: First = None,
        after: After = None,
        last: Last = None,
        before: Before = None,
    ) -> Selection:
        order = order_by.order() if order_by else edge.order
        return _selection(edge, order, filter, first, after, last, before)

    return paged(edge, select, description)


def subscription_connection(edge: Edge, description: str) -> Any:
    def select(
        filter: Annotated[
            SubscriptionFilter | None,
            strawberry.argument(description="Only the entries that match. Default: all."),
        ] = None,
        order_by: Annotated[
            SubscriptionOrder | None,
            strawberry.argument(description="The sort order. Default: by reference, ascending."),
        ] = None,
        first: First = None,
        after: After = None,
        last: Last = None,
        before: Before = None,
    ) -> Selection:
        order = order_by.order() if order_by else edge.order
        return _selection(edge, order, filter, first, after, last, before)

    return paged(edge, select, description)


def invoice_connection(edge: Edge, description: str) -> Any:
    def select(
        filter: Annotated[
            InvoiceFilter | None,
            strawberry.argument(description="Only the entries that match. Default: all."),
        ] = None,
        first: First = None,
        after: After = None,
        last: Last = None,
        before: Before = None,
    ) -> Selection:
        return _selection(edge, edge.order, filter, first, after, last, before)

    return paged(edge, select, description)


def member_connection(edge: Edge, description: str) -> Any:
    def select(
        search: Annotated[
            str | None,
            strawberry.argument(
                description="Only members with this text in their name or email address. Case does not "
                "matter."
            ),
        ] = None,
        first: First = None,
        after: After = None,
        last: Last = None,
        before: Before = None,
    ) -> Selection:
        return _selection(edge, edge.order, MemberSearch(search), first, after, last, before)

    return paged(edge, select, description)


def number_connection(edge: Edge, description: str) -> Any:
    def select(
        sku_code: Annotated[
            str | None,
            strawberry.argument(description="Only numbers of this kind: a `Sku.code`. Default: all."),
        ] = None,
        first: First = None,
        after: After = None,
        last: Last = None,
        before: Before = None,
    ) -> Selection:
        filters = () if sku_code is None else (t.phone_number.c.sku_code == sku_code,)
        return Selection(edge, edge.order, page_of(first, after, last, before), filters, sku_code)

    return paged(edge, select, description)
