"""`tenure load` and `tenure export`: subscriptions from a file and into one."""

import asyncio
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO, Annotated
from uuid import UUID

import typer
from rich.console import Console
from rich.progress import Progress, TaskID

from app import system_clock
from cli.console import database, fail, partner_of
from cli.migrate import migrate_or_fail
from domain.errors import LifecycleError
from models.engine import DatabaseRole, create_engine
from resolvers.errors import RequestError
from resolvers.ids import key_of, to_global_id
from server.settings import Settings
from transfer.export_file import Writer, export_file
from transfer.import_file import Imported, Options, Report, import_file
from transfer.problems import Problems
from transfer.records import source_of
from transfer.sources import STDIN, Format, format_of, opened

PartnerOption = Annotated[str | None, typer.Option(help="The partner's id, as the API gives it, or a UUID.")]
FormatOption = Annotated[
    Format | None, typer.Option("--format", help="Needed if the file's suffix does not say it.")
]

NOT_ONE_PARTNER = (
    "There is not exactly one partner. Give --partner: `{ viewer { partner { id } } }` answers the id."
)


def load(
    file: Annotated[str, typer.Argument(help="YAML or JSON Lines, see docs/guide/loading.md; - is stdin.")],
    partner: PartnerOption = None,
    kind: FormatOption = None,
    check: Annotated[bool, typer.Option("--check", help="Only check; change nothing.")] = False,
    skip_existing: Annotated[
        bool, typer.Option("--skip-existing", help="Do not compare records that exist already.")
    ] = False,
    renew_overdue: Annotated[
        bool,
        typer.Option(
            "--renew-overdue", help="Accept terms that are over; the worker renews and charges them."
        ),
    ] = False,
) -> None:
    """Load a partner's catalogue, customers and subscriptions from a file: all of it, or nothing."""
    file_format = format_of(file, kind) or fail("Say --format yaml or --format jsonl.")
    options = Options(_partner_id, _partner_id_or_fail(partner), check, skip_existing, renew_overdue)
    settings, problems = Settings(), Problems()
    try:
        with opened(file) as content, database(settings) as url:
            if not settings.database_url:
                migrate_or_fail(url)
            loaded = asyncio.run(_load(url, content, file_format, options, problems))
    except OSError as error:
        fail(f"{file} cannot be read: {error.strerror or error}.")
    if problems:
        typer.echo("\n".join(problems.report("<stdin>" if file == STDIN else file)), err=True)
        fail(f"{_counted(len(problems), 'problem')}; nothing was changed.")
    typer.echo(_outcome(loaded, check=check))


def export(
    file: Annotated[str, typer.Argument(help="Where to write; - is stdout, in JSON Lines.")] = STDIN,
    partner: PartnerOption = None,
    kind: FormatOption = None,
) -> None:
    """Write a partner's catalogue, customers and subscriptions in the format that `tenure load` reads.

    Without --partner: the only partner.
    """
    file_format = format_of(file, kind) or (
        Format.JSONL if file == STDIN else fail("Say --format yaml or jsonl.")
    )
    settings = Settings()
    with database(settings) as url:
        partner_id = (
            _partner_id_or_fail(partner) or asyncio.run(partner_of(url, None)) or fail(NOT_ONE_PARTNER)
        )
        try:
            with _output(file) as out:
                count = asyncio.run(_export(url, partner_id, Writer(out, file_format)))
        except LifecycleError as error:
            fail(error.message)
    typer.echo(f"Exported {_counted(count, 'record')}.", err=True)


async def _load(url: str, file: IO[bytes], kind: Format, options: Options, problems: Problems) -> Imported:
    engine = create_engine(url, DatabaseRole.APP, pool_size=1)
    try:
        with _progress() as report:
            source = source_of(file, kind, problems)
            return await import_file(engine, system_clock, source, options, problems, report)
    finally:
        await engine.dispose()


async def _export(url: str, partner_id: UUID, writer: Writer) -> int:
    engine = create_engine(url, DatabaseRole.APP, pool_size=1)
    try:
        public_id = to_global_id("Partner", partner_id)
        return await export_file(engine, partner_id, public_id, system_clock, writer)
    finally:
        await engine.dispose()


@contextmanager
def _progress() -> Iterator[Report]:
    """A bar for each step on a terminal; nothing elsewhere."""
    console = Console(stderr=True)
    with Progress(console=console, disable=not console.is_terminal) as progress:
        tasks: dict[str, TaskID] = {}

        def report(step: str, done: int, total: int) -> None:
            if step not in tasks:
                tasks[step] = progress.add_task(step, total=total)
            progress.update(tasks[step], completed=done)

        yield report


@contextmanager
def _output(file: str) -> Iterator[IO[str]]:
    """Standard output, or the file: it appears only when it is complete."""
    if file == STDIN:
        yield sys.stdout
        return
    part = Path(f"{file}.part")
    try:
        with part.open("w", encoding="utf-8", newline="\n") as out:
            yield out
        part.replace(file)
    finally:
        part.unlink(missing_ok=True)


def _partner_id_or_fail(partner: str | None) -> UUID | None:
    return None if partner is None else _partner_id(partner) or fail(f"“{partner[:80]}” is no partner's id.")


def _partner_id(text: str) -> UUID | None:
    """A partner's id, as the API gives it or bare; None for anything else."""
    try:
        return UUID(text)
    except ValueError:
        try:
            return key_of(text, "Partner")
        except RequestError:
            return None


def _outcome(loaded: Imported, *, check: bool) -> str:
    existing = f"{_counted(loaded.existing, 'record')} there already" if loaded.existing else ""
    if not loaded.new:
        return f"Nothing to load: {existing or 'the file has no records'}. Nothing was changed."
    new = ", ".join(_counted(count, kind) for kind, count in loaded.new.items())
    verb = "Would load" if check else "Loaded"
    return f"{verb} {new}." + (f" {existing}." if existing else "")


def _counted(count: int, noun: str) -> str:
    return f"{count:,} {noun}" + ("" if count == 1 else "s")
