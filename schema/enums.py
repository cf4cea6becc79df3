"""The enumerations of the domain, as GraphQL enums of the contract's names."""

import strawberry

from domain.contracts import ContractStatus
from domain.decision import ChangeSource
from domain.errors import ErrorCode
from domain.lifecycle import Action, Status
from domain.lines import ChargeKind
from domain.periods import BillingCycle
from domain.policy import CancellationAdjustment, ProrationUnit, UpgradeBasis
from domain.state import AddOnStatus, ScheduledStatus
from domain.timing import CancellationTime
from models.tables.ledger import InvoiceStatus, ProvisioningStatus
from models.tables.webhooks import EndpointStatus
from resolvers.auth import Role

for _enum, _name in (
    (Action, "SubscriptionAction"),
    (AddOnStatus, "AddOnStatus"),
    (BillingCycle, "BillingCycle"),
    (CancellationAdjustment, "CancellationAdjustment"),
    (CancellationTime, "CancellationTime"),
    (ChangeSource, "ChangeSource"),
    (ChargeKind, "ChargeKind"),
    (ContractStatus, "ContractStatus"),
    (EndpointStatus, "WebhookEndpointStatus"),
    (ErrorCode, "UserErrorCode"),
    (InvoiceStatus, "InvoiceStatus"),
    (ProrationUnit, "ProrationUnit"),
    (ProvisioningStatus, "ProvisioningStatus"),
    (Role, "Role"),
    (ScheduledStatus, "ScheduledChangeStatus"),
    (Status, "SubscriptionStatus"),
    (UpgradeBasis, "UpgradeBasis"),
):
    strawberry.enum(_enum, name=_name)
