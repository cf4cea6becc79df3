"""Every lifecycle mutation and a preview over HTTP, and pgbench with the statements that each sends.

There are three copies of one database: statements are captured on the first, our server changes the second,
pgbench the third. Each mutation has fresh subscriptions.
"""

import argparse
import asyncio
import statistics
import tempfile
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from uuid import UUID

import orjson

from resolvers.ids import to_global_id
from tools.bench.capture import Recorder, recorder
from tools.bench.client import Client, connected, encoded
from tools.bench.data import EACH, grow, superuser
from tools.bench.harness import scratch_database
from tools.bench.pgbench import Replay, alike
from tools.bench.report import Report, table
from tools.bench.servers import tenure

TURN = 25
"""Our server runs so many of a mutation, then pgbench runs as many."""
AT_END = {"at": "END_OF_BILLING_PERIOD"}
PREVIEW = "previewProration"

SCHEDULED = """
    INSERT INTO scheduled_change (partner_id, id, subscription_id, add_on_id, action, effective_on, status,
        summary, quantity, created_at)
    SELECT partner_id, CAST(replace(CAST(id AS text), '00000008', '0000000f') AS uuid), subscription_id, id,
        'CANCEL_ADD_ON', '2026-03-01', 'PENDING', 'Storage canceled.', 0, '2025-06-01'
    FROM add_on WHERE id BETWEEN $1 AND $2"""

CHANGED = """
    SELECT reference, status, version, quantity, cycle, auto_renewal, term_ends_before, settings, plan_id,
        customer_id, contract_id
    FROM subscription WHERE version > 3"""


def key(kind: str, number: int) -> UUID:
    """The key that `data.sql` gives."""
    return UUID(f"{kind:0>8}-0000-7000-8000-{number:012x}")


def _customer(n: int) -> int:
    return 1 + n // EACH


def _member(n: int, place: int) -> str:
    return to_global_id("Member", key("5", _customer(n) * 10 + place))


# The input of each for subscription n, without the subscription's id.
INPUTS: dict[str, Callable[[int], dict[str, Any]]] = {
    "changePlan": lambda _: {"planCode": "premium"},
    "changeAddOns": lambda _: {
        "addOns": [{"code": "storage", "quantity": 20}, {"code": "recording", "quantity": 2}]
    },
    "cancelAddOn": lambda n: {"addOnId": to_global_id("AddOn", key("8", n)), "when": {"at": "IMMEDIATE"}},
    "changeNumbers": lambda n: {
        "swap": [
            {
                "fromNumberId": to_global_id("PhoneNumber", key("a", n)),
                "toNumberId": to_global_id("PhoneNumber", key("b", n)),
            }
        ]
    },
    "assignMembers": lambda n: {"memberIds": [_member(n, 1)]},
    "unassignMembers": lambda n: {"memberIds": [_member(n, 0)]},
    "changeQuantity": lambda _: {"quantity": 40},
    "changeBillingModel": lambda _: {"cycle": "MONTHLY"},
    "setAutoRenewal": lambda _: {"on": False},
    "extendSubscription": lambda _: {"by": {"quick": {"count": 1, "cycle": "YEARLY"}}},
    "cancelSubscription": lambda _: {"when": AT_END},
    "revokeScheduledChange": lambda n: {"scheduledChangeId": to_global_id("ScheduledChange", key("f", n))},
    "terminateSubscription": lambda _: {},
    "changeOwnership": lambda n: {"newOwnerOrgUuid": str(key("4", _customer(n) + 1))},
    "linkContract": lambda n: {"contractId": to_global_id("Contract", key("6", _customer(n)))},
    "unlinkContract": lambda _: {},
    "updateSettings": lambda _: {"settings": {"ringSeconds": 30}},
    "createSubscription": lambda n: {
        "customerId": to_global_id("Customer", key("3", _customer(n))),
        "planCode": "full",
        "cycle": "YEARLY",
        "addOns": [{"code": "storage", "quantity": 3}],
    },
    PREVIEW: lambda _: {"planCode": "premium"},
}
WITHOUT_ID = {"cancelAddOn", "revokeScheduledChange", "createSubscription"}


@dataclass(frozen=True)
class Case:
    """A mutation and its subscriptions: every second one from `first` on."""

    name: str
    first: int

    @property
    def document(self) -> str:
        if self.name == PREVIEW:
            return (
                "query($input: SubscriptionChange!) { previewProration(change: $input) "
                "{ userErrors { message } quote { price { amount } lines { kind price { amount } } } } }"
            )
        kind = self.name[0].upper() + self.name[1:]
        return (
            f"mutation($input: {kind}Input!) {{ {self.name}(input: $input) {{ userErrors {{ message }} "
            "subscription { id status version } record { id summary } } }"
        )

    def variables(self, count: int) -> Iterator[dict[str, Any]]:
        for n in range(self.first, self.first + 2 * count, 2):
            values = INPUTS[self.name](n)
            if self.name not in WITHOUT_ID:
                values["subscriptionId"] = to_global_id("CustomerSubscription", key("7", n))
            yield {"input": {"changePlan": values} if self.name == PREVIEW else values}


def cases(count: int) -> list[Case]:
    """Subscriptions with even numbers have a contract, those with odd numbers have none."""
    return [Case(name, at * 2 * count + (name == "linkContract")) for at, name in enumerate(INPUTS)]


def needed(count: int) -> int:
    """How many subscriptions there must be for `count` of each mutation."""
    return (2 * count * len(INPUTS) // EACH + 2) * EACH


async def schedule(url: str, count: int) -> None:
    """Adds the scheduled changes that `revokeScheduledChange` revokes."""
    first = next(case.first for case in cases(count) if case.name == "revokeScheduledChange")
    async with superuser(url) as connection:
        await connection.execute(SCHEDULED, key("8", first), key("8", first + 2 * count - 1))
        await connection.execute("VACUUM ANALYZE scheduled_change")


async def measure(url: str, count: int, folder: Path) -> str:
    await grow(url, needed(count))
    await schedule(url, count)
    captured, served, replayed = [await _copy(url, name) for name in ("captured", "served", "replayed")]
    with tenure(served, folder) as server, connected(server) as client:
        async with recorder(captured, int(time.time())) as recording:
            rows = [await _row(case, count, recording, client, replayed) for case in cases(count)]
    await compare(served, replayed)
    return table(["", "milliseconds", "pgbench", "ratio of rates", "statements"], rows)


async def _row(case: Case, count: int, recording: Recorder, client: Client, replayed: str) -> list[str]:
    runs = []
    for variables in case.variables(count):
        data, sent = await recording.ask(case.document, variables)
        check(data)
        runs.append(sent)
    replay = Replay(replayed, alike(runs))
    await replay.prepare()
    bodies = [encoded(case.document, variables) for variables in case.variables(count)]
    took: list[float] = []
    theirs: list[float] = []
    for first in range(0, count, TURN):
        took += [_timed(client, body) for body in bodies[first : first + TURN]]
        theirs += replay.send(first, first + TURN)
    ours, pure = statistics.median(took) * 1e3, statistics.median(theirs) * 1e3
    return [case.name, f"{ours:.2f}", f"{pure:.2f}", f"{pure / ours:.2f}", str(len(runs[-1]))]


def _timed(client: Client, body: bytes) -> float:
    begun = time.perf_counter()
    answer = client.post(body)
    took = time.perf_counter() - begun
    check(orjson.loads(answer)["data"])
    return took


def check(data: Any) -> None:
    """Raises RuntimeError if the mutation was refused."""
    [payload] = data.values()
    if payload["userErrors"]:
        raise RuntimeError(f"Refused: {payload}")


async def compare(served: str, replayed: str) -> None:
    """Raises AssertionError if pgbench and our server left a subscription in different states."""
    found = []
    for url in (served, replayed):
        async with superuser(url) as connection:
            found.append({row["reference"]: row for row in await connection.fetch(CHANGED)})
    ours, theirs = found
    differing = [reference for reference, row in theirs.items() if row != ours.get(reference)]
    if differing or not theirs:
        raise AssertionError(f"pgbench left other rows: {differing or 'nothing at all'}")


async def _copy(url: str, name: str) -> str:
    """The URL of a copy of the database."""
    base, _, source = url.rpartition("/")
    async with superuser(f"{base}/postgres") as connection:
        await connection.execute(f"CREATE DATABASE {name} TEMPLATE {source}")
    return f"{base}/{name}"


def run(report: Report, count: int) -> None:
    with scratch_database() as url, tempfile.TemporaryDirectory(prefix="tenure-bench-") as folder:
        report.say(
            "Mutations and preview",
            f"Over HTTP, medians of {count} each, of as many fresh subscriptions; beside pgbench, which "
            "sends the same statements (BEGIN and COMMIT are counted) with the same parameters, prepared, to "
            "a copy of the database.",
            asyncio.run(measure(url, count, Path(folder))),
        )


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--count", type=int, default=100, help="how many subscriptions each changes")
    run(Report(), parser.parse_args().count)
