"""Logs of our code and of libraries: lines of JSON, or at a terminal plain text."""

import json
import logging
import sys
from collections.abc import Callable
from io import TextIOWrapper

import orjson
import structlog
from structlog.typing import EventDict, Processor, WrappedLogger

from resolvers.log_context import merge_bound

_SHARED: list[Processor] = [
    merge_bound,
    structlog.processors.add_log_level,
    structlog.processors.TimeStamper(fmt="iso", utc=True),
]


def _dumps(event: object, default: Callable[[object], object]) -> str:
    try:
        return orjson.dumps(event, default).decode()
    except TypeError:  # an unpaired surrogate, which `json` escapes
        return json.dumps(event, default=default)


def _without_none(_: WrappedLogger, __: str, event: EventDict) -> EventDict:
    return {name: value for name, value in event.items() if value is not None}


def _renderer(*, for_people: bool) -> Processor:
    # Neither renderer shows local variables of a traceback, which could be secrets.
    if for_people:
        return structlog.dev.ConsoleRenderer(exception_formatter=structlog.dev.plain_traceback)
    return structlog.processors.JSONRenderer(_dumps)


def configure(level: str = "info", *, for_people: bool = False) -> None:
    """Writes our lines from `level` up, and those of libraries from `warning` up.

    With `for_people` they are plain text, not JSON.
    """
    if isinstance(sys.stdout, TextIOWrapper):
        # Text that UTF-8 cannot encode must not fail a request.
        sys.stdout.reconfigure(errors="backslashreplace")
    rendered: list[Processor] = [_without_none, _renderer(for_people=for_people)]
    if not for_people:
        rendered.insert(0, structlog.processors.format_exc_info)
    structlog.configure(
        processors=[*_SHARED, *rendered],
        wrapper_class=structlog.make_filtering_bound_logger(level),
        logger_factory=structlog.WriteLoggerFactory(),
        cache_logger_on_first_use=True,
    )
    libraries = logging.StreamHandler(sys.stdout)
    libraries.setFormatter(
        structlog.stdlib.ProcessorFormatter(
            foreign_pre_chain=_SHARED,
            processors=[structlog.stdlib.ProcessorFormatter.remove_processors_meta, *rendered],
        )
    )
    logging.basicConfig(handlers=[libraries], level=logging.WARNING, force=True)
