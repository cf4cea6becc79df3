"""What the settings say of how a server is put to use, as the values that the application is handed."""

import math
from collections.abc import Sequence
from dataclasses import fields
from pathlib import Path

import uvicorn
from starlette.applications import Starlette
from starlette.routing import BaseRoute

from app import Bounds
from models.engine import Timeouts
from schema.features import Features
from schema.limits import Limits
from server.http.graphiql import Start, graphiql
from server.http.persisted import read_trusted
from server.settings import Settings
from server.uvicorn import BoundedHttp, Server


def bounds_of(settings: Settings) -> Bounds:
    timeouts = Timeouts(
        settings.pool_timeout, settings.statement_timeout, settings.idle_in_transaction_timeout
    )
    limits = Limits(**{each.name: getattr(settings, each.name) for each in fields(Limits)})
    return Bounds(settings.request_deadline, settings.max_in_flight, timeouts, limits, settings.rate_limit)


def features_of(settings: Settings, demo: bool, trusted: Path | None) -> Features:
    """With the demo all is told, unless a setting says otherwise.

    Raises OSError, and ValueError for a file of trusted documents that is none.
    """
    return Features(
        demo if settings.introspection is None else settings.introspection,
        demo if settings.suggestions is None else settings.suggestions,
        settings.cors_origins,
        read_trusted(trusted) if trusted else None,
        demo or settings.webhooks_insecure,
        settings.plans,
        settings.otel_exporter_otlp_endpoint is not None,
    )


def pages_of(settings: Settings, demo: Start | None) -> Sequence[BaseRoute]:
    """With the demo GraphiQL, unless a setting says otherwise. Without it, nothing is filled in."""
    wanted = demo is not None if settings.graphiql is None else settings.graphiql
    return graphiql(demo or Start()) if wanted else ()


def server_of(settings: Settings, app: Starlette) -> Server:
    """Serves the application at HOST and PORT, once it is run."""
    config = uvicorn.Config(
        app,
        host=settings.host,
        port=settings.port,
        http=BoundedHttp,
        log_config=None,
        access_log=False,
        ws_max_size=settings.max_body_bytes,
        # No request takes longer, so each that is under way can finish.
        timeout_graceful_shutdown=math.ceil(settings.request_deadline),
    )
    return Server(config, app, settings.shutdown_grace)
