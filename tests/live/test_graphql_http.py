"""The audits of npm's graphql-http pass. Needs node, npm and a registry."""

from pathlib import Path

from tests.api.client import World
from tests.conftest import KEY
from tests.live.npm import run
from tests.live.serving import in_process

AUDITS = 61


async def test_every_audit_is_passed(node: Path, world: World, database_url: str, tmp_path: Path) -> None:
    # Some of the audits ask for a type of the schema.
    with in_process(database_url, KEY, tmp_path, INTROSPECTION="true") as server:
        url = f"http://{server.host}/graphql"
        found = await run(node / "audit.js", url=url, token=world.admin.token)
    assert len(found) == AUDITS
    assert [audit for audit in found if audit["status"] != "ok"] == []
