"""Documents that clients name instead of sending them: by hash, or by the id in a list of trusted ones."""

import hashlib
import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any, Protocol

from resolvers.errors import RequestError, RequestErrorCode, bad_input
from resolvers.newest import Newest

ENTRIES = 1000
LENGTH = 16_384
"""Characters of a document that is remembered, inclusive; a longer one is answered, and sent again."""

_PREFIX = "sha256:"


class Documents(Protocol):
    def document(self, asked: Mapping[str, Any]) -> str | None:
        """The text that these parameters of a request mean; None where they name none.

        Raises BAD_USER_INPUT, PERSISTED_QUERY_NOT_FOUND or DOCUMENT_NOT_TRUSTED.
        """
        ...


class Remembered:
    """Any document, and by its hash any that was sent with it: Apollo's automatic persisted queries.

    The newest ENTRIES are kept, by this process alone.
    """

    def __init__(self, entries: int = ENTRIES) -> None:
        self._texts: Newest[str, str] = Newest(entries)

    def document(self, asked: Mapping[str, Any]) -> str | None:
        text: str | None = asked.get("query")
        name = _name(asked)
        if name is None:
            return text
        if not text:
            return self._recalled(name)
        if hashlib.sha256(text.encode(errors="surrogatepass")).hexdigest() != name:
            raise bad_input("The hash is not the SHA-256 of the query.")
        if len(text) <= LENGTH:
            self._texts.put(name, text)
        return text

    def _recalled(self, name: str) -> str:
        text = self._texts.get(name)
        if text is None:
            # Clients know this very text and send the whole document.
            raise RequestError(RequestErrorCode.PERSISTED_QUERY_NOT_FOUND, "PersistedQueryNotFound")
        return text


class Trusted:
    """These documents, by id, and no others."""

    def __init__(self, texts: Mapping[str, str]) -> None:
        self._texts = {name.removeprefix(_PREFIX): text for name, text in texts.items()}

    def document(self, asked: Mapping[str, Any]) -> str:
        text = self._texts.get(_name(asked) or "")
        if text is None or asked.get("query") not in (None, "", text):
            raise RequestError(
                RequestErrorCode.DOCUMENT_NOT_TRUSTED,
                "Only trusted documents are answered here: send the `documentId` of one of them.",
            )
        return text


def documents(trusted: Mapping[str, str] | None) -> Documents:
    return Remembered() if trusted is None else Trusted(trusted)


def read_trusted(path: Path) -> dict[str, str]:
    """The documents of a file, by id: what GraphQL Code Generator and Relay write as persisted documents.

    Raises OSError, or ValueError where it is not a JSON object of texts.
    """
    found = json.loads(path.read_text(encoding="utf-8"))
    if not isinstance(found, dict) or not all(isinstance(text, str) for text in found.values()):
        raise ValueError("it is not a JSON object of documents by id")
    return found


def _name(asked: Mapping[str, Any]) -> str | None:
    """`documentId`, or what Apollo Client sends. Raises BAD_USER_INPUT."""
    name = asked.get("documentId")
    if name is None:
        persisted = (asked.get("extensions") or {}).get("persistedQuery")
        if persisted is None:
            return None
        name = persisted.get("sha256Hash") if isinstance(persisted, dict) else None
        if not isinstance(name, str) or persisted.get("version") != 1:
            raise bad_input("`extensions.persistedQuery` must hold version 1 and a sha256Hash.")
    return str(name).removeprefix(_PREFIX)
