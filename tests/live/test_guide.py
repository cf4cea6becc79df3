"""The guide's program for live updates runs, and reconnects by itself."""

import asyncio
import os
import re
import sys
from pathlib import Path

from app import create_app
from resolvers.live_updates import BUFFER, OVERLAP
from server.auth.tokens import InstanceTokens
from tests.api.client import World
from tests.conftest import KEY
from tests.live.serving import in_thread
from tests.live.watching import PATIENCE, last_record, note
from tests.settings import settings_with

GUIDE = (Path(__file__).parents[2] / "docs/guide/live-updates.md").read_text(encoding="utf-8")
NOTED = "UPDATE_SETTINGS Settings updated: note."


def test_the_guide_names_the_bounds_that_hold() -> None:
    assert f"more than {BUFFER:,} records" in GUIDE
    assert f"records of the {OVERLAP.seconds} seconds" in GUIDE
    assert len(GUIDE.splitlines()) <= 80


async def test_the_guide_s_program_survives_a_restart(database_url: str, world: World) -> None:
    [program] = re.findall(r"```python\n(.*?)```", GUIDE, re.DOTALL)
    after = await last_record(world.admin, world.subscription)
    with in_thread(create_app(database_url, InstanceTokens(KEY), settings_with(pool_size=2)), KEY) as server:
        settings = {"URL": server.websocket, "TOKEN": world.customer_admin.token, "AFTER": after}
        process = await asyncio.create_subprocess_exec(
            sys.executable, "-c", program, env=os.environ | settings, stdout=asyncio.subprocess.PIPE
        )
        await note(world.admin, world.subscription, "first")
        assert await line_of(process) == NOTED
    assert (await line_of(process)).startswith("again, because")
    await note(world.admin, world.subscription, "meanwhile")
    with in_thread(
        create_app(database_url, InstanceTokens(KEY), settings_with(pool_size=2)), KEY, server.port
    ):
        while (line := await line_of(process)).startswith("again, because"):
            pass
        assert line == NOTED
        process.kill()
        await process.wait()


async def line_of(process: asyncio.subprocess.Process) -> str:
    assert process.stdout
    async with asyncio.timeout(PATIENCE):
        return (await process.stdout.readline()).decode().strip()
