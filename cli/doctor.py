"""`tenure doctor`: checks a deployment, and gives advice."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import partial

import httpx
import typer
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError, SQLAlchemyError
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine

from app import system_clock
from cli.console import database
from models.engine import DatabaseRole, create_engine
from models.migrate import revisions
from models.tables import metadata
from server.auth.jwks import IdentityProvider, ProviderError
from server.auth.signing_key import NAME
from server.metrics import BACKLOG
from server.settings import Settings

OLDEST = 15
"""The lowest major version of PostgreSQL that Tenure supports."""

SKEW = 2.0
"""Seconds by which this machine's clock and the database's may differ, inclusive."""

LATE = 300
"""Seconds within which a worker should do what is due, inclusive."""


@dataclass(frozen=True)
class Finding:
    """The result of one check. `advice` is empty if all is well."""

    name: str
    text: str
    advice: str = ""

    @property
    def is_well(self) -> bool:
        return not self.advice


Check = Callable[[AsyncConnection], Awaitable[Finding]]


def doctor() -> None:
    """Check the deployment, and give advice on each problem."""
    settings = Settings()
    with database(settings) as url:
        all_well = asyncio.run(_print_findings(settings, url))
    if not all_well:
        raise typer.Exit(1)


async def _print_findings(settings: Settings, url: str) -> bool:
    """Whether all is well."""
    all_well = True
    async for finding in examine(settings, url):
        typer.echo(f"{'ok  ' if finding.is_well else 'FAIL'}  {finding.name}: {finding.text}")
        if not finding.is_well:
            typer.echo(f"      {finding.advice}")
        all_well = all_well and finding.is_well
    return all_well


async def examine(settings: Settings, url: str) -> AsyncIterator[Finding]:
    """Runs the checks in order. Stops if no later one can work: no database, no roles, old migrations."""
    yield await _issuer(settings) if settings.oidc_issuer else _own_key(settings)
    engine_for = partial(create_engine, url, pool_size=1)
    user, worker, app = (engine_for(role) for role in (None, DatabaseRole.WORKER, DatabaseRole.APP))
    checks: Sequence[tuple[AsyncEngine, Check]] = (
        (user, _database),
        (user, _clock),
        (user, _roles),
        (user, _migrations),
        (app, _row_security),
        (worker, _work),
    )
    try:
        for engine, check in checks:
            finding = await _run(engine, check)
            yield finding
            if not finding.is_well and check in (_database, _roles, _migrations):
                return
    finally:
        for engine in (user, worker, app):
            await engine.dispose()


async def _run(engine: AsyncEngine, check: Check) -> Finding:
    name = check.__name__.strip("_").replace("_", " ")
    try:
        async with engine.connect() as connection:
            return await check(connection)
    except (SQLAlchemyError, OSError) as error:
        cause = error.orig if isinstance(error, DBAPIError) else error
        return Finding(
            name, f"{cause}", "See that PostgreSQL runs and that DATABASE_URL names it and its user."
        )


async def _database(connection: AsyncConnection) -> Finding:
    number, version = (
        await connection.execute(
            text("SELECT current_setting('server_version_num')::int, current_setting('server_version')")
        )
    ).one()
    advice = f"Move to PostgreSQL {OLDEST} or newer." if number < OLDEST * 10_000 else ""
    return Finding("database", f"PostgreSQL {version}", advice)


async def _clock(connection: AsyncConnection) -> Finding:
    before = datetime.now(UTC)
    theirs: datetime = (await connection.execute(text("SELECT clock_timestamp()"))).scalar_one()
    middle = before + (datetime.now(UTC) - before) / 2
    skew = abs((theirs - middle).total_seconds())
    skew_text = f"this machine's and the database's differ by {skew:.1f} s"
    return Finding("clock", skew_text, "Let both follow a time server." if skew > SKEW else "")


async def _roles(connection: AsyncConnection) -> Finding:
    """The roles exist, this user may act as them, and row-level security holds for them."""
    found = await connection.execute(
        text(
            "SELECT rolname, rolsuper OR rolbypassrls, pg_has_role(current_user, oid, 'MEMBER') "
            "FROM pg_roles WHERE rolname = ANY(:names)"
        ),
        {"names": [str(role) for role in DatabaseRole]},
    )
    roles = {name: (sees_all, is_ours) for name, sees_all, is_ours in found}
    if missing := sorted(set(DatabaseRole) - set(roles)):
        advice = "Run `tenure migrate` once as a user who may create roles."
        return Finding("roles", f"{', '.join(missing)} missing", advice)
    if foreign := sorted(name for name, (_, is_ours) in roles.items() if not is_ours):
        advice = f"GRANT {', '.join(foreign)} TO the user that DATABASE_URL names."
        return Finding("roles", f"the user may not act as {', '.join(foreign)}", advice)
    if seeing := sorted(name for name, (sees_all, _) in roles.items() if sees_all):
        advice = f"ALTER ROLE {seeing[0]} NOSUPERUSER NOBYPASSRLS."
        return Finding("roles", f"{', '.join(seeing)}: row-level security does not hold for it", advice)
    return Finding("roles", ", ".join(sorted(roles)))


async def _migrations(connection: AsyncConnection) -> Finding:
    current, newest = await connection.run_sync(revisions)
    if current == newest:
        return Finding("migrations", f"at {newest}, the newest")
    advice = "Run `tenure migrate`; if the database is ahead, run the newer Tenure."
    return Finding("migrations", f"at {current or 'none'}; this Tenure wants {newest}", advice)


async def _row_security(connection: AsyncConnection) -> Finding:
    """For the role that serves, no table shows a row without a partner."""
    advice = "ALTER TABLE … ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY; then find out who undid it."
    found = await connection.execute(
        text(
            "SELECT relname FROM pg_class WHERE relnamespace = 'public'::regnamespace "
            "AND relname = ANY(:names) AND NOT (relrowsecurity AND relforcerowsecurity) ORDER BY relname"
        ),
        {"names": list(metadata.tables)},
    )
    if bare := list(found.scalars()):
        return Finding("row security", f"not in force for {', '.join(bare)}", advice)
    shown = [
        name
        for name, table in sorted(metadata.tables.items())
        if (await connection.execute(table.select().limit(1))).first() is not None
    ]
    if shown:
        return Finding("row security", f"{', '.join(shown)}: rows are visible without a partner", advice)
    return Finding("row security", f"in force for {len(metadata.tables)} tables")


async def _work(connection: AsyncConnection) -> Finding:
    """Whether a worker does what is due."""
    now = system_clock()
    count, oldest, _ = (await connection.execute(BACKLOG, {"now": now})).one()
    if oldest is None:
        return Finding("work", "nothing that is due waits")
    late = (now - oldest).total_seconds()
    advice = "Run `tenure worker`, and see what it logs." if late > LATE else ""
    return Finding("work", f"{count} terms that are due wait, the oldest for {late:,.0f} s", advice)


def _own_key(settings: Settings) -> Finding:
    path = settings.data_dir / NAME
    if not path.exists():
        return Finding("tokens", f"of the instance's own key, which will be made at {path}")
    if path.stat().st_mode & 0o077:
        return Finding("tokens", f"others than its owner may read {path}", f"chmod 600 {path}")
    return Finding("tokens", f"of the instance's own key, {path}")


async def _issuer(settings: Settings) -> Finding:
    provider = IdentityProvider(settings.oidc_issuer or "", settings.oidc_jwks_url, settings.oidc_insecure)
    try:
        keys = await provider.keys()
    except (ProviderError, httpx.HTTPError, TimeoutError, ValueError) as error:
        advice = "See that OIDC_ISSUER is its `iss` to the letter, and that this machine may reach it."
        return Finding("issuer", f"{provider.issuer}: {error or type(error).__name__}", advice)
    return Finding("issuer", f"{provider.issuer} has {len(keys)} keys")
