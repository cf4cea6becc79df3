"""Members taken off the subscription: rules §4.2."""

from collections.abc import Iterable
from dataclasses import replace
from typing import Any
from uuid import UUID

import pytest

from actions.unassign_members import UnassignMembers, decide
from domain.decision import Decision
from domain.errors import ErrorCode
from domain.lifecycle import Action, Status
from domain.subscription import Subscription
from tests.builders import day, provisioned, refused, subscription, trial, uid, waiting

ADA, BOB, CAM = {uid(1): "Ada"}, {uid(2): "Bob"}, {uid(3): "Cam"}


def ask(held: Subscription, member_ids: Iterable[UUID]) -> Decision:
    return decide(held, UnassignMembers(held.id, tuple(member_ids)), day("2021-06-02"))


@pytest.mark.parametrize("build", [subscription, trial])
@pytest.mark.parametrize("status", [Status.ACTIVE, Status.PENDING_FOR_CANCEL])
def test_members_are_taken_off_and_the_others_stay(build: Any, status: Status) -> None:
    held = build(status=status, quantity=3, assignees=ADA | BOB | CAM)
    made = ask(held, [*CAM, *ADA])
    assert made.after == replace(held, assignees=BOB)
    assert (made.action, made.effective_on) == (Action.UNASSIGN_MEMBERS, day("2021-06-02"))
    assert (made.lines, made.summary) == ((), "Unassigned: Ada, Cam.")
    assert provisioned(made) == [("UNASSIGN_MEMBERS", {"members": ["Ada", "Cam"]})]


def test_members_without_an_assignment_are_ignored() -> None:
    made = ask(subscription(assignees=ADA), [*ADA, *ADA, *BOB, uid(99)])
    assert (made.after.assignees, made.summary) == ({}, "Unassigned: Ada.")


@pytest.mark.parametrize("member_ids", [[], [*BOB], [uid(99)]])
def test_unassigned_members_are_nothing_to_change(member_ids: list[UUID]) -> None:
    with refused(ErrorCode.NOTHING_TO_CHANGE, "memberIds"):
        ask(subscription(assignees=ADA), member_ids)


def test_without_assignees_every_input_is_refused() -> None:
    with refused(ErrorCode.NOTHING_TO_CHANGE):
        ask(subscription(), [*ADA])


def test_unassignment_ignores_scheduled_reduction() -> None:
    held = subscription(
        quantity=3, assignees=ADA | BOB, scheduled=(waiting(Action.CHANGE_QUANTITY, quantity=2),)
    )
    assert ask(held, ADA).after.assignees == BOB
