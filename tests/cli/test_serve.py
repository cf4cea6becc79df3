"""What the settings come to, as the application is handed it."""

import json
from dataclasses import replace
from pathlib import Path

import httpx
import pytest
from starlette.applications import Starlette

from app import Bounds
from cli.serve import bounds_of, features_of, pages_of
from models.engine import Timeouts
from server.http.graphiql import Start
from server.settings import Settings

ORIGINS = ("https://app.example.com", "http://localhost:5173")


@pytest.fixture(autouse=True)
def bare(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("INTROSPECTION", "SUGGESTIONS", "GRAPHIQL", "CORS_ORIGINS"):
        monkeypatch.delenv(name, raising=False)


@pytest.mark.parametrize("demo", [True, False])
def test_the_schema_is_told_with_the_demo_unless_a_setting_says_otherwise(demo: bool) -> None:
    unset = features_of(Settings(), demo, None)
    assert (unset.introspection, unset.suggestions) == (demo, demo)
    for value in (True, False):
        told = features_of(Settings(introspection=value, suggestions=value), demo, None)
        assert (told.introspection, told.suggestions) == (value, value)


@pytest.mark.parametrize("demo", [Start({"PARTNER_ADMIN": "secret"}), None])
@pytest.mark.parametrize("setting", [None, True, False])
async def test_graphiql_is_there_with_the_demo_unless_a_setting_says_otherwise(
    setting: bool | None, demo: Start | None
) -> None:
    """And a token is in it with the demo alone."""
    app = Starlette(routes=pages_of(Settings(graphiql=setting), demo))
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
    assert features_of(Settings(), True, None).cors_origins == ()
    monkeypatch.setenv("CORS_ORIGINS", " https://app.example.com, http://localhost:5173 ,")
    assert features_of(Settings(), False, None).cors_origins == ORIGINS


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


def test_trusted_documents_come_from_a_file(tmp_path: Path) -> None:
    path = tmp_path / "documents.json"
    path.write_text(json.dumps({"a": "{ __typename }"}), encoding="utf-8")
    assert features_of(Settings(), False, path).trusted_documents == {"a": "{ __typename }"}


def test_the_bounds_are_those_that_the_code_assumes() -> None:
    """But for PostgreSQL's time-outs, which programs that take long do without."""
    assert replace(bounds_of(Settings()), timeouts=Timeouts()) == Bounds()
