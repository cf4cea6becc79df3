"""Errors as clients get them: a code and a message for the client, nothing internal."""

from traceback import format_exception
from typing import Any

import structlog
from graphql import GraphQLError
from sqlalchemy.exc import DBAPIError
from strawberry.exceptions import MissingQueryError
from strawberry.schema.exceptions import CannotGetOperationTypeError

from models.engine import is_canceled, is_disconnect
from resolvers.errors import RequestErrorCode, deadline_exceeded, unavailable
from resolvers.log_context import BOUND

log = structlog.get_logger(__name__)

LENGTH = 500
"""Characters of a message, inclusive. It may quote the client's text, which may be a megabyte."""

_FAULT = "Something went wrong on our side. Try again; if it stays, report the requestId."

_UNSTORABLE = "A text in the request holds NUL or an unpaired surrogate, or a number is too large."


def presentable(error: GraphQLError, *, suggestions: bool = True) -> GraphQLError:
    """The error for the client, with `extensions.code` and `requestId`. Logs faults.

    `suggestions` are names that GraphQL guesses. They belong to a schema that may be private.
    """
    original = error.original_error
    if error.extensions and "code" in error.extensions:
        return _like(error, error.message, **error.extensions)
    if original is None or isinstance(
        original, GraphQLError | CannotGetOperationTypeError | MissingQueryError
    ):
        message = error.message if suggestions else error.message.partition(" Did you mean ")[0]
        return _like(error, message, RequestErrorCode.BAD_USER_INPUT)
    if is_disconnect(original):
        return _like(error, unavailable().message, RequestErrorCode.UNAVAILABLE)
    if is_canceled(original):
        return _like(error, deadline_exceeded().message, RequestErrorCode.DEADLINE_EXCEEDED)
    if _is_unstorable(original):
        return _like(error, _UNSTORABLE, RequestErrorCode.BAD_USER_INPUT)
    # Formatted here: a renderer that shows local variables would write secrets to the log.
    log.error("fault", path=error.path, exception="".join(format_exception(original)))
    return _like(error, _FAULT, RequestErrorCode.INTERNAL)


def _is_unstorable(error: Exception) -> bool:
    """Whether the driver or the server refused a value that no column can hold."""
    return isinstance(error, DBAPIError) and getattr(error.orig, "sqlstate", None) in {"22000", "22021"}


def _like(error: GraphQLError, message: str, code: str, **more: Any) -> GraphQLError:
    if len(message) > LENGTH:
        message = message[: LENGTH - 1] + "…"
    bound = BOUND.get().get("request_id")
    extensions = {"code": str(code)} | more | ({"requestId": bound} if bound else {})
    return GraphQLError(
        message, nodes=error.nodes, source=error.source, positions=error.positions,
        path=error.path, extensions=extensions,
    )  # fmt: skip
