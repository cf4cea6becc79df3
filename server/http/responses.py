"""Responses over HTTP: media type, status and body."""

import json

import orjson
from graphql import GraphQLError
from starlette.exceptions import HTTPException
from starlette.responses import Response
from starlette.types import Scope
from strawberry.http import GraphQLHTTPResponse
from strawberry.types import ExecutionResult

from resolvers.context import RateLimitState
from resolvers.errors import RequestErrorCode
from schema.errors import presentable
from server.http.headers import GRAPHQL, JSON, answer_type, joined
from server.rate_limit import headers

_STATUS = {
    RequestErrorCode.UNAUTHENTICATED: 401,
    RequestErrorCode.FORBIDDEN: 403,
    RequestErrorCode.INTERNAL: 500,
    RequestErrorCode.UNAVAILABLE: 503,
    RequestErrorCode.DEADLINE_EXCEEDED: 504,
}
_UTF_8 = {JSON: JSON, GRAPHQL: f"{GRAPHQL}; charset=utf-8"}


def media_type(scope: Scope) -> str:
    """The media type of the response. Raises HTTPException 406 if the client accepts none of ours."""
    media = _accepted(scope)
    if media is None:
        raise HTTPException(406, f"Answers are {GRAPHQL} or {JSON}: accept one of them.")
    return media


def answer(result: ExecutionResult, media: str, rate: RateLimitState | None) -> Response:
    """The response to an operation. GraphQL's own media type has status 400 if nothing was executed."""
    body, status = _body(result), 200
    if rate and rate.wait:
        status = 429
    elif media == GRAPHQL and "data" not in body:
        status = 400
    return Response(_dumped(body), status, headers(rate) if rate else None, _UTF_8[media])


def _body(result: ExecutionResult) -> GraphQLHTTPResponse:
    """Without `data` if nothing was executed, so that clients can see the difference."""
    body: GraphQLHTTPResponse = {"data": result.data}
    if result.errors:
        body["errors"] = [error.formatted for error in result.errors]
        if result.data is None and not any(error.path for error in result.errors):
            del body["data"]
    if result.extensions:
        body["extensions"] = result.extensions
    return body


def refusal(scope: Scope, error: Exception, status: int | None = None) -> Response:
    """The response to a request that failed. Without `status`, the error's code decides it."""
    shown = presentable(error if isinstance(error, GraphQLError) else GraphQLError("", original_error=error))
    code, media = (shown.extensions or {})["code"], _accepted(scope) or JSON
    if code == RequestErrorCode.PERSISTED_QUERY_NOT_FOUND:  # the client sends the document next
        status = 400 if media == GRAPHQL else 200
    status = status or _STATUS.get(code, 400)
    headers = {}
    if status == 401:
        headers["WWW-Authenticate"] = "Bearer"
    if status == 405:
        headers["Allow"] = "POST" if scope["method"] == "GET" else "GET, POST"
    return Response(_dumped({"errors": [shown.formatted]}), status, headers, _UTF_8[media])


def encode(data: object) -> str:
    """Text, not bytes: clients cannot read binary WebSocket frames."""
    return _dumped(data).decode()


def _dumped(data: object) -> bytes:
    try:
        return orjson.dumps(data)
    except TypeError:  # a message quotes an unpaired surrogate, which json can escape
        return json.dumps(data, default=_parsed).encode()


def _parsed(fragment: orjson.Fragment) -> object:
    """The value of JSON that a plan has written."""
    return orjson.loads(orjson.dumps(fragment))


def _accepted(scope: Scope) -> str | None:
    return answer_type(joined(scope, b"accept"))
