"""Texts in inputs: which are refused, and with which field."""

import strawberry

from domain.errors import ErrorCode
from resolvers.inputs import MAX_TEXT, check_texts
from tests.builders import refused


@strawberry.input
class Inner:
    a_text: str | None = None
    some_texts: list[str] | None = None


@strawberry.input
class Outer:
    inner: Inner | None = None
    inners: list[Inner] | None = None
    number: int = 1
    maybe: strawberry.Maybe[Inner]


def test_texts_that_can_be_stored_pass() -> None:
    texts = ["", " ", "日本語 🔑", "\x01\x7f\ufffe", "x" * MAX_TEXT]
    check_texts(Outer(inner=Inner(some_texts=texts), maybe=None))


def test_a_text_is_found_at_every_depth() -> None:
    bad = Inner(a_text="\0")
    with refused(ErrorCode.INVALID_VALUE, "aText"):
        check_texts(bad)
    with refused(ErrorCode.INVALID_VALUE, "inner", "aText"):
        check_texts(Outer(inner=bad, maybe=None))
    with refused(ErrorCode.INVALID_VALUE, "inners", "1", "aText"):
        check_texts(Outer(inners=[Inner(), bad], maybe=None))
    with refused(ErrorCode.INVALID_VALUE, "maybe", "aText"):
        check_texts(Outer(maybe=strawberry.Some(bad)))
    with refused(ErrorCode.INVALID_VALUE, "someTexts", "2"):
        check_texts(Inner(some_texts=["a", "b", "\udfff"]))


def test_a_text_has_a_maximum_length() -> None:
    with refused(ErrorCode.INVALID_VALUE, "aText", naming=str(MAX_TEXT)):
        check_texts(Inner(a_text="x" * (MAX_TEXT + 1)))
