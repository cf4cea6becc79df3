"""The table of permissions, as the guide shows it."""

from collections.abc import Iterator

from domain.principal import Role
from schema.actions import BY_MUTATION
from schema.permissions import ACTIONS, MUTATIONS, QUERIES, SUBSCRIPTIONS, Roles


def permissions_table() -> str:
    """A row for each field and action: who may."""
    return "\n".join(_table())


def _table() -> Iterator[str]:
    yield "| field | action | " + " | ".join(Role) + " |"
    yield "|---|---|" + ":-:|" * len(Role)
    for name, roles in {**QUERIES, **SUBSCRIPTIONS, **MUTATIONS}.items():
        action = BY_MUTATION[name].action if name in BY_MUTATION else ""
        yield _row(f"`{name}`", action, roles)
    for action, roles in ACTIONS.items():
        if not roles:
            yield _row("(time)", action, roles)


def _row(field: str, action: str, roles: Roles) -> str:
    return f"| {field} | {action} | " + " | ".join("yes" if role in roles else " " for role in Role) + " |"
