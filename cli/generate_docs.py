"""What is made from the code: the SDL, and tables of the guide."""

from pathlib import Path
from typing import Annotated

import typer

from cli.console import fail
from cli.errors_page import user_errors_table
from cli.made_pages import with_table
from cli.roles_page import permissions_table
from cli.settings_page import settings_table
from schema.schema import build_schema

SDL = Path(__file__).parents[1] / "schema" / "schema.graphql"
GUIDE = Path(__file__).parents[1] / "docs" / "guide"
ERRORS, ROLES, SETTINGS = GUIDE / "errors.md", GUIDE / "roles.md", GUIDE / "settings.md"


def export_schema(
    check: Annotated[bool, typer.Option("--check", help="Only compare; fail where it differs.")] = False,
) -> None:
    """Write schema/schema.graphql, and the tables in docs/guide/, from the code."""
    schema = build_schema()
    made = {SDL: schema.as_str() + "\n"}
    tables = {
        ERRORS: user_errors_table(schema),
        ROLES: permissions_table(),
        SETTINGS: settings_table(),
    }
    for page, table in tables.items():
        made[page] = with_table(page.read_text(encoding="utf-8"), table)
    for path, content in made.items():
        if not check:
            path.write_text(content, encoding="utf-8")
        elif not path.exists() or path.read_text(encoding="utf-8") != content:
            fail(f"{path.name} differs from the code: run `make schema` and read the difference.")
