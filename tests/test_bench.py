"""The benchmarks compare before they time: that they compare equal must not wait until someone runs them."""

from pathlib import Path

from bench import loading
from bench.renewals import measure
from tests.realtime import real_time


async def test_the_worker_s_batches_make_the_very_rows_that_one_statement_makes(database_url: str) -> None:
    async with real_time(database_url, "2025-01-31T12:00:00+00:00") as here:
        await measure(here.url, count=40, rounds=2)


async def test_every_subscription_of_the_file_is_loaded_before_its_rows_are_copied(
    database_url: str, tmp_path: Path
) -> None:
    async with real_time(database_url, "2025-01-31T12:00:00+00:00") as here:
        await loading.measure(here.url, count=40, directory=tmp_path)
