"""placeholder"""

from dataclasses import dataclass
from collections.abc import Mapping
from uuid import UUID
from actions.transaction import Clock
from resolvers.auth import Role


@dataclass(frozen=True)
class Demo:
    partner_id: UUID
    customer_id: UUID
    subscription: str
    names: Mapping[Role, str]


async def load_demo(database_url: str, clock: Clock) -> Demo:
    raise NotImplementedError
