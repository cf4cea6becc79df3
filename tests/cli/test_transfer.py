"""`tenure load` and `tenure export` as commands."""

from collections.abc import Callable
from pathlib import Path
from uuid import uuid4

import pytest
import typer
from click.testing import Result
from typer.testing import CliRunner

from cli import main as cli
from cli import transfer as transfers
from models.engine import DatabaseRole, create_engine
from resolvers.ids import to_global_id
from tests.transfer.import_partner import SHOP, Books

APP = typer.Typer()
APP.command()(transfers.load)
APP.command()(transfers.export)

Tenure = Callable[..., Result]


@pytest.fixture
def tenure(database_url: str, monkeypatch: pytest.MonkeyPatch) -> Tenure:
    monkeypatch.setenv("DATABASE_URL", database_url)
    return lambda *words, stdin="": CliRunner().invoke(APP, words, input=stdin)


@pytest.fixture
def books(database_url: str) -> Books:
    return Books(create_engine(database_url, DatabaseRole.APP, pool_size=1))


def test_load_export_and_load_again_from_a_pipe(books: Books, tenure: Tenure, tmp_path: Path) -> None:
    file, back = tmp_path / "shop.jsonl", tmp_path / "back.yaml"
    file.write_text(books.lines(*SHOP), encoding="utf-8")
    loaded = tenure("load", str(file))
    assert loaded.output == "Loaded 1 product, 1 sku, 1 customer, 1 number, 1 member.\n"
    partner = to_global_id("Partner", books.partner_id)
    exported = tenure("export", str(back), "--partner", partner)
    assert (exported.stdout, exported.stderr) == ("", "Exported 5 records.\n")
    again = tenure("load", "-", "--format", "yaml", stdin=back.read_text(encoding="utf-8"))
    assert again.output == "Nothing to load: 5 records there already. Nothing was changed.\n"
    assert sorted(path.name for path in tmp_path.iterdir()) == ["back.yaml", "shop.jsonl"]
    piped = tenure("export", "--partner", str(books.partner_id))
    assert len(piped.stdout.splitlines()) == 6
    checked = tenure("load", "-", "--format", "jsonl", "--check", stdin=books.lines(*SHOP, {"sku": OTHER}))
    assert checked.output == "Would load 1 sku. 5 records there already.\n"


OTHER = SHOP[1]["sku"] | {"code": "other"}


def test_problems_go_to_stderr_with_the_file_name(books: Books, tenure: Tenure, tmp_path: Path) -> None:
    file = tmp_path / "shop.jsonl"
    file.write_text(books.lines({"sku": {"code": "a"}}), encoding="utf-8")
    refused = tenure("load", str(file))
    assert (refused.exit_code, refused.stdout) == (1, "")
    assert refused.stderr.splitlines() == [
        f"{file}:2: sku.name: This must be given.",
        f"{file}:2: sku.prices: This must be given.",
        "2 problems; nothing was changed.",
    ]
    piped = tenure("load", "-", "--format", "jsonl", stdin="{}")
    assert piped.stderr.startswith("<stdin>:1: tenure: This must be given.")


@pytest.mark.parametrize(
    ("words", "message"),
    [
        (["load", "no-such.yaml"], "no-such.yaml cannot be read: No such file or directory."),
        (["load", "-"], "Say --format yaml or --format jsonl."),
        (["load", "a.yaml", "--partner", "x"], "“x” is no partner's id."),
        (["export", "a.txt"], "Say --format yaml or jsonl."),
        (["export", "--partner", str(uuid4())], "There is no such partner."),
    ],
)
def test_a_command_that_cannot_be_carried_out_says_why(
    tenure: Tenure, words: list[str], message: str
) -> None:
    ended = tenure(*words)
    assert (ended.exit_code, ended.stderr.strip()) == (1, message)


def test_both_are_commands_of_the_program() -> None:
    names = {command.callback for command in cli.main.registered_commands}
    assert {transfers.load, transfers.export} <= names
