"""Answers over HTTP: their media type, their status, and nothing but GraphQL in them."""

import json

import orjson
from graphql import GraphQLError
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response
from strawberry.http import GraphQLHTTPResponse
from strawberry.types import ExecutionResult

from resolvers.errors import RequestErrorCode
from schema.faults import presentable
from schema.http.media import GRAPHQL, JSON, answer_type

_STATUS = {
    RequestErrorCode.UNAUTHENTICATED: 401,
    RequestErrorCode.FORBIDDEN: 403,
    RequestErrorCode.INTERNAL: 500,
    RequestErrorCode.UNAVAILABLE: 503,
    RequestErrorCode.DEADLINE_EXCEEDED: 504,
}
_UTF_8 = {JSON: JSON, GRAPHQL: f"{GRAPHQL}; charset=utf-8"}


def empty(request: Request) -> Response:
    """What will be the answer. Raises HTTPException 406 where the client would not read it."""
    media = _accepted(request)
    if media is None:
        raise HTTPException(406, f"Answers are {GRAPHQL} or {JSON}: accept one of them.")
    return Response(media_type=_UTF_8[media])


def body(result: ExecutionResult) -> GraphQLHTTPResponse:
    """Without `data` where nothing was executed, so that clients can tell the two apart."""
    found: GraphQLHTTPResponse = {"data": result.data}
    if result.errors:
        found["errors"] = [error.formatted for error in result.errors]
        if result.data is None and not any(error.path for error in result.errors):
            del found["data"]
    if result.extensions:
        found["extensions"] = result.extensions
    return found


def fill(response: Response, content: GraphQLHTTPResponse) -> Response:
    """The answer: where nothing was executed, GraphQL's own type needs a status that says so."""
    if "data" not in content and response.status_code == 200 and _is_graphql(response):
        response.status_code = 400
    response.body = _dumped(content)
    response.headers["content-length"] = str(len(response.body))
    return response


def refusal(request: Request, error: Exception, status: int | None = None) -> Response:
    """The answer to a request that came to nothing; without `status`, that of the error's code."""
    shown = presentable(error if isinstance(error, GraphQLError) else GraphQLError("", original_error=error))
    code = (shown.extensions or {})["code"]
    response = Response(media_type=_UTF_8[_accepted(request) or JSON])
    if code != RequestErrorCode.PERSISTED_QUERY_NOT_FOUND:  # no failure, but a step on the way
        response.status_code = status or _STATUS.get(code, 400)
    if response.status_code == 401:
        response.headers["WWW-Authenticate"] = "Bearer"
    if response.status_code == 405:
        response.headers["Allow"] = "POST" if request.method == "GET" else "GET, POST"
    return fill(response, {"errors": [shown.formatted]})


def encode(data: object) -> str:
    """Text, not bytes: clients cannot read binary WebSocket frames."""
    return _dumped(data).decode()


def _dumped(data: object) -> bytes:
    try:
        return orjson.dumps(data)
    except TypeError:  # a message quotes an unpaired surrogate, which json can escape
        return json.dumps(data).encode()


def _accepted(request: Request) -> str | None:
    return answer_type(", ".join(request.headers.getlist("accept")))


def _is_graphql(response: Response) -> bool:
    return response.headers["content-type"].startswith(GRAPHQL)
