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
from schema.inputs.bases import Change, OnSubscription, Quoted
from schema.inputs.create import AddOnQuantityInput
from schema.inputs.ids import input_key
from schema.inputs.timing import CancellationTimeInput, when_of


def _members(ids: list[strawberry.ID]) -> tuple[UUID, ...]:
    return tuple(input_key(text, "Member", "memberIds") for text in ids)


def _numbers(ids: list[strawberry.ID] | None, field: str) -> tuple[UUID, ...]:
    return tuple(input_key(text, "PhoneNumber", field) for text in ids or ())


@strawberry.input(
    description="Lets members use the subscription, each with a licence of its own. Source: rules.md, The "
    "actions."
)
class AssignMembersInput(OnSubscription):
    member_ids: list[strawberry.ID] = strawberry.field(
        description="`Member`s of the owner; who is assigned already stays so."
    )

    def command(self) -> AssignMembers:
        return AssignMembers(self.subscription_key(), _members(self.member_ids), self.expected_version)


@strawberry.input(description="Takes members off the subscription; their licences are free again.")
class UnassignMembersInput(OnSubscription):
    member_ids: list[strawberry.ID] = strawberry.field(description="`Member`s who are assigned.")

    def command(self) -> UnassignMembers:
        return UnassignMembers(self.subscription_key(), _members(self.member_ids), self.expected_version)


@strawberry.input(description="Links the subscription with a contract, in place of the one before.")
class LinkContractInput(OnSubscription):
    contract_id: strawberry.ID = strawberry.field(
        description="A `Contract` of the owner's, ACTIVE today; else CONTRACT_NOT_ACTIVE."
    )

    def command(self) -> LinkContract:
        contract_id = input_key(self.contract_id, "Contract", "contractId")
        return LinkContract(self.subscription_key(), contract_id, self.expected_version)


@strawberry.input(description="Takes the link with the contract away.")
class UnlinkContractInput(OnSubscription):
    def command(self) -> UnlinkContract:
        return UnlinkContract(self.subscription_key(), self.expected_version)


@strawberry.input(
    description="Quantities as they shall stand; what is not named stays. Increases take "
    "effect at once and are charged for the rest of the term; reductions take "
    "effect at `when` and are not refunded. Source: rules.md, The actions."
)
class ChangeAddOnsInput(Quoted):
    add_ons: list[AddOnQuantityInput] = strawberry.field(
        description="Codes with their quantities; 0 cancels an add-on, and a code that is not held buys one."
    )
    when: CancellationTimeInput | None = strawberry.field(
        default=None, description="For reductions; at once where left out."
    )

    def command(self) -> ChangeAddOns:
        quantities = tuple((add_on.code, add_on.quantity) for add_on in self.add_ons)
        return ChangeAddOns(
            self.subscription_key(), quantities, when_of(self.when), self.reason, self.expected_version
        )


@strawberry.input(
    description="Ends an add-on, with what `CancellationAdjustment` gives back. Source: "
    "rules.md, The actions."
)
class CancelAddOnInput(Change):
    add_on_id: strawberry.ID = strawberry.field(description="What to end: the id of an `AddOn`.")
    when: CancellationTimeInput = strawberry.field(
        description="At once, on a past day, or when the term is over."
    )
    quote_token: str | None = strawberry.field(
        default=None, description="From `previewProration`: charge exactly that, or fail with QUOTE_STALE."
    )

    def command(self) -> CancelAddOn:
        add_on_id = input_key(self.add_on_id, "AddOn", "addOnId")
        return CancelAddOn(add_on_id, self.when.when(), self.reason, self.expected_version)


@strawberry.input(description="Puts a number from stock in another's place, free of charge.")
class NumberSwapInput:
    from_number_id: strawberry.ID = strawberry.field(
        description="A `PhoneNumber` that the subscription holds; it goes back into stock."
    )
    to_number_id: strawberry.ID = strawberry.field(
        description="A `PhoneNumber` in stock, of the same SKU; else SKU_MISMATCH."
    )

    def pair(self) -> tuple[UUID, UUID]:
        old = input_key(self.from_number_id, "PhoneNumber", "swap", "fromNumberId")
        return old, input_key(self.to_number_id, "PhoneNumber", "swap", "toNumberId")


@strawberry.input(
    description="Swaps, adds and removes phone numbers, at once. Added ones are charged for "
    "the rest of the term, removed ones are not refunded. Source: rules.md, The "
    "actions."
)
class ChangeNumbersInput(Quoted):
    swap: list[NumberSwapInput] | None = strawberry.field(
        default=None, description="Pairs of a number that is held and one that takes its place."
    )
    add_number_ids: list[strawberry.ID] | None = strawberry.field(
        default=None,
        description="`PhoneNumber`s in stock; one that another has meanwhile is NUMBER_NOT_AVAILABLE.",
    )
    remove_number_ids: list[strawberry.ID] | None = strawberry.field(
        default=None, description="`PhoneNumber`s that the subscription holds; they go back into stock."
    )

    def command(self) -> ChangeNumbers:
        return ChangeNumbers(
            self.subscription_key(),
            tuple(swap.pair() for swap in self.swap or ()),
            _numbers(self.add_number_ids, "addNumberIds"),
            _numbers(self.remove_number_ids, "removeNumberIds"),
            self.expected_version,
        )


@strawberry.input(
    description="Licences as they shall stand. An increase takes effect at once and is "
    "charged for the rest of the term; a reduction takes effect at `when` and is "
    "not refunded. Source: rules.md, The actions."
)
class ChangeQuantityInput(Quoted):
    quantity: int = strawberry.field(
        description="Licences: 1 to 1,000,000, and no fewer than members are assigned."
    )
    when: CancellationTimeInput | None = strawberry.field(
        default=None, description="For a reduction; at once where left out."
    )

    def command(self) -> ChangeQuantity:
        return ChangeQuantity(
            self.subscription_key(), self.quantity, when_of(self.when), self.reason, self.expected_version
        )
