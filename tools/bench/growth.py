"""How the cost of reading grows with the data and the page size, and the memory of the server."""

import argparse
import asyncio
import tempfile
import time
from collections.abc import Mapping
from pathlib import Path

from tools.bench.capture import Sent, recorder
from tools.bench.client import Client, connected, encoded, turn
from tools.bench.data import EACH, grow
from tools.bench.harness import Figures, scratch_database, take_turns
from tools.bench.operations import Operation, operations
from tools.bench.report import Report, table
from tools.bench.servers import tenure
from tools.server_process import Server

SIZES = (1_000, 100_000)
MILLION = 1_000_000
PAGES = (1, 10, 50, 100)
READ = ("detail", "list", "nested page")
REQUESTS = 15
"""Requests of each operation to warm up, and as many to time."""


def statements(sent: list[Sent]) -> int:
    """How many, without BEGIN and COMMIT."""
    return sum(not one.text.startswith(("BEGIN", "COMMIT")) for one in sent)


async def count_statements(url: str, chosen: Mapping[str, Operation]) -> dict[str, int]:
    """For each operation, after a first request that fills the caches."""
    counted = {}
    async with recorder(url, int(time.time())) as recording:
        for name, operation in chosen.items():
            for _ in range(2):
                _, sent = await recording.ask(operation.document, operation.variables)
            counted[name] = statements(sent)
    return counted


def timed(client: Client, chosen: Mapping[str, Operation]) -> Figures:
    """In turns, so that other load on the machine affects all of them."""
    turns = {name: turn(client, encoded(one.document, one.variables)) for name, one in chosen.items()}
    asyncio.run(take_turns(REQUESTS, turns))  # warms up
    return asyncio.run(take_turns(REQUESTS, turns))


def _cells(url: str, client: Client, chosen: Mapping[str, Operation]) -> list[str]:
    counted = asyncio.run(count_statements(url, chosen))
    figures = timed(client, chosen)
    return [f"{figures.median(name) * 1e3:,.2f} ({counted[name]})" for name in chosen]


def by_size(url: str, sizes: tuple[int, ...], server: Server, client: Client) -> str:
    rows = []
    for size in sizes:
        begun = time.perf_counter()
        asyncio.run(grow(url, size))
        made = time.perf_counter() - begun
        middle = operations(number=size // 2)
        cells = _cells(url, client, {name: middle[name] for name in READ})
        rows.append([f"{size:,}", *cells, f"{server.memory() / 2**20:,.0f}", f"{made:,.0f}"])
    return table(["subscriptions", *READ, "MB", "seconds to make"], rows)


def by_page(url: str, client: Client) -> str:
    chosen = {
        f"{name} {size}": operations(customers=size, page=size)[name] for name in READ[1:] for size in PAGES
    }
    cells = _cells(url, client, chosen)
    rows = zip((str(size) for size in PAGES), cells[: len(PAGES)], cells[len(PAGES) :], strict=True)
    return table(["first", *READ[1:]], list(rows))


def run(report: Report, sizes: tuple[int, ...]) -> None:
    with scratch_database() as url, tempfile.TemporaryDirectory(prefix="tenure-bench-") as folder:
        asyncio.run(grow(url, EACH))
        with tenure(url, Path(folder)) as server, connected(server) as client:
            idle = server.memory() / 2**20
            grown = by_size(url, sizes, server, client)
            paged = by_page(url, client)
            busy = server.memory() / 2**20
    report.say(
        "Growth",
        "Milliseconds for an answer, and in brackets how many statements it took beside BEGIN and COMMIT. "
        "The detail is of the subscription in the middle; pages are of 50.",
        grown,
        f"By the size of the page (of customers with {EACH} subscriptions each for the nested one), over "
        f"{sizes[-1]:,} subscriptions:",
        paged,
        f"The server's memory: {idle:,.0f} MB idle, {busy:,.0f} MB after all of this.",
    )


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument(
        "--million", action="store_true", help="also with a million subscriptions: minutes more"
    )
    options = parser.parse_args()
    run(Report(), (*SIZES, MILLION) if options.million else SIZES)
