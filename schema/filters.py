"""Lists in pages: their filters, their orders, and the fields that take them."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from inspect import Parameter
from typing import Annotated, Any, Protocol

import strawberry
from sqlalchemy import Column, ColumnElement, or_, select

from domain.lifecycle import Status
from domain.lines import InvoiceStatus
from domain.provisioning import ProvisioningStatus
from models import tables as t
from resolvers.edges import Edge, Order
from resolvers.fields import Page
from resolvers.paging import page_of
from resolvers.selection import Selection, among
from schema.enums import describe
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


describe(
    OrderDirection,
    "The sort direction.",
    ASC="Smallest or earliest first.",
    DESC="Greatest or latest first.",
)
describe(
    CustomerOrderField,
    "Sort keys for customers.",
    NAME="The name, character by character.",
    CREATED_AT="The time when the partner created the customer.",
)
describe(
    SubscriptionOrderField,
    "Sort keys for subscriptions.",
    REFERENCE="The reference, character by character.",
    ENDS_ON="The last day of the current term.",
    CREATED_AT="The time of the purchase or of the start of the trial.",
)


def contains(column: Column[Any], text: str) -> ColumnElement[bool]:
    """Whether the column contains the text. Case does not matter, and % and _ have no special meaning."""
    return column.icontains(text, autoescape=True)


@strawberry.input(description="Conditions for customers. Empty: all customers.")
class CustomerFilter:
    search: str | None = strawberry.field(
        default=None, description="Only customers with this text in their name. Case does not matter."
    )

    def conditions(self) -> list[ColumnElement[bool]]:
        return [] if self.search is None else [contains(t.customer.c.name, self.search)]


@strawberry.input(description="Conditions for subscriptions. A subscription must match all of them.")
class SubscriptionFilter:
    status: list[Status] | None = strawberry.field(
        default=None, description="Only those in one of these statuses. An empty list matches nothing."
    )
    plan_code: list[str] | None = strawberry.field(
        default=None, description="Only those with one of these plans, by `Plan.code`."
    )
    product_code: list[str] | None = strawberry.field(
        default=None, description="Only those with a plan of one of these products, by `Product.code`."
    )
    ends_before: date | None = strawberry.field(
        default=None, description="Only those whose term ends before this day, exclusive."
    )
    auto_renewal: bool | None = strawberry.field(
        default=None, description="True: only those that renew. False: only those that expire."
    )
    provisioning_status: list[ProvisioningStatus] | None = strawberry.field(
        default=None,
        description="Only those with a provisioning action in one of these statuses, such as FAILED.",
    )
    search: str | None = strawberry.field(
        default=None,
        description="Only those with this text in their reference or in the customer's name. Case does not "
        "matter.",
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


@strawberry.input(description="Conditions for invoices. Empty: all invoices.")
class InvoiceFilter:
    status: list[InvoiceStatus] | None = strawberry.field(
        default=None, description="Only those in one of these statuses. An empty list matches nothing."
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


@strawberry.input(description="How to sort customers. Ties have a fixed order.")
class CustomerOrder:
    field: CustomerOrderField = strawberry.field(description="The sort key.")
    direction: OrderDirection = strawberry.field(description="Ascending or descending.")

    def order(self) -> Order:
        return _CUSTOMER_ORDERS[self.field][self.direction]


@strawberry.input(description="How to sort subscriptions. Ties have a fixed order.")
class SubscriptionOrder:
    field: SubscriptionOrderField = strawberry.field(description="The sort key.")
    direction: OrderDirection = strawberry.field(description="Ascending or descending.")

    def order(self) -> Order:
        return _SUBSCRIPTION_ORDERS[self.field][self.direction]


def _connection(
    edge: Edge, description: str, *arguments: Parameter, to_filter: Callable[..., Filter | None]
) -> Any:
    """A field in pages. `to_filter` makes its filter from the arguments other than order and paging."""

    def select(
        first: Any = None,
        after: Any = None,
        last: Any = None,
        before: Any = None,
        order_by: CustomerOrder | SubscriptionOrder | None = None,
        **filtering: Any,
    ) -> Selection:
        order, filters = order_by.order() if order_by else edge.order, to_filter(**filtering)
        conditions = tuple(filters.conditions()) if filters else ()
        return Selection(edge, order, page_of(first, after, last, before), conditions, repr(filters))

    return declared(Page(edge, select), [*arguments, *PAGING], description=description)


def _filter_itself(filter: Filter | None = None) -> Filter | None:
    return filter


def _filter(kind: Any) -> Parameter:
    described = strawberry.argument(description="Only the entries that match. Default: all.")
    return argument("filter", Annotated[kind | None, described])


def _order_by(kind: Any, default: str) -> Parameter:
    described = strawberry.argument(description=f"How they are sorted; by {default} where left out.")
    return argument("order_by", Annotated[kind | None, described])


def customer_connection(edge: Edge, description: str) -> Any:
    arguments = _filter(CustomerFilter), _order_by(CustomerOrder, "name")
    return _connection(edge, description, *arguments, to_filter=_filter_itself)


def subscription_connection(edge: Edge, description: str) -> Any:
    arguments = _filter(SubscriptionFilter), _order_by(SubscriptionOrder, "reference")
    return _connection(edge, description, *arguments, to_filter=_filter_itself)


def invoice_connection(edge: Edge, description: str) -> Any:
    return _connection(edge, description, _filter(InvoiceFilter), to_filter=_filter_itself)


def member_connection(edge: Edge, description: str) -> Any:
    described = strawberry.argument(
        description="Only members with this text in their name or email address. Case does not matter."
    )
    search = argument("search", Annotated[str | None, described])
    return _connection(edge, description, search, to_filter=MemberSearch)


def number_connection(edge: Edge, description: str) -> Any:
    described = strawberry.argument(description="Only numbers of this kind: a `Sku.code`. Default: all.")
    sku_code = argument("sku_code", Annotated[str | None, described])
    return _connection(edge, description, sku_code, to_filter=OfSku)
