"""Options and errors of the command line."""

import os
import subprocess
import sys
from pathlib import Path

import pytest
import typer

from cli import migrate, worker
from models.migrate import MigrationBlockedError


@pytest.mark.parametrize("content", [None, "{", "[]"])
def test_an_invalid_documents_file_stops_the_start(tmp_path: Path, content: str | None) -> None:
    path = tmp_path / "documents.json"
    if content is not None:
        path.write_text(content, encoding="utf-8")
    program = [
        sys.executable,
        "-c",
        "from cli.main import main; main()",
        "serve",
        "--trusted-documents",
        path,
    ]
    ended = subprocess.run(program, capture_output=True, text=True, check=False)
    assert ended.returncode == 1
    assert ended.stderr.startswith(f"{path} cannot be read: ")


def test_invalid_settings_are_named_at_the_start() -> None:
    program = [sys.executable, "-m", "cli", "doctor"]
    wrong = {"PORT": "eighty", "LOG_LEVEL": "loud", "OIDC_ISSUER": "example.com"}
    ended = subprocess.run(program, capture_output=True, text=True, check=False, env=os.environ | wrong)
    assert ended.returncode == 1
    assert ended.stderr.splitlines() == [
        "PORT: Input should be a valid integer, unable to parse string as an integer",
        "LOG_LEVEL: Input should be 'debug', 'info' or 'warning'",
        "OIDC_ISSUER: must start with https://",
    ]


async def nothing(*_: object) -> None:
    pass


def test_the_worker_serves_metrics_on_host(monkeypatch: pytest.MonkeyPatch) -> None:
    started: list[object] = []
    monkeypatch.setenv("HOST", "127.0.0.9")
    monkeypatch.setenv("DATABASE_URL", "postgresql://nowhere/")
    monkeypatch.setattr(worker, "_work", nothing)
    monkeypatch.setattr(worker, "workers_of", lambda *_: ())
    monkeypatch.setattr(worker, "start_http_server", lambda *where: started.append(where))
    worker.worker(metrics_port=9000)
    worker.worker(metrics_port=None)
    assert started == [(9000, "127.0.0.9")]


def test_a_migration_that_gives_way_says_what_to_do(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    async def blocked(_: str) -> None:
        raise MigrationBlockedError("No lock.")

    monkeypatch.setenv("DATABASE_URL", "postgresql://nowhere/")
    monkeypatch.setattr(migrate, "migrate_database", blocked)
    with pytest.raises(typer.Exit) as ended:
        migrate.migrate()
    assert (ended.value.exit_code, capsys.readouterr().err) == (1, "No lock.\n")
