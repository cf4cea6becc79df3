"""Every action that people take on subscriptions, one row each.

Mutations, previews and permissions follow from these rows.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from strawberry.utils.str_converters import to_camel_case

from actions.assign_members import assign_members
from actions.cancel_add_on import cancel_add_on
from actions.cancel_subscription import cancel_subscription
from actions.change_add_ons import change_add_ons
from actions.change_billing_model import change_billing_model
from actions.change_numbers import change_numbers
from actions.change_ownership import change_ownership
from actions.change_plan import change_plan
from actions.change_quantity import change_quantity
from actions.create_subscription import create_subscription
from actions.extend_subscription import extend_subscription
from actions.link_contract import link_contract
from actions.revoke_scheduled_change import revoke_scheduled_change
from actions.set_auto_renewal import set_auto_renewal
from actions.terminate_subscription import terminate_subscription
from actions.unassign_members import unassign_members
from actions.unlink_contract import unlink_contract
from actions.update_settings import update_settings
from domain.lifecycle import Action
from domain.principal import PARTNER_ROLES, Role
from resolvers.run import Shell
from schema.inputs.holdings import (
    AssignMembersInput,
    CancelAddOnInput,
    ChangeAddOnsInput,
    ChangeNumbersInput,
    ChangeQuantityInput,
    LinkContractInput,
    UnassignMembersInput,
    UnlinkContractInput,
)
from schema.inputs.lifecycle import (
    CancelSubscriptionInput,
    ChangeBillingModelInput,
    ChangeOwnershipInput,
    ChangePlanInput,
    CreateSubscriptionInput,
    ExtendSubscriptionInput,
    RevokeScheduledChangeInput,
    SetAutoRenewalInput,
    TerminateSubscriptionInput,
    UpdateSettingsInput,
)

ACTING = PARTNER_ROLES | {Role.CUSTOMER_ADMIN}


@dataclass(frozen=True)
class ActionRow:
    """`roles` may take the action. Its mutation is named after its `shell`."""

    action: Action
    shell: Shell[Any]
    input: type
    description: str
    roles: frozenset[Role] = ACTING

    @property
    def mutation(self) -> str:
        return to_camel_case(self.shell.__name__)

    @property
    def preview(self) -> str | None:
        """Its field in the input of `previewProration`; None if its input takes no quote."""
        return self.action.lower() if hasattr(self.input, "quote_token") else None


ROWS = (
    ActionRow(
        Action.CREATE,
        create_subscription,
        CreateSubscriptionInput,
        "Sells a plan to a customer, or starts a trial. See rules §4.17.",
    ),
    ActionRow(
        Action.CHANGE_OWNERSHIP,
        change_ownership,
        ChangeOwnershipInput,
        "Moves a subscription to another customer of the partner. TRIAL_NOT_ALLOWED in a trial. See rules "
        "§4.1.",
    ),
    ActionRow(
        Action.CHANGE_PLAN,
        change_plan,
        ChangePlanInput,
        "Changes the plan within the product. An upgrade is charged, a downgrade is not refunded. See "
        "rules §3 and rules §4.4.",
    ),
    ActionRow(
        Action.CHANGE_ADD_ONS,
        change_add_ons,
        ChangeAddOnsInput,
        "Sets add-on quantities. See rules §4.5.",
    ),
    ActionRow(
        Action.CANCEL_ADD_ON,
        cancel_add_on,
        CancelAddOnInput,
        "Ends an add-on. The policy decides the refund. See rules §4.14.",
    ),
    ActionRow(
        Action.CHANGE_NUMBERS,
        change_numbers,
        ChangeNumbersInput,
        "Swaps, adds and removes phone numbers. See rules §4.6.",
    ),
    ActionRow(
        Action.CHANGE_QUANTITY,
        change_quantity,
        ChangeQuantityInput,
        "Sets the number of licences. See rules §4.13.",
    ),
    ActionRow(
        Action.CHANGE_BILLING_MODEL,
        change_billing_model,
        ChangeBillingModelInput,
        "Schedules another cycle or multiplier for the next renewal. See rules §4.7.",
    ),
    ActionRow(
        Action.SET_AUTO_RENEWAL,
        set_auto_renewal,
        SetAutoRenewalInput,
        "Turns auto-renewal on or off. See rules §4.8.",
    ),
    ActionRow(
        Action.EXTEND,
        extend_subscription,
        ExtendSubscriptionInput,
        "Extends the current term and charges for it. See rules §4.9.",
    ),
    ActionRow(
        Action.CANCEL,
        cancel_subscription,
        CancelSubscriptionInput,
        "Ends a subscription now, on a past day, or at the end of the term. See rules §4.12.",
    ),
    ActionRow(
        Action.TERMINATE,
        terminate_subscription,
        TerminateSubscriptionInput,
        "Ends a subscription immediately and permanently. The policy decides the refund. See rules §4.11.",
        # Irreversible, and it gives money back: a partner's staff may not decide it for the partner.
        roles=ACTING - {Role.PARTNER_STAFF},
    ),
    ActionRow(
        Action.ASSIGN_MEMBERS,
        assign_members,
        AssignMembersInput,
        "Assigns members of the owner, one licence each. See rules §4.2.",
    ),
    ActionRow(
        Action.UNASSIGN_MEMBERS,
        unassign_members,
        UnassignMembersInput,
        "Removes members. Their licences become free. See rules §4.2.",
    ),
    ActionRow(
        Action.LINK_CONTRACT,
        link_contract,
        LinkContractInput,
        "Links a subscription to a contract of its owner. See rules §4.3.",
    ),
    ActionRow(
        Action.UNLINK_CONTRACT,
        unlink_contract,
        UnlinkContractInput,
        "Removes the link between a subscription and its contract. See rules §4.3.",
    ),
    ActionRow(
        Action.REVOKE_SCHEDULED_CHANGE,
        revoke_scheduled_change,
        RevokeScheduledChangeInput,
        "Revokes a scheduled change before it is applied. See rules §4.15.",
    ),
    ActionRow(
        Action.UPDATE_SETTINGS,
        update_settings,
        UpdateSettingsInput,
        "Merges keys into the settings of a subscription. See rules §4.16.",
    ),
)
BY_MUTATION: Mapping[str, ActionRow] = {row.mutation: row for row in ROWS}
