"""Numbers that an action asks for, as they were found. Source: rules, section 4.6."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from uuid import UUID

from domain.errors import ErrorCode, LifecycleError, required
from domain.state import Number


@dataclass(frozen=True)
class Stock:
    """The numbers by id, each with whether it is free. A number is held by one subscription at most."""

    found: Mapping[UUID, tuple[Number, bool]]

    def take(self, ids: Iterable[UUID], field: str) -> tuple[Number, ...]:
        """The numbers in the order asked for. Raises NOT_FOUND, NUMBER_NOT_AVAILABLE."""
        taken: list[Number] = []
        for number_id in ids:
            number, free = required(self.found.get(number_id), "phone number", field)
            if not free or number in taken:
                raise LifecycleError(
                    ErrorCode.NUMBER_NOT_AVAILABLE, f"{number.e164} is not available.", field
                )
            taken.append(number)
        return tuple(taken)
