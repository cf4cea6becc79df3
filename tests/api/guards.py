"""Switches off one of the two guards between partners, or both, to test the other one."""

import re
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from copy import copy
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

import pytest
from sqlalchemy import event
from sqlalchemy.ext.asyncio import AsyncEngine
from starlette.applications import Starlette

import app as program
from models import statements
from models.engine import create_engine
from resolvers.plan import plan
from server.auth.tokens import InstanceTokens
from tests.conftest import KEY
from tests.live.serving import Server, in_thread
from tests.settings import settings_with


class Guards(StrEnum):
    """Which guards are on: the application's conditions on the partner, and row-level security."""

    CONDITIONS = "conditions alone"
    ROWS = "row-level security alone"
    NEITHER = "neither"


@dataclass(frozen=True)
class GuardedApp:
    """The application behind those guards, as a server in its own thread."""

    guards: Guards
    app: Starlette
    server: Server


@contextmanager
def with_guards(database_url: str, guards: Guards) -> Iterator[GuardedApp]:
    with pytest.MonkeyPatch.context() as patch:
        if guards in (Guards.CONDITIONS, Guards.NEITHER):
            # As the server's own superuser, to whom row-level security does not apply.
            patch.setattr(program, "create_engine", lambda url, *_, **__: create_engine(url, None))
        app = program.create_app(database_url, InstanceTokens(KEY), settings_with(pool_size=4))
    if guards in (Guards.ROWS, Guards.NEITHER):
        listener = app.state.engine.sync_engine
        event.listen(listener, "before_cursor_execute", _without_conditions, retval=True)
    with in_thread(app, KEY) as server, _plans_of(guards):
        yield GuardedApp(guards, app, server)


@contextmanager
def _plans_of(guards: Guards) -> Iterator[None]:
    """Plans and actions run their statements past the pool's events."""
    run, ready = plan.partner_rows, statements.ready

    def bare_ready(statement: Any, dialect: Any) -> Any:
        known = copy(ready(statement, dialect))
        known.text = _bare(known.text)
        return known

    async def bare(pool: AsyncEngine, statement: str, values: Sequence[Any]) -> Any:
        return await run(pool, _bare(statement), values)

    with pytest.MonkeyPatch.context() as patch:
        if guards in (Guards.ROWS, Guards.NEITHER):
            patch.setattr(plan, "partner_rows", bare)
            patch.setattr(statements, "ready", bare_ready)
        yield


# The value stays in the statement, because the driver counts and types what it is given.
_OF_A_VALUE = re.compile(r"\b(?:\w+\.partner_id|partner\.id) = (\$\d+::UUID)")
_OF_ANOTHER_ROW = re.compile(r"\b\w+\.partner_id = \w+\.partner_id\b")


def _without_conditions(
    _connection: Any, _cursor: Any, statement: str, parameters: Any, _context: Any, _many: bool
) -> tuple[str, Any]:
    return _bare(statement), parameters


def _bare(statement: str) -> str:
    bare = _OF_ANOTHER_ROW.sub("true", _OF_A_VALUE.sub(r"\1 IS NOT NULL", statement))
    assert "partner_id =" not in bare, bare
    return bare
