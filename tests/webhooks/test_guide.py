"""The guide's examples run."""

import re
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

import httpx

from models.engine import new_id
from tests.webhooks.webhook_partner import WebhookPartner, real_clock
from webhooks.deliveries import Delivery, Target
from webhooks.sender import Sender, new_client

GUIDE = (Path(__file__).parents[2] / "docs" / "guide" / "webhooks.md").read_text(encoding="utf-8")
SECRET = "whsec_" + "A" * 43 + "="


def examples(language: str) -> list[str]:
    return re.findall(rf"```{language}\n(.*?)```", GUIDE, re.DOTALL)


@contextmanager
def the_receiver(directory: Path) -> Iterator[tuple[str, Path]]:
    """Runs the guide's receiver: its URL, and what it prints."""
    [code], printed = examples("python"), directory / "printed"
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    with printed.open("wb") as out:
        environment = {"WEBHOOK_SECRET": SECRET, "PORT": str(port)}
        process = subprocess.Popen([sys.executable, "-c", code], stdout=out, stderr=out, env=environment)
    try:
        _wait_for(port)
        yield f"http://127.0.0.1:{port}/tenure", printed
    finally:
        process.kill()
        process.wait()


def _wait_for(port: int) -> None:
    for _ in range(200):
        with suppress(OSError), socket.create_connection(("127.0.0.1", port)):
            return
        time.sleep(0.05)


async def test_the_guide_s_receiver_verifies(tmp_path: Path) -> None:
    now = real_clock()
    event = new_id()

    def a_delivery(url: str, secret: str) -> Delivery:
        target = Target(new_id(), url, (secret,))
        return Delivery(event, new_id(), "CANCEL", now, {"version": 3}, "lease", 1, target)

    with the_receiver(tmp_path) as (url, printed):
        async with new_client() as client, httpx.AsyncClient() as other:
            sender = Sender(client, insecure=True)
            errors = [
                (await sender.send(a_delivery(url, secret), now)).error
                for secret in (SECRET, SECRET, "whsec_" + "B" * 43 + "=")
            ]
            assert errors == [None, None, "HTTP 400"]
            assert (await other.post(url, content=b"{}", headers={"webhook-id": "x"})).status_code == 400
        lines = [line for line in printed.read_text().splitlines() if "HTTP/1.1" not in line]
    assert lines == ["CANCEL {'version': 3}"]


async def test_its_requests_are_answered(partner: WebhookPartner) -> None:
    register, failed = examples("graphql")
    made = (await partner.world.admin.ask(register))["registerWebhookEndpoint"]
    assert made["userErrors"] == []
    assert made["secret"].startswith("whsec_")
    await partner.fail_all()
    [subscription] = (await partner.world.staff.ask(failed))["subscriptions"]["nodes"]
    [action] = subscription["provisioning"]["nodes"]
    assert action["lastError"] == "HTTP 500"
