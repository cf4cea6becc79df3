"""What holds after any sequence of decisions on one subscription: rules, sections 1, 2, 4.10, 4.15 and 5."""

from collections.abc import Callable, Iterable
from copy import deepcopy
from dataclasses import replace
from itertools import pairwise
from typing import Any
from uuid import UUID

import pytest
from hypothesis import find, given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st

from actions.revoke_scheduled_change import RevokeScheduledChange
from actions.revoke_scheduled_change import decide as revoke
from domain.availability import licences
from domain.changes import field_changes, image
from domain.decision import quote_of
from domain.errors import LifecycleError
from domain.lifecycle import ALLOWED, ENDED, Action, Status
from domain.lines import CLOSING_KINDS, ChargeKind, Line, sum_of
from domain.money import Amounts, total
from domain.state import AddOnStatus, Subscription
from tests.builders import AT_END
from tests.domain.applied import applied, replayed
from tests.domain.asked import requests
from tests.domain.drawn import examples, redone
from tests.domain.stories import Story, stories

GIVING_BACK = {ChargeKind.CREDIT, ChargeKind.REFUND, ChargeKind.ADJUSTMENT}
SCHEDULING = [
    Action.CHANGE_QUANTITY,
    Action.CHANGE_ADD_ONS,
    Action.CANCEL_ADD_ON,
    Action.CHANGE_BILLING_MODEL,
    Action.CANCEL,
]


def is_never_negative(amount: Amounts) -> bool:
    return min(amount.price, amount.cost) >= 0


@examples
@given(stories())
def test_nothing_is_given_back_beyond_what_was_charged_nor_after_a_line_is_closed(story: Story) -> None:
    left: dict[UUID, Amounts] = {}
    closed: set[UUID] = set()
    for chapter in story.chapters:
        for line in chapter.decision.lines:
            assert (line.kind in GIVING_BACK) is (line.reverses is not None)
            if line.reverses:
                assert is_never_negative(-line.amount)
                assert line.reverses not in closed
                left[line.reverses] += line.amount
                closed |= {line.reverses} if line.kind in CLOSING_KINDS else set()
        left |= {charge.id: charge.remaining for charge in chapter.held.charges if charge.id not in left}
        assert all(is_never_negative(amount) for amount in left.values())
        assert {charge.id: charge.remaining for charge in chapter.held.charges}.items() <= left.items()


def is_capped(line: Line, lines: Iterable[Line], of: Subscription) -> bool:
    """Whether a credit takes all that is left of its charge, or of the upgrade, on each side that is less."""
    redo, left = redone(line.unit, line.quantity, line.fraction), sum_of(lines)
    (charge,) = [charge for charge in of.charges if charge.id == line.reverses]
    return all(
        -given == full or (-given < full and (-given == most or rest == 0))
        for given, full, most, rest in [
            (line.amount.price, redo.price, charge.remaining.price, left.price),
            (line.amount.cost, redo.cost, charge.remaining.cost, left.cost),
        ]
    )


@examples
@given(stories())
def test_a_person_can_redo_every_line(story: Story) -> None:
    for decision in story.decisions:
        for line in decision.lines:
            redo = redone(line.unit, line.quantity, line.fraction)
            if line.kind is ChargeKind.CREDIT:
                assert decision.before
                assert is_capped(line, decision.lines, decision.before)
            else:
                assert line.amount == (-redo if line.reverses else redo)


@examples
@given(stories())
def test_totals_are_the_sums_of_their_lines(story: Story) -> None:
    for number in {chapter.held.term.number for chapter in story.chapters}:
        of_term = [chapter for chapter in story.chapters if chapter.held.term.number == number]
        lines = [line for chapter in of_term for line in chapter.decision.lines]
        assert total(charge.remaining for charge in of_term[-1].held.charges) == sum_of(lines)
    for decision in story.decisions:
        assert quote_of(decision).amount == total(line.amount for line in decision.lines)
        if decision.action is Action.CHANGE_PLAN:
            assert is_never_negative(sum_of(decision.lines))


@examples
@given(stories())
def test_the_history_replays_from_nothing_to_the_present_state(story: Story) -> None:
    state: dict[str, str] = {}
    for chapter in story.chapters:
        decision = chapter.decision
        state = replayed(state, field_changes(decision.before, decision.after))
        assert state == image(decision.after) == image(chapter.held)


@examples
@given(stories())
def test_terms_tile_and_only_grow(story: Story) -> None:
    for earlier, later in pairwise(chapter.held.term for chapter in story.chapters):
        if earlier.number == later.number:
            assert (earlier.starts_on, earlier.anchor_day) == (later.starts_on, later.anchor_day)
            assert earlier.ends_before <= later.ends_before
        else:
            assert (later.number, later.starts_on) == (earlier.number + 1, earlier.ends_before)
    for chapter in story.chapters:
        for charge in chapter.held.charges:
            assert chapter.held.term.starts_on <= charge.line.period.starts_on
            assert charge.line.period.ends_before <= chapter.held.term.ends_before
            assert charge.line.period.days > 0


@examples
@given(stories())
def test_what_waits_is_one_to_a_target_still_reduces_and_shows(story: Story) -> None:
    for held in (chapter.held for chapter in story.chapters):
        targets = [(s.add_on_id or s.action) for s in held.scheduled]
        assert len(targets) == len(set(targets))
        assert {s.effective_on for s in held.scheduled} <= {held.term.ends_before}
        assert (held.status is Status.PENDING_FOR_CANCEL) is (held.pending(Action.CANCEL) is not None)
        assert not held.scheduled or held.status not in ENDED
        assert len(held.assignees) <= licences(held) <= held.quantity
        fewer = held.pending(Action.CHANGE_QUANTITY)
        assert fewer is None or 1 <= (fewer.quantity or 0) < held.quantity
        for add_on in held.add_ons:
            waiting = [s.quantity for s in held.scheduled if s.add_on_id == add_on.id]
            assert all(quantity is not None and quantity < add_on.quantity for quantity in waiting)
            assert (add_on.status is AddOnStatus.PENDING_FOR_CANCEL) is (0 in waiting)
            assert add_on.ends_before == (held.term.ends_before if 0 in waiting else None)


@pytest.mark.parametrize("action", SCHEDULING)
@examples
@given(stories(), st.data())
def test_to_schedule_and_to_revoke_restores_the_subscription_exactly(
    action: Action, story: Story, data: st.DataObject
) -> None:
    at = story.now
    request = data.draw(requests(action, at, AT_END))
    try:
        scheduled = applied(request(), at.new_id)
    except LifecycleError:
        return
    new = [change for change in scheduled.scheduled if change not in at.held.scheduled]
    if len(new) != 1:
        return  # increases alone, reductions of two add-ons, or back to the present model
    decision = revoke(scheduled, RevokeScheduledChange(new[0].id), at.today)
    # a second change of the billing model has replaced the first
    before = [
        s for s in at.held.scheduled if action is not s.action or action is not Action.CHANGE_BILLING_MODEL
    ]
    expected = replace(at.held, scheduled=tuple(before), version=at.held.version + 2)
    assert applied(decision, at.new_id) == expected


@pytest.mark.parametrize("action", ALLOWED)
@examples
@given(stories(), st.data())
def test_a_decision_leaves_its_input_as_it_was(action: Action, story: Story, data: st.DataObject) -> None:
    before = deepcopy(story.now.held)
    request = data.draw(requests(action, story.now))
    try:
        assert request().before is story.now.held
    except LifecycleError:
        pass
    assert story.now.held == before
    assert repr(story.now.held) == repr(before)


REACHED: dict[str, Callable[[Story], Any]] = {
    **{
        action: lambda story, action=action: action in {d.action for d in story.decisions}
        for action in [*ALLOWED, Action.RENEW, Action.CONVERT_TRIAL]
    },
    **{
        kind: lambda story, kind=kind: kind in {line.kind for d in story.decisions for line in d.lines}
        for kind in ChargeKind
    },
    "an end with something scheduled": lambda story: any(
        d.before and d.before.scheduled and d.after.status in ENDED for d in story.decisions
    ),
    "a refund after a credit": lambda story: (
        {ChargeKind.CREDIT, ChargeKind.REFUND} <= {line.kind for d in story.decisions for line in d.lines}
    ),
}


@pytest.mark.parametrize("what", REACHED)
def test_the_stories_come_to(what: str) -> None:
    """So that the properties above say something about it."""
    find(stories(), REACHED[what], settings=hypothesis_settings(examples, max_examples=2000))
