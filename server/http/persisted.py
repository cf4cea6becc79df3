"""Persisted documents: clients name a document by its hash, or by its id in a list of trusted ones."""

import hashlib
import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any, Protocol

from cachetools import LRUCache

from resolvers.errors import RequestError, RequestErrorCode, bad_input

ENTRIES = 1000
"""Documents that each process remembers. The least recently used is dropped first."""

LENGTH = 16_384
"""Most characters of a remembered document. A longer one must be sent each time."""

_PREFIX = "sha256:"


class Documents(Protocol):
    def document(self, request: Mapping[str, Any]) -> str | None:
        """The text of the document that a request sends or names; None without either.

        Raises BAD_USER_INPUT, PERSISTED_QUERY_NOT_FOUND or DOCUMENT_NOT_TRUSTED.
        """
        ...


class RememberedDocuments:
    """Any document. After it was sent with its hash, a request may name it by the hash.

    Source: Apollo's automatic persisted queries.
    """

    def __init__(self, entries: int = ENTRIES) -> None:
        self._texts: LRUCache[str, str] = LRUCache(entries)

    def document(self, request: Mapping[str, Any]) -> str | None:
        text: str | None = request.get("query")
        name = _name(request)
        if name is None:
            return text
        if not text:
            return self._remembered(name)
        if hashlib.sha256(text.encode(errors="surrogatepass")).hexdigest() != name:
            raise bad_input("The hash is not the SHA-256 of the query.")
        if len(text) <= LENGTH:
            self._texts[name] = text
        return text

    def _remembered(self, name: str) -> str:
        text = self._texts.get(name)
        if text is None:
            # Clients recognise exactly this message, and then send the document.
            raise RequestError(RequestErrorCode.PERSISTED_QUERY_NOT_FOUND, "PersistedQueryNotFound")
        return text


class TrustedDocuments:
    """Only these documents, by id."""

    def __init__(self, texts: Mapping[str, str]) -> None:
        self._texts = {name.removeprefix(_PREFIX): text for name, text in texts.items()}

    def document(self, request: Mapping[str, Any]) -> str:
        text = self._texts.get(_name(request) or "")
        if text is None or request.get("query") not in (None, "", text):
            raise RequestError(
                RequestErrorCode.DOCUMENT_NOT_TRUSTED,
                "Only trusted documents are answered here: send the `documentId` of one of them.",
            )
        return text


def documents(trusted: Mapping[str, str] | None) -> Documents:
    return RememberedDocuments() if trusted is None else TrustedDocuments(trusted)


def read_trusted(path: Path) -> dict[str, str]:
    """A file of documents by id, as GraphQL Code Generator and Relay write it.

    Raises OSError, or ValueError if it is not a JSON object of strings.
    """
    texts = json.loads(path.read_text(encoding="utf-8"))
    if not isinstance(texts, dict) or not all(isinstance(text, str) for text in texts.values()):
        raise ValueError("it is not a JSON object of documents by id")
    return texts


def _name(request: Mapping[str, Any]) -> str | None:
    """The `documentId`, or the hash that Apollo Client sends. Raises BAD_USER_INPUT."""
    name = request.get("documentId")
    if name is None:
        persisted = (request.get("extensions") or {}).get("persistedQuery")
        if persisted is None:
            return None
        name = persisted.get("sha256Hash") if isinstance(persisted, dict) else None
        if not isinstance(name, str) or persisted.get("version") != 1:
            raise bad_input("`extensions.persistedQuery` must hold version 1 and a sha256Hash.")
    return str(name).removeprefix(_PREFIX)
