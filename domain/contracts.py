"""Contracts that a customer already has. Source: rules, section 4.3."""

from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from uuid import UUID

from domain.errors import ErrorCode, LifecycleError, not_found


class ContractStatus(StrEnum):
    DRAFT = "DRAFT"
    ACTIVE = "ACTIVE"
    ENDED = "ENDED"


@dataclass(frozen=True)
class Contract:
    """`ends_on` is the last day, inclusive; None where the contract is open-ended."""

    id: UUID
    reference: str
    customer_id: UUID
    status: ContractStatus
    starts_on: date
    ends_on: date | None

    def check_linkable(self, customer_id: UUID, today: date) -> None:
        """Raises NOT_FOUND for another customer's contract, CONTRACT_NOT_ACTIVE for one not in force."""
        if self.customer_id != customer_id:
            raise not_found("contract", "contractId")
        begun = self.starts_on <= today
        over = self.ends_on is not None and self.ends_on < today
        if self.status is not ContractStatus.ACTIVE or not begun or over:
            raise LifecycleError(
                ErrorCode.CONTRACT_NOT_ACTIVE,
                f"The contract {self.reference} is not active on {today}.",
                "contractId",
            )
