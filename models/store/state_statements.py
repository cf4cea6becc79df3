"""The statements that read whole states of subscriptions. `states.py` runs them and reads their rows."""

from typing import Any

from sqlalchemy import ARRAY, Text, Uuid, and_, any_, bindparam, or_, select

from domain.subscription import AddOnStatus, ScheduledStatus
from models.store.lookups import PLAN, SKU_PRICES, json_rows, same_partner
from models.tables import (
    add_on,
    assignee,
    charge_line,
    contract,
    customer,
    member,
    phone_number,
    plan,
    scheduled_change,
    sku,
    subscription,
)


def child_of_subscription(table: Any) -> tuple[Any, Any]:
    return same_partner(table, subscription), table.c.subscription_id == subscription.c.id


_ADD_ONS = json_rows(
    select(add_on)
    .where(*child_of_subscription(add_on), add_on.c.status != AddOnStatus.CANCELED)
    .order_by(add_on.c.id)
    .correlate(subscription)
)
_NUMBERS = json_rows(
    select(
        phone_number.c.id,
        phone_number.c.e164,
        sku.c.code,
        sku.c.name,
        SKU_PRICES.label("prices"),
    )
    .join(sku, and_(same_partner(phone_number, sku), phone_number.c.sku_code == sku.c.code))
    .where(*child_of_subscription(phone_number))
    .order_by(phone_number.c.e164)
    .correlate(subscription)
)
_ASSIGNEES = json_rows(
    select(member.c.id, member.c.name)
    .join(assignee, and_(same_partner(assignee, member), assignee.c.member_id == member.c.id))
    .where(*child_of_subscription(assignee))
    .order_by(member.c.name, member.c.id)
    .correlate(subscription)
)
_SCHEDULED = json_rows(
    select(scheduled_change)
    .where(*child_of_subscription(scheduled_change), scheduled_change.c.status == ScheduledStatus.PENDING)
    .order_by(scheduled_change.c.id)
    .correlate(subscription)
)
# What gives a charge back stands in the same term as the charge.
_LINES = json_rows(
    select(charge_line)
    .where(*child_of_subscription(charge_line), charge_line.c.term_number == subscription.c.term_number)
    .order_by(charge_line.c.id)
    .correlate(subscription)
)
STATE = (
    select(
        subscription,
        customer.c.org_uuid,
        customer.c.name.label("customer_name"),
        customer.c.time_zone,
        customer.c.bill_on_order_day,
        customer.c.billing_day,
        customer.c.proration_unit,
        customer.c.upgrade_basis,
        customer.c.allow_refund,
        customer.c.refund_window_days,
        customer.c.cancellation_adjustment,
        contract.c.reference.label("contract_reference"),
        _ADD_ONS.label("add_ons"),
        _NUMBERS.label("numbers"),
        _ASSIGNEES.label("assignees"),
        _SCHEDULED.label("scheduled"),
    )
    .join(customer, and_(same_partner(customer, subscription), customer.c.id == subscription.c.customer_id))
    .outerjoin(
        contract, and_(same_partner(contract, subscription), contract.c.id == subscription.c.contract_id)
    )
    .where(
        subscription.c.partner_id == bindparam("partner_id"),
        subscription.c.id == any_(bindparam("ids", type_=ARRAY(Uuid))),
    )
)
STATE_WITH_LINES = STATE.add_columns(_LINES.label("lines"))
_PLANS = json_rows(
    PLAN.where(
        or_(plan.c.id == subscription.c.plan_id, plan.c.code == bindparam("plan_code", type_=Text))
    ).correlate(subscription)
)
STATE_WITH_PLANS = STATE_WITH_LINES.add_columns(_PLANS.label("plans")).where(
    or_(bindparam("actor", type_=Uuid).is_(None), subscription.c.customer_id == bindparam("actor"))
)
