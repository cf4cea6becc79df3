"""Subscriptions, phone numbers and contracts: rules §4.3, §4.5 and §4.6."""

from dataclasses import replace

import pytest

from domain.errors import ErrorCode
from domain.lifecycle import Action, Status
from domain.subscription import AddOnStatus, Contract, ContractStatus, Number, NumberPool, Scheduled
from tests.builders import FAX, RECORDING, add_on, day, number, refused, subscription, trial, uid

ONE, TWO, TAKEN, UNKNOWN = number(1), number(2), number(3), number(4)
POOL = NumberPool({ONE.id: (ONE, True), TWO.id: (TWO, True), TAKEN.id: (TAKEN, False)})
TODAY = day("2021-06-16")
OWNER, STRANGER = uid(10), uid(20)


def test_term_0_is_a_trial_in_every_status() -> None:
    assert trial().is_trial
    assert trial(status=Status.PENDING_FOR_CANCEL).is_trial
    assert not subscription(status=Status.PENDING_FOR_CANCEL).is_trial


def test_a_pending_change_by_action_and_target() -> None:
    recording, fax = add_on(RECORDING), add_on(FAX)
    on = day("2021-11-16")
    cancel = Scheduled(uid(1), Action.CANCEL_ADD_ON, on, "Cancel Recording.", add_on_id=recording.id)
    fewer = Scheduled(uid(2), Action.CHANGE_QUANTITY, on, "1 licence.", quantity=1)
    state = subscription(add_ons=(recording, fax), scheduled=(cancel, fewer))
    assert state.pending(Action.CANCEL_ADD_ON, recording.id) == cancel
    assert state.pending(Action.CHANGE_QUANTITY) == fewer
    assert state.pending(Action.CANCEL_ADD_ON, fax.id) is None
    assert state.pending(Action.CANCEL_ADD_ON) is None


def test_an_add_on_is_replaced_or_added() -> None:
    recording, fax = add_on(RECORDING, 2), add_on(FAX)
    ending = replace(recording, status=AddOnStatus.PENDING_FOR_CANCEL)
    state = subscription(add_ons=(recording,))
    assert state.with_add_on(fax).add_ons == (recording, fax)
    assert state.with_add_on(fax).with_add_on(ending).add_ons == (ending, fax)


@pytest.mark.parametrize("requested", [[], [ONE], [TWO], [ONE, TWO], [TWO, ONE]])
def test_free_numbers_are_taken_in_the_order_asked_for(requested: list[Number]) -> None:
    assert POOL.take((each.id for each in requested), "numberIds") == tuple(requested)


@pytest.mark.parametrize(
    ("requested", "code", "naming"),
    [
        ([TAKEN], ErrorCode.NUMBER_NOT_AVAILABLE, "+49300003 is not available."),
        ([ONE, TAKEN, TWO], ErrorCode.NUMBER_NOT_AVAILABLE, "+49300003 is not available."),
        # the same number twice: it is taken already
        ([ONE, TWO, ONE], ErrorCode.NUMBER_NOT_AVAILABLE, "+49300001 is not available."),
        ([UNKNOWN], ErrorCode.NOT_FOUND, "There is no such phone number."),
        ([ONE, UNKNOWN], ErrorCode.NOT_FOUND, "There is no such phone number."),
    ],
)
def test_unknown_and_held_numbers_are_refused(requested: list[Number], code: ErrorCode, naming: str) -> None:
    with refused(code, "numberIds", naming=naming):
        POOL.take([each.id for each in requested], "numberIds")


def test_taking_does_not_change_the_pool() -> None:
    assert POOL.take([ONE.id], "swap") == POOL.take([ONE.id], "addNumberIds") == (ONE,)


@pytest.mark.parametrize("requested", [[UNKNOWN], [ONE, UNKNOWN]])
def test_viewers_of_free_numbers_see_one_refusal(requested: list[Number]) -> None:
    free = NumberPool({ONE.id: (ONE, True)}, sees_held=False)
    with refused(ErrorCode.NUMBER_NOT_AVAILABLE, "numberIds", naming="This phone number is not available."):
        free.take([each.id for each in requested], "numberIds")


def contract(first: str, last: str | None, status: ContractStatus = ContractStatus.ACTIVE) -> Contract:
    return Contract(uid(1), "C-7", OWNER, status, day(first), day(last) if last else None)


@pytest.mark.parametrize(
    ("first", "last"),
    [("2021-01-01", None), ("2021-06-16", None), ("2021-01-01", "2021-06-16"), ("2021-06-16", "2021-06-16")],
)
def test_a_contract_in_force_today_is_linkable(first: str, last: str | None) -> None:
    contract(first, last).check_linkable(OWNER, TODAY)


@pytest.mark.parametrize(
    ("first", "last", "status"),
    [
        ("2021-06-17", None, ContractStatus.ACTIVE),
        ("2021-01-01", "2021-06-15", ContractStatus.ACTIVE),
        ("2021-01-01", None, ContractStatus.DRAFT),
        ("2021-01-01", None, ContractStatus.ENDED),
    ],
)
def test_a_contract_not_in_force_is_refused(first: str, last: str | None, status: ContractStatus) -> None:
    with refused(ErrorCode.CONTRACT_NOT_ACTIVE, "contractId", naming="C-7 is not active on 2021-06-16"):
        contract(first, last, status).check_linkable(OWNER, TODAY)


@pytest.mark.parametrize("status", ContractStatus)
def test_another_customers_contract_is_not_found(status: ContractStatus) -> None:
    with refused(ErrorCode.NOT_FOUND, "contractId", naming="There is no such contract."):
        contract("2021-01-01", None, status).check_linkable(STRANGER, TODAY)
