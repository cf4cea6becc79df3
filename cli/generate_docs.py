"""`tenure export-schema`: the SDL, and the tables of the guide that are made from the code."""

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Annotated

import typer
from annotated_types import Ge, Gt, Le
from pydantic.fields import FieldInfo
from strawberry import Schema
from strawberry.types.enum import StrawberryEnumDefinition

from cli.console import fail
from domain.errors import ErrorCode
from domain.principal import Role
from schema.actions import BY_MUTATION
from schema.permissions import ACTIONS, MUTATIONS, QUERIES, SUBSCRIPTIONS, Roles
from schema.schema import build_schema
from server.settings import Settings

SDL = Path(__file__).parents[1] / "schema" / "schema.graphql"
GUIDE = Path(__file__).parents[1] / "docs" / "guide"
ERRORS, ROLES, SETTINGS = GUIDE / "errors.md", GUIDE / "roles.md", GUIDE / "settings.md"
BEGIN, END = "<!-- table: made by `make schema` -->", "<!-- end of table -->"

_READ_AGAIN = "read the subscription again, and show what has changed"
_NEW_DAY = "ask for another day: the message says which"
_CORRECT = "show the message at `field`"
_REFRESH = "nothing; read the subscription again if the page shows otherwise"

ADVICE: Mapping[ErrorCode, str] = {
    ErrorCode.NOT_FOUND: "read the list again: it may be gone, or belong to another",
    ErrorCode.STALE_VERSION: _READ_AGAIN,
    ErrorCode.QUOTE_STALE: "quote again, and ask to confirm the new amount",
    ErrorCode.IDEMPOTENCY_KEY_REUSED: "a fault in the program: make a new key for each action",
    ErrorCode.TRIAL_NOT_ALLOWED: "wait until the trial is over",
    ErrorCode.ALREADY_ENDED: "sell a new subscription",
    ErrorCode.NOT_ALLOWED_IN_STATUS: "revoke the cancellation first; or ask `actions` what is possible",
    ErrorCode.SAME_OWNER: _REFRESH,
    ErrorCode.SAME_PLAN: _REFRESH,
    ErrorCode.NOTHING_TO_CHANGE: _REFRESH,
    ErrorCode.DATE_IN_FUTURE: _NEW_DAY,
    ErrorCode.DATE_BEFORE_BILLING_CYCLE: _NEW_DAY,
    ErrorCode.EXTENSION_TOO_SHORT: "ask for a later day: the message names the first",
    ErrorCode.SKU_MISMATCH: "remove the one and add the other",
    ErrorCode.NUMBER_NOT_AVAILABLE: "read `availableNumbers` again, and show them",
    ErrorCode.NO_LICENCE_LEFT: "add licences, or unassign members, first",
    ErrorCode.NOT_OFFERED: "offer what `products` has for the plan and the cycle",
    ErrorCode.CONTRACT_NOT_ACTIVE: "ask for another contract, or put it into force",
    ErrorCode.CURRENCY_MISMATCH: "nothing",
    ErrorCode.ALREADY_SCHEDULED: "offer to revoke what is scheduled",
    ErrorCode.INVALID_QUANTITY: _CORRECT,
    ErrorCode.INVALID_VALUE: _CORRECT,
    ErrorCode.FEATURE_NOT_ALLOWED: "use a sandbox",
    ErrorCode.FORBIDDEN: "do not offer the action",
}

_BOUNDS = {Ge: ("at least", "ge"), Gt: ("more than", "gt"), Le: ("at most", "le")}


def export_schema(
    check: Annotated[bool, typer.Option("--check", help="Only compare; fail where it differs.")] = False,
) -> None:
    """Write schema/schema.graphql, and the tables in docs/guide/, from the code."""
    settings = Settings()
    schema = build_schema(settings.limits, settings.features)
    files = {SDL: schema.as_str() + "\n"}
    tables = {
        ERRORS: user_errors_table(schema),
        ROLES: permissions_table(),
        SETTINGS: settings_table(),
    }
    for page, table in tables.items():
        files[page] = with_table(page.read_text(encoding="utf-8"), table)
    for path, content in files.items():
        if not check:
            path.write_text(content, encoding="utf-8")
        elif not path.exists() or path.read_text(encoding="utf-8") != content:
            fail(f"{path.name} differs from the code: run `make schema` and read the difference.")


def with_table(page: str, table: str) -> str:
    """The page with the table between its two marks. Raises ValueError if a mark is missing."""
    before, begun, rest = page.partition(BEGIN)
    _, ended, after = rest.partition(END)
    if not (begun and ended):
        raise ValueError("the page has no marks for the table")
    return f"{before}{BEGIN}\n{table}\n{END}{after}"


def user_errors_table(schema: Schema) -> str:
    """A row for each code: its description in the SDL, and what a client does."""
    kind = schema.get_type_by_name("UserErrorCode")
    if not isinstance(kind, StrawberryEnumDefinition):
        raise TypeError("the schema has no enumeration UserErrorCode")
    rows = (f"| `{one.name}` | {one.description} | {ADVICE[one.value]} |" for one in kind.values)
    return "\n".join(["| code | what it means | what to do |", "|---|---|---|", *rows])


def permissions_table() -> str:
    """A row for each field and action: the roles that may use it."""
    return "\n".join(_permission_rows())


def _permission_rows() -> Iterator[str]:
    yield "| field | action | " + " | ".join(Role) + " |"
    yield "|---|---|" + ":-:|" * len(Role)
    for name, roles in {**QUERIES, **SUBSCRIPTIONS, **MUTATIONS}.items():
        action = BY_MUTATION[name].action if name in BY_MUTATION else ""
        yield _permission_row(f"`{name}`", action, roles)
    for action, roles in ACTIONS.items():
        if not roles:
            yield _permission_row("(time)", action, roles)


def _permission_row(field: str, action: str, roles: Roles) -> str:
    return f"| {field} | {action} | " + " | ".join("yes" if role in roles else " " for role in Role) + " |"


def settings_table() -> str:
    """A row for each setting: its variable, its default, its description and its bounds."""
    return "\n".join(["| variable | unless set | what it does |", "|---|---|---|", *_setting_rows()])


def _setting_rows() -> Iterator[str]:
    for name, field in Settings.model_fields.items():
        bounds = ", ".join(_bounds(field))
        text = f"{field.description} ({bounds})" if bounds else field.description
        yield f"| `{name.upper()}` | {_default(field)} | {text} |"


def _bounds(field: FieldInfo) -> Iterator[str]:
    for bound in field.metadata:
        if type(bound) in _BOUNDS:
            text, attribute = _BOUNDS[type(bound)]
            yield f"{text} {getattr(bound, attribute)}"


def _default(field: FieldInfo) -> str:
    if field.default in (None, ()):
        return ""
    return f"`{str(field.default).lower() if isinstance(field.default, bool) else field.default}`"
