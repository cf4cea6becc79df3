"""How every set-up mutation runs."""

from collections.abc import Awaitable, Callable
from functools import partial
from typing import Protocol, TypeVar

from actions.setup.save_product import save_product
from actions.setup.save_sku import save_sku
from models.store.unit_of_work import Transaction
from resolvers.context import Context
from resolvers.inputs import check_texts
from resolvers.retry import once

C = TypeVar("C")
C_co = TypeVar("C_co", covariant=True)
T = TypeVar("T")


# They change the prices that every action depends on, so no action may be half-way through.
ALONE: frozenset[object] = frozenset({save_product, save_sku})


class SetupInput(Protocol[C_co]):
    def command(self) -> C_co: ...


async def set_up(
    context: Context, action: Callable[[Transaction, C], Awaitable[T]], data: SetupInput[C]
) -> T:
    """Carries it out in one transaction. Raises LifecycleError where it is refused: nothing has changed."""
    check_texts(data)
    command = data.command()
    return await carry_out(context, lambda tx: action(tx, command), exclusive=action in ALONE)


async def carry_out(
    context: Context, work: Callable[[Transaction], Awaitable[T]], *, exclusive: bool = False
) -> T:
    """Runs the work in one transaction, again where another one or a lost connection undid it."""
    context.forget_rows()
    return await once(partial(context.transaction, exclusive=exclusive), work)
