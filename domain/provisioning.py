"""What third parties are told. Source: rules, section 8. No payload ever holds a cost."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any

from domain.state import Subscription


class ProvisionKind(StrEnum):
    ACTIVATE = "ACTIVATE"
    CHANGE_PLAN = "CHANGE_PLAN"


@dataclass(frozen=True)
class Provision:
    kind: ProvisionKind
    payload: Mapping[str, Any] = field(default_factory=dict)


def activate(subscription: Subscription) -> Provision:
    """Everything that is needed to set the service up."""
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
