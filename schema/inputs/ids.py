"""Ids inside inputs: one that this API never gave names nothing, which is the client's to correct."""

from uuid import UUID

from domain.errors import LifecycleError, not_found
from resolvers.errors import RequestError
from resolvers.ids import key_of

_WORDS = {"CustomerSubscription": "subscription", "PhoneNumber": "phone number", "AddOn": "add-on"}


def input_key(text: str, typename: str, *field: str) -> UUID:
    """The key in an id of that type. Raises NOT_FOUND, with the field that holds the id."""
    try:
        return key_of(text, typename)
    except RequestError as error:
        raise _nothing(typename, *field) from error


def _nothing(typename: str, *field: str) -> LifecycleError:
    return not_found(_WORDS.get(typename, typename.lower()), *field)
