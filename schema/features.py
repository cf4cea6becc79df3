"""What a deployment shows and takes beyond the API itself."""

from collections.abc import Mapping
from dataclasses import dataclass


@dataclass(frozen=True)
class Features:
    """`cors_origins` are exact origins, `https://app.example.com`, of pages that may call from a browser.

    `trusted_documents`, by id or hash, are all that is answered; None answers any document.
    `webhooks_insecure` lets endpoints be registered whose URLs are plain HTTP. `plans` answers queries by
    compiled plans, as far as they go. `traced` makes OpenTelemetry's spans of requests and operations.
    """

    introspection: bool = False
    suggestions: bool = False
    cors_origins: tuple[str, ...] = ()
    trusted_documents: Mapping[str, str] | None = None
    webhooks_insecure: bool = False
    plans: bool = True
    traced: bool = False


CLOSED = Features()
"""Any document, from anywhere but other origins' pages, and no telling what else there is."""
