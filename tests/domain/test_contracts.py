"""Linking a contract: rules, section 4.3."""

import pytest

from domain.contracts import Contract, ContractStatus
from domain.errors import ErrorCode
from tests.builders import day, refused, uid

TODAY = day("2021-06-16")
OWNER, STRANGER = uid(10), uid(20)


def contract(first: str, last: str | None, status: ContractStatus = ContractStatus.ACTIVE) -> Contract:
    return Contract(uid(1), "C-7", OWNER, status, day(first), day(last) if last else None)


@pytest.mark.parametrize(
    ("first", "last"),
    [("2021-01-01", None), ("2021-06-16", None), ("2021-01-01", "2021-06-16"), ("2021-06-16", "2021-06-16")],
)
def test_a_contract_in_force_on_the_day_is_linkable(first: str, last: str | None) -> None:
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
def test_another_customers_contract_is_as_if_it_did_not_exist(status: ContractStatus) -> None:
    with refused(ErrorCode.NOT_FOUND, "contractId", naming="There is no such contract."):
        contract("2021-01-01", None, status).check_linkable(STRANGER, TODAY)
