"""Global ids: opaque to clients, "<type>:<uuid>" in URL-safe base64 underneath."""

import base64
import binascii
from uuid import UUID

from resolvers.errors import bad_input


def to_global_id(typename: str, key: UUID) -> str:
    return base64.urlsafe_b64encode(f"{typename}:{key}".encode()).decode().rstrip("=")


def parse_global_id(text: str) -> tuple[str, UUID]:
    """The type's name and the key. Raises BAD_USER_INPUT for any other text."""
    try:
        padded = text + "=" * (-len(text) % 4)
        typename, _, key = base64.b64decode(padded, altchars=b"-_", validate=True).decode().partition(":")
        return typename, UUID(key)
    except (binascii.Error, ValueError) as error:
        raise bad_input(f"“{text[:80]}” is not an id. Send ids as this API gave them.") from error


def key_of(text: str, typename: str) -> UUID:
    """The key in an id of that type. Raises BAD_USER_INPUT, also for an id of another type."""
    actual, key = parse_global_id(text)
    if actual != typename:
        raise bad_input(f"“{text[:80]}” is the id of a {actual[:40]}; the id of a {typename} is wanted.")
    return key
