"""From what a file says about a subscription to what is written. Here alone defaults are filled in."""

from dataclasses import dataclass
from datetime import date, timedelta
from typing import TypeVar
from uuid import UUID

from actions.import_subscriptions import Import
from domain.catalogue import Offer, Plan
from domain.lifecycle import ENDED, Action
from domain.periods import BillingModel, Term, add_months
from domain.scheduling import ending
from domain.subscription import AddOn, Customer, LinkedContract, Number, Scheduled
from domain.subscription import Subscription as State
from models.engine import new_id
from transfer import subscription as given
from transfer.build_lines import LineBuilder
from transfer.ledger import Ledger
from transfer.problems import Complaints
from transfer.references import Known

T = TypeVar("T")

_ADD_ON_ACTIONS = (Action.CHANGE_ADD_ONS, Action.CANCEL_ADD_ON)


def build(said: given.Subscription, known: Known, ledger: Ledger, complaints: Complaints) -> Import | None:
    """With a problem for each thing that there is not, and each amount that is none; these are left out.

    None where there is no such customer or plan.
    """
    parts = _Parts(said, known, complaints)
    customer, plan = parts.customer(), parts.plan()
    terms = parts.terms()
    contract, numbers, assignees = parts.contract(), parts.numbers(), parts.assignees()
    if not customer or not plan:
        return None
    held = _Held(contract, numbers, assignees)
    state = _state(parts, customer, plan, terms, held)
    lines = LineBuilder(said, state, known, ledger, complaints).lines(terms)
    return Import(state, tuple(terms[:-1]), lines)


@dataclass(frozen=True)
class _Held:
    contract: LinkedContract | None
    numbers: tuple[Number, ...]
    assignees: dict[UUID, str]


def _state(parts: "_Parts", customer: Customer, plan: Plan, terms: list[Term], held: _Held) -> State:
    said = parts.said
    add_ons = parts.add_ons(plan)
    scheduled = parts.scheduled(add_ons, terms[-1])
    ends = {change.add_on_id for change in scheduled if change.add_on_id and not change.quantity}
    trial_ends = said.trial_ends_on or (said.terms[0].ends_on if terms[0].number == 0 else None)
    return State(
        id=new_id(),
        reference=said.reference,
        customer=customer,
        plan=plan,
        status=said.status,
        quantity=said.quantity,
        model=parts.model,
        auto_renewal=said.auto_renewal,
        purchased_on=said.purchased_on,
        anchor_day=parts.anchor_day,
        term=terms[-1],
        trial_ends_before=trial_ends + timedelta(days=1) if trial_ends else None,
        ended_on=said.ended_on,
        settings=plan.default_settings if said.settings is None else said.settings,
        add_ons=tuple(ending(a, terms[-1].ends_before) if a.id in ends else a for a in add_ons.values()),
        scheduled=scheduled,
        contract=held.contract,
        numbers=held.numbers,
        assignees=held.assignees,
    )


@dataclass(frozen=True)
class _Parts:
    said: given.Subscription
    known: Known
    complaints: Complaints

    @property
    def model(self) -> BillingModel:
        return BillingModel(self.said.billing_model.cycle, self.said.billing_model.multiplier)

    @property
    def anchor_day(self) -> int:
        """The day of the purchase, where the last term begins on it or on the end of a shorter month."""
        if self.said.anchor_day:
            return self.said.anchor_day
        return _anchor(self.said.terms[-1].starts_on, self.said.purchased_on.day)

    def customer(self) -> Customer | None:
        return self._found(self.known.customers.get(self.said.customer), "customer", "customer")

    def plan(self) -> Plan | None:
        if self.said.plan_code in self.known.refused:
            return None  # its own problems are told
        return self._found(self.known.plans.get(self.said.plan_code), "planCode", "plan")

    def terms(self) -> list[Term]:
        for index, term in enumerate(self.said.terms):
            if term.ends_on < term.starts_on:
                words = "The term ends before it starts. `endsOn` is its last day."
                self.complaints.add(("terms", index, "endsOn"), words)
        return [
            Term(
                term.starts_on,
                term.ends_on + timedelta(days=1),
                term.anchor_day or self._anchor_of(term),
                term.number,
            )
            for term in self.said.terms
        ]

    def contract(self) -> LinkedContract | None:
        if self.said.contract is None:
            return None
        found = self.known.contracts.get(self.said.contract)
        if found is None or found[1] != self.said.customer:
            return self._found(None, "contract", "contract of the customer's")
        return LinkedContract(found[0], self.said.contract)

    def numbers(self) -> tuple[Number, ...]:
        found: list[Number] = []
        for index, e164 in enumerate(self.said.numbers):
            stocked = self.known.numbers.get(e164)
            sku = self.known.skus.get(stocked.sku) if stocked else None
            if stocked and sku:
                found.append(Number(stocked.id, e164, sku))
            else:
                self.complaints.add(("numbers", index), _nothing("phone number"))
        return tuple(sorted(found, key=lambda number: number.e164))

    def assignees(self) -> dict[UUID, str]:
        found: dict[UUID, str] = {}
        for index, email in enumerate(self.said.assignees):
            member = self.known.members.get((self.said.customer, email))
            if member:
                found[member[0]] = member[1]
            else:
                self.complaints.add(("assignees", index), _nothing("member of the customer's"))
        return found

    def add_ons(self, plan: Plan) -> dict[str, AddOn]:
        found: dict[str, AddOn] = {}
        for index, said in enumerate(self.said.add_ons):
            offer = plan.add_ons.get(said.code)
            if offer is None and self.said.status in ENDED:
                offer = Offer(said.code, said.name or said.code, {})
            if offer is None:
                words = f"The plan {plan.code} does not offer this add-on. Add it to the plan."
                self.complaints.add(("addOns", index, "code"), words)
            elif said.code in found:
                self.complaints.add(("addOns", index, "code"), "This add-on is named twice. Name it once.")
            else:
                found[said.code] = AddOn(new_id(), offer, said.quantity)
        return found

    def scheduled(self, add_ons: dict[str, AddOn], last: Term) -> tuple[Scheduled, ...]:
        changes: list[Scheduled] = []
        for index, said in enumerate(self.said.scheduled_changes):
            target = add_ons.get(said.add_on or "")
            if said.add_on and not target:
                words = "The subscription has no such add-on."
                self.complaints.add(("scheduledChanges", index, "addOn"), words)
            model = said.billing_model
            changes.append(
                Scheduled(
                    id=new_id(),
                    action=said.action,
                    effective_on=last.ends_before,
                    summary=said.summary or self._summary(said, last),
                    reason=said.reason,
                    add_on_id=target.id if target else None,
                    quantity=said.quantity or (0 if said.action in _ADD_ON_ACTIONS else None),
                    model=BillingModel(model.cycle, model.multiplier) if model else None,
                )
            )
        return tuple(changes)

    def _summary(self, change: given.ScheduledChange, last: Term) -> str:
        match change:
            case given.ScheduledChange(action=Action.CANCEL):
                return f"Canceled at the end of the term, {last.ends_on}."
            case given.ScheduledChange(billing_model=given.BillingModel() as model):
                return f"Billing changes from {self.model} to {BillingModel(model.cycle, model.multiplier)}."
            case given.ScheduledChange(quantity=int() as quantity):
                return f"{change.add_on or 'Licences'} reduced to {quantity}."
        return f"{change.add_on} canceled."

    def _anchor_of(self, term: given.Term) -> int:
        """The subscription's, where the term begins on it or on the end of a shorter month."""
        return _anchor(term.starts_on, self.anchor_day)

    def _found(self, value: T | None, path: str, what: str) -> T | None:
        if value is None:
            self.complaints.add((path,), _nothing(what))
        return value


def _anchor(begins: date, day: int) -> int:
    return day if add_months(begins, 0, day) == begins else begins.day


def _nothing(what: str) -> str:
    return f"There is no such {what}, neither in the file nor in the database. Add it to the file."
