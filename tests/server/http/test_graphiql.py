"""GraphiQL's page as browsers load it: only from this server, with tokens only for its own page."""

from dataclasses import dataclass
from pathlib import Path
from typing import Any

import httpx
import pytest
from starlette.applications import Starlette

from server.http.graphiql import Start, graphiql
from server.http.security import cross_site

LISTED = "https://app.example.com"
LOCAL = "http://127.0.0.1:8000"


@dataclass(frozen=True)
class Tab:
    query: str
    variables: dict[str, Any]


START = Start({"PARTNER_ADMIN": "secret"}, [Tab("query Q($id: ID!) { node(id: $id) { id } }", {"id": "é"})])


@pytest.fixture
def built(tmp_path: Path) -> Path:
    """The files of a build."""
    (tmp_path / "assets").mkdir()
    (tmp_path / "manifest.json").write_text('{"script": "page-1.js", "style": "page-2.css"}')
    (tmp_path / "assets" / "page-1.js").write_text("export {}")
    return tmp_path


def client(
    built: Path, start: Start = START, base: str = LOCAL, asks: str = "127.0.0.1"
) -> httpx.AsyncClient:
    """A client at that address."""
    app = Starlette(routes=graphiql(start, built), middleware=cross_site([LISTED]))
    return httpx.AsyncClient(transport=httpx.ASGITransport(app=app, client=(asks, 1)), base_url=base)


async def test_the_page_loads_what_the_build_made(built: Path) -> None:
    async with client(built) as browser:
        page = await browser.get("/graphiql")
        assert page.headers["content-type"].startswith("text/html")
        assert 'src="graphiql/assets/page-1.js"' in page.text
        assert 'href="graphiql/assets/page-2.css"' in page.text
        assert "secret" not in page.text
        assert page.headers["cache-control"] == "no-cache"


async def test_the_policy_of_the_page_is_strict(built: Path) -> None:
    async with client(built) as browser:
        headers = (await browser.get("/graphiql")).headers
    policy = dict(part.strip().split(" ", 1) for part in headers["content-security-policy"].split(";"))
    assert policy["default-src"] == policy["frame-ancestors"] == "'none'"
    assert policy["script-src"] == policy["connect-src"] == policy["worker-src"] == "'self'"
    assert headers["x-frame-options"] == "DENY"
    assert headers["x-content-type-options"] == "nosniff"
    assert headers["referrer-policy"] == "no-referrer"


async def test_browsers_may_keep_the_files_of_the_page(built: Path) -> None:
    async with client(built) as browser:
        script = await browser.get("/graphiql/assets/page-1.js")
        assert "javascript" in script.headers["content-type"]
        assert script.headers["cache-control"] == "public, max-age=31536000, immutable"


@pytest.mark.parametrize("path", ["page-3.js", "%2e%2e/manifest.json", "..%2fmanifest.json", ""])
async def test_nothing_else_is_served(built: Path, path: str) -> None:
    async with client(built) as browser:
        answer = await browser.get(f"/graphiql/assets/{path}")
        assert answer.status_code == 404
        assert "immutable" not in answer.headers.get("cache-control", "")


async def test_without_a_build_the_page_gives_advice(tmp_path: Path) -> None:
    async with client(tmp_path / "none") as browser:
        page = await browser.get("/graphiql")
        assert page.status_code == 503
        assert "`make graphiql`" in page.text
        assert (await browser.get("/graphiql/assets/page-1.js")).status_code == 404


@pytest.mark.parametrize("base", [LOCAL, "http://localhost:8000", "http://[::1]:8000"])
async def test_the_own_page_gets_tokens_and_tabs(built: Path, base: str) -> None:
    async with client(built, base=base) as browser:
        opening = await browser.get("/graphiql/start.json", headers={"sec-fetch-site": "same-origin"})
        assert opening.json()["tokens"] == {"PARTNER_ADMIN": "secret"}
        assert opening.json()["tabs"] == [{"query": START.tabs[0].query, "variables": {"id": "é"}}]
        assert opening.headers["cache-control"] == "no-store"
        assert opening.headers["cross-origin-resource-policy"] == "same-origin"


@pytest.mark.parametrize(
    ("base", "asks", "headers"),
    [
        ("http://attacker.example:8000", "127.0.0.1", {}),  # a name that leads here for the moment
        ("http://127.0.0.1.example.com", "127.0.0.1", {}),
        ("http://192.0.2.7:8000", "127.0.0.1", {}),
        (LOCAL, "192.0.2.7", {}),
        (LOCAL, "2001:db8::7", {}),
        (LOCAL, "", {}),
        (LOCAL, "127.0.0.1", {"origin": LISTED}),
        (LOCAL, "127.0.0.1", {"origin": "null"}),
        (LOCAL, "127.0.0.1", {"sec-fetch-site": "cross-site"}),
        (LOCAL, "127.0.0.1", {"sec-fetch-site": "same-site"}),  # another port of this machine
    ],
)
async def test_no_one_else_gets_a_token(built: Path, base: str, asks: str, headers: dict[str, str]) -> None:
    async with client(built, base=base, asks=asks) as browser:
        opening = await browser.get("/graphiql/start.json", headers=headers)
        assert opening.json()["tokens"] == {}
        assert "secret" not in opening.text


async def test_other_tabs_are_another_version(built: Path) -> None:
    versions = []
    for start in (START, START, Start(tabs=START.tabs), Start()):
        async with client(built, start) as browser:
            versions.append((await browser.get("/graphiql/start.json")).json()["version"])
    assert versions[0] == versions[1] == versions[2] != versions[3]


def test_tokens_do_not_show_where_the_start_is_printed() -> None:
    assert "secret" not in repr(START)
