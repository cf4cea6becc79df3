"""Security headers, and CORS: pages of other sites may do nothing, unless their origin is listed."""

from collections.abc import Sequence

from starlette.middleware import Middleware
from starlette.middleware.cors import CORSMiddleware
from starlette.types import ASGIApp, Message, Receive, Scope, Send

MAX_AGE = 600  # seconds for which a browser keeps the result of a preflight request
READABLE = (
    "X-Request-Id",
    "Retry-After",
    "RateLimit",
    "RateLimit-Policy",
    "RateLimit-Limit",
    "RateLimit-Remaining",
    "RateLimit-Reset",
)
"""Response headers that a page of another origin may read."""

# An HTML page has its own Content-Security-Policy, and keeps it.
DEFAULTS = (
    (b"x-content-type-options", b"nosniff"),
    (b"referrer-policy", b"no-referrer"),
    (b"content-security-policy", b"default-src 'none'; frame-ancestors 'none'"),
)


def cross_site(origins: Sequence[str]) -> list[Middleware]:
    """The middleware. Each origin is exactly as browsers send it: `https://app.example.com`."""
    middleware = [Middleware(SecurityHeaders)]
    if origins:
        middleware.append(
            Middleware(
                CORSMiddleware,
                allow_origins=origins,
                allow_methods=["GET", "POST"],
                allow_headers=["Authorization", "Content-Type", "X-Request-Id"],
                expose_headers=READABLE,
                max_age=MAX_AGE,
            )
        )
    return middleware


class SecurityHeaders:
    """Adds the headers of DEFAULTS that an HTTP response does not have yet."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        async def sending(message: Message) -> None:
            if message["type"] == "http.response.start":
                headers = message["headers"]
                own = dict(headers)
                message["headers"] = [*headers, *[each for each in DEFAULTS if each[0] not in own]]
            await send(message)

        await self._app(scope, receive, sending if scope["type"] == "http" else send)
