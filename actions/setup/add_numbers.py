"""Put phone numbers into stock."""

import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import bindparam, select
from sqlalchemy.dialects.postgresql import insert as upsert

from actions.setup.validation import check_code
from domain.errors import ErrorCode, LifecycleError
from models.engine import new_id
from models.store.unit_of_work import Writing
from models.tables import phone_number, sku

MAX_NUMBERS = 1000
MAX_NAMED = 10  # numbers that an error message lists

E164 = r"\+[1-9][0-9]{1,14}"
_SKU = select(sku.c.code).where(
    sku.c.partner_id == bindparam("partner_id"), sku.c.code == bindparam("sku_code")
)
# A number that is in stock already returns no row, also if another transaction is adding it.
_INSERT = (
    upsert(phone_number)
    .on_conflict_do_nothing(index_elements=["partner_id", "e164"])
    .returning(phone_number.c.e164)
)


@dataclass(frozen=True)
class AddNumbers:
    """`e164`: "+" and 2 to 15 digits, the first not 0."""

    sku_code: str
    e164: tuple[str, ...]


async def add_numbers(tx: Writing, command: AddNumbers) -> tuple[UUID, ...]:
    """The ids of the numbers, in the order given. Raises INVALID_VALUE, NOT_FOUND."""
    check_code(command.sku_code, "skuCode")
    _check(command.e164)
    key = {"partner_id": tx.partner.id, "sku_code": command.sku_code}
    if (await tx.connection.execute(_SKU, key)).first() is None:
        raise LifecycleError(
            ErrorCode.NOT_FOUND, f"There is no SKU with the code {command.sku_code}.", "skuCode"
        )
    ids = {e164: new_id() for e164 in command.e164}
    # Always in the same order, so that two calls with the same numbers cannot deadlock.
    rows = [key | {"id": ids[e164], "e164": e164} for e164 in sorted(ids)]
    added = set((await tx.connection.execute(_INSERT, rows)).scalars())
    _refuse("These numbers are in stock already", [e164 for e164 in command.e164 if e164 not in added])
    return tuple(ids.values())


def _check(numbers: Sequence[str]) -> None:
    if not 1 <= len(numbers) <= MAX_NUMBERS:
        raise LifecycleError(
            ErrorCode.INVALID_VALUE, f"Give 1 to {MAX_NUMBERS} numbers at once, not {len(numbers)}.", "e164"
        )
    _refuse(
        'These are not numbers in the form "+" and 2 to 15 digits, the first not 0',
        [ascii(number[:20]) for number in numbers if not re.fullmatch(E164, number)],
    )
    _refuse("These numbers come twice", [number for number, n in Counter(numbers).items() if n > 1])


def _refuse(why: str, numbers: Sequence[str]) -> None:
    if numbers:
        more = f" and {len(numbers) - MAX_NAMED} more" if len(numbers) > MAX_NAMED else ""
        named = ", ".join(numbers[:MAX_NAMED])
        raise LifecycleError(ErrorCode.INVALID_VALUE, f"{why}: {named}{more}.", "e164")
