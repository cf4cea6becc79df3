"""What holds after any sequence of decisions on one subscription: rules, sections 1, 2, 4.10, 4.15 and 5."""

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
from domain.decision import quote_of
from domain.errors import LifecycleError
from domain.history import field_changes, image
from domain.lifecycle import ALLOWED, ENDED, Action, Status
from domain.lines import CLOSING_KINDS, ChargeKind, sum_of
from domain.money import Amounts, total
from domain.subscription import AddOnStatus, Subscription
from tests.builders import AT_END
from tests.domain.applied import applied, replayed
from tests.domain.asked import requests
from tests.domain.drawn import examples, redone
from tests.domain.stories import Story, stories

GIVING_BACK = {ChargeKind.CREDIT, ChargeKind.REFUND, ChargeKind.ADJUSTMENT}


def never_negative(amount: Amounts) -> bool:
    return min(amount.price, amount.cost) >= 0


def nothing_is_given_back_beyond_what_was_charged_nor_after_a_line_is_closed(story: Story) -> None:
    left: dict[UUID, Amounts] = {}
    closed: set[UUID] = set()
    for chapter in story.chapters:
        for line in chapter.decision.lines:
            assert (line.kind in GIVING_BACK) is (line.reverses is not None)
            assert never_negative(-line.amount if line.reverses else line.amount)
            if line.reverses:
                assert line.reverses not in closed
                left[line.reverses] += line.amount
                closed |= {line.reverses} if line.kind in CLOSING_KINDS else set()
        remaining = {charge.id: charge.remaining for charge in chapter.held.charges}
        left = remaining | left
        assert remaining.items() <= left.items()
        assert all(never_negative(amount) for amount in left.values())


def a_person_can_redo_every_line(story: Story) -> None:
    for line in (line for decision in story.decisions for line in decision.lines):
        redo = redone(line.unit, line.quantity, line.fraction)
        assert line.amount == (-redo if line.reverses else redo)


def totals_are_the_sums_of_their_lines(story: Story) -> None:
    for number in {chapter.held.term.number for chapter in story.chapters}:
        of_term = [chapter for chapter in story.chapters if chapter.held.term.number == number]
        lines = [line for chapter in of_term for line in chapter.decision.lines]
        assert total(charge.remaining for charge in of_term[-1].held.charges) == sum_of(lines)
    for decision in story.decisions:
        assert quote_of(decision).amount == total(line.amount for line in decision.lines)
        if decision.action is Action.CHANGE_PLAN:
            assert never_negative(sum_of(decision.lines))


def the_history_replays_from_nothing_to_the_present_state(story: Story) -> None:
    state: dict[str, str] = {}
    for chapter in story.chapters:
        state = replayed(state, field_changes(chapter.decision.before, chapter.decision.after))
        assert state == image(chapter.decision.after) == image(chapter.held)


def terms_tile_and_only_grow(story: Story) -> None:
    for earlier, later in pairwise(chapter.held.term for chapter in story.chapters):
        if earlier.number == later.number:
            assert (earlier.starts_on, earlier.anchor_day) == (later.starts_on, later.anchor_day)
            assert earlier.ends_before <= later.ends_before
        else:
            assert (later.number, later.starts_on) == (earlier.number + 1, earlier.ends_before)


def every_charge_is_for_days_of_its_term(story: Story) -> None:
    for held in (chapter.held for chapter in story.chapters):
        for over in (charge.line.period for charge in held.charges):
            assert held.term.starts_on <= over.starts_on < over.ends_before <= held.term.ends_before


def what_waits_is_one_to_a_target_and_for_the_terms_end(story: Story) -> None:
    for held in (chapter.held for chapter in story.chapters):
        targets = [change.add_on_id or change.action for change in held.scheduled]
        assert len(targets) == len(set(targets))
        assert {change.effective_on for change in held.scheduled} <= {held.term.ends_before}
        assert (held.status is Status.PENDING_FOR_CANCEL) is (held.pending(Action.CANCEL) is not None)
        assert not held.scheduled or held.status not in ENDED


def a_scheduled_reduction_still_reduces(story: Story) -> None:
    for held in (chapter.held for chapter in story.chapters):
        fewer = held.pending(Action.CHANGE_QUANTITY)
        assert fewer is None or 1 <= (fewer.quantity or 0) < held.quantity
        for add_on in held.add_ons:
            to_come = [change.quantity for change in held.scheduled if change.add_on_id == add_on.id]
            assert all(0 <= quantity < add_on.quantity for quantity in to_come if quantity is not None)
            assert (add_on.status is AddOnStatus.PENDING_FOR_CANCEL) is (0 in to_come)
            assert add_on.ends_before == (held.term.ends_before if 0 in to_come else None)


def there_is_at_most_one_member_to_a_licence(story: Story) -> None:
    for held in (chapter.held for chapter in story.chapters):
        assert len(held.assignees) <= licences(held) <= held.quantity


LAWS = [
    nothing_is_given_back_beyond_what_was_charged_nor_after_a_line_is_closed,
    a_person_can_redo_every_line,
    totals_are_the_sums_of_their_lines,
    the_history_replays_from_nothing_to_the_present_state,
    terms_tile_and_only_grow,
    every_charge_is_for_days_of_its_term,
    what_waits_is_one_to_a_target_and_for_the_terms_end,
    a_scheduled_reduction_still_reduces,
    there_is_at_most_one_member_to_a_licence,
]


def test_every_law_holds_whatever_becomes_of_a_subscription() -> None:
    met: Counter[Action | ChargeKind] = Counter()

    @settings(examples, max_examples=500)
    @given(stories())
    def all_of_them_hold(story: Story) -> None:
        for law in LAWS:
            law(story)
        met.update(decision.action for decision in story.decisions)
        met.update(line.kind for decision in story.decisions for line in decision.lines)

    all_of_them_hold()
    assert {*Action, *ChargeKind} - met.keys() == set()  # or the laws would say nothing about it


SCHEDULING = [
    Action.CHANGE_QUANTITY,
    Action.CHANGE_ADD_ONS,
    Action.CANCEL_ADD_ON,
    Action.CHANGE_BILLING_MODEL,
    Action.CANCEL,
]


def with_nothing_else_for_its_target(held: Subscription, action: Action) -> Subscription:
    """A second change of the billing model replaces the first."""
    if action is not Action.CHANGE_BILLING_MODEL:
        return held
    return replace(held, scheduled=tuple(s for s in held.scheduled if s.action is not action))


def test_to_schedule_and_to_revoke_restores_the_subscription_exactly() -> None:
    met: Counter[Action] = Counter()

    @settings(examples, max_examples=150)
    @given(stories(), st.data())
    def it_is_restored(story: Story, data: st.DataObject) -> None:
        at = data.draw(st.sampled_from(story.moments))
        for action in SCHEDULING:
            request = data.draw(requests(action, at, AT_END))
            try:
                decision = request()
            except LifecycleError:
                continue
            new = [change for change in decision.after.scheduled if change not in at.held.scheduled]
            if decision.provisioning or not new:
                continue  # something was increased at once, or the present billing model stays
            held = applied(decision, at.new_id)
            for change in new:
                held = applied(revoke(held, RevokeScheduledChange(change.id), at.today), at.new_id)
            assert replace(held, version=at.held.version) == with_nothing_else_for_its_target(at.held, action)
            met[action] += 1

    it_is_restored()
    assert met.keys() == set(SCHEDULING)


@settings(examples, max_examples=40)
@given(stories(), st.data())
def test_a_decision_and_a_refusal_leave_what_they_were_asked_about_as_it_was(
    story: Story, data: st.DataObject
) -> None:
    at = data.draw(st.sampled_from(story.moments))
    before = deepcopy(at.held)
    for action in ALLOWED:
        request = data.draw(requests(action, at))
        with suppress(LifecycleError):
            assert request().before is at.held
        assert at.held == before
    assert repr(at.held) == repr(before)
