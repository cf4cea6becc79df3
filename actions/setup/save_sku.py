"""Create or replace a SKU of phone numbers with all its prices."""

from dataclasses import dataclass

from sqlalchemy import bindparam, delete, insert, select
from sqlalchemy.dialects.postgresql import insert as upsert

from actions.setup.catalogue_rows import price_rows, sku_cycles_in_use
from actions.setup.validation import PriceInput, check_code, check_name, price_list
from domain.catalogue import Prices
from domain.errors import ErrorCode, LifecycleError
from models.store.unit_of_work import Exclusive
from models.tables import sku, sku_price

_SAVE = upsert(sku)
_SKU = _SAVE.on_conflict_do_update(index_elements=["partner_id", "code"], set_={"name": _SAVE.excluded.name})
_own = (
    sku_price.c.partner_id == bindparam("key_partner_id"),
    sku_price.c.sku_code == bindparam("key_sku_code"),
)
_CYCLES = select(sku_price.c.cycle).where(*_own)
_DELETE_PRICES = delete(sku_price).where(*_own)
_INSERT_PRICE = insert(sku_price)


@dataclass(frozen=True)
class SaveSku:
    code: str
    name: str
    prices: tuple[PriceInput, ...]


async def save_sku(tx: Exclusive, command: SaveSku) -> str:
    """The SKU's code. Raises INVALID_VALUE, also for removing a price that a subscription needs.

    Exclusive, because a sale that is under way has read prices but shows no numbers yet.
    """
    check_code(command.code, "code")
    check_name(command.name, "name")
    prices = price_list(command.prices, tx.partner.currency, "prices")
    own = {"partner_id": tx.partner.id, "sku_code": command.code}
    key = {f"key_{name}": value for name, value in own.items()}
    # Locks the row: of two at once, the second waits.
    await tx.connection.execute(
        _SKU, {"partner_id": tx.partner.id, "code": command.code, "name": command.name}
    )
    if set((await tx.connection.execute(_CYCLES, key)).scalars()) - prices.keys():
        await _check_unused(tx, command.code, prices)
    await tx.connection.execute(_DELETE_PRICES, key)
    await tx.connection.execute(_INSERT_PRICE, price_rows(prices, **own))
    return command.code


async def _check_unused(tx: Exclusive, code: str, prices: Prices) -> None:
    """A renewal must find every price that it needs."""
    for cycle, user in sorted((await sku_cycles_in_use(tx, code)).items()):
        if cycle not in prices:
            raise LifecycleError(
                ErrorCode.INVALID_VALUE,
                f"The {cycle.lower()} price of {code} cannot be removed, as the subscription {user} "
                "is billed by it. Keep it in the list.",
                "prices",
            )
