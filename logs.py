"""What the programs log: one JSON object a line, whoever wrote it."""

import json
import logging
import sys
from collections.abc import Callable

import orjson
import structlog
from structlog.typing import EventDict, Processor, WrappedLogger

_SHARED: list[Processor] = [
    structlog.contextvars.merge_contextvars,
    structlog.processors.add_log_level,
    structlog.processors.TimeStamper(fmt="iso", utc=True),
]


def _dumps(event: object, default: Callable[[object], object]) -> str:
    try:
        return orjson.dumps(event, default).decode()
    except TypeError:  # an unpaired surrogate, which json can escape
        return json.dumps(event, default=default)


def _without_none(_: WrappedLogger, __: str, event: EventDict) -> EventDict:
    return {name: value for name, value in event.items() if value is not None}


# A renderer that shows the local variables of a traceback would write secrets to the log: this shows none.
_RENDERED: list[Processor] = [
    structlog.processors.format_exc_info,
    _without_none,
    structlog.processors.JSONRenderer(_dumps),
]


def configure() -> None:
    """For our own lines and, from `warning` on, those of the libraries."""
    structlog.configure(processors=[*_SHARED, *_RENDERED], logger_factory=structlog.WriteLoggerFactory())
    libraries = logging.StreamHandler(sys.stdout)
    libraries.setFormatter(
        structlog.stdlib.ProcessorFormatter(
            foreign_pre_chain=_SHARED,
            processors=[structlog.stdlib.ProcessorFormatter.remove_processors_meta, *_RENDERED],
        )
    )
    logging.basicConfig(handlers=[libraries], level=logging.WARNING, force=True)
