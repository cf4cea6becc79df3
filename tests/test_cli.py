"""What the command line makes of its options."""

import os
import subprocess
import sys
from pathlib import Path

import pytest


@pytest.mark.parametrize("content", [None, "{", "[]"])
def test_a_file_that_is_no_list_of_documents_is_said_before_anything_starts(
    tmp_path: Path, content: str | None
) -> None:
    path = tmp_path / "documents.json"
    if content is not None:
        path.write_text(content, encoding="utf-8")
    program = [sys.executable, "-c", "from cli import main; main()", "serve", "--trusted-documents", path]
    ended = subprocess.run(program, capture_output=True, text=True, check=False)
    assert ended.returncode == 1
    assert ended.stderr.startswith(f"{path} cannot be read: ")


def test_settings_that_do_not_fit_are_named_before_anything_starts() -> None:
    program = [sys.executable, "-c", "from cli import main; main()", "doctor"]
    wrong = {"PORT": "eighty", "LOG_LEVEL": "loud", "OIDC_ISSUER": "example.com"}
    ended = subprocess.run(program, capture_output=True, text=True, check=False, env=os.environ | wrong)
    assert ended.returncode == 1
    assert ended.stderr.splitlines() == [
        "PORT: Input should be a valid integer, unable to parse string as an integer",
        "LOG_LEVEL: Input should be 'debug', 'info' or 'warning'",
        "OIDC_ISSUER: must start with https://",
    ]
