"""What the inputs of lifecycle mutations have in common."""

from uuid import UUID

import strawberry

from schema.inputs.ids import input_key


@strawberry.input
class Repeatable:
    reason: str | None = strawberry.field(
        default=None, description="Why; stands in the history. At most 10,000 characters."
    )
    idempotency_key: str | None = strawberry.field(
        default=None,
        description="1 to 255 characters. The same key with the same input answers with the first "
        "answer, for at least 24 hours; with another input it is "
        "IDEMPOTENCY_KEY_REUSED.",
    )


@strawberry.input
class Change(Repeatable):
    expected_version: int | None = strawberry.field(
        default=None,
        description="The `version` that the change was decided on; where the subscription has "
        "another by now, STALE_VERSION.",
    )


@strawberry.input
class OnSubscription(Change):
    subscription_id: strawberry.ID = strawberry.field(
        description="What to change: the id of a `CustomerSubscription`."
    )

    def subscription_key(self) -> UUID:
        return input_key(self.subscription_id, "CustomerSubscription", "subscriptionId")


@strawberry.input
class Quoted(OnSubscription):
    quote_token: str | None = strawberry.field(
        default=None, description="From `previewProration`: charge exactly that, or fail with QUOTE_STALE."
    )
