"""Headers as the server hands them over."""

from server.http.headers import header, joined

SCOPE = {"headers": ((b"accept", b"text/html"), (b"host", b"caf\xe9"), (b"accept", b"application/json"))}


def test_the_first_of_a_name_counts() -> None:
    assert header(SCOPE, b"accept") == "text/html"
    assert header(SCOPE, b"host") == "café"
    assert header(SCOPE, b"content-type") is None


def test_those_that_are_lists_are_one() -> None:
    assert joined(SCOPE, b"accept") == "text/html, application/json"
    assert joined(SCOPE, b"content-type") == ""
