"""`make fuzz`: every field of Query and Mutation, in every role, with valid and invalid input."""

import argparse
import sys
import tempfile
import time
from itertools import count, product
from pathlib import Path
from typing import Any

import httpx
import schemathesis
from hypothesis import HealthCheck, Phase, given, seed, settings
from schemathesis import GenerationMode

from tools.fuzz.check import problems
from tools.fuzz.demo_server import DemoServer, served
from tools.fuzz.values import register_scalars, with_real_ids

SDL = Path(__file__).parents[2] / "schema" / "schema.graphql"
MODES = (GenerationMode.POSITIVE, GenerationMode.NEGATIVE)
EXAMPLES = 8  # of one field, for one principal, in one round
MINUTES = 10.0


class Run:
    """Counts the requests and keeps the first document that showed each problem."""

    def __init__(self, server: DemoServer) -> None:
        self._server = server
        self._client = httpx.Client(timeout=60)
        self.sent = self.executed = 0
        self.found: dict[tuple[str, str], str] = {}

    def ask(self, label: str, role: str, query: str) -> None:
        headers = {"Authorization": f"Bearer {self._server.tokens[role]}"}
        answer = self._client.post(self._server.url, json={"query": query}, headers=headers)
        self.sent += 1
        self.executed += '"data"' in answer.text
        for problem in problems(query, answer):
            self.found.setdefault((label, problem), f"as {role}: {query}")

    def send_examples(self, operation: Any, role: str, mode: GenerationMode, round_: int) -> None:
        schema = operation.schema.client_schema

        @seed(round_)
        @settings(
            max_examples=EXAMPLES,
            deadline=None,
            database=None,
            phases=[Phase.generate],
            suppress_health_check=list(HealthCheck),
        )
        @given(operation.as_strategy(generation_mode=mode))
        def send(case: Any) -> None:
            text = case.body
            if mode.is_positive:
                text = with_real_ids(text, schema, self._server.ids)
            self.ask(operation.label, role, text)

        send()


def run(server: DemoServer, minutes: float) -> Run:
    """Rounds until the time is up; the first covers every field if there is time."""
    register_scalars()
    schema = schemathesis.graphql.from_path(SDL)
    operations = [result.ok() for result in schema.get_all_operations()]
    deadline, fuzzing = time.monotonic() + minutes * 60, Run(server)
    for round_ in count():
        for operation, role, mode in product(operations, server.tokens, MODES):
            if time.monotonic() > deadline:
                return fuzzing
            fuzzing.send_examples(operation, role, mode, round_)
        print(f"round {round_ + 1}: {fuzzing.sent} requests", flush=True)
    return fuzzing


def main() -> int:
    parser = argparse.ArgumentParser(prog="fuzz", description=__doc__)
    parser.add_argument("--minutes", type=float, default=MINUTES)
    minutes = parser.parse_args().minutes
    with tempfile.TemporaryDirectory(prefix="tenure-fuzz-") as directory, served(Path(directory)) as server:
        ended = run(server, minutes)
    print(f"requests: {ended.sent}, of which executed: {ended.executed}, problems: {len(ended.found)}")
    for (label, problem), example in ended.found.items():
        print(f"\n{label}: {problem}\n{example}")
    return 1 if ended.found else 0


if __name__ == "__main__":
    sys.exit(main())
