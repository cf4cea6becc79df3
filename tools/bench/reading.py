"""Reading over HTTP: our server, the idiomatic way, handwritten json_agg, PostGraphile and Mercurius.

Ours runs as `tenure serve`: tokens, limits and row-level security are on. All answers are compared before
anything is timed.
"""

import argparse
import asyncio
import tempfile
import time
from collections.abc import Iterable, Iterator, Mapping
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from itertools import chain
from pathlib import Path
from statistics import median

import orjson

from tools.bench.client import Client, connected, encoded
from tools.bench.cpu_time import backends, cpu_seconds
from tools.bench.data import create_peer_role, grow
from tools.bench.harness import of_round, scratch_database
from tools.bench.operations import Operation, normal, operations, their_variables
from tools.bench.report import Report, table
from tools.bench.servers import install_peers, node, tenure, uvicorn, versions
from tools.server_process import Server

OURS = "Tenure"
POSTGRAPHILE = "PostGraphile"
MERCURIUS = "Mercurius"
WARM_SECONDS, WARM_ANSWERS = 2.0, 200
"""Each is warmed up for so long or so often: drivers prepare, PostgreSQL plans, V8 compiles."""
TIMES_WORKED = 3
"""The CPU time is taken over the answers of so many rounds."""


@dataclass(frozen=True)
class Side:
    """A server and the connection to it."""

    name: str
    server: Server
    client: Client

    def body(self, name: str, operation: Operation) -> bytes | None:
        """The request; None if this server cannot answer it."""
        if self.name not in (POSTGRAPHILE, MERCURIUS):
            return encoded(operation.document, operation.variables, name=name)
        if operation.theirs is None:
            return None
        if self.name == POSTGRAPHILE:
            return encoded(operation.theirs, their_variables(operation))
        return encoded(operation.document, operation.variables)

    def data(self, body: bytes) -> object:
        """The answer in our shape. Raises RuntimeError if it has errors."""
        answer = orjson.loads(self.client.post(body))
        if answer.get("errors"):
            raise RuntimeError(f"{self.name} refuses: {answer['errors']}")
        return normal(answer["data"]) if self.name == POSTGRAPHILE else answer["data"]


@contextmanager
def sides(url: str, peers: Path | None) -> Iterator[dict[str, Side]]:
    """All servers, ours first. The ones on Node are installed in `peers`."""
    with ExitStack() as stack:
        keys = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="tenure-bench-")))
        starting = {
            OURS: tenure(url, keys),
            "Tenure, plans off": tenure(url, keys, plans=False),
            "idiomatic": uvicorn("idiomatic", url),
            "handwritten json_agg": uvicorn("handwritten", url),
        }
        if peers:
            theirs = asyncio.run(create_peer_role(url))
            starting[MERCURIUS] = node("mercurius", peers, theirs)
            starting[POSTGRAPHILE] = node("postgraphile", peers, theirs)
        servers = {name: stack.enter_context(each) for name, each in starting.items()}
        yield {
            name: Side(name, server, stack.enter_context(connected(server)))
            for name, server in servers.items()
        }


def compare(all_sides: Mapping[str, Side], name: str, operation: Operation) -> dict[str, bytes]:
    """The request for each side that can answer. Raises AssertionError if an answer differs."""
    bodies = {side.name: body for side in all_sides.values() if (body := side.body(name, operation))}
    answers = {side: all_sides[side].data(body) for side, body in bodies.items()}
    for side, answer in answers.items():
        if answer != answers[OURS]:
            raise AssertionError(f"{side} answers the {name} differently:\n{answer}\n{answers[OURS]}"[:5000])
    return bodies


def warm_up(client: Client, body: bytes) -> None:
    until = time.perf_counter() + WARM_SECONDS
    for _ in range(WARM_ANSWERS):
        client.post(body)
        if time.perf_counter() > until:
            return


@dataclass(frozen=True)
class Race:
    """Milliseconds of one operation by side: elapsed, elapsed after a pause, and of the CPUs."""

    elapsed: Mapping[str, float]
    paused: Mapping[str, float]
    worked: Mapping[str, float]
    size: int
    client: float


def race(url: str, all_sides: Mapping[str, Side], name: str, operation: Operation, rounds: int) -> Race:
    bodies = compare(all_sides, name, operation)
    for side, body in bodies.items():
        warm_up(all_sides[side].client, body)
    begun, worked = time.perf_counter(), time.process_time()
    turns = {side: list[list[float]]() for side in bodies}
    for number in range(rounds):
        for side in of_round(list(bodies), number):
            turns[side].append([all_sides[side].client.timed(bodies[side]) for _ in range(operation.times)])
    share = (time.process_time() - worked) / (time.perf_counter() - begun)
    return Race(
        {side: median(chain.from_iterable(taken)) * 1e3 for side, taken in turns.items()},
        {side: median(turn[0] for turn in taken) * 1e3 for side, taken in turns.items()},
        {
            side: work(url, all_sides[side], body, TIMES_WORKED * operation.times)
            for side, body in bodies.items()
        },
        len(all_sides[OURS].client.post(bodies[OURS])),
        share,
    )


def work(url: str, side: Side, body: bytes, times: int) -> float:
    """CPU milliseconds of the server and PostgreSQL for an answer."""
    pids = [side.server.process.pid, *asyncio.run(backends(url))]
    before = cpu_seconds(pids)
    for _ in range(times):
        side.client.post(body)
    return (cpu_seconds(pids) - before) / times * 1e3


def grid(sides: Iterable[str], figures: Mapping[str, Mapping[str, float]]) -> str:
    """The figures by operation and side, each with its multiple of ours."""
    rows = [
        [
            side,
            *(
                f"{own[side]:,.2f} ({own[side] / own[OURS]:.2f})" if side in own else "-"
                for own in figures.values()
            ),
        ]
        for side in sides
    ]
    return table(["", *figures], rows)


def measure(url: str, peers: Path | None, rounds: int) -> list[str]:
    """Paragraphs of the report."""
    with sides(url, peers) as all_sides:
        races = {
            name: race(url, all_sides, name, operation, rounds) for name, operation in operations().items()
        }
        memory = ", ".join(f"{name} {side.server.memory() / 2**20:,.0f}" for name, side in all_sides.items())
    sizes = ", ".join(f"{name} {one.size:,} ({one.client:.0%})" for name, one in races.items())
    return [
        grid(all_sides, {name: one.elapsed for name, one in races.items()}),
        "The same for the first answer of each turn, after others used the CPU and its caches.",
        grid(all_sides, {name: one.paused for name, one in races.items()}),
        "CPU milliseconds of the server and PostgreSQL for an answer. They vary less than the elapsed time "
        "on a busy machine; they are more where both work at the same time.",
        grid(all_sides, {name: one.worked for name, one in races.items()}),
        f"Bytes of our answer (and the client's own share of a round): {sizes}. "
        f"MB of each server afterwards: {memory}.",
    ]


def run(report: Report, count: int, rounds: int) -> None:
    with scratch_database() as url, tempfile.TemporaryDirectory(prefix="tenure-peers-") as folder:
        asyncio.run(grow(url, count))
        missing = install_peers(Path(folder))
        report.say(
            "Reading",
            f"Milliseconds for an answer, medians of {rounds} rounds; in brackets, how many times Tenure's. "
            f"{count:,} subscriptions.",
            *measure(url, None if missing else Path(folder), rounds),
            f"No peers on Node: {missing}."
            if missing
            else ", ".join(f"{name} {version}" for name, version in versions(Path(folder)).items()) + ".",
        )


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--count", type=int, default=5000, help="subscriptions, ten to a customer")
    parser.add_argument("--rounds", type=int, default=27)
    options = parser.parse_args()
    run(Report(), options.count, options.rounds)
