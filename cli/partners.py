"""Finds the partner of a customer, for the command line, which knows no partner yet."""

from uuid import UUID

from sqlalchemy import select

from models.engine import DatabaseRole, create_engine, partner_transaction
from models.tables import customer, partner


async def partner_of(database_url: str, customer_id: UUID | None) -> UUID | None:
    """The partner that has the customer; without a customer, the one partner there is. Else None."""
    listing = create_engine(database_url, DatabaseRole.WORKER, pool_size=1)
    seeing = create_engine(database_url, DatabaseRole.APP, pool_size=1)
    try:
        async with listing.connect() as connection:
            partner_ids: list[UUID] = list((await connection.execute(select(partner.c.id))).scalars())
        if customer_id is None:
            return partner_ids[0] if len(partner_ids) == 1 else None
        for partner_id in partner_ids:
            async with partner_transaction(seeing, partner_id) as connection:
                found = select(customer.c.id).where(customer.c.id == customer_id)
                if (await connection.execute(found)).first():
                    return partner_id
        return None
    finally:
        await listing.dispose()
        await seeing.dispose()
