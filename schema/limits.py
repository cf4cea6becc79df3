"""The limits of one operation. They apply before it is validated."""

from dataclasses import dataclass

from resolvers.errors import RequestError, RequestErrorCode
from schema.cost import Size


@dataclass(frozen=True)
class Limits:
    """Each bound is inclusive. server/settings.py describes what each counts."""

    max_body_bytes: int
    max_tokens: int
    max_fragments: int
    max_depth: int
    max_aliases: int
    max_directives: int
    max_root_fields: int
    max_cost: int

    def check(self, size: Size) -> None:
        """Raises LIMIT_EXCEEDED."""
        self.check_each(
            ("max_root_fields", size.fields, "fields at the root"),
            ("max_depth", size.depth, "levels of fields"),
            ("max_aliases", size.aliases, "aliases"),
            ("max_directives", size.directives, "directives"),
            ("max_cost", size.cost, "points of cost"),
        )

    def check_each(self, *counts: tuple[str, int, str]) -> None:
        """Each count is the name of a limit, a number, and what the number counts. Raises LIMIT_EXCEEDED."""
        for limit, number, counted in counts:
            maximum: int = getattr(self, limit)
            if number > maximum:
                raise too_much(limit, maximum, f"The operation has {number} {counted}")


def too_much(limit: str, maximum: int, what: str) -> RequestError:
    """`limit` is the setting's name; `what` names the count that is too high."""
    error = RequestError(
        RequestErrorCode.LIMIT_EXCEEDED,
        f"{what}, and at most {maximum} are allowed here. Ask for less at a time.",
    )
    error.extensions = (error.extensions or {}) | {"limit": limit.upper(), "maximum": maximum}
    return error
