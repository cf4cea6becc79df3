"""Messages to third parties. No payload ever contains a cost. rules §8."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any
from uuid import UUID

from domain.subscription import Subscription


class ProvisioningStatus(StrEnum):
    PENDING = "PENDING"
    DELIVERED = "DELIVERED"
    FAILED = "FAILED"


class EndpointStatus(StrEnum):
    ENABLED = "ENABLED"
    DISABLED = "DISABLED"


class ProvisionKind(StrEnum):
    ACTIVATE = "ACTIVATE"
    CHANGE_PLAN = "CHANGE_PLAN"
    SET_QUANTITY = "SET_QUANTITY"
    SET_ADD_ON = "SET_ADD_ON"
    CANCEL_ADD_ON = "CANCEL_ADD_ON"
    ADD_NUMBER = "ADD_NUMBER"
    REMOVE_NUMBER = "REMOVE_NUMBER"
    SWAP_NUMBER = "SWAP_NUMBER"
    ASSIGN_MEMBERS = "ASSIGN_MEMBERS"
    UNASSIGN_MEMBERS = "UNASSIGN_MEMBERS"
    TRANSFER = "TRANSFER"
    RESET_SETTINGS = "RESET_SETTINGS"
    UPDATE_SETTINGS = "UPDATE_SETTINGS"
    CANCEL = "CANCEL"
    TERMINATE = "TERMINATE"
    EXPIRE = "EXPIRE"
    CONVERT_TRIAL = "CONVERT_TRIAL"


@dataclass(frozen=True)
class Provision:
    kind: ProvisionKind
    payload: Mapping[str, Any] = field(default_factory=dict)


def activate(subscription: Subscription) -> Provision:
    """Has everything that a third party needs to set up the service."""
    return Provision(
        ProvisionKind.ACTIVATE,
        {
            "orgUuid": str(subscription.customer.org_uuid),
            "plan": subscription.plan.code,
            "quantity": subscription.quantity,
            "addOns": {add_on.offer.code: add_on.quantity for add_on in subscription.add_ons},
            "numbers": [number.e164 for number in subscription.numbers],
            "trial": subscription.is_trial,
            "settings": dict(subscription.settings),
        },
    )


def change_plan(before: Subscription, after: Subscription) -> Provision:
    return Provision(
        ProvisionKind.CHANGE_PLAN, {"planBefore": before.plan.code, "planAfter": after.plan.code}
    )


def set_quantity(after: Subscription) -> Provision:
    return Provision(ProvisionKind.SET_QUANTITY, {"quantity": after.quantity})


def set_add_on(code: str, quantity: int) -> Provision:
    """The new quantity of an add-on; 0 cancels it."""
    if quantity == 0:
        return Provision(ProvisionKind.CANCEL_ADD_ON, {"addOn": code})
    return Provision(ProvisionKind.SET_ADD_ON, {"addOn": code, "quantity": quantity})


def add_number(e164: str) -> Provision:
    return Provision(ProvisionKind.ADD_NUMBER, {"number": e164})


def remove_number(e164: str) -> Provision:
    return Provision(ProvisionKind.REMOVE_NUMBER, {"number": e164})


def swap_number(before: str, after: str) -> Provision:
    return Provision(ProvisionKind.SWAP_NUMBER, {"numberBefore": before, "numberAfter": after})


def assign_members(names: Mapping[UUID, str]) -> Provision:
    return Provision(ProvisionKind.ASSIGN_MEMBERS, {"members": list(names.values())})


def unassign_members(names: Mapping[UUID, str]) -> Provision:
    return Provision(ProvisionKind.UNASSIGN_MEMBERS, {"members": list(names.values())})


def transfer(before: Subscription, after: Subscription) -> Provision:
    owners = {
        "orgUuidBefore": str(before.customer.org_uuid),
        "orgUuidAfter": str(after.customer.org_uuid),
    }
    return Provision(ProvisionKind.TRANSFER, owners)


def reset_settings(after: Subscription) -> Provision:
    return Provision(ProvisionKind.RESET_SETTINGS, {"settings": dict(after.settings)})


def update_settings(after: Subscription) -> Provision:
    return Provision(ProvisionKind.UPDATE_SETTINGS, {"settings": dict(after.settings)})


def cancel() -> Provision:
    return Provision(ProvisionKind.CANCEL)


def terminate() -> Provision:
    return Provision(ProvisionKind.TERMINATE)


def expire() -> Provision:
    return Provision(ProvisionKind.EXPIRE)


def convert_trial(after: Subscription) -> Provision:
    return Provision(ProvisionKind.CONVERT_TRIAL, {"plan": after.plan.code, "quantity": after.quantity})
