"""The table of permissions, as the guide shows it."""

from collections.abc import Iterator

from domain.principal import Role
from schema.permissions import ACTIONS, MUTATIONS, QUERIES, SUBSCRIPTIONS, TAKEN_BY, Roles


def permissions_table() -> str:
    """A row for each field and action: who may."""
    return "\n".join(_table())


def _table() -> Iterator[str]:
    yield "| field | action | " + " | ".join(Role) + " |"
    yield "|---|---|" + ":-:|" * len(Role)
    for name, roles in {**QUERIES, **SUBSCRIPTIONS, **MUTATIONS}.items():
        yield _row(f"`{name}`", TAKEN_BY.get(name, ""), roles)
    for action, roles in ACTIONS.items():
        if action not in TAKEN_BY.values():
            yield _row("(time)", action, roles)


def _row(field: str, action: str, roles: Roles) -> str:
    return f"| {field} | {action} | " + " | ".join("yes" if role in roles else " " for role in Role) + " |"
