"""Numbers that an action asks for, as they were found. Source: rules, section 4.6."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from uuid import UUID

from domain.errors import ErrorCode, LifecycleError, required
from domain.subscription import Number


@dataclass(frozen=True)
class Stock:
    """The numbers by id, each with whether it is free. A number is held by one subscription at most.

    `whole` is false for who sees only what is free: then what is held, maybe by another customer, must
    not be told from what does not exist.
    """

    found: Mapping[UUID, tuple[Number, bool]]
    whole: bool = True

    def take(self, ids: Iterable[UUID], field: str) -> tuple[Number, ...]:
        """The numbers in the order asked for. Raises NOT_FOUND, NUMBER_NOT_AVAILABLE."""
        taken: list[Number] = []
        for number_id in ids:
            if number_id not in self.found and not self.whole:
                raise LifecycleError(
                    ErrorCode.NUMBER_NOT_AVAILABLE, "This phone number is not available.", field
                )
            number, free = required(self.found.get(number_id), "phone number", field)
            if not free or number in taken:
                raise LifecycleError(
                    ErrorCode.NUMBER_NOT_AVAILABLE, f"{number.e164} is not available.", field
                )
            taken.append(number)
        return tuple(taken)
