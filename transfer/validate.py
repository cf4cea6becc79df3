"""Whether a subscription can stand as a file says: nothing that is past is charged or renewed once more."""

from collections.abc import Callable, Iterator, Mapping
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
from domain.subscription import Scheduled
from domain.subscription import Subscription as State
from transfer.catalogue import field_path
from transfer.format import MAX_CHARGES
from transfer.problems import Path

Finding = tuple[Path, str]


@dataclass(frozen=True)
class Checks:
    """`today` is the day in the customer's zone. `overdue`: terms may be over, and the worker renews them."""

    item: Import
    today: date
    overdue: bool

    @property
    def state(self) -> State:
        return self.item.state

    @property
    def terms(self) -> tuple[Term, ...]:
        return (*self.item.past, self.state.term)

    def findings(self) -> Iterator[Finding]:
        """Every problem: where it is, and in words what is wrong and what to do."""
        untiled = [*self._tiles()]
        yield from untiled
        yield from self._status()
        yield from self._lists()
        yield from self._ended() if self.state.status in ENDED else self._running()
        if not untiled and self.state.status not in ENDED:
            yield from self._length()
            yield from self._prices()
        for index, change in enumerate(self.state.scheduled):
            if words := _pointless(self.state, change):
                yield ("scheduledChanges", index), words

    def _tiles(self) -> Iterator[Finding]:
        for index, (earlier, later) in enumerate(pairwise(self.terms), start=1):
            if later.starts_on != earlier.ends_before:
                words = f"Terms follow day by day: this one must start on {earlier.ends_before}."
                yield ("terms", index, "startsOn"), words
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
            yield (
                ("trialEndsOn",),
                f"The trial is the term of number 0: it ends on {self.state.term.ends_on}.",
            )
        first = self.terms[0]
        if first.number == 0 and any(line.term_number == 0 for line in self.item.lines):
            yield ("terms", 0, "charges"), "A trial is free: it has no charges."

    def _lists(self) -> Iterator[Finding]:
        if sum(1 + len(line.reversals) for line in self.item.lines) > MAX_CHARGES:
            yield (
                ("terms",),
                f"There may be at most {MAX_CHARGES} charges and reversals. Leave old terms out.",
            )
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
        term = self.state.term
        if self.state.ended_on:
            yield ("endedOn",), f"It has not ended: it is {self.state.status}. Leave this out."
        if term.starts_on > self.today:
            yield ("terms", len(self.item.past), "startsOn"), f"The last term must run today, {self.today}."
        if term.ends_before <= self.today and not self.overdue:
            words = (
                f"The last term was over before today, {self.today}: it would be renewed and charged. "
                "Add the term that runs now, or say that it has ended, or load with --renew-overdue."
            )
            yield ("terms", len(self.item.past), "endsOn"), words

    def _length(self) -> Iterator[Finding]:
        """Else an `endsOn` that is a day off would move every renewal to come."""
        state, term = self.state, self.state.term
        extended = any(
            line.line.kind is ChargeKind.EXTENSION and line.term_number == term.number
            for line in self.item.lines
        )
        due = term_after(term.starts_on, state.model, term.anchor_day, term.number)
        inverted = term.ends_before <= term.starts_on  # told already
        if not state.is_trial and not extended and not inverted and term.ends_before != due.ends_before:
            words = (
                f"A term of {state.model} from {term.starts_on} ends on {due.ends_on}. "
                "One that was extended has a charge of the kind EXTENSION."
            )
            yield ("terms", len(self.item.past), "endsOn"), words

    def _prices(self) -> Iterator[Finding]:
        try:
            check_offered(self.state, "billingModel")
            next_renewal(self.state)
        except LifecycleError as error:
            yield field_path(error), error.message


def _pointless(state: State, change: Scheduled) -> str | None:
    """Why a scheduled change cannot wait for the term's end, or None."""
    same = [s for s in state.scheduled if _target(s) == _target(change)]
    if len(same) > 1:
        return "One change may wait for one target. Leave the others out."
    if change.action not in _SCHEDULED:
        return f"Scheduled can be {', '.join(sorted(_SCHEDULED))}."
    return _SCHEDULED[change.action](state, change)


def _target(change: Scheduled) -> object:
    return change.add_on_id or change.action


def _cancel(_: State, change: Scheduled) -> str | None:
    named = change.quantity is not None or change.model or change.add_on_id
    return "A CANCEL has no quantity, add-on or billing model." if named else None


def _licences(state: State, change: Scheduled) -> str | None:
    reduces = change.quantity is not None and 0 < change.quantity < state.quantity
    return (
        None
        if reduces and not change.model and not change.add_on_id
        else "Give a lower quantity, and no more."
    )


def _add_on(state: State, change: Scheduled) -> str | None:
    target = state.add_on(change.add_on_id) if change.add_on_id else None
    if target is None or change.model:
        return "Give the code of an add-on that the subscription has, and no billing model."
    if change.action is Action.CANCEL_ADD_ON and change.quantity:
        return "CANCEL_ADD_ON has no quantity."
    return None if (change.quantity or 0) < target.quantity else "The quantity must be lower than it is."


def _model(state: State, change: Scheduled) -> str | None:
    other = change.model is not None and change.model != state.model
    return None if other and change.quantity is None else "Give another billing model, and no quantity."


_SCHEDULED: Mapping[Action, Callable[[State, Scheduled], str | None]] = {
    Action.CANCEL: _cancel,
    Action.CHANGE_QUANTITY: _licences,
    Action.CHANGE_ADD_ONS: _add_on,
    Action.CANCEL_ADD_ON: _add_on,
    Action.CHANGE_BILLING_MODEL: _model,
}
