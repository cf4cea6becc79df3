"""What the settings and --demo mean for the server."""

import httpx
import pytest
from starlette.applications import Starlette

from cli.serve import pages_of
from server.http.graphiql import Start
from server.settings import Settings

ORIGINS = ("https://app.example.com", "http://localhost:5173")


@pytest.fixture(autouse=True)
def bare(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("INTROSPECTION", "SUGGESTIONS", "GRAPHIQL", "CORS_ORIGINS"):
        monkeypatch.delenv(name, raising=False)


def settings(demo: bool, **values: bool | None) -> Settings:
    return Settings(**values).for_demo() if demo else Settings(**values)


@pytest.mark.parametrize("demo", [True, False])
def test_the_demo_shows_the_schema_by_default(demo: bool) -> None:
    unset = settings(demo).features
    assert (unset.introspection, unset.suggestions) == (demo, demo)
    for value in (True, False):
        features = settings(demo, introspection=value, suggestions=value).features
        assert (features.introspection, features.suggestions) == (value, value)


@pytest.mark.parametrize("demo", [Start({"PARTNER_ADMIN": "secret"}), None])
@pytest.mark.parametrize("setting", [None, True, False])
async def test_the_demo_serves_graphiql_by_default(setting: bool | None, demo: Start | None) -> None:
    """And a token is in it with the demo alone."""
    app = Starlette(routes=pages_of(settings(demo is not None, graphiql=setting), demo))
    async with httpx.AsyncClient(
        transport=httpx.ASGITransport(app=app), base_url="http://127.0.0.1"
    ) as client:
        opening = await client.get("/graphiql/start.json")
        page = await client.get("/graphiql")
    if setting is False or (setting is None and demo is None):
        assert (opening.status_code, page.status_code) == (404, 404)
    else:
        assert page.status_code in {200, 503}  # built here, or not
        assert opening.json()["tokens"] == (demo.tokens if demo else {})


def test_origins_stand_in_one_variable(monkeypatch: pytest.MonkeyPatch) -> None:
    assert Settings().cors_origins == ()
    monkeypatch.setenv("CORS_ORIGINS", " https://app.example.com, http://localhost:5173 ,")
    assert Settings().cors_origins == ORIGINS


@pytest.mark.parametrize(
    "origin",
    [
        "*",
        "app.example.com",
        "https://app.example.com/",
        "https://app.example.com:443",
        "ftp://app.example.com",
        "null",
    ],
)
def test_what_no_browser_sends_is_no_origin(monkeypatch: pytest.MonkeyPatch, origin: str) -> None:
    monkeypatch.setenv("CORS_ORIGINS", f"https://other.example.com,{origin}")
    with pytest.raises(ValueError, match="must be origins"):
        Settings()
