"""The kinds of value that a file may hold, with their bounds."""

from collections.abc import Callable
from datetime import date
from typing import Annotated, Any

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, StringConstraints
from pydantic.alias_generators import to_camel
from pydantic_core import PydanticCustomError

from actions.setup.add_numbers import E164
from actions.setup.create_member import check_email
from actions.setup.validation import MAX_CODE, MAX_NAME, check_text
from domain.errors import LifecycleError
from domain.periods import MAX_MULTIPLIER
from domain.quantities import MAX_QUANTITY
from domain.settings import merged

MAX_COUNT = 2**31 - 1  # what an INTEGER column holds


class Record(BaseModel):
    """Something that a file says. Names are those of the GraphQL contract; others are refused."""

    model_config = ConfigDict(extra="forbid", strict=True, frozen=True, alias_generator=to_camel)


def refused(message: str) -> PydanticCustomError:
    """A problem in words of our own; pydantic would fill in what stands in braces."""
    return PydanticCustomError("refused", "{message}", {"message": message})


def checked(check: Callable[[Any], None]) -> AfterValidator:
    """A check of the actions', whose refusal becomes a problem of the file's."""

    def validate(value: Any) -> Any:
        try:
            check(value)
        except LifecycleError as error:
            raise refused(error.message) from error
        return value

    return AfterValidator(validate)


def _text(what: str, longest: int) -> AfterValidator:
    return checked(lambda text: check_text(what, text, longest))


Code = Annotated[str, _text("A code", MAX_CODE)]
Name = Annotated[str, _text("A name", MAX_NAME)]
Reference = Annotated[str, _text("A reference", MAX_CODE)]
Email = Annotated[str, checked(check_email)]
Words = Annotated[str, _text("A text", 1_000_000)]
E164Number = Annotated[str, StringConstraints(pattern=f"^{E164}$")]
Amount = Annotated[str, StringConstraints(pattern=r"^-?[0-9]{1,20}(\.[0-9]{1,8})?$")]
"""Decimal digits, in the partner's currency: "370.00"."""
Day = Annotated[date, Field(ge=date(1970, 1, 1), le=date(2999, 12, 31))]
DayOfMonth = Annotated[int, Field(ge=1, le=31)]
Quantity = Annotated[int, Field(ge=1, le=MAX_QUANTITY)]
Multiplier = Annotated[int, Field(ge=1, le=MAX_MULTIPLIER)]
Count = Annotated[int, Field(ge=1, le=MAX_COUNT)]
Settings = Annotated[dict[str, Any], checked(lambda settings: merged({}, settings) and None)]
