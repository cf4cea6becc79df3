"""Whether a subscription of a file can be imported: nothing in the past may be charged or renewed again."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from itertools import pairwise

from actions.import_subscriptions import Import
from domain.charges import check_offered
from domain.errors import LifecycleError
from domain.lifecycle import ENDED, Action, Status
from domain.lines import ChargeKind
from domain.periods import Term, term_after
from domain.renewal import next_renewal
from domain.subscription import Scheduled, Subscription
from transfer.format import MAX_CHARGES
from transfer.problems import Path
from transfer.references import field_path

Finding = tuple[Path, str]

_SCHEDULABLE = (
    Action.CANCEL,
    Action.CANCEL_ADD_ON,
    Action.CHANGE_ADD_ONS,
    Action.CHANGE_BILLING_MODEL,
    Action.CHANGE_QUANTITY,
)


@dataclass(frozen=True)
class Checks:
    """`today` is the day in the customer's zone. `overdue`: terms may be over, and the worker renews them."""

    item: Import
    today: date
    overdue: bool

    @property
    def state(self) -> Subscription:
        return self.item.state

    @property
    def terms(self) -> tuple[Term, ...]:
        return (*self.item.past, self.state.term)

    def findings(self) -> Iterator[Finding]:
        """Every problem: its place, what is wrong and what to do."""
        gaps = [*self._sequence()]
        yield from gaps
        yield from self._status()
        yield from self._lists()
        yield from self._ended() if self.state.status in ENDED else self._running()
        if not gaps and self.state.status not in ENDED:
            yield from self._length()
            yield from self._prices()
        for index, change in enumerate(self.state.scheduled):
            if text := _scheduled_problem(self.state, change):
                yield ("scheduledChanges", index), text

    def _sequence(self) -> Iterator[Finding]:
        for index, (earlier, later) in enumerate(pairwise(self.terms), start=1):
            if later.starts_on != earlier.ends_before:
                text = f"Terms follow day by day: this one must start on {earlier.ends_before}."
                yield ("terms", index, "startsOn"), text
            if later.number != earlier.number + 1:
                yield ("terms", index, "number"), f"This must be {earlier.number + 1}."
        if self.state.purchased_on > self.state.term.starts_on:
            yield ("purchasedOn",), "The purchase cannot lie after the first day of the last term."

    def _status(self) -> Iterator[Finding]:
        status, trial = self.state.status, self.state.is_trial
        canceling = self.state.pending(Action.CANCEL) is not None
        if (status is Status.PENDING_FOR_CANCEL) != canceling and status not in ENDED:
            yield ("status",), "PENDING_FOR_CANCEL goes with a scheduled CANCEL, and the other way round."
        if status in (Status.TRIAL, Status.ACTIVE) and (status is Status.TRIAL) != trial:
            yield ("status",), "TRIAL goes with a last term of number 0, and ACTIVE with one from 1 on."
        if trial and self.state.trial_ends_before != self.state.term.ends_before:
            text = f"The trial is the term of number 0: it ends on {self.state.term.ends_on}."
            yield ("trialEndsOn",), text
        first = self.terms[0]
        if first.number == 0 and any(line.term_number == 0 for line in self.item.lines):
            yield ("terms", 0, "charges"), "A trial is free: it has no charges."

    def _lists(self) -> Iterator[Finding]:
        if sum(1 + len(line.reversals) for line in self.item.lines) > MAX_CHARGES:
            text = f"There may be at most {MAX_CHARGES} charges and reversals. Leave old terms out."
            yield ("terms",), text
        reduced = self.state.pending(Action.CHANGE_QUANTITY)
        licences = (reduced and reduced.quantity) or self.state.quantity
        if self.state.status not in ENDED and len(self.state.assignees) > licences:
            yield ("assignees",), f"There are {licences} licences, and {len(self.state.assignees)} assignees."

    def _ended(self) -> Iterator[Finding]:
        ended_on = self.state.ended_on
        if ended_on is None:
            yield ("endedOn",), f"Give the first day without it, since it is {self.state.status}."
        elif not self.terms[0].starts_on <= ended_on <= self.today:
            yield ("endedOn",), f"This must be from {self.terms[0].starts_on} to today, {self.today}."
        if self.state.numbers:
            yield ("numbers",), "What has ended holds no numbers. Leave them out: they are in stock."
        if self.state.scheduled:
            yield ("scheduledChanges",), "Nothing is scheduled for what has ended. Leave them out."

    def _running(self) -> Iterator[Finding]:
        term, last = self.state.term, len(self.item.past)
        if self.state.ended_on:
            yield ("endedOn",), f"It has not ended: it is {self.state.status}. Leave this out."
        if term.starts_on > self.today:
            yield ("terms", last, "startsOn"), f"The last term must run today, {self.today}."
        if term.ends_before <= self.today and not self.overdue:
            text = (
                f"The last term was over before today, {self.today}: it would be renewed and charged. "
                "Add the term that runs now, or say that it has ended, or load with --renew-overdue."
            )
            yield ("terms", last, "endsOn"), text

    def _length(self) -> Iterator[Finding]:
        """An `endsOn` that is a day off would move every later renewal."""
        state, term = self.state, self.state.term
        lines = [item.line for item in self.item.lines if item.term_number == term.number]
        extended = any(line.kind is ChargeKind.EXTENSION for line in lines)
        regular = term_after(term.starts_on, state.model, term.anchor_day, term.number)
        inverted = term.ends_before <= term.starts_on  # reported already
        if not state.is_trial and not extended and not inverted and term.ends_before != regular.ends_before:
            text = (
                f"A term of {state.model} from {term.starts_on} ends on {regular.ends_on}. "
                "One that was extended has a charge of the kind EXTENSION."
            )
            yield ("terms", len(self.item.past), "endsOn"), text

    def _prices(self) -> Iterator[Finding]:
        try:
            check_offered(self.state, "billingModel")
            next_renewal(self.state)
        except LifecycleError as error:
            yield field_path(error), error.message


def _scheduled_problem(state: Subscription, change: Scheduled) -> str | None:
    """Why a change cannot wait for the end of the term, or None."""
    targets = [other.add_on_id or other.action for other in state.scheduled]
    if targets.count(change.add_on_id or change.action) > 1:
        return "One change may wait for one target. Leave the others out."
    if change.action not in _SCHEDULABLE:
        return f"Scheduled can be {', '.join(_SCHEDULABLE)}."
    if change.action in (Action.CHANGE_ADD_ONS, Action.CANCEL_ADD_ON):
        return _add_on_problem(state, change)
    quantity, model, add_on = change.quantity, change.model, change.add_on_id
    if change.action is Action.CANCEL:
        fits = quantity is None and not model and not add_on
        return None if fits else "A CANCEL has no quantity, add-on or billing model."
    if change.action is Action.CHANGE_QUANTITY:
        fits = quantity is not None and 0 < quantity < state.quantity and not model and not add_on
        return None if fits else "Give a lower quantity, and no more."
    fits = model is not None and model != state.model and quantity is None
    return None if fits else "Give another billing model, and no quantity."


def _add_on_problem(state: Subscription, change: Scheduled) -> str | None:
    target = state.add_on(change.add_on_id) if change.add_on_id else None
    if target is None or change.model:
        return "Give the code of an add-on that the subscription has, and no billing model."
    if change.action is Action.CANCEL_ADD_ON and change.quantity:
        return "CANCEL_ADD_ON has no quantity."
    return None if (change.quantity or 0) < target.quantity else "The quantity must be lower than it is."
