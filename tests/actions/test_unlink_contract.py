"""The link with a contract undone: rules §4.3."""

from dataclasses import replace
from typing import Any

import pytest

from actions.unlink_contract import decide
from domain.errors import ErrorCode
from domain.lifecycle import Action, Status
from domain.subscription import LinkedContract
from tests.builders import day, refused, subscription, trial, uid

TODAY = day("2021-06-02")
LINKED = LinkedContract(uid(70), "C-7")


@pytest.mark.parametrize("build", [subscription, trial])
@pytest.mark.parametrize("status", [Status.ACTIVE, Status.PENDING_FOR_CANCEL])
def test_the_link_is_undone(build: Any, status: Status) -> None:
    held = build(status=status, contract=LINKED)
    made = decide(held, TODAY)
    assert made.after == replace(held, contract=None)
    assert (made.action, made.effective_on) == (Action.UNLINK_CONTRACT, TODAY)
    assert (made.lines, made.provisioning) == ((), ())
    assert made.summary == "Unlinked from the contract C-7."


def test_no_linked_contract_is_nothing_to_change() -> None:
    with refused(ErrorCode.NOTHING_TO_CHANGE, naming="No contract is linked."):
        decide(subscription(), TODAY)
