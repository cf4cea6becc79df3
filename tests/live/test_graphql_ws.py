"""The client that browsers have, npm's graphql-ws, finds what it expects. Needs node, npm and a registry."""

import asyncio
import json
import shutil
import subprocess
from pathlib import Path
from typing import Any

import pytest

from tests.api.client import World
from tests.live.serving import Server
from tests.live.watching import last_record, note

HERE = Path(__file__).parent / "graphql_ws"
SECONDS = 120  # for the install


@pytest.fixture(scope="module")
def client(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The script, beside the packages that it imports."""
    npm = shutil.which("npm")
    if not npm or not shutil.which("node"):
        pytest.skip("There is no node here.")
    directory = tmp_path_factory.mktemp("graphql_ws") / "client"
    shutil.copytree(HERE, directory)
    install = [npm, "install", "--no-package-lock", "--ignore-scripts", "--no-audit", "--no-fund"]
    try:
        done = subprocess.run(install, cwd=directory, capture_output=True, timeout=SECONDS, check=False)
    except subprocess.TimeoutExpired:
        pytest.skip("The install took too long.")
    if done.returncode:
        pytest.skip(f"The install failed: {done.stderr.decode()[-300:]}")
    return directory / "watch.js"


async def run(script: Path, count: int = 0, **asked: Any) -> list[Any]:
    """What the client prints, once it has seen that many records and one answer that is an error."""
    node = shutil.which("node") or ""
    process = await asyncio.create_subprocess_exec(
        node, script, json.dumps({"count": count} | asked), stdout=asyncio.subprocess.PIPE
    )
    try:
        async with asyncio.timeout(60):
            printed, _ = await process.communicate()
    finally:
        if process.returncode is None:
            process.kill()
            await process.wait()
    return [json.loads(line) for line in printed.splitlines()]


async def test_it_gets_queries_records_and_errors(client: Path, server: Server, world: World) -> None:
    after = await last_record(world.admin, world.subscription)
    made = [await note(world.admin, world.subscription, "missed")]
    watch = {"url": server.websocket, "token": world.customer_admin.token}
    watching = asyncio.create_task(
        run(client, count=3, subscription=world.subscription, after=after, **watch)
    )
    made += [await note(world.admin, world.subscription, f"note {number}") for number in range(2)]
    viewer, *records, errors, closed = await watching
    assert viewer == {"viewer": {"role": "CUSTOMER_ADMIN"}}
    assert [record["data"]["subscriptionChanged"]["id"] for record in records] == made
    assert [error["extensions"]["code"] for error in errors["errors"]] == ["BAD_USER_INPUT"]
    assert closed == {"closed": 1000}


async def test_it_is_told_that_it_is_forbidden(client: Path, server: Server) -> None:
    assert await run(client, url=server.websocket, token="x") == [{"closed": 4403}, {"failed": 4403}]


async def test_a_subscription_that_is_not_there_is_a_coded_error(
    client: Path, server: Server, world: World
) -> None:
    watch = {"url": server.websocket, "token": world.customer_admin.token, "subscription": world.customer}
    _, found, *_ = await run(client, **watch)
    assert [error["extensions"]["code"] for error in found["errors"]] == ["BAD_USER_INPUT"]
