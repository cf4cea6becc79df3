"""The page of errors has every code, and no other."""

import re

from cli.generate_docs import ADVICE, user_errors_table, with_table
from domain.errors import ErrorCode
from resolvers.errors import RequestErrorCode
from tests.guide.pages import GUIDE
from tests.settings import default_schema

PAGE = (GUIDE / "errors.md").read_text(encoding="utf-8")


def test_the_table_of_user_errors_matches_the_schema() -> None:
    assert with_table(PAGE, user_errors_table(default_schema())) == PAGE


def test_each_code_has_advice() -> None:
    assert set(ADVICE) == set(ErrorCode)


def test_request_errors_table_has_each_code_once() -> None:
    codes = re.findall(r"^\| `(\w+)`", PAGE.partition("## The request cannot")[2], re.MULTILINE)
    assert sorted(codes) == sorted(RequestErrorCode)
