"""The table of permissions, as the guide shows it."""

from collections.abc import Iterator

from resolvers.auth import Role
from schema.permissions import ACTIONS, MUTATIONS, QUERIES, SUBSCRIPTIONS, TAKEN_BY, Roles

BEGIN, END = "<!-- table: made by `make schema` -->", "<!-- end of table -->"


def with_table(page: str) -> str:
    """The page with the table between the two marks made anew. Raises ValueError where a mark is missing."""
    before, begun, rest = page.partition(BEGIN)
    _, ended, after = rest.partition(END)
    if not (begun and ended):
        raise ValueError("the page has no marks between which the table could stand")
    return f"{before}{BEGIN}\n{chr(10).join(_table())}\n{END}{after}"


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
