"""Checks that clients of the last release still work: `python -m cli.check_schema`, part of `make check`.

`released.graphql` is the SDL of the last release; docs/releasing.md says when it is replaced.
"""

import sys
from dataclasses import dataclass
from pathlib import Path

import typer
from graphql import build_schema, find_breaking_changes, find_dangerous_changes

RELEASED = Path(__file__).parents[1] / "schema" / "released.graphql"
TODAY = Path(__file__).parents[1] / "schema" / "schema.graphql"


@dataclass(frozen=True)
class Changes:
    """Descriptions of changes. Breaking: valid documents fail. Dangerous: programs may not expect it."""

    breaking: tuple[str, ...]
    dangerous: tuple[str, ...]


def changes(released: str, today: str) -> Changes:
    """The changes from one SDL to the other, as GraphQL's reference implementation finds them."""
    before, after = build_schema(released), build_schema(today)
    return Changes(
        tuple(change.description for change in find_breaking_changes(before, after)),
        tuple(change.description for change in find_dangerous_changes(before, after)),
    )


def check(released: Path = RELEASED, today: Path = TODAY) -> int:
    """Prints the changes. The exit code is 1 if one breaks clients."""
    found = changes(released.read_text(encoding="utf-8"), today.read_text(encoding="utf-8"))
    for change in found.dangerous:
        typer.echo(f"Dangerous since the last release, let through: {change}")
    for change in found.breaking:
        typer.echo(f"Breaks clients of the last release: {change} See docs/releasing.md.", err=True)
    return 1 if found.breaking else 0


if __name__ == "__main__":
    sys.exit(check())
