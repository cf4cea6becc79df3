"""Lists in pages: their filters, their orders, and the fields that take them."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from inspect import Parameter
from typing import Annotated, Any, Protocol

import strawberry
from sqlalchemy import Column, ColumnElement, or_, select

from domain.invoices import InvoiceStatus
from domain.lifecycle import Status
from domain.provisioning import ProvisioningStatus
from models import tables as t
from resolvers.edges import Edge, Order
from resolvers.fields import Page
from resolvers.paging import page_of
from resolvers.selection import Selection, among
from schema.enums.described import described
from schema.fields import PAGING, argument, declared


class Filter(Protocol):
    def conditions(self) -> list[ColumnElement[bool]]: ...


class OrderDirection(StrEnum):
    ASC = "ASC"
    DESC = "DESC"


class CustomerOrderField(StrEnum):
    NAME = "NAME"
    CREATED_AT = "CREATED_AT"


class SubscriptionOrderField(StrEnum):
    REFERENCE = "REFERENCE"
    ENDS_ON = "ENDS_ON"
    CREATED_AT = "CREATED_AT"


described(
    OrderDirection,
    "OrderDirection",
    "Which end of a sorted list comes first.",
    {
        OrderDirection.ASC: "The smallest, or the earliest.",
        OrderDirection.DESC: "The greatest, or the latest.",
    },
)
described(
    CustomerOrderField,
    "CustomerOrderField",
    "What customers are sorted by.",
    {
        CustomerOrderField.NAME: "The name, character by character.",
        CustomerOrderField.CREATED_AT: "When the partner took it on.",
    },
)
described(
    SubscriptionOrderField,
    "SubscriptionOrderField",
    "What subscriptions are sorted by.",
    {
        SubscriptionOrderField.REFERENCE: "The reference, character by character.",
        SubscriptionOrderField.ENDS_ON: "The running term's last day.",
        SubscriptionOrderField.CREATED_AT: "When it was bought, or its trial began.",
    },
)


def contains(column: Column[Any], text: str) -> ColumnElement[bool]:
    """Whether the column holds the text, in either case; % and _ have no special meaning."""
    return column.icontains(text, autoescape=True)


@strawberry.input(description="Which customers are listed; all where it is empty.")
class CustomerFilter:
    search: str | None = strawberry.field(default=None, description="A part of the name, in either case.")

    def conditions(self) -> list[ColumnElement[bool]]:
        return [] if self.search is None else [contains(t.customer.c.name, self.search)]


@strawberry.input(description="Which subscriptions are listed: those that meet every condition given.")
class SubscriptionFilter:
    status: list[Status] | None = strawberry.field(
        default=None, description="Those in one of these states; none where the list is empty."
    )
    plan_code: list[str] | None = strawberry.field(default=None, description="Those of one of these plans.")
    product_code: list[str] | None = strawberry.field(
        default=None, description="Those of a plan of one of these products."
    )
    ends_before: date | None = strawberry.field(
        default=None, description="Those whose term's last day lies before this day, which is not included."
    )
    auto_renewal: bool | None = strawberry.field(
        default=None, description="Those that will renew (true), or expire (false)."
    )
    provisioning_status: list[ProvisioningStatus] | None = strawberry.field(
        default=None, description="Those with a provisioning action in one of these states, such as FAILED."
    )
    search: str | None = strawberry.field(
        default=None, description="A part of the reference or of the customer's name, in either case."
    )

    def conditions(self) -> list[ColumnElement[bool]]:
        table = t.subscription
        found: list[ColumnElement[bool]] = []
        if self.status is not None:
            found.append(among(table.c.status, self.status))
        if self.plan_code is not None:
            found.append(table.c.plan_id.in_(_plans(t.plan.c.code, self.plan_code)))
        if self.product_code is not None:
            found.append(table.c.plan_id.in_(_plans(t.product.c.code, self.product_code)))
        if self.ends_before is not None:
            found.append(table.c.term_ends_before <= self.ends_before)
        if self.auto_renewal is not None:
            found.append(table.c.auto_renewal.is_(self.auto_renewal))
        if self.provisioning_status is not None:
            found.append(table.c.id.in_(_provisioned(self.provisioning_status)))
        if self.search is not None:
            named = select(t.customer.c.id).where(
                t.customer.c.partner_id == table.c.partner_id, contains(t.customer.c.name, self.search)
            )
            found.append(or_(contains(table.c.reference, self.search), table.c.customer_id.in_(named)))
        return found


def _provisioned(statuses: list[ProvisioningStatus]) -> Any:
    return select(t.outbox.c.subscription_id).where(
        t.outbox.c.partner_id == t.subscription.c.partner_id, among(t.outbox.c.status, statuses)
    )


def _plans(column: Column[Any], codes: list[str]) -> Any:
    same = (t.plan.c.partner_id == t.product.c.partner_id) & (t.plan.c.product_id == t.product.c.id)
    return (
        select(t.plan.c.id)
        .join(t.product, same)
        .where(t.plan.c.partner_id == t.subscription.c.partner_id, among(column, codes))
    )


@strawberry.input(description="Which invoices are listed; all where it is empty.")
class InvoiceFilter:
    status: list[InvoiceStatus] | None = strawberry.field(
        default=None, description="Those in one of these states; none where the list is empty."
    )

    def conditions(self) -> list[ColumnElement[bool]]:
        return [] if self.status is None else [among(t.invoice.c.status, self.status)]


@dataclass(frozen=True)
class MemberSearch:
    search: str | None = None

    def conditions(self) -> list[ColumnElement[bool]]:
        if self.search is None:
            return []
        return [or_(*(contains(column, self.search) for column in (t.member.c.name, t.member.c.email)))]


@dataclass(frozen=True)
class OfSku:
    sku_code: str | None = None

    def conditions(self) -> list[ColumnElement[bool]]:
        return [] if self.sku_code is None else [t.phone_number.c.sku_code == self.sku_code]


def _both_ways(*columns: Column[Any]) -> dict[OrderDirection, Order]:
    return {OrderDirection.ASC: Order(columns), OrderDirection.DESC: Order(columns, descending=True)}


_CUSTOMER_ORDERS = {
    CustomerOrderField.NAME: _both_ways(t.customer.c.name, t.customer.c.id),
    CustomerOrderField.CREATED_AT: _both_ways(t.customer.c.created_at, t.customer.c.id),
}
_SUBSCRIPTION_ORDERS = {
    SubscriptionOrderField.REFERENCE: _both_ways(t.subscription.c.reference),
    SubscriptionOrderField.ENDS_ON: _both_ways(t.subscription.c.term_ends_before, t.subscription.c.id),
    SubscriptionOrderField.CREATED_AT: _both_ways(t.subscription.c.created_at, t.subscription.c.id),
}


@strawberry.input(description="How customers are sorted; equal ones stay in one order.")
class CustomerOrder:
    field: CustomerOrderField = strawberry.field(description="What to sort by.")
    direction: OrderDirection = strawberry.field(description="Which end comes first.")

    def order(self) -> Order:
        return _CUSTOMER_ORDERS[self.field][self.direction]


@strawberry.input(description="How subscriptions are sorted; equal ones stay in one order.")
class SubscriptionOrder:
    field: SubscriptionOrderField = strawberry.field(description="What to sort by.")
    direction: OrderDirection = strawberry.field(description="Which end comes first.")

    def order(self) -> Order:
        return _SUBSCRIPTION_ORDERS[self.field][self.direction]


def _connection(
    edge: Edge, description: str, *takes: Parameter, to_filter: Callable[..., Filter | None]
) -> Any:
    """A field in pages. `to_filter` takes the arguments other than those of orders and pages."""

    def select(
        first: Any = None,
        after: Any = None,
        last: Any = None,
        before: Any = None,
        order_by: CustomerOrder | SubscriptionOrder | None = None,
        **given: Any,
    ) -> Selection:
        order, filters = order_by.order() if order_by else edge.order, to_filter(**given)
        conditions = tuple(filters.conditions()) if filters else ()
        return Selection(edge, order, page_of(first, after, last, before), conditions, repr(filters))

    return declared(Page(edge, select), [*takes, *PAGING], description=description)


def _given(filter: Filter | None = None) -> Filter | None:
    return filter


def _filter(kind: Any) -> Parameter:
    described = strawberry.argument(description="Which of them; all where left out.")
    return argument("filter", Annotated[kind | None, described])


def _order_by(kind: Any, default: str) -> Parameter:
    described = strawberry.argument(description=f"How they are sorted; by {default} where left out.")
    return argument("order_by", Annotated[kind | None, described])


def customer_connection(edge: Edge, description: str) -> Any:
    takes = _filter(CustomerFilter), _order_by(CustomerOrder, "name")
    return _connection(edge, description, *takes, to_filter=_given)


def subscription_connection(edge: Edge, description: str) -> Any:
    takes = _filter(SubscriptionFilter), _order_by(SubscriptionOrder, "reference")
    return _connection(edge, description, *takes, to_filter=_given)


def invoice_connection(edge: Edge, description: str) -> Any:
    return _connection(edge, description, _filter(InvoiceFilter), to_filter=_given)


def member_connection(edge: Edge, description: str) -> Any:
    described = strawberry.argument(description="A part of the name or of the email address, in either case.")
    search = argument("search", Annotated[str | None, described])
    return _connection(edge, description, search, to_filter=MemberSearch)


def number_connection(edge: Edge, description: str) -> Any:
    described = strawberry.argument(description="Only those of this kind: `Sku.code`.")
    sku_code = argument("sku_code", Annotated[str | None, described])
    return _connection(edge, description, sku_code, to_filter=OfSku)
