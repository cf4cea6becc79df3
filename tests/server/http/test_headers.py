"""Headers, the media type of a response, and the content type of a request."""

import pytest

from server.http.headers import GRAPHQL, JSON, answer_type, header, is_json, joined

SCOPE = {"headers": ((b"accept", b"text/html"), (b"host", b"caf\xe9"), (b"accept", b"application/json"))}


def test_the_first_of_a_name_counts() -> None:
    assert header(SCOPE, b"accept") == "text/html"
    assert header(SCOPE, b"host") == "café"
    assert header(SCOPE, b"content-type") is None


def test_those_that_are_lists_are_one() -> None:
    assert joined(SCOPE, b"accept") == "text/html, application/json"
    assert joined(SCOPE, b"content-type") == ""


@pytest.mark.parametrize(
    ("accept", "expected"),
    [
        (None, JSON),
        ("", JSON),
        ("*/*", JSON),
        ("application/*", JSON),
        (JSON, JSON),
        (GRAPHQL, GRAPHQL),
        ("APPLICATION/GraphQL-Response+JSON; charset=UTF-8", GRAPHQL),
        (f"{GRAPHQL}, {JSON}", GRAPHQL),
        (f"{JSON}, {GRAPHQL}", GRAPHQL),
        (f"{GRAPHQL},{JSON};q=0.9", GRAPHQL),
        (f"{GRAPHQL};q=0.5, {JSON};q=0.9", JSON),
        (f"{GRAPHQL};q=0.5, */*", JSON),
        (f"{GRAPHQL};q=0, {JSON}", JSON),
        (f"{JSON};q=0, */*", GRAPHQL),
        (f"{GRAPHQL}, {JSON}, text/event-stream, multipart/mixed", GRAPHQL),
        (f"text/html, {JSON};q=0.1", JSON),
        (f"{JSON} ; charset=utf-8 ; q=0.2 , {GRAPHQL} ; q=0.20", GRAPHQL),
        ("text/html", None),
        ("text/event-stream", None),
        ("application/graphql+json", None),
        (f"{JSON};q=0", None),
        ("*/*;q=0", None),
        (f"{JSON};q=0.0001", None),
        (f"{JSON};q=nan", None),
        (f"{JSON};q=-1", None),
        (f"{JSON};q=2", None),
        (",;,=", None),
    ],
)
def test_the_answer_is_of_the_type_that_is_liked_best(accept: str | None, expected: str | None) -> None:
    assert answer_type(accept) == expected


@pytest.mark.parametrize(
    ("kind", "expected"),
    [
        ("application/json", True),
        ("Application/JSON", True),
        ("application/json; charset=utf-8", True),
        ('application/json;charset="UTF-8"', True),
        ("application/json; charset=utf-16", False),
        ("application/json; charset=iso-8859-1", False),
        ("application/jsonp", False),
        ("text/plain; application/json", False),
        ("text/plain", False),
        ("application/x-www-form-urlencoded", False),
        ("multipart/form-data; boundary=x", False),
        ("application/graphql", False),
        ("", False),
        (None, False),
    ],
)
def test_a_body_is_json_in_utf_8(kind: str | None, expected: bool) -> None:
    assert is_json(kind) is expected
