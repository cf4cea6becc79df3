"""Invented changes since the last release."""

from pathlib import Path

import pytest

from cli.check_schema import RELEASED, TODAY, Changes, changes, check

SDL = RELEASED.read_text(encoding="utf-8")
CODE = '  """The new plan is the present one."""\n  SAME_PLAN\n'


RENAMED = ("  dueError: String\n", "  termError: String\n")
MORE_ASKED = ("  planCode: String!\n", "  planCode: String!\n  why: String!\n")
PERHAPS = ("  lines: [ChargeLine!]!\n", "  lines: [ChargeLine!]\n")


@pytest.mark.parametrize(
    ("old", "new", "broken"),
    [
        (*RENAMED, "CustomerSubscription.dueError was removed"),
        (*MORE_ASKED, "ChangePlanInput.why was added"),
        (*PERHAPS, "Quote.lines changed type from [ChargeLine!]! to [ChargeLine!]"),
        (CODE, "", "UserErrorCode.SAME_PLAN was removed"),
    ],
)
def test_what_breaks_clients_is_refused(
    old: str, new: str, broken: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert old in SDL
    today = tmp_path / "today.graphql"
    today.write_text(SDL.replace(old, new), encoding="utf-8")
    assert check(RELEASED, today) == 1
    assert broken in capsys.readouterr().err


def test_a_dangerous_change_is_listed_but_passes(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    today = tmp_path / "today.graphql"
    today.write_text(SDL.replace(CODE, CODE + '  "New."\n  SAME_MEMBER\n'), encoding="utf-8")
    assert check(RELEASED, today) == 0
    assert "UserErrorCode.SAME_MEMBER was added" in capsys.readouterr().out


def test_what_is_only_added_is_no_change() -> None:
    more = SDL.replace("type Query {", 'type Query {\n  "New."\n  now: DateTime!\n')
    assert changes(SDL, more) == Changes((), ())
    assert more != SDL


def test_the_check_reads_what_is_exported() -> None:
    assert check(RELEASED, TODAY) == check()
