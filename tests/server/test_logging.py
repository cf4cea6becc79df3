"""Log lines: their format, their level and their tracebacks."""

import json
import subprocess
import sys
from typing import Any

PROGRAM = """
import logging
import structlog
from server import logging as logs
from resolvers.log_context import bind

def fails(password):
    raise LookupError("why \\ud800")

logs.configure({how})
bind(request_id="mine", principal=None)
structlog.get_logger("ours").info("request", path="/\\n{}")
for logger in (structlog.get_logger("ours"), logging.getLogger("theirs")):
    try:
        fails("hunter2")
    except LookupError:
        logger.exception("fault")
logging.getLogger("theirs").info("chatter")
"""


def written(how: str = "") -> str:
    """The output of a program that configures its logs in this way."""
    program = [sys.executable, "-c", PROGRAM.replace("{how}", how)]
    ended = subprocess.run(program, capture_output=True, text=True, check=True, encoding="utf-8")
    assert ended.stderr == ""
    return ended.stdout


def logged() -> list[Any]:
    return [json.loads(line) for line in written().splitlines()]


def test_each_line_is_json_with_the_request_id() -> None:
    lines = logged()
    assert [line["event"] for line in lines] == ["request", "fault", "fault"]
    assert {line["request_id"] for line in lines} == {"mine"}
    assert lines[0].keys() == {"event", "path", "request_id", "level", "timestamp"}


def test_a_traceback_says_where_and_why_but_no_values() -> None:
    for fault in logged()[1:]:
        assert "in fails" in fault["exception"]
        assert "why" in fault["exception"]
        assert "hunter2" not in str(fault)


def test_lines_below_the_level_are_omitted() -> None:
    assert '"request"' not in written("'warning'")
    assert '"request"' in written("'debug'")


def test_a_terminal_gets_lines_without_local_values() -> None:
    text = written("for_people=True")
    assert "request" in text
    assert "in fails" in text
    assert "hunter2" not in text
    assert not text.startswith("{")
