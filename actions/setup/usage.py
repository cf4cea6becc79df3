"""What subscriptions rely on: the plans that they name, and the prices that their renewals will look for."""

from collections.abc import Iterable
from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import Select, and_, bindparam, func, null, select, union_all

from domain.lifecycle import ENDED
from domain.periods import BillingCycle
from domain.subscription import AddOnStatus, ScheduledStatus
from models.store.lookups import same_partner
from models.store.unit_of_work import Reading
from models.tables import add_on, phone_number, plan, scheduled_change, subscription


@dataclass(frozen=True)
class Priced:
    """One price of a product: of the plan where `add_on` is None, else of that add-on with that plan."""

    plan: str
    add_on: str | None
    cycle: BillingCycle


_NOT_ENDED = (
    subscription.c.partner_id == bindparam("partner_id"),
    subscription.c.status.not_in(sorted(ENDED)),
)
_OWN = tuple(subscription.c[name] for name in ("partner_id", "id", "plan_id", "reference"))

# The cycle that each is billed by, and the one that it is to be billed by from its next renewal on.
_billed = union_all(
    select(*_OWN, subscription.c.cycle).where(*_NOT_ENDED),
    select(*_OWN, scheduled_change.c.cycle)
    .join(
        scheduled_change,
        and_(
            same_partner(scheduled_change, subscription),
            scheduled_change.c.subscription_id == subscription.c.id,
        ),
    )
    .where(
        *_NOT_ENDED,
        scheduled_change.c.status == ScheduledStatus.PENDING,
        scheduled_change.c.cycle.is_not(None),
    ),
).subquery("billed")
_user = func.min(_billed.c.reference).label("user")
_of_product = plan.c.product_id == bindparam("product_id")
_on_plan = and_(same_partner(_billed, plan), _billed.c.plan_id == plan.c.id)

_PLANS: Select[tuple[str, None, BillingCycle, str]] = (
    select(plan.c.code.label("plan"), null().label("add_on"), _billed.c.cycle, _user)
    .join(_billed, _on_plan)
    .where(_of_product)
    .group_by(plan.c.code, _billed.c.cycle)
)
_ADD_ONS: Select[tuple[str, str, BillingCycle, str]] = (
    select(plan.c.code.label("plan"), add_on.c.code.label("add_on"), _billed.c.cycle, _user)
    .join(_billed, _on_plan)
    .join(add_on, and_(same_partner(add_on, _billed), add_on.c.subscription_id == _billed.c.id))
    .where(_of_product, add_on.c.status != AddOnStatus.CANCELED)
    .group_by(plan.c.code, add_on.c.code, _billed.c.cycle)
)
_NUMBERS = (
    select(_billed.c.cycle, _user)
    .join(
        phone_number,
        and_(same_partner(phone_number, _billed), phone_number.c.subscription_id == _billed.c.id),
    )
    .where(phone_number.c.sku_code == bindparam("sku_code"))
    .group_by(_billed.c.cycle)
)
# Of all, the ended ones too: their rows still point to the plan's.
_HOLDERS = (
    select(plan.c.code, func.min(subscription.c.reference).label("user"))
    .join(subscription, and_(same_partner(subscription, plan), subscription.c.plan_id == plan.c.id))
    .where(
        plan.c.partner_id == bindparam("partner_id"),
        _of_product,
        plan.c.code.in_(bindparam("codes", expanding=True)),
    )
    .group_by(plan.c.code)
)


async def prices_in_use(tx: Reading, product_id: UUID) -> dict[Priced, str]:
    """The product's prices that subscriptions rely on, each with the reference of one that does."""
    key = {"partner_id": tx.partner.id, "product_id": product_id}
    plans, add_ons = await tx.connection.execute(_PLANS, key), await tx.connection.execute(_ADD_ONS, key)
    return {Priced(row.plan, row.add_on, row.cycle): row.user for row in (*plans, *add_ons)}


async def sku_cycles_in_use(tx: Reading, sku_code: str) -> dict[BillingCycle, str]:
    """The cycles for which holders of the SKU's numbers are billed, each with a holder's reference."""
    rows = await tx.connection.execute(_NUMBERS, {"partner_id": tx.partner.id, "sku_code": sku_code})
    return {row.cycle: row.user for row in rows}


async def plans_in_use(tx: Reading, product_id: UUID, codes: Iterable[str]) -> dict[str, str]:
    """Those of the plans that a subscription is, or was, on, each with the reference of one."""
    key = {"partner_id": tx.partner.id, "product_id": product_id, "codes": list(codes)}
    return {row.code: row.user for row in await tx.connection.execute(_HOLDERS, key)}
