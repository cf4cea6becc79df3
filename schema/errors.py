"""Errors for clients: a code and a message, nothing internal."""

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
"""Most characters of a message, which may quote a long text of the client."""

_INTERNAL = "Something went wrong on our side. Try again; if it stays, report the requestId."

_UNSTORABLE = "A text in the request holds NUL or an unpaired surrogate, or a number is too large."


def presentable(error: GraphQLError, *, suggestions: bool = True) -> GraphQLError:
    """The error for the client, with `extensions.code` and `requestId`. Logs unexpected errors.

    Without `suggestions`, it drops the names that GraphQL guesses: the schema may be private.
    """
    original = error.original_error
    if error.extensions and "code" in error.extensions:
        return _replaced(error, error.message, **error.extensions)
    if original is None or isinstance(
        original, GraphQLError | CannotGetOperationTypeError | MissingQueryError
    ):
        message = error.message if suggestions else error.message.partition(" Did you mean ")[0]
        return _replaced(error, message, RequestErrorCode.BAD_USER_INPUT)
    if is_disconnect(original):
        return _replaced(error, unavailable().message, RequestErrorCode.UNAVAILABLE)
    if is_canceled(original):
        return _replaced(error, deadline_exceeded().message, RequestErrorCode.DEADLINE_EXCEEDED)
    if _is_unstorable(original):
        return _replaced(error, _UNSTORABLE, RequestErrorCode.BAD_USER_INPUT)
    # Formatted here: a renderer that shows local variables would write secrets to the log.
    log.error("fault", path=error.path, exception="".join(format_exception(original)))
    return _replaced(error, _INTERNAL, RequestErrorCode.INTERNAL)


def _is_unstorable(error: Exception) -> bool:
    """Whether the driver or the server refused a value that no column can hold."""
    return isinstance(error, DBAPIError) and getattr(error.orig, "sqlstate", None) in {"22000", "22021"}


def _replaced(error: GraphQLError, message: str, code: str, **more: Any) -> GraphQLError:
    if len(message) > LENGTH:
        message = message[: LENGTH - 1] + "…"
    request_id = BOUND.get().get("request_id")
    extensions = {"code": str(code)} | more | ({"requestId": request_id} if request_id else {})
    return GraphQLError(
        message, nodes=error.nodes, source=error.source, positions=error.positions,
        path=error.path, extensions=extensions,
    )  # fmt: skip
