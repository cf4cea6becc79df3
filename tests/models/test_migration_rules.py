"""Migrations after 0002 follow models/migrations/README.md. squawk checks their SQL."""

import re
import subprocess
import sysconfig
from pathlib import Path

import pytest

from models import migrate
from models.scripts import statements

VERSIONS = Path(migrate.__file__).parent / "migrations" / "versions"
BEFORE_THE_RULES = {"v0001_initial", "v0002_deliveries"}
SCRIPTS = sorted(path for path in VERSIONS.glob("*.sql") if path.stem not in BEFORE_THE_RULES)
SQUAWK = Path(sysconfig.get_path("scripts"), "squawk")
IGNORED = (
    "ban-char-field",
    "prefer-bigint-over-int",
    "prefer-bigint-over-smallint",
    "prefer-identity",
    "prefer-robust-stmts",  # a migration's transaction makes it repeatable
    "prefer-text-field",
    "require-lock-timeout",  # models/migrate.py sets it
    "require-statement-timeout",
)
NEW = "CREATE TABLE t (id UUID NOT NULL, p UUID NOT NULL, CONSTRAINT t_pk PRIMARY KEY (id));\n"
REFUSED = {
    "CREATE INDEX kind_ix ON outbox (kind)": "require-concurrent-index-creation",
    "DROP INDEX kind_ix": "require-concurrent-index-deletion",
    "ALTER TABLE outbox ADD COLUMN x BOOLEAN NOT NULL": "adding-required-field",
    "ALTER TABLE outbox ADD COLUMN x UUID DEFAULT gen_random_uuid()": "adding-field-with-default",
    "ALTER TABLE outbox ADD COLUMN x UUID REFERENCES partner (id)": "adding-foreign-key-constraint",
    "ALTER TABLE outbox ALTER COLUMN kind TYPE TEXT": "changing-column-type",
    "ALTER TABLE outbox ALTER COLUMN kind SET NOT NULL": "adding-not-nullable-field",
    "ALTER TABLE outbox ADD CONSTRAINT c CHECK (version > 0)": "constraint-missing-not-valid",
    "ALTER TABLE outbox ADD CONSTRAINT c FOREIGN KEY (partner_id) REFERENCES partner (id)": (
        "adding-foreign-key-constraint"
    ),
    "ALTER TABLE outbox ADD CONSTRAINT c CHECK (version > 0) NOT VALID;\n"
    "ALTER TABLE outbox VALIDATE CONSTRAINT c": "constraint-missing-not-valid",
    "ALTER TABLE outbox ADD CONSTRAINT u UNIQUE (kind)": "disallowed-unique-constraint",
    "ALTER TABLE outbox DROP COLUMN kind": "ban-drop-column",
    "ALTER TABLE outbox RENAME COLUMN kind TO sort": "renaming-column",
}
ALLOWED = (
    NEW
    + "CREATE INDEX p_ix ON t (p);\nALTER TABLE t ADD CONSTRAINT f FOREIGN KEY (p) REFERENCES partner (id)",
    "ALTER TABLE outbox ADD COLUMN x BOOLEAN",
    "ALTER TABLE outbox ADD COLUMN x BOOLEAN NOT NULL DEFAULT false",
    "ALTER TABLE outbox ADD CONSTRAINT c CHECK (version > 0) NOT VALID",
    "ALTER TABLE outbox VALIDATE CONSTRAINT c",
    "ALTER TABLE outbox ADD CONSTRAINT u UNIQUE USING INDEX u_ix",
    "-- v0004 has validated v0003's check, which says the same.\n-- squawk-ignore adding-not-nullable-field\n"
    "ALTER TABLE outbox ALTER COLUMN kind SET NOT NULL",
)

with_squawk = pytest.mark.skipif(not SQUAWK.exists(), reason="squawk-cli is not installed")


def broken_rules(path: Path, *, concurrently: bool = False) -> set[str]:
    command = [str(SQUAWK), "--pg-version=15", "--reporter=gcc", f"--exclude={','.join(IGNORED)}"]
    if not concurrently:
        command.append("--assume-in-transaction")
    done = subprocess.run([*command, str(path)], capture_output=True, text=True, check=False)
    found = set(re.findall(r"(?:warning|error): ([a-z-]+)", done.stdout))
    assert bool(found) == bool(done.returncode), done.stdout + done.stderr
    return found


def is_concurrent(path: Path) -> bool:
    return "run_concurrently(" in path.with_suffix(".py").read_text(encoding="utf-8")


@with_squawk
def test_they_block_no_table_for_long() -> None:
    broken = {path.name: broken_rules(path, concurrently=is_concurrent(path)) for path in SCRIPTS}
    assert {name: rules for name, rules in broken.items() if rules} == {}


def test_concurrent_scripts_only_rebuild_indexes() -> None:
    for path in filter(is_concurrent, SCRIPTS):
        dropped = set()
        for statement in statements(path.read_text(encoding="utf-8")):
            drop = re.match(r"\s*DROP INDEX CONCURRENTLY IF EXISTS (\w+)", statement)
            made = re.match(r"\s*CREATE (?:UNIQUE )?INDEX CONCURRENTLY (\w+)", statement)
            assert drop or (made and made[1] in dropped), statement
            if drop:
                dropped.add(drop[1])


def test_statements_are_in_scripts() -> None:
    """0001 also secures each table in a loop."""
    for path in VERSIONS.glob("*.py"):
        assert path.with_suffix(".sql").exists(), path
        assert "op." not in path.read_text(encoding="utf-8") or path.stem in BEFORE_THE_RULES, path


@with_squawk
@pytest.mark.parametrize(("statement", "rule"), REFUSED.items())
def test_a_long_lock_of_a_table_is_found(tmp_path: Path, statement: str, rule: str) -> None:
    script = tmp_path / "script.sql"
    script.write_text(statement + ";\n", encoding="utf-8")
    assert rule in broken_rules(script)


@with_squawk
@pytest.mark.parametrize("statement", ALLOWED)
def test_what_the_readme_recommends_is_accepted(tmp_path: Path, statement: str) -> None:
    script = tmp_path / "script.sql"
    script.write_text(statement + ";\n", encoding="utf-8")
    assert broken_rules(script) == set()
