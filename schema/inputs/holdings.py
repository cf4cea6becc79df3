"""Inputs about what a subscription holds: members, a contract, licences, add-ons, numbers."""

from uuid import UUID

import strawberry

from actions.assign_members import AssignMembers
from actions.cancel_add_on import CancelAddOn
from actions.change_add_ons import ChangeAddOns
from actions.change_numbers import ChangeNumbers
from actions.change_quantity import ChangeQuantity
from actions.link_contract import LinkContract
from actions.unassign_members import UnassignMembers
from actions.unlink_contract import UnlinkContract
from schema.inputs.bases import (
    CancellationTimeInput,
    Change,
    OnSubscription,
    Quoted,
    input_key,
    input_keys,
    optional,
    quote_token,
    required,
    when_of,
)


@strawberry.input(description="Assigns members to the subscription, one licence each. See rules §4.2.")
class AssignMembersInput(OnSubscription):
    member_ids: list[strawberry.ID] = required(
        "The global ids of `Member`s of the owner. NO_LICENCE_LEFT if there are more members than "
        "licences. Members who are already assigned stay assigned."
    )

    def command(self) -> AssignMembers:
        return AssignMembers(
            self.subscription_key(), input_keys(self.member_ids, "Member", "memberIds"), self.expected_version
        )


@strawberry.input(
    description="Removes members from the subscription. Their licences become free. See rules §4.2."
)
class UnassignMembersInput(OnSubscription):
    member_ids: list[strawberry.ID] = required("The global ids of assigned `Member`s.")

    def command(self) -> UnassignMembers:
        return UnassignMembers(
            self.subscription_key(), input_keys(self.member_ids, "Member", "memberIds"), self.expected_version
        )


@strawberry.input(
    description="Links the subscription to a contract. It replaces the previous one. See rules §4.3."
)
class LinkContractInput(OnSubscription):
    contract_id: strawberry.ID = required(
        "An ACTIVE `Contract` of the owner, in force today, else CONTRACT_NOT_ACTIVE."
    )

    def command(self) -> LinkContract:
        contract_id = input_key(self.contract_id, "Contract", "contractId")
        return LinkContract(self.subscription_key(), contract_id, self.expected_version)


@strawberry.input(description="Removes the link to the contract. See rules §4.3.")
class UnlinkContractInput(OnSubscription):
    def command(self) -> UnlinkContract:
        return UnlinkContract(self.subscription_key(), self.expected_version)


@strawberry.input(description="An add-on code with its new quantity.")
class AddOnQuantityInput:
    code: str = required("An `AddOnOffer.code` of the plan. Each code at most once in a list.")
    quantity: int = required("Units, at most 1,000,000. From 1 in a purchase, from 0 in a change.")


@strawberry.input(
    description="Sets add-on quantities. Other add-ons stay the same. An increase is immediate and charged "
    "for the rest of the term. A reduction takes effect at `when` and is not refunded. See rules §4.5."
)
class ChangeAddOnsInput(Quoted):
    add_ons: list[AddOnQuantityInput] = required(
        "Codes with their new quantities. 0 ends an add-on. A new code buys one."
    )
    when: CancellationTimeInput | None = optional("When reductions take effect. Default: now.")

    def command(self) -> ChangeAddOns:
        quantities = tuple((add_on.code, add_on.quantity) for add_on in self.add_ons)
        return ChangeAddOns(
            self.subscription_key(), quantities, when_of(self.when), self.reason, self.expected_version
        )


@strawberry.input(description="Ends an add-on. `CancellationAdjustment` decides the refund. See rules §4.14.")
class CancelAddOnInput(Change):
    add_on_id: strawberry.ID = required("The global id of the `AddOn` to end.")
    when: CancellationTimeInput = required("Now, on a past day, or at the end of the term.")
    quote_token: str | None = quote_token()

    def command(self) -> CancelAddOn:
        add_on_id = input_key(self.add_on_id, "AddOn", "addOnId")
        return CancelAddOn(add_on_id, self.when.when(), self.reason, self.expected_version)


@strawberry.input(description="Replaces a held number by a number in stock, free of charge. See rules §4.6.")
class NumberSwapInput:
    from_number_id: strawberry.ID = required(
        "A `PhoneNumber` that the subscription holds. It returns to the stock."
    )
    to_number_id: strawberry.ID = required("A `PhoneNumber` in stock with the same SKU, else SKU_MISMATCH.")

    def pair(self) -> tuple[UUID, UUID]:
        old = input_key(self.from_number_id, "PhoneNumber", "swap", "fromNumberId")
        return old, input_key(self.to_number_id, "PhoneNumber", "swap", "toNumberId")


@strawberry.input(
    description="Swaps, adds and removes phone numbers immediately. An added number is charged for the "
    "rest of the term. A removed number is not refunded. See rules §4.6."
)
class ChangeNumbersInput(Quoted):
    swap: list[NumberSwapInput] | None = optional("Pairs of a held number and its replacement.")
    add_number_ids: list[strawberry.ID] | None = optional(
        "The global ids of `PhoneNumber`s in stock, else NUMBER_NOT_AVAILABLE."
    )
    remove_number_ids: list[strawberry.ID] | None = optional(
        "The global ids of `PhoneNumber`s to return to the stock. The subscription must hold them."
    )

    def command(self) -> ChangeNumbers:
        return ChangeNumbers(
            self.subscription_key(),
            tuple(swap.pair() for swap in self.swap or ()),
            input_keys(self.add_number_ids, "PhoneNumber", "addNumberIds"),
            input_keys(self.remove_number_ids, "PhoneNumber", "removeNumberIds"),
            self.expected_version,
        )


@strawberry.input(
    description="Sets the number of licences. An increase is immediate and charged for the rest of the "
    "term. A reduction takes effect at `when` and is not refunded. See rules §4.13."
)
class ChangeQuantityInput(Quoted):
    quantity: int = required("Licences, 1 to 1,000,000. NO_LICENCE_LEFT if fewer than the assigned members.")
    when: CancellationTimeInput | None = optional("When a reduction takes effect. Default: now.")

    def command(self) -> ChangeQuantity:
        return ChangeQuantity(
            self.subscription_key(), self.quantity, when_of(self.when), self.reason, self.expected_version
        )
