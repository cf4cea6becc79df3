"""Reads the states of any number of subscriptions: one statement for them, and one for their plans."""

from collections import defaultdict
from collections.abc import Iterator, Sequence
from datetime import date
from typing import Any
from uuid import UUID

from sqlalchemy import ARRAY, Text, Uuid, and_, any_, bindparam, or_, select

from domain.catalogue import Offer, Plan
from domain.lifecycle import Action
from domain.lines import Charge, ChargeKind, Item, ItemKind, Line
from domain.money import ZERO, Amounts, Fraction
from domain.periods import BillingCycle, BillingModel, Period, Term
from domain.principal import Actor
from domain.subscription import (
    AddOn,
    AddOnStatus,
    Customer,
    LinkedContract,
    Number,
    Scheduled,
    ScheduledStatus,
    Subscription,
)
from models.statements import fetch
from models.store.lookups import (
    PLAN,
    PLANS_BY_ID,
    SKU_PRICES,
    Json,
    json_rows,
    plan_of,
    prices,
    same_partner,
)
from models.store.unit_of_work import Partner, Reading, policy_of
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
# A line that reverses a charge is in the same term as the charge.
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


async def load_state(
    tx: Reading, subscription_id: UUID, plan_code: str | None = None
) -> tuple[Subscription, Plan | None] | None:
    """A subscription's state, and the partner's plan of that code, in one statement.

    None for a subscription that does not exist or that the actor may not see.
    """
    key = state_key(tx.partner.id, tx.actor, subscription_id, plan_code)
    rows = await fetch(tx.connection, STATE_WITH_PLANS, key)
    return state_of(rows[0], tx.partner, plan_code) if rows else None


def state_key(partner_id: UUID, actor: Actor, subscription_id: UUID, plan_code: str | None) -> dict[str, Any]:
    """The parameters of STATE_WITH_PLANS."""
    key = {"partner_id": partner_id, "ids": [subscription_id], "plan_code": plan_code}
    return key | {"actor": actor.customer_id}


def state_of(row: Any, partner: Partner, plan_code: str | None) -> tuple[Subscription, Plan | None]:
    """The state and the plan of that code, from a row of STATE_WITH_PLANS."""
    plans = {plan.id: plan for plan in map(plan_of, row.plans)}
    charges = tuple(_charges(row.lines or ()))
    state = _subscription(row, _customer(partner, row), plans[row.plan_id], charges)
    return state, next((plan for plan in plans.values() if plan.code == plan_code), None)


async def load_states(tx: Reading, ids: Sequence[UUID], *, charges: bool = True) -> dict[UUID, Subscription]:
    """The states of the subscriptions that exist, by id, in two statements.

    `charges=False` leaves out the charges, for callers that give nothing back.
    """
    partner = {"partner_id": tx.partner.id}
    statement = STATE_WITH_LINES if charges else STATE
    rows = (await tx.connection.execute(statement, partner | {"ids": ids})).all()
    plan_ids = list({row.plan_id for row in rows})
    plan_rows = await tx.connection.execute(PLANS_BY_ID, partner | {"ids": plan_ids})
    plans = {row.id: plan_of(row._mapping) for row in plan_rows}
    row_by_customer = {row.customer_id: row for row in rows}
    customers = {key: _customer(tx.partner, row) for key, row in row_by_customer.items()}
    return {
        row.id: _subscription(
            row,
            customers[row.customer_id],
            plans[row.plan_id],
            tuple(_charges(row.lines or ())) if charges else (),
        )
        for row in rows
    }


def _subscription(row: Any, customer: Customer, plan: Plan, charges: tuple[Charge, ...]) -> Subscription:
    return Subscription(
        id=row.id,
        reference=row.reference,
        customer=customer,
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
        add_ons=tuple(_add_on(plan, item) for item in row.add_ons or ()),
        numbers=tuple(_number(item) for item in row.numbers or ()),
        assignees={UUID(item["id"]): item["name"] for item in row.assignees or ()},
        scheduled=tuple(_scheduled(item) for item in row.scheduled or ()),
        charges=charges,
    )


def _customer(partner: Partner, row: Any) -> Customer:
    policy = policy_of(row, partner.policy)
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
    # An ended subscription may have an add-on that its plan no longer offers.
    offer = plan.add_ons.get(item["code"]) or Offer(item["code"], item["name"], {})
    ends_before = date.fromisoformat(item["ends_before"]) if item["ends_before"] else None
    return AddOn(UUID(item["id"]), offer, item["quantity"], AddOnStatus(item["status"]), ends_before)


def _number(item: Json) -> Number:
    return Number(UUID(item["id"]), item["e164"], Offer(item["code"], item["name"], prices(item["prices"])))


def _scheduled(item: Json) -> Scheduled:
    model = BillingModel(BillingCycle(item["cycle"]), item["multiplier"]) if item["cycle"] else None
    return Scheduled(
        id=UUID(item["id"]),
        action=Action(item["action"]),
        effective_on=date.fromisoformat(item["effective_on"]),
        summary=item["summary"],
        reason=item["reason"],
        add_on_id=UUID(item["add_on_id"]) if item["add_on_id"] else None,
        quantity=item["quantity"],
        model=model,
    )


def _charges(lines: Sequence[Json]) -> Iterator[Charge]:
    """The lines that charge, each with the sum of the lines that reverse it."""
    given_back: defaultdict[str, Amounts] = defaultdict(lambda: ZERO)
    for item in lines:
        if item["reverses_id"]:
            given_back[item["reverses_id"]] += Amounts(item["price"], item["cost"])
    for item in lines:
        if not item["reverses_id"]:
            yield Charge(UUID(item["id"]), _line(item), given_back[item["id"]], item["closed"])


def _line(item: Json) -> Line:
    starts_on, ends_before = (date.fromisoformat(item[name]) for name in ("starts_on", "ends_before"))
    return Line(
        kind=ChargeKind(item["kind"]),
        item=Item(ItemKind(item["item_kind"]), item["item_code"], item["item_name"]),
        period=Period(starts_on, ends_before, item["anchor_day"]),
        quantity=item["quantity"],
        fraction=Fraction(item["numerator"], item["denominator"]),
        unit=Amounts(item["unit_price"], item["unit_cost"]),
        amount=Amounts(item["price"], item["cost"]),
        cycle_months=item["cycle_months"],
    )
