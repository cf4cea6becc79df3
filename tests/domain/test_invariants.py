"""What holds after any sequence of decisions on one subscription: rules §1, §2, §4, §5."""

from collections import Counter
from contextlib import suppress
from copy import deepcopy
from dataclasses import replace
from itertools import pairwise
from uuid import UUID

from hypothesis import given, settings
from hypothesis import strategies as st

from actions.revoke_scheduled_change import RevokeScheduledChange
from actions.revoke_scheduled_change import decide as revoke
from domain.availability import licences
from domain.errors import LifecycleError
from domain.history import field_changes, field_values
from domain.lifecycle import ALLOWED, ENDED, Action, Status
from domain.lines import CLOSING_KINDS, ChargeKind, sum_of
from domain.money import Amounts, total
from domain.quote import quote_of
from domain.subscription import AddOnStatus, Subscription
from tests.builders import AT_END
from tests.domain.requests import requests
from tests.domain.strategies import examples, recomputed
from tests.domain.timelines import Timeline, applied, replayed, timelines

GIVING_BACK = {ChargeKind.CREDIT, ChargeKind.REFUND, ChargeKind.ADJUSTMENT}


def never_negative(amount: Amounts) -> bool:
    return min(amount.price, amount.cost) >= 0


def refunds_never_exceed_charges(timeline: Timeline) -> None:
    left: dict[UUID, Amounts] = {}
    closed: set[UUID] = set()
    for step in timeline.steps:
        for line in step.decision.lines:
            assert (line.kind in GIVING_BACK) is (line.reverses is not None)
            assert never_negative(-line.amount if line.reverses else line.amount)
            if line.reverses:
                assert line.reverses not in closed
                left[line.reverses] += line.amount
                closed |= {line.reverses} if line.kind in CLOSING_KINDS else set()
        remaining = {charge.id: charge.remaining for charge in step.state.charges}
        left = remaining | left
        assert remaining.items() <= left.items()
        assert all(never_negative(amount) for amount in left.values())


def every_line_can_be_recomputed(timeline: Timeline) -> None:
    for line in (line for decision in timeline.decisions for line in decision.lines):
        redo = recomputed(line.unit, line.quantity, line.fraction)
        assert line.amount == (-redo if line.reverses else redo)


def totals_are_the_sums_of_their_lines(timeline: Timeline) -> None:
    for number in {step.state.term.number for step in timeline.steps}:
        of_term = [step for step in timeline.steps if step.state.term.number == number]
        lines = [line for step in of_term for line in step.decision.lines]
        assert total(charge.remaining for charge in of_term[-1].state.charges) == sum_of(lines)
    for decision in timeline.decisions:
        assert quote_of(decision).amount == total(line.amount for line in decision.lines)
        if decision.action is Action.CHANGE_PLAN:
            assert never_negative(sum_of(decision.lines))


def history_replays_to_the_current_state(timeline: Timeline) -> None:
    state: dict[str, str] = {}
    for step in timeline.steps:
        state = replayed(state, field_changes(step.decision.before, step.decision.after))
        assert state == field_values(step.decision.after) == field_values(step.state)


def terms_tile_and_only_grow(timeline: Timeline) -> None:
    for earlier, later in pairwise(step.state.term for step in timeline.steps):
        if earlier.number == later.number:
            assert (earlier.starts_on, earlier.anchor_day) == (later.starts_on, later.anchor_day)
            assert earlier.ends_before <= later.ends_before
        else:
            assert (later.number, later.starts_on) == (earlier.number + 1, earlier.ends_before)


def charges_lie_in_their_term(timeline: Timeline) -> None:
    for state in (step.state for step in timeline.steps):
        for over in (charge.line.period for charge in state.charges):
            assert state.term.starts_on <= over.starts_on < over.ends_before <= state.term.ends_before


def a_target_has_one_change_at_the_term_end(timeline: Timeline) -> None:
    for state in (step.state for step in timeline.steps):
        targets = [change.add_on_id or change.action for change in state.scheduled]
        assert len(targets) == len(set(targets))
        assert {change.effective_on for change in state.scheduled} <= {state.term.ends_before}
        assert (state.status is Status.PENDING_FOR_CANCEL) is (state.pending(Action.CANCEL) is not None)
        assert not state.scheduled or state.status not in ENDED


def a_scheduled_reduction_still_reduces(timeline: Timeline) -> None:
    for state in (step.state for step in timeline.steps):
        fewer = state.pending(Action.CHANGE_QUANTITY)
        assert fewer is None or 1 <= (fewer.quantity or 0) < state.quantity
        for add_on in state.add_ons:
            to_come = [change.quantity for change in state.scheduled if change.add_on_id == add_on.id]
            assert all(0 <= quantity < add_on.quantity for quantity in to_come if quantity is not None)
            assert (add_on.status is AddOnStatus.PENDING_FOR_CANCEL) is (0 in to_come)
            assert add_on.ends_before == (state.term.ends_before if 0 in to_come else None)


def no_more_members_than_licences(timeline: Timeline) -> None:
    for state in (step.state for step in timeline.steps):
        assert len(state.assignees) <= licences(state) <= state.quantity


INVARIANTS = [
    refunds_never_exceed_charges,
    every_line_can_be_recomputed,
    totals_are_the_sums_of_their_lines,
    history_replays_to_the_current_state,
    terms_tile_and_only_grow,
    charges_lie_in_their_term,
    a_target_has_one_change_at_the_term_end,
    a_scheduled_reduction_still_reduces,
    no_more_members_than_licences,
]


def test_all_invariants_hold_on_any_timeline() -> None:
    met: Counter[Action | ChargeKind] = Counter()

    @settings(examples, max_examples=500)
    @given(timelines())
    def check_timeline(timeline: Timeline) -> None:
        for check in INVARIANTS:
            check(timeline)
        met.update(decision.action for decision in timeline.decisions)
        met.update(line.kind for decision in timeline.decisions for line in decision.lines)

    check_timeline()
    assert {*Action, *ChargeKind} - met.keys() == set()  # otherwise the invariants were not tested on it


SCHEDULING = [
    Action.CHANGE_QUANTITY,
    Action.CHANGE_ADD_ONS,
    Action.CANCEL_ADD_ON,
    Action.CHANGE_BILLING_MODEL,
    Action.CANCEL,
]


def without_replaced_change(state: Subscription, action: Action) -> Subscription:
    """A second change of billing model replaces the first."""
    if action is not Action.CHANGE_BILLING_MODEL:
        return state
    return replace(state, scheduled=tuple(s for s in state.scheduled if s.action is not action))


def test_revoking_undoes_scheduling_exactly() -> None:
    met: Counter[Action] = Counter()

    @settings(examples, max_examples=150)
    @given(timelines(), st.data())
    def check_restored(timeline: Timeline, data: st.DataObject) -> None:
        at = data.draw(st.sampled_from(timeline.moments))
        for action in SCHEDULING:
            request = data.draw(requests(action, at, AT_END))
            try:
                decision = request()
            except LifecycleError:
                continue
            new = [change for change in decision.after.scheduled if change not in at.state.scheduled]
            if decision.provisioning or not new:
                continue  # an increase is immediate, and the current billing model schedules nothing
            state = applied(decision, at.new_id)
            for change in new:
                state = applied(revoke(state, RevokeScheduledChange(change.id), at.today), at.new_id)
            assert replace(state, version=at.state.version) == without_replaced_change(at.state, action)
            met[action] += 1

    check_restored()
    assert met.keys() == set(SCHEDULING)


@settings(examples, max_examples=40)
@given(timelines(), st.data())
def test_deciding_does_not_change_the_subscription(timeline: Timeline, data: st.DataObject) -> None:
    at = data.draw(st.sampled_from(timeline.moments))
    before = deepcopy(at.state)
    for action in ALLOWED:
        request = data.draw(requests(action, at))
        with suppress(LifecycleError):
            assert request().before is at.state
        assert at.state == before
    assert repr(at.state) == repr(before)
