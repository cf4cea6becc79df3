"""The benchmarks compare answers before they time them; these tests run the comparisons."""

import time
from pathlib import Path

import pytest

from resolvers.ids import to_global_id
from tests.realtime import real_time
from tests.settings import default_schema
from tools.bench import loading, renewals
from tools.bench.capture import recorder
from tools.bench.data import grow
from tools.bench.growth import count_statements
from tools.bench.mutations import INPUTS, PREVIEW, Case, cases, check, needed, schedule
from tools.bench.operations import normal, operations
from tools.bench.pgbench import Replay, alike
from tools.bench.reading import compare, sides
from tools.bench.report import BEGIN, END, PAGE, Report


async def test_worker_and_one_statement_write_the_same_rows(database_url: str) -> None:
    async with real_time(database_url, "2025-01-31T12:00:00+00:00") as here:
        await renewals.measure(here.url, count=40, rounds=2)


async def test_servers_without_node_give_the_same_answers(database_url: str) -> None:
    async with real_time(database_url, "2025-01-31T12:00:00+00:00") as here:
        await grow(here.url, 50)
        with sides(here.url, None) as all_sides:
            for name, operation in operations(customers=3, page=20, number=21).items():
                assert len(compare(all_sides, name, operation)) == 4


async def test_statements_do_not_grow_with_data_or_page(database_url: str) -> None:
    async with real_time(database_url, "2025-01-31T12:00:00+00:00") as here:
        await grow(here.url, 20)
        few = await count_statements(here.url, operations(customers=1, page=1, number=1))
        await grow(here.url, 200)
        many = await count_statements(here.url, operations(customers=20, page=100, number=150))
    assert many == few
    assert few["detail"] == few["list"] == few["nested page"] == 1


async def test_no_mutation_of_the_benchmark_is_refused(database_url: str) -> None:
    async with real_time(database_url, "2025-01-31T12:00:00+00:00") as here:
        await grow(here.url, needed(1))
        await schedule(here.url, 1)
        async with recorder(here.url, int(time.time())) as recording:
            for case in cases(1):
                [variables] = case.variables(1)
                data, sent = await recording.ask(case.document, variables)
                check(data)
                verbs = [one.text.split()[0].rstrip(";") for one in sent]
                if case.name == PREVIEW:
                    assert verbs == ["SELECT"]
                else:
                    assert (verbs[0], verbs.count("COMMIT")) == ("BEGIN", 1)


async def test_pgbench_sends_every_captured_run(database_url: str) -> None:
    preview = Case(PREVIEW, 0)
    async with real_time(database_url, "2025-01-31T12:00:00+00:00") as here:
        await grow(here.url, 20)
        async with recorder(here.url, int(time.time())) as recording:
            runs = [(await recording.ask(preview.document, one))[1] for one in preview.variables(4)]
        kept = alike(runs)
        assert len(kept) > 2
        replay = Replay(here.url, kept)
        await replay.prepare()
        assert len(replay.send(0, 2)) == 2
        assert len(replay.send(2, 9)) == len(kept) - 2


async def test_loading_loads_every_subscription(database_url: str, tmp_path: Path) -> None:
    async with real_time(database_url, "2025-01-31T12:00:00+00:00") as here:
        await loading.measure(here.url, count=40, directory=tmp_path)


def test_every_lifecycle_mutation_has_its_input() -> None:
    schema = default_schema()._schema
    lifecycle = {
        name
        for name, field in schema.mutation_type.fields.items()
        if str(field.type) == "SubscriptionPayload!"
    }
    assert lifecycle == set(INPUTS) - {PREVIEW}


def test_postgraphile_answers_get_our_shape() -> None:
    key = "00000002-0000-7000-8000-000000000001"
    theirs = {"Plan": key, "term_endsBefore": "2026-03-01", "addOns": {"nodes": [{"price_amount": "1205"}]}}
    assert normal({"edges": [{"node": {"itself": theirs}}]}) == {
        "edges": [
            {
                "node": {
                    "id": to_global_id("Plan", key),
                    "term": {"endsOn": "2026-02-28"},
                    "addOns": [{"price": {"amount": "12.05"}}],
                }
            }
        ]
    }


def test_a_report_replaces_the_last_one(tmp_path: Path) -> None:
    page = tmp_path / "page.md"
    page.write_text(f"before\n{BEGIN}\nold\n{END}\nafter\n", encoding="utf-8")
    report = Report()
    report.say("New", "| 1 |")
    report.write(page)
    assert page.read_text(encoding="utf-8") == f"before\n{BEGIN}\n\n### New\n\n| 1 |\n\n{END}\nafter\n"


def test_a_page_without_markers_is_refused(tmp_path: Path) -> None:
    page = tmp_path / "page.md"
    page.write_text("prose\n", encoding="utf-8")
    with pytest.raises(ValueError, match="has not both"):
        Report().write(page)


def test_the_page_of_the_report_exists() -> None:
    assert BEGIN in PAGE.read_text(encoding="utf-8")
