"""The graph: every entity and every edge is declared here, once."""

from collections.abc import Callable
from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import Column, ColumnElement, Table, false, or_, select

from domain.subscription import ScheduledStatus
from models import tables as t

Scope = Callable[[UUID], ColumnElement[bool]]

USUAL = 10
"""Rows that a parent usually has, if its edge declares no other number."""


@dataclass(frozen=True, eq=False)
class Entity:
    """A type with rows. `scope` limits the rows that a customer sees; without it, a customer sees all."""

    name: str
    table: Table
    scope: Scope | None = None
    key: str = "id"


@dataclass(frozen=True, eq=False)
class Order:
    """A way to sort. Two rows of a list never have the same values in all columns."""

    columns: tuple[Column[object], ...]
    descending: bool = False


@dataclass(frozen=True, eq=False)
class Edge:
    """From a parent's `local` column to the rows whose `remote` column equals it.

    Without `local` the edge starts at the root, with all rows that the viewer may see. `via` is a table
    between the two: parent.local = via.<remote>, via.<via_key> = target's key. `where` always holds. `alike`
    are columns of the same name that must be equal too. `usual` is the number of rows that a parent usually
    has; it is the cost of a list without pages.
    """

    target: Entity
    order: Order
    local: str | None = None
    remote: str | None = None
    via: Table | None = None
    via_key: str | None = None
    where: ColumnElement[bool] | None = None
    alike: tuple[str, ...] = ()
    usual: int = USUAL

    @property
    def always(self) -> tuple[ColumnElement[bool], ...]:
        """`where`, as conditions."""
        return () if self.where is None else (self.where,)


def _owned(table: Table) -> Scope:
    return lambda customer_id: table.c.customer_id == customer_id


def _of_own_subscription(table: Table) -> Scope:
    own = t.subscription
    return lambda customer_id: table.c.subscription_id.in_(
        select(own.c.id).where(own.c.partner_id == table.c.partner_id, own.c.customer_id == customer_id)
    )


def _asc(*columns: Column[object]) -> Order:
    return Order(columns)


def _desc(*columns: Column[object]) -> Order:
    return Order(columns, descending=True)


_of_own_number = _of_own_subscription(t.phone_number)

PARTNER = Entity("Partner", t.partner)
CUSTOMER = Entity("Customer", t.customer, lambda customer_id: t.customer.c.id == customer_id)
MEMBER = Entity("Member", t.member, _owned(t.member))
CONTRACT = Entity("Contract", t.contract, _owned(t.contract))
PRODUCT = Entity("Product", t.product)
PLAN = Entity("Plan", t.plan)
PLAN_PRICE = Entity("PlanPrice", t.plan_price, key="plan_id")
ADD_ON_OFFER = Entity("AddOnOffer", t.add_on_offer, key="plan_id")
ADD_ON_PRICE = Entity("PlanPrice", t.add_on_price, key="plan_id")
SKU = Entity("Sku", t.sku, key="code")
SKU_PRICE = Entity("PlanPrice", t.sku_price, key="sku_code")
NUMBER = Entity(
    "PhoneNumber",
    t.phone_number,
    lambda customer_id: or_(t.phone_number.c.subscription_id.is_(None), _of_own_number(customer_id)),
)
SUBSCRIPTION = Entity("CustomerSubscription", t.subscription, _owned(t.subscription))
ADD_ON = Entity("AddOn", t.add_on, _of_own_subscription(t.add_on))
ADD_ON_RECORD = Entity("AddOnRecord", t.add_on_record, _owned(t.add_on_record))
SCHEDULED_CHANGE = Entity("ScheduledChange", t.scheduled_change, _of_own_subscription(t.scheduled_change))
HISTORY = Entity("HistoryRecord", t.history, _owned(t.history))
INVOICE = Entity("Invoice", t.invoice, _owned(t.invoice))
CHARGE_LINE = Entity("ChargeLine", t.charge_line)
PROVISIONING = Entity("ProvisioningAction", t.outbox, _owned(t.outbox))
WEBHOOK_ENDPOINT = Entity("WebhookEndpoint", t.webhook_endpoint, lambda _: false())
DELIVERY = Entity("ProvisioningDelivery", t.delivery, lambda _: false(), key="event_id")

NODES = {
    entity.name: entity
    for entity in (
        PARTNER,
        CUSTOMER,
        MEMBER,
        CONTRACT,
        PRODUCT,
        PLAN,
        NUMBER,
        SUBSCRIPTION,
        ADD_ON,
        SCHEDULED_CHANGE,
        HISTORY,
        INVOICE,
        PROVISIONING,
        WEBHOOK_ENDPOINT,
    )
}
"""Every type that a global id can name."""

customers = Edge(CUSTOMER, _asc(t.customer.c.name, t.customer.c.id))
subscriptions = Edge(SUBSCRIPTION, _asc(t.subscription.c.reference))
products = Edge(PRODUCT, _asc(t.product.c.code))
available_numbers = Edge(
    NUMBER,
    _asc(t.phone_number.c.e164),
    where=t.phone_number.c.subscription_id.is_(None),
)
webhook_endpoints = Edge(WEBHOOK_ENDPOINT, _asc(t.webhook_endpoint.c.id))
invoices = Edge(INVOICE, _desc(t.invoice.c.id))

customer_members = Edge(MEMBER, _asc(t.member.c.name, t.member.c.id), "id", "customer_id")
customer_subscriptions = Edge(SUBSCRIPTION, subscriptions.order, "id", "customer_id")
customer_contracts = Edge(CONTRACT, _asc(t.contract.c.reference), "id", "customer_id")
customer_invoices = Edge(INVOICE, invoices.order, "id", "customer_id")

product_plans = Edge(PLAN, _asc(t.plan.c.rank, t.plan.c.id), "id", "product_id")
plan_prices = Edge(PLAN_PRICE, _asc(t.plan_price.c.cycle), "id", "plan_id", usual=2)
offer_prices = Edge(
    ADD_ON_PRICE,
    _asc(t.add_on_price.c.code, t.add_on_price.c.cycle),
    "plan_id",
    "plan_id",
    alike=("code",),
    usual=2,
)
sku_prices = Edge(SKU_PRICE, _asc(t.sku_price.c.sku_code, t.sku_price.c.cycle), "code", "sku_code", usual=2)
plan_add_ons = Edge(ADD_ON_OFFER, _asc(t.add_on_offer.c.code), "id", "plan_id")

subscription_customer = Edge(CUSTOMER, customers.order, "customer_id", "id")
subscription_plan = Edge(PLAN, product_plans.order, "plan_id", "id")
subscription_contract = Edge(CONTRACT, customer_contracts.order, "contract_id", "id")
subscription_add_ons = Edge(ADD_ON, _asc(t.add_on.c.code, t.add_on.c.id), "id", "subscription_id", usual=5)
subscription_numbers = Edge(NUMBER, available_numbers.order, "id", "subscription_id")
subscription_assignees = Edge(
    MEMBER, customer_members.order, "id", "subscription_id", t.assignee, "member_id"
)
subscription_scheduled_changes = Edge(
    SCHEDULED_CHANGE,
    _asc(t.scheduled_change.c.id),
    "id",
    "subscription_id",
    where=t.scheduled_change.c.status == ScheduledStatus.PENDING,
    usual=2,
)
subscription_history = Edge(HISTORY, _desc(t.history.c.version), "id", "subscription_id")
subscription_invoices = Edge(INVOICE, invoices.order, "id", "subscription_id", t.charge_line, "invoice_id")
subscription_provisioning = Edge(
    PROVISIONING,
    _desc(t.outbox.c.version, t.outbox.c.position),
    "id",
    "subscription_id",
)
provisioning_deliveries = Edge(DELIVERY, _asc(t.delivery.c.endpoint_id), "id", "event_id")
delivery_endpoint = Edge(WEBHOOK_ENDPOINT, webhook_endpoints.order, "endpoint_id", "id")

add_on_changes = Edge(ADD_ON_RECORD, _asc(t.add_on_record.c.id), "id", "add_on_id", usual=5)
number_subscription = Edge(SUBSCRIPTION, subscriptions.order, "subscription_id", "id")
scheduled_change_add_on = Edge(ADD_ON, subscription_add_ons.order, "add_on_id", "id")
history_subscription = Edge(SUBSCRIPTION, subscriptions.order, "subscription_id", "id")
history_lines = Edge(
    CHARGE_LINE, _asc(t.charge_line.c.position, t.charge_line.c.id), "id", "record_id", usual=5
)
invoice_customer = Edge(CUSTOMER, customers.order, "customer_id", "id")
invoice_lines = Edge(CHARGE_LINE, _asc(t.charge_line.c.id), "id", "invoice_id")
