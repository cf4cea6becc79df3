"""Shared parts of the lifecycle inputs: ids, fields, and when a change takes effect."""

import datetime as dt  # `date` is the name of a field
from collections.abc import Iterable
from typing import Any
from uuid import UUID

import strawberry

from domain.errors import not_found
from domain.scheduling import NOW, CancellationTime, When
from resolvers.errors import RequestError
from resolvers.ids import key_of

_NAMES = {"CustomerSubscription": "subscription", "PhoneNumber": "phone number", "AddOn": "add-on"}


def input_key(text: str, typename: str, *field: str) -> UUID:
    """The key in a global id of that type. Raises NOT_FOUND, with the field that holds the id."""
    try:
        return key_of(text, typename)
    except RequestError as error:
        raise not_found(_NAMES.get(typename, typename.lower()), *field) from error


def input_keys(texts: Iterable[str] | None, typename: str, field: str) -> tuple[UUID, ...]:
    return tuple(input_key(text, typename, field) for text in texts or ())


def required(description: str) -> Any:
    return strawberry.field(description=description)


def optional(description: str, default: object = None) -> Any:
    return strawberry.field(description=description, default=default)


def quote_token() -> Any:
    return optional(
        "The token of a quote from `previewProration`. The action charges exactly this quote, or fails with "
        "QUOTE_STALE. See rules §9."
    )


@strawberry.input
class Repeatable:
    reason: str | None = optional("The reason, for the history. At most 10,000 characters.")
    idempotency_key: str | None = optional(
        "Makes a retry safe: the same key and input return the first answer for at least 24 "
        "hours. IDEMPOTENCY_KEY_REUSED with another input. 1 to 255 characters. See rules §9."
    )


@strawberry.input
class Change(Repeatable):
    expected_version: int | None = optional(
        "The `version` that the client has read. STALE_VERSION if the subscription has another "
        "version now. See rules §9."
    )


@strawberry.input
class OnSubscription(Change):
    subscription_id: strawberry.ID = required("The global id of the `CustomerSubscription` to change.")

    def subscription_key(self) -> UUID:
        return input_key(self.subscription_id, "CustomerSubscription", "subscriptionId")


@strawberry.input
class Quoted(OnSubscription):
    quote_token: str | None = quote_token()


@strawberry.input(description="When a reduction or cancellation takes effect. See rules §5.")
class CancellationTimeInput:
    at: CancellationTime = required("Now, on a past day, or at the end of the term.")
    date: dt.date | None = optional(
        "Only with SPECIFIC_DATE: a day from the first day of the current term to today, both inclusive. "
        "Else DATE_BEFORE_BILLING_CYCLE or DATE_IN_FUTURE."
    )

    def when(self) -> When:
        return When(self.at, self.date)


def when_of(time: CancellationTimeInput | None) -> When:
    """The time in the input; now if it is omitted."""
    return time.when() if time else NOW
