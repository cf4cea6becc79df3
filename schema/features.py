"""Features that a deployment switches on or off."""

from collections.abc import Mapping
from dataclasses import dataclass


@dataclass(frozen=True)
class Features:
    """`cors_origins` are exact origins, `https://app.example.com`, of pages that may call from a browser.

    With `trusted_documents`, by id or hash, no other document is answered. `webhooks_insecure` allows
    endpoints with plain HTTP. `plans` answers operations by compiled plans where they can. `traced` makes
    OpenTelemetry spans of requests and operations.
    """

    introspection: bool = False
    suggestions: bool = False
    cors_origins: tuple[str, ...] = ()
    trusted_documents: Mapping[str, str] | None = None
    webhooks_insecure: bool = False
    plans: bool = True
    traced: bool = False


CLOSED = Features()
"""Any document, no pages of other origins, no introspection, no suggestions."""
