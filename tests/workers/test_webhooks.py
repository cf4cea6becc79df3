"""The loop of the webhook worker: it waits for the database, and stops on request."""

import asyncio
import contextlib
import socket
from collections.abc import AsyncIterator, Iterator
from datetime import UTC, datetime

import pytest
import structlog

from models.engine import new_id
from workers.webhooks import WebhookWorker


@pytest.fixture
def nowhere() -> Iterator[str]:
    """The URL of a database that is not there: the port is taken, and nobody listens on it."""
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        yield f"postgresql+asyncpg://postgres:x@127.0.0.1:{taken.getsockname()[1]}/tenure"


@contextlib.asynccontextmanager
async def running(deliverer: WebhookWorker) -> AsyncIterator[None]:
    task = asyncio.create_task(deliverer.run())
    try:
        yield
    finally:
        deliverer.stop()
        async with asyncio.timeout(5):
            await task


def clock() -> datetime:
    return datetime.now(UTC)


async def test_it_waits_silently_for_the_database(nowhere: str) -> None:
    with structlog.testing.capture_logs() as logs:
        async with running(WebhookWorker(nowhere, clock, poll=0.01)):
            await asyncio.sleep(0.3)
    assert logs == []


async def test_it_stops_at_once_however_long_it_would_wait(nowhere: str) -> None:
    loop = asyncio.get_running_loop()
    async with running(WebhookWorker(nowhere, clock, poll=60)):
        await asyncio.sleep(0.2)
        began = loop.time()
    assert loop.time() - began < 2


async def test_other_errors_are_reported_and_it_goes_on(
    database_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    deliverer, asked = WebhookWorker(database_url, clock, poll=0.01), list[str]()

    async def found(_: object) -> list[object]:
        asked.append("")
        if len(asked) == 1:
            raise RuntimeError("a defect")
        return [(new_id(),)] if len(asked) == 2 else []

    monkeypatch.setattr(deliverer, "_list", found)
    with structlog.testing.capture_logs() as logs:
        async with running(deliverer):
            while len(asked) < 4:  # noqa: ASYNC110 - the deliverer tells nobody
                await asyncio.sleep(0.01)
    assert [log["event"] for log in logs] == ["deliverer failed"] * 2
    assert str(logs[0]["exc_info"]) == "a defect"
