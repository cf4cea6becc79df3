"""What the inputs of lifecycle mutations have in common."""

from uuid import UUID

import strawberry

from schema.inputs.ids import input_key


@strawberry.input
class Repeatable:
    reason: str | None = strawberry.field(
        default=None, description="The reason, for the history. At most 10,000 characters."
    )
    idempotency_key: str | None = strawberry.field(
        default=None,
        description="Makes a retry safe: the same key and input return the first answer for at least 24 "
        "hours. IDEMPOTENCY_KEY_REUSED with another input. 1 to 255 characters. See rules §9.",
    )


@strawberry.input
class Change(Repeatable):
    expected_version: int | None = strawberry.field(
        default=None,
        description="The `version` that the client has read. STALE_VERSION if the subscription has another "
        "version now. See rules §9.",
    )


@strawberry.input
class OnSubscription(Change):
    subscription_id: strawberry.ID = strawberry.field(
        description="The global id of the `CustomerSubscription` to change."
    )

    def subscription_key(self) -> UUID:
        return input_key(self.subscription_id, "CustomerSubscription", "subscriptionId")


@strawberry.input
class Quoted(OnSubscription):
    quote_token: str | None = strawberry.field(
        default=None,
        description="The token of a quote from `previewProration`. The action charges exactly this quote, "
        "or fails with QUOTE_STALE. See rules §9.",
    )
