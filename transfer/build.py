"""Builds the domain's subscription from a record of a file, and fills in all defaults."""

from dataclasses import dataclass, replace
from datetime import date, timedelta
from typing import TypeVar
from uuid import UUID

from actions.import_subscriptions import Import
from domain.catalogue import Offer, Plan
from domain.lifecycle import ENDED, Action
from domain.periods import BillingModel, Term, add_months
from domain.scheduling import ending
from domain.subscription import AddOn, Customer, LinkedContract, Number, Scheduled, Subscription
from models.engine import new_id
from transfer import format as formats
from transfer.charges import Invoices, LineBuilder
from transfer.problems import RecordProblems
from transfer.references import References, missing

T = TypeVar("T")

_ADD_ON_ACTIONS = (Action.CHANGE_ADD_ONS, Action.CANCEL_ADD_ON)


def build(
    record: formats.Subscription, references: References, invoices: Invoices, problems: RecordProblems
) -> Import | None:
    """Reports and leaves out what does not exist. None if the customer or the plan does not exist."""
    parts = _Parts(record, references, problems)
    customer, plan, terms = parts.customer(), parts.plan(), parts.terms()
    contract, numbers, assignees = parts.contract(), parts.numbers(), parts.assignees()
    if not customer or not plan:
        return None
    state = parts.state(customer, plan, terms)
    state = replace(state, contract=contract, numbers=numbers, assignees=assignees)
    lines = LineBuilder(record, state, references, invoices, problems).lines(terms)
    return Import(state, tuple(terms[:-1]), lines)


@dataclass(frozen=True)
class _Parts:
    record: formats.Subscription
    references: References
    problems: RecordProblems

    def state(self, customer: Customer, plan: Plan, terms: list[Term]) -> Subscription:
        record, last = self.record, terms[-1]
        add_ons = self.add_ons(plan)
        scheduled = self.scheduled(add_ons, last)
        ends = {change.add_on_id for change in scheduled if change.add_on_id and not change.quantity}
        trial_ends = record.trial_ends_on or (record.terms[0].ends_on if terms[0].number == 0 else None)
        return Subscription(
            id=new_id(),
            reference=record.reference,
            customer=customer,
            plan=plan,
            status=record.status,
            quantity=record.quantity,
            model=_model(record.billing_model),
            auto_renewal=record.auto_renewal,
            purchased_on=record.purchased_on,
            anchor_day=self.anchor_day,
            term=last,
            trial_ends_before=trial_ends + timedelta(days=1) if trial_ends else None,
            ended_on=record.ended_on,
            settings=plan.default_settings if record.settings is None else record.settings,
            add_ons=tuple(ending(a, last.ends_before) if a.id in ends else a for a in add_ons.values()),
            scheduled=scheduled,
        )

    @property
    def anchor_day(self) -> int:
        return self.record.anchor_day or _anchor(
            self.record.terms[-1].starts_on, self.record.purchased_on.day
        )

    def customer(self) -> Customer | None:
        return self._found(self.references.customers.get(self.record.customer), "customer", "customer")

    def plan(self) -> Plan | None:
        if self.record.plan_code in self.references.refused:
            return None  # its own problems are reported
        return self._found(self.references.plans.get(self.record.plan_code), "planCode", "plan")

    def terms(self) -> list[Term]:
        terms: list[Term] = []
        for index, term in enumerate(self.record.terms):
            if term.ends_on < term.starts_on:
                text = "The term ends before it starts. `endsOn` is its last day."
                self.problems.add(("terms", index, "endsOn"), text)
            anchor_day = term.anchor_day or _anchor(term.starts_on, self.anchor_day)
            terms.append(Term(term.starts_on, term.ends_on + timedelta(days=1), anchor_day, term.number))
        return terms

    def contract(self) -> LinkedContract | None:
        if self.record.contract is None:
            return None
        found = self.references.contracts.get(self.record.contract)
        if found is None or found[1] != self.record.customer:
            return self._found(None, "contract", "contract of the customer's")
        return LinkedContract(found[0], self.record.contract)

    def numbers(self) -> tuple[Number, ...]:
        found: list[Number] = []
        for index, e164 in enumerate(self.record.numbers):
            sku = self.references.sku_of(e164)
            if sku:
                found.append(Number(self.references.numbers[e164].id, e164, sku))
            else:
                self.problems.add(("numbers", index), missing("phone number"))
        return tuple(sorted(found, key=lambda number: number.e164))

    def assignees(self) -> dict[UUID, str]:
        found: dict[UUID, str] = {}
        for index, email in enumerate(self.record.assignees):
            member = self.references.members.get((self.record.customer, email))
            if member:
                found[member[0]] = member[1]
            else:
                self.problems.add(("assignees", index), missing("member of the customer's"))
        return found

    def add_ons(self, plan: Plan) -> dict[str, AddOn]:
        found: dict[str, AddOn] = {}
        for index, add_on in enumerate(self.record.add_ons):
            path = ("addOns", index, "code")
            offer = plan.add_ons.get(add_on.code)
            if offer is None and self.record.status in ENDED:
                offer = Offer(add_on.code, add_on.name or add_on.code, {})
            if offer is None:
                text = f"The plan {plan.code} does not offer this add-on. Add it to the plan."
                self.problems.add(path, text)
            elif add_on.code in found:
                self.problems.add(path, "This add-on is named twice. Name it once.")
            else:
                found[add_on.code] = AddOn(new_id(), offer, add_on.quantity)
        return found

    def scheduled(self, add_ons: dict[str, AddOn], last: Term) -> tuple[Scheduled, ...]:
        changes: list[Scheduled] = []
        for index, source in enumerate(self.record.scheduled_changes):
            target = add_ons.get(source.add_on or "")
            if source.add_on and not target:
                text = "The subscription has no such add-on."
                self.problems.add(("scheduledChanges", index, "addOn"), text)
            change = Scheduled(
                id=new_id(),
                action=source.action,
                effective_on=last.ends_before,
                summary=source.summary or self._summary(source, last),
                reason=source.reason,
                add_on_id=target.id if target else None,
                quantity=source.quantity or (0 if source.action in _ADD_ON_ACTIONS else None),
                model=_model(source.billing_model) if source.billing_model else None,
            )
            changes.append(change)
        return tuple(changes)

    def _summary(self, change: formats.ScheduledChange, last: Term) -> str:
        if change.action is Action.CANCEL:
            return f"Canceled at the end of the term, {last.ends_on}."
        if change.billing_model:
            return (
                f"Billing changes from {_model(self.record.billing_model)} to {_model(change.billing_model)}."
            )
        if change.quantity is not None:
            return f"{change.add_on or 'Licences'} reduced to {change.quantity}."
        return f"{change.add_on} canceled."

    def _found(self, value: T | None, path: str, what: str) -> T | None:
        if value is None:
            self.problems.add((path,), missing(what))
        return value


def _model(record: formats.BillingModel) -> BillingModel:
    return BillingModel(record.cycle, record.multiplier)


def _anchor(starts_on: date, day: int) -> int:
    """`day`, where the term begins on it or on the end of a shorter month; else the term's first day."""
    return day if add_months(starts_on, 0, day) == starts_on else starts_on.day
