"""How every set-up mutation runs."""

from collections.abc import Awaitable, Callable
from typing import Protocol, TypeVar

from actions.transaction import Transaction, transaction
from resolvers.context import Context
from resolvers.retrying import retrying

C = TypeVar("C")
C_co = TypeVar("C_co", covariant=True)
T = TypeVar("T")


class SetupInput(Protocol[C_co]):
    def command(self) -> C_co: ...


async def set_up(
    context: Context, action: Callable[[Transaction, C], Awaitable[T]], data: SetupInput[C]
) -> T:
    """Carries it out in one transaction. Raises LifecycleError where it is refused: nothing has changed."""
    command = data.command()
    context.forget_rows()

    async def attempt() -> T:
        async with transaction(
            context.engine, context.partner_id, context.principal.actor, context.clock
        ) as tx:
            return await action(tx, command)

    return await retrying(attempt)
