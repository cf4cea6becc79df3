"""GraphQL errors of requests that cannot be answered, each with `extensions.code`."""

from enum import StrEnum

from graphql import GraphQLError


class RequestErrorCode(StrEnum):
    UNAUTHENTICATED = "UNAUTHENTICATED"
    FORBIDDEN = "FORBIDDEN"
    BAD_USER_INPUT = "BAD_USER_INPUT"
    LIMIT_EXCEEDED = "LIMIT_EXCEEDED"
    RATE_LIMITED = "RATE_LIMITED"
    PERSISTED_QUERY_NOT_FOUND = "PERSISTED_QUERY_NOT_FOUND"
    DOCUMENT_NOT_TRUSTED = "DOCUMENT_NOT_TRUSTED"
    SLOW_READER = "SLOW_READER"
    UNAVAILABLE = "UNAVAILABLE"
    DEADLINE_EXCEEDED = "DEADLINE_EXCEEDED"
    INTERNAL = "INTERNAL"


class RequestError(GraphQLError):
    """An error whose message is for the client."""

    def __init__(self, code: RequestErrorCode, message: str) -> None:
        super().__init__(message, extensions={"code": code.value})


def bad_input(message: str) -> RequestError:
    return RequestError(RequestErrorCode.BAD_USER_INPUT, message)


def forbidden(message: str) -> RequestError:
    return RequestError(RequestErrorCode.FORBIDDEN, message)


def unavailable() -> RequestError:
    return RequestError(
        RequestErrorCode.UNAVAILABLE,
        "The database cannot be reached. Try again shortly; with an idempotency key nothing is done twice.",
    )


def overloaded() -> RequestError:
    return RequestError(
        RequestErrorCode.UNAVAILABLE,
        "Too many requests are under way. Try again shortly; with an idempotency key nothing is done twice.",
    )


def deadline_exceeded() -> RequestError:
    return RequestError(
        RequestErrorCode.DEADLINE_EXCEEDED,
        "This took too long and was given up. Ask for less; a mutation was carried out wholly or not at all, "
        "and with its idempotency key you may ask again.",
    )
