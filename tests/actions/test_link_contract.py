"""Linked with a contract, or with none: rules §4.3."""

from dataclasses import replace
from typing import Any

import pytest

from actions.link_contract import decide
from domain.errors import ErrorCode
from domain.lifecycle import Action, Status
from domain.subscription import Contract, ContractStatus, LinkedContract
from tests.builders import ACME, GLOBEX, day, refused, subscription, trial, uid

TODAY = day("2021-06-02")
CONTRACT = Contract(uid(70), "C-7", ACME.id, ContractStatus.ACTIVE, day("2021-01-01"), None)
LINKED, ANOTHER = LinkedContract(uid(70), "C-7"), LinkedContract(uid(71), "C-8")


@pytest.mark.parametrize("build", [subscription, trial])
@pytest.mark.parametrize("status", [Status.ACTIVE, Status.PENDING_FOR_CANCEL])
@pytest.mark.parametrize("present", [None, ANOTHER])
def test_a_contract_is_linked_in_place_of_another(build: Any, status: Status, present: Any) -> None:
    held = build(status=status, contract=present)
    made = decide(held, CONTRACT, TODAY)
    assert made.after == replace(held, contract=LINKED)
    assert (made.action, made.effective_on) == (Action.LINK_CONTRACT, TODAY)
    assert (made.lines, made.provisioning) == ((), ())
    assert made.summary == "Linked with the contract C-7."


@pytest.mark.parametrize(
    "changes",
    [
        {"status": ContractStatus.DRAFT},
        {"status": ContractStatus.ENDED},
        {"starts_on": day("2021-06-03")},
        {"ends_on": day("2021-06-01")},
    ],
)
def test_a_contract_is_active_on_the_day(changes: dict[str, Any]) -> None:
    with refused(ErrorCode.CONTRACT_NOT_ACTIVE, "contractId", naming="C-7 is not active on 2021-06-02"):
        decide(subscription(), replace(CONTRACT, **changes), TODAY)


@pytest.mark.parametrize("changes", [{"starts_on": TODAY}, {"ends_on": TODAY}])
def test_a_contracts_first_and_last_day_are_its_own(changes: dict[str, Any]) -> None:
    assert decide(subscription(), replace(CONTRACT, **changes), TODAY).after.contract == LINKED


@pytest.mark.parametrize("found", [None, replace(CONTRACT, customer_id=GLOBEX.id)])
def test_contract_of_another_customer_is_not_found(found: Contract | None) -> None:
    with refused(ErrorCode.NOT_FOUND, "contractId", naming="There is no such contract."):
        decide(subscription(), found, TODAY)


def test_linked_contract_is_nothing_to_change() -> None:
    with refused(ErrorCode.NOTHING_TO_CHANGE, "contractId", naming="C-7"):
        decide(subscription(contract=LINKED), CONTRACT, TODAY)


def test_linked_contract_that_ended_is_not_active() -> None:
    with refused(ErrorCode.CONTRACT_NOT_ACTIVE, "contractId"):
        decide(subscription(contract=LINKED), replace(CONTRACT, status=ContractStatus.ENDED), TODAY)
