"""The programs of docs/guide/retrying.md, succeed against an unreliable server."""

import asyncio
import os
import re
import shutil
import sys
from dataclasses import dataclass

import pytest

from app import create_app
from server.auth.tokens import InstanceTokens
from server.settings import Settings
from tests.api.client import World
from tests.conftest import KEY
from tests.guide.pages import GUIDE
from tests.guide.unreliable import Unreliable
from tests.live.serving import in_thread
from tests.settings import settings_with

PAGE = (GUIDE / "retrying.md").read_text(encoding="utf-8")
PROGRAMS = {"python": [sys.executable, "-c"], "sh": ["sh", "-c"]}
RECORDS = "query($id: ID!) { subscription(by: {id: $id}) { history(actions: [CHANGE_PLAN]) { totalCount } } }"


@dataclass(frozen=True)
class Run:
    printed: str
    carried_out: list[str]
    records: int


async def run(language: str, database_url: str, world: World, mishaps: list[str]) -> Run:
    """Runs the page's program in that language against these mishaps."""
    [program] = re.findall(rf"^```{language}\n(.*?)^```$", PAGE, re.MULTILINE | re.DOTALL)
    carried_out: list[str] = []
    app = create_app(database_url, InstanceTokens(KEY), settings_with(pool_size=2))
    app.add_middleware(Unreliable, mishaps=mishaps, carried_out=carried_out)
    with in_thread(app, KEY) as server:
        settings = {
            "URL": f"http://{server.host}/graphql",
            "TOKEN": world.admin.token,
            "SUBSCRIPTION": world.subscription,
            "KEY": f"order of {language}",
        }
        process = await asyncio.create_subprocess_exec(
            *PROGRAMS[language], program, env=os.environ | settings, stdout=asyncio.subprocess.PIPE
        )
        printed, _ = await process.communicate()
    assert process.returncode == 0
    found = await world.admin.ask(RECORDS, id=world.subscription)
    return Run(printed.decode(), carried_out, found["subscription"]["history"]["totalCount"])


async def test_python_program_upgrades_once(database_url: str, world: World) -> None:
    done = await run("python", database_url, world, ["cut", "busy", "too much"])
    assert done.carried_out == ["cut", ""]
    assert done.records == 1
    lines = done.printed.splitlines()
    assert [line.partition(",")[0].partition(" HTTP")[0] for line in lines[:3]] == [
        "again",
        "again",
        "again",
    ]
    assert "HTTP 503" in lines[1]
    assert "HTTP 429" in lines[2]
    assert lines[3] == str(
        {"userErrors": [], "record": {"summary": "Upgraded from Professional to Business."}}
    )


@pytest.mark.skipif(shutil.which("curl") is None, reason="curl is not installed")
async def test_curl_program_upgrades_once(database_url: str, world: World) -> None:
    done = await run("sh", database_url, world, ["cut", "busy"])
    assert done.carried_out == ["cut", ""]
    assert done.records == 1
    assert "Upgraded from Professional to Business." in done.printed


def test_the_page_names_the_deadline_that_holds() -> None:
    deadline = Settings.model_fields["request_deadline"].default
    assert f"after {deadline:.0f} seconds (`REQUEST_DEADLINE`)" in " ".join(PAGE.split())
    assert re.findall(r"timeout=(\d+)|--max-time (\d+)", PAGE) == [("35", ""), ("", "35")]
    assert deadline < 35
