"""Locks a subscription and reads its whole state: one statement to lock, one to read, one for its plan."""

from collections import defaultdict
from collections.abc import Iterator, Sequence
from typing import Any
from uuid import UUID

from sqlalchemy import Row, Table, Uuid, and_, bindparam, or_, select

from actions.loading import PLANS_BY_ID, SKU_PRICES, Json, day, json_rows, plan_of, prices, same_partner
from actions.transaction import Transaction, policy_of
from domain.catalogue import Offer, Plan
from domain.errors import ErrorCode, LifecycleError, not_found
from domain.lifecycle import Action
from domain.lines import Charge, ChargeKind, Item, ItemKind, Line
from domain.money import ZERO, Amounts, Fraction
from domain.periods import BillingCycle, BillingModel, Period, Term
from domain.state import (
    AddOn,
    AddOnStatus,
    Customer,
    LinkedContract,
    Number,
    Scheduled,
    ScheduledStatus,
    Subscription,
)
from models.tables import (
    add_on,
    assignee,
    charge_line,
    contract,
    customer,
    member,
    phone_number,
    scheduled_change,
    sku,
    subscription,
)

# Nobody waits for what it may not see: how long would tell that it is there.
_LOCK = select(subscription.c.version).where(
    subscription.c.partner_id == bindparam("partner_id"),
    subscription.c.id == bindparam("id"),
    or_(bindparam("actor", type_=Uuid).is_(None), subscription.c.customer_id == bindparam("actor")),
)


def _child(table: Any) -> tuple[Any, Any]:
    return same_partner(table, subscription), table.c.subscription_id == subscription.c.id


_ADD_ONS = json_rows(
    select(add_on)
    .where(*_child(add_on), add_on.c.status != AddOnStatus.CANCELED)
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
    .where(*_child(phone_number))
    .order_by(phone_number.c.e164)
    .correlate(subscription)
)
_ASSIGNEES = json_rows(
    select(member.c.id, member.c.name)
    .join(assignee, and_(same_partner(assignee, member), assignee.c.member_id == member.c.id))
    .where(*_child(assignee))
    .order_by(member.c.name, member.c.id)
    .correlate(subscription)
)
_SCHEDULED = json_rows(
    select(scheduled_change)
    .where(*_child(scheduled_change), scheduled_change.c.status == ScheduledStatus.PENDING)
    .order_by(scheduled_change.c.id)
    .correlate(subscription)
)
# What gives a charge back stands in the same term as the charge.
_LINES = json_rows(
    select(charge_line)
    .where(*_child(charge_line), charge_line.c.term_number == subscription.c.term_number)
    .order_by(charge_line.c.id)
    .correlate(subscription)
)
_STATE = (
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
        _LINES.label("lines"),
    )
    .join(customer, and_(same_partner(customer, subscription), customer.c.id == subscription.c.customer_id))
    .outerjoin(
        contract, and_(same_partner(contract, subscription), contract.c.id == subscription.c.contract_id)
    )
    .where(
        subscription.c.partner_id == bindparam("partner_id"),
        subscription.c.id.in_(bindparam("ids", expanding=True)),
    )
)


async def load_subscription(
    tx: Transaction, subscription_id: UUID, expected_version: int | None = None
) -> Subscription:
    """The state as it stands, locked until the transaction ends while writing.

    Raises NOT_FOUND, also for what the actor may not see, and STALE_VERSION.
    """
    key = {"partner_id": tx.partner.id, "id": subscription_id, "actor": tx.actor.customer_id}
    lock = _LOCK.with_for_update() if tx.writing else _LOCK
    row = (await tx.connection.execute(lock, key)).first()
    if row is None:
        raise not_found("subscription", "subscriptionId")
    if expected_version not in (None, row.version):
        raise LifecycleError(
            ErrorCode.STALE_VERSION,
            f"The subscription has changed: it is at version {row.version}. Read it again.",
            "expectedVersion",
        )
    return (await load_states(tx, [subscription_id]))[subscription_id]


async def load_subscription_of_add_on(
    tx: Transaction, add_on_id: UUID, expected_version: int | None = None
) -> Subscription:
    """Raises NOT_FOUND for an add-on that does not exist, or that the actor may not see."""
    return await _load_owner(tx, add_on, add_on_id, "add-on", "addOnId", expected_version)


async def load_subscription_of_scheduled_change(tx: Transaction, change_id: UUID) -> Subscription:
    """Raises NOT_FOUND for a change that does not exist, or that the actor may not see."""
    return await _load_owner(tx, scheduled_change, change_id, "scheduled change", "scheduledChangeId")


async def _load_owner(
    tx: Transaction, table: Table, key: UUID, what: str, field: str, expected_version: int | None = None
) -> Subscription:
    found = select(subscription.c.id, subscription.c.customer_id)
    found = found.join(table, and_(*_child(table)))
    found = found.where(table.c.partner_id == tx.partner.id, table.c.id == key)
    row = (await tx.connection.execute(found)).first()
    if row is None or tx.actor.customer_id not in (None, row.customer_id):
        raise not_found(what, field)
    return await load_subscription(tx, row.id, expected_version)


async def load_states(tx: Transaction, ids: Sequence[UUID]) -> dict[UUID, Subscription]:
    """The states of those subscriptions by id, in two statements; what does not exist is left out."""
    partner = {"partner_id": tx.partner.id}
    rows = (await tx.connection.execute(_STATE, partner | {"ids": ids})).all()
    plan_ids = list({row.plan_id for row in rows})
    found = await tx.connection.execute(PLANS_BY_ID, partner | {"ids": plan_ids})
    plans = {row.id: plan_of(row) for row in found}
    return {row.id: subscription_of(tx, row, plans[row.plan_id]) for row in rows}


def subscription_of(tx: Transaction, row: Row[Any], plan: Plan) -> Subscription:
    return Subscription(
        id=row.id,
        reference=row.reference,
        customer=_customer(tx, row),
        plan=plan,
        status=row.status,
        quantity=row.quantity,
        model=BillingModel(row.cycle, row.multiplier),
        auto_renewal=row.auto_renewal,
        purchased_on=row.purchased_on,
        anchor_day=row.anchor_day,
        term=Term(row.term_starts_on, row.term_ends_before, row.term_anchor_day, row.term_number),
        trial_ends_before=row.trial_ends_before,
        ended_on=row.ended_on,
        contract=LinkedContract(row.contract_id, row.contract_reference) if row.contract_id else None,
        settings=row.settings,
        version=row.version,
        add_ons=tuple(_add_on(plan, item) for item in row.add_ons),
        numbers=tuple(_number(item) for item in row.numbers),
        assignees={UUID(item["id"]): item["name"] for item in row.assignees},
        scheduled=tuple(_scheduled(item) for item in row.scheduled),
        charges=tuple(_charges(row.lines)),
    )


def _customer(tx: Transaction, row: Row[Any]) -> Customer:
    policy = policy_of(row, tx.partner.policy)
    return Customer(
        row.customer_id,
        row.org_uuid,
        row.customer_name,
        row.time_zone,
        row.bill_on_order_day,
        row.billing_day,
        policy,
    )


def _add_on(plan: Plan, item: Json) -> AddOn:
    # An ended subscription may hold an add-on that its plan has since ceased to offer.
    offer = plan.add_ons.get(item["code"]) or Offer(item["code"], item["name"], {})
    ends_before = day(item["ends_before"]) if item["ends_before"] else None
    return AddOn(UUID(item["id"]), offer, item["quantity"], AddOnStatus(item["status"]), ends_before)


def _number(item: Json) -> Number:
    return Number(UUID(item["id"]), item["e164"], Offer(item["code"], item["name"], prices(item["prices"])))


def _scheduled(item: Json) -> Scheduled:
    model = BillingModel(BillingCycle(item["cycle"]), item["multiplier"]) if item["cycle"] else None
    return Scheduled(
        id=UUID(item["id"]),
        action=Action(item["action"]),
        effective_on=day(item["effective_on"]),
        summary=item["summary"],
        reason=item["reason"],
        add_on_id=UUID(item["add_on_id"]) if item["add_on_id"] else None,
        quantity=item["quantity"],
        model=model,
    )


def _charges(lines: Sequence[Json]) -> Iterator[Charge]:
    """The lines that charge, each with the sum of those that take it back."""
    back: defaultdict[str, Amounts] = defaultdict(lambda: ZERO)
    for item in lines:
        if item["reverses_id"]:
            back[item["reverses_id"]] += Amounts(item["price"], item["cost"])
    for item in lines:
        if not item["reverses_id"]:
            yield Charge(UUID(item["id"]), _line(item), back[item["id"]], item["closed"])


def _line(item: Json) -> Line:
    return Line(
        kind=ChargeKind(item["kind"]),
        item=Item(ItemKind(item["item_kind"]), item["item_code"], item["item_name"]),
        period=Period(day(item["starts_on"]), day(item["ends_before"]), item["anchor_day"]),
        quantity=item["quantity"],
        fraction=Fraction(item["numerator"], item["denominator"]),
        unit=Amounts(item["unit_price"], item["unit_cost"]),
        amount=Amounts(item["price"], item["cost"]),
        cycle_months=item["cycle_months"],
    )
