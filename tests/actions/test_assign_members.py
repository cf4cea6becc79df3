"""Members assigned, one to a licence: rules §4.2."""

from collections.abc import Mapping
from dataclasses import replace
from typing import Any
from uuid import UUID

import pytest

from actions.assign_members import AssignMembers, decide
from domain.decision import Decision
from domain.errors import ErrorCode
from domain.lifecycle import Action, Status
from domain.subscription import Subscription
from tests.builders import MONTHLY, day, provisioned, refused, subscription, trial, uid, waiting

ADA, BOB, CAM = {uid(1): "Ada"}, {uid(2): "Bob"}, {uid(3): "Cam"}
TWO_TO_COME = waiting(Action.CHANGE_QUANTITY, quantity=2)
SOMETHING_ELSE = waiting(Action.CHANGE_BILLING_MODEL, model=MONTHLY)


def ask(held: Subscription, members: Mapping[UUID, str], *more: UUID, today: str = "2021-06-02") -> Decision:
    """`more` are additional ids in the command."""
    return decide(held, AssignMembers(held.id, (*members, *more)), members, day(today))


@pytest.mark.parametrize("build", [subscription, trial])
@pytest.mark.parametrize("status", [Status.ACTIVE, Status.PENDING_FOR_CANCEL])
def test_new_assignees_join_the_existing_ones(build: Any, status: Status) -> None:
    held = build(status=status, quantity=3, assignees=ADA)
    made = ask(held, BOB | CAM)
    assert made.after == replace(held, assignees=ADA | BOB | CAM)
    assert (made.action, made.effective_on) == (Action.ASSIGN_MEMBERS, day("2021-06-02"))
    assert (made.lines, made.summary) == ((), "Assigned: Bob, Cam.")
    assert provisioned(made) == [("ASSIGN_MEMBERS", {"members": ["Bob", "Cam"]})]


def test_assigned_member_takes_no_second_licence() -> None:
    made = ask(subscription(quantity=2, assignees=ADA), ADA | BOB)
    assert (made.after.assignees, made.summary) == (ADA | BOB, "Assigned: Bob.")
    assert [payload for _, payload in provisioned(made)] == [{"members": ["Bob"]}]


def test_a_member_named_twice_takes_one_licence() -> None:
    assert ask(subscription(), ADA, *ADA).after.assignees == ADA


@pytest.mark.parametrize(
    ("changes", "members"),
    [
        ({"quantity": 1}, ADA | BOB),
        ({"quantity": 2, "assignees": ADA}, BOB | CAM),
        ({"quantity": 2, "assignees": ADA | BOB}, CAM),
        # with a scheduled reduction, the reduced number counts
        ({"quantity": 3, "assignees": ADA, "scheduled": (TWO_TO_COME,)}, BOB | CAM),
        ({"quantity": 3, "assignees": ADA | BOB, "scheduled": (SOMETHING_ELSE, TWO_TO_COME)}, CAM),
    ],
)
def test_a_licence_has_at_most_one_assignee(changes: Any, members: Mapping[UUID, str]) -> None:
    with refused(ErrorCode.NO_LICENCE_LEFT, *([] if members is CAM else ["memberIds"])):
        ask(subscription(**changes), members)


@pytest.mark.parametrize(
    ("changes", "members"),
    [
        ({"quantity": 2}, ADA | BOB),
        ({"quantity": 3, "assignees": ADA, "scheduled": (TWO_TO_COME,)}, BOB),
        ({"quantity": 3, "assignees": ADA | BOB, "scheduled": (SOMETHING_ELSE,)}, CAM),
    ],
)
def test_the_last_licence_may_be_taken(changes: Any, members: Mapping[UUID, str]) -> None:
    held = subscription(**changes)
    assert ask(held, members).after.assignees == {**held.assignees, **members}


@pytest.mark.parametrize("members", [{}, ADA])
def test_assigning_an_assignee_is_refused(members: Mapping[UUID, str]) -> None:
    with refused(ErrorCode.NOTHING_TO_CHANGE, "memberIds"):
        ask(subscription(quantity=2, assignees=ADA), members)


def test_member_of_another_customer_is_not_found() -> None:
    with refused(ErrorCode.NOT_FOUND, "memberIds", naming="no such member"):
        ask(subscription(quantity=5), ADA, uid(99))
