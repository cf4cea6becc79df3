"""Captures the statements that a request sends to PostgreSQL, with their parameters, in order."""

import asyncio
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import Any

import httpx
from asyncpg.connection import LoggedQuery
from joserfc.jwk import OKPKey
from sqlalchemy import event

from app import create_app
from domain.principal import Principal, Role
from server.auth.tokens import InstanceTokens, mint
from server.settings import Settings
from tools.bench.data import PARTNER


@dataclass(frozen=True)
class Sent:
    """A statement as the driver got it."""

    text: str
    values: Sequence[Any]
    prepared: bool = False


class Recorder:
    """Our application in this process; it keeps every statement."""

    def __init__(self, url: str, now: int) -> None:
        key = OKPKey.generate_key("Ed25519")
        token = mint(key, Principal(Role.PARTNER_ADMIN, "bench", PARTNER), now, days=1)
        self._app = create_app(url, InstanceTokens(key), Settings(pool_size=1))
        self._sent: list[Sent] = []
        engine = self._app.state.engine.sync_engine
        event.listen(engine, "connect", self._listen)
        event.listen(engine, "before_cursor_execute", self._keep_prepared)
        self._http = httpx.AsyncClient(
            transport=httpx.ASGITransport(app=self._app),
            base_url="http://bench",
            headers={"Authorization": f"Bearer {token}"},
        )

    async def ask(self, document: str, variables: dict[str, Any]) -> tuple[Any, list[Sent]]:
        """The data and the statements. Raises RuntimeError if there are errors."""
        self._sent.clear()
        response = await self._http.post("/graphql", json={"query": document, "variables": variables})
        await asyncio.sleep(0)  # the driver calls its loggers one turn later
        answer = response.json()
        if answer.get("errors"):
            raise RuntimeError(f"Refused: {answer['errors']}")
        return answer["data"], list(self._sent)

    async def close(self) -> None:
        await self._http.aclose()
        await self._app.state.engine.dispose()
        await self._app.state.listing.dispose()

    def _listen(self, connection: Any, _record: Any) -> None:
        connection.driver_connection.add_query_logger(self._keep)

    def _keep(self, query: LoggedQuery) -> None:
        # SQLAlchemy sends BEGIN when the first statement is already recorded.
        at = len(self._sent) - (
            query.query.startswith("BEGIN") and bool(self._sent) and self._sent[-1].prepared
        )
        self._sent.insert(at, Sent(query.query, query.args))

    def _keep_prepared(
        self, _connection: Any, _cursor: Any, text: str, values: Any, _context: Any, many: bool
    ) -> None:
        """The driver does not log prepared statements; it logs the others one turn later."""
        sent = [Sent(text, own, True) for own in (values if many else [values])]
        asyncio.get_running_loop().call_soon(self._sent.extend, sent)


@asynccontextmanager
async def recorder(url: str, now: int) -> AsyncIterator[Recorder]:
    """`now` is the Unix second from which the token is valid."""
    recording = Recorder(url, now)
    # Statements that the driver sends when it connects belong to no request.
    await recording.ask("{ viewer { name } }", {})
    try:
        yield recording
    finally:
        await recording.close()
