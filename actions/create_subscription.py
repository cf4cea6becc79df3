"""Sell a subscription, with or without a trial. Source: rules §4.17."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any
from uuid import UUID

from domain import provisioning
from domain.catalogue import Plan
from domain.charges import purchase_lines
from domain.decision import ChangeSource, Decision
from domain.errors import ErrorCode, LifecycleError, required
from domain.lifecycle import Action, Status
from domain.periods import BillingModel, Term, first_term
from domain.quantities import check_distinct, check_quantity
from domain.settings import merged
from domain.subscription import AddOn, Contract, Customer, LinkedContract, NumberPool, Subscription
from models.engine import new_id
from models.store.lookups import load_contract, load_customer, load_plan, load_stock
from models.store.unit_of_work import Reading

MAX_TRIAL_DAYS = 3650


@dataclass(frozen=True)
class CreateSubscription:
    """`starts_on` None is today; `trial_days` None or 0 sells without a trial."""

    customer_id: UUID
    plan_code: str
    quantity: int
    model: BillingModel
    auto_renewal: bool = True
    starts_on: date | None = None
    trial_days: int | None = None
    add_ons: tuple[tuple[str, int], ...] = ()
    number_ids: tuple[UUID, ...] = ()
    contract_id: UUID | None = None
    settings: Any = None


@dataclass(frozen=True)
class Facts:
    customer: Customer
    plan: Plan | None
    stock: NumberPool
    contract: Contract | None
    new_id: Callable[[], UUID]


async def create_subscription(tx: Reading, command: CreateSubscription) -> Decision:
    customer = await load_customer(tx, command.customer_id)
    plan = await load_plan(tx, command.plan_code)
    stock = await load_stock(tx, command.number_ids)
    contract = await load_contract(tx, command.contract_id)
    return decide(Facts(customer, plan, stock, contract, new_id), command, tx.today(customer.time_zone))


def decide(facts: Facts, command: CreateSubscription, today: date) -> Decision:
    """Raises NOT_FOUND, NOT_OFFERED, CONTRACT_NOT_ACTIVE, NUMBER_NOT_AVAILABLE, DATE_IN_FUTURE,
    DATE_BEFORE_BILLING_CYCLE, INVALID_QUANTITY, INVALID_VALUE.
    """
    check_quantity(command.quantity, "quantity")
    plan = required(facts.plan, "plan", "planCode")
    after = _purchased(facts, plan, command, today)
    lines = purchase_lines(after)  # also in a trial: raises NOT_OFFERED without a price for the cycle
    return Decision(
        action=Action.CREATE,
        effective_on=after.purchased_on,
        before=None,
        after=after,
        summary=f"{'Started a trial of' if after.is_trial else 'Purchased'} {plan.name}.",
        lines=() if after.is_trial else lines,
        provisioning=(provisioning.activate(after),),
        source=ChangeSource.ORDER,
    )


def _purchased(facts: Facts, plan: Plan, command: CreateSubscription, today: date) -> Subscription:
    """The new subscription. The writer gives it its reference."""
    starts_on = command.starts_on or today
    term = _opening_term(command, starts_on, today)
    return Subscription(
        id=facts.new_id(),
        reference="",
        customer=facts.customer,
        plan=plan,
        status=Status.ACTIVE if term.number else Status.TRIAL,
        quantity=command.quantity,
        model=command.model,
        auto_renewal=command.auto_renewal,
        purchased_on=starts_on,
        anchor_day=starts_on.day,
        term=term,
        trial_ends_before=None if term.number else term.ends_before,
        contract=_contract(facts, command, today),
        settings=merged(plan.default_settings, {} if command.settings is None else command.settings),
        add_ons=_add_ons(plan, command, facts.new_id),
        numbers=facts.stock.take(command.number_ids, "numberIds"),
    )


def _opening_term(command: CreateSubscription, starts_on: date, today: date) -> Term:
    """Term 0 for a trial, else term 1. It contains today."""
    trial_days = command.trial_days or 0
    if not 0 <= trial_days <= MAX_TRIAL_DAYS:
        raise LifecycleError(
            ErrorCode.INVALID_VALUE, f"A trial may have up to {MAX_TRIAL_DAYS} days.", "trialDays"
        )
    if starts_on > today:
        raise LifecycleError(ErrorCode.DATE_IN_FUTURE, "Choose a date that is not in the future.", "startsOn")
    if trial_days:
        term = Term(starts_on, starts_on + timedelta(days=trial_days), starts_on.day, 0)
    else:
        term = first_term(starts_on, command.model)
    if not term.contains(today):
        raise LifecycleError(
            ErrorCode.DATE_BEFORE_BILLING_CYCLE,
            f"The first term would have ended on {term.ends_on}. Choose a later day.",
            "startsOn",
        )
    return term


def _contract(facts: Facts, command: CreateSubscription, today: date) -> LinkedContract | None:
    if command.contract_id is None:
        return None
    contract = required(facts.contract, "contract", "contractId")
    contract.check_linkable(facts.customer.id, today)
    return LinkedContract(contract.id, contract.reference)


def _add_ons(plan: Plan, command: CreateSubscription, new_id: Callable[[], UUID]) -> tuple[AddOn, ...]:
    check_distinct((code for code, _ in command.add_ons), "addOns")
    for _, quantity in command.add_ons:
        check_quantity(quantity, "addOns", "quantity")
    return tuple(AddOn(new_id(), plan.add_on(code), quantity) for code, quantity in command.add_ons)
