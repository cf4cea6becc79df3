"""The loop of the webhook worker: it waits for the database, and stops on request."""

import asyncio
import contextlib
import socket
from collections.abc import AsyncIterator, Iterator
from datetime import UTC, datetime
from itertools import count

import pytest
import structlog

from models.engine import new_id
from workers.webhooks import WebhookWorker


@pytest.fixture
def nowhere() -> Iterator[str]:
    """The URL of a database that does not exist: a socket has the port, but does not listen."""
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        yield f"postgresql+asyncpg://postgres:x@127.0.0.1:{taken.getsockname()[1]}/tenure"


@contextlib.asynccontextmanager
async def running(worker: WebhookWorker) -> AsyncIterator[None]:
    task = asyncio.create_task(worker.run())
    try:
        yield
    finally:
        worker.stop()
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
    worker, calls = WebhookWorker(database_url, clock, poll=0.01), count(1)

    done = asyncio.Event()

    async def rows(_: object) -> list[object]:
        call = next(calls)
        if call == 1:
            raise RuntimeError("a defect")
        if call == 4:
            done.set()
        return [(new_id(),)] if call == 2 else []

    monkeypatch.setattr(worker, "_list", rows)
    with structlog.testing.capture_logs() as logs:
        async with running(worker), asyncio.timeout(60):
            await done.wait()
    assert [log["event"] for log in logs] == ["deliverer failed"] * 2
    assert str(logs[0]["exc_info"]) == "a defect"
