"""The checks of every answer."""

import re
from typing import Any

import httpx

from resolvers.errors import RequestErrorCode

CODES = set(RequestErrorCode) - {RequestErrorCode.INTERNAL, RequestErrorCode.UNAVAILABLE}
INTERNAL = re.compile(
    r"Traceback|File \\\"|sqlalchemy|asyncpg|sqlstate|NoneType|has no attribute|<class|object at 0x|"
    r"\bSELECT .* FROM\b|\bINSERT INTO\b|violates|relation \\\"|isoformat|literal for int|psycopg|"
    r"unexpected keyword|positional argument|not subscriptable|KeyError|ValueError|TypeError",
    re.IGNORECASE,
)


def problems(query: str, answer: httpx.Response) -> list[str]:
    """What is wrong with it; empty if nothing is."""
    if answer.status_code >= 500:
        return [f"status {answer.status_code}"]
    try:
        body: Any = answer.json()
    except ValueError:
        return [f"no JSON, status {answer.status_code}"]
    if not isinstance(body, dict) or not body or body.keys() - {"data", "errors", "extensions"}:
        return ["no answer of GraphQL"]
    found = []
    for error in body.get("errors", []):
        extensions = error.get("extensions", {})
        if extensions.get("code") not in CODES:
            found.append(f"code {extensions.get('code')}")
        if extensions.get("requestId") != answer.headers.get("x-request-id"):
            found.append("an error without the id of its request")
    found_text = INTERNAL.search(answer.text)
    if found_text and found_text.group() not in query:
        found.append(f"internal text: {found_text.group()}")
    return found
