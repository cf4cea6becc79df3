"""The machine's world: a sandbox with two customers, three plans and some phone numbers."""

from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from domain.principal import Role
from tests.api.client import Api, Caller, Json, a_customer, a_partner
from tests.timelines.model import Model
from tests.timelines.model_values import MONTHS, AddOn, Money, Owner, Plan, Span, months_later

PLANS = {
    "basic": Plan(
        "Basic",
        1,
        {"MONTHLY": (1000, 333), "YEARLY": (10001, 3337)},
        {"storage": {"MONTHLY": (99, 100), "YEARLY": (1000, 999)}, "fax": {"YEARLY": (607, 0)}},
    ),
    "pro": Plan(
        "Pro",
        2,
        {"MONTHLY": (3700, 3650), "YEARLY": (37000, 36500)},
        {
            "storage": {"MONTHLY": (120, 60), "YEARLY": (1200, 601)},
            "recording": {"MONTHLY": (240, 119), "YEARLY": (2399, 1200)},
            "fax": {"YEARLY": (607, 0)},
        },
    ),
    "max": Plan(
        "Max",
        3,
        {"MONTHLY": (7401, 7300), "YEARLY": (74000, 73001)},
        {"storage": {"MONTHLY": (130, 0), "YEARLY": (1300, 1)}, "recording": {"YEARLY": (2000, 1000)}},
    ),
}
NUMBER_PRICES = {"MONTHLY": (200, 111), "YEARLY": (2400, 1111)}
FREE = tuple(f"+6591{number:06d}" for number in range(6))
ORG = "6f9619ff-8b86-d011-b42d-00c04fc964f{}"


@dataclass
class Market:
    """Ids by the names that the model uses."""

    partner: str
    admin: Caller
    clock: datetime
    owners: tuple[Owner, ...]
    customers: dict[str, str] = field(default_factory=dict)
    members: dict[str, list[str]] = field(default_factory=dict)
    contracts: dict[str, list[str]] = field(default_factory=dict)
    numbers: dict[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class Order:
    """A purchase, `days_ago` days before the owner's today."""

    owner: int
    plan: str
    quantity: int
    cycle: str
    multiplier: int = 1
    trial_days: int = 0
    days_ago: int = 0
    renews: bool = True
    add_ons: dict[str, int] = field(default_factory=dict)
    number: bool = False

    def model(self, market: Market, free: list[str]) -> Model:
        """The model before the purchase, with the first free number if `number`."""
        owner = market.owners[self.owner]
        start = owner.today(market.clock) - timedelta(days=self.days_ago)
        end = months_later(start, MONTHS[self.cycle] * self.multiplier, start.day)
        if self.trial_days:
            end = start + timedelta(days=self.trial_days)
        return Model(
            PLANS,
            NUMBER_PRICES,
            owner,
            self.plan,
            self.quantity,
            (self.cycle, self.multiplier),
            self.renews,
            Span(start, end, start.day),
            0 if self.trial_days else 1,
            {code: AddOn(quantity) for code, quantity in self.add_ons.items()},
            numbers=set(free[:1] if self.number else ()),
        )

    def input(self, market: Market, model: Model) -> Json:
        return {
            "customerId": market.customers[model.owner.name],
            "planCode": self.plan,
            "quantity": self.quantity,
            "cycle": self.cycle,
            "multiplier": self.multiplier,
            "startsOn": str(model.term.start),
            "trialDays": self.trial_days,
            "autoRenewal": self.renews,
            "addOns": [{"code": code, "quantity": quantity} for code, quantity in self.add_ons.items()],
            "numberIds": [market.numbers[number] for number in model.numbers],
        }


async def a_market(api: Api, clock: datetime, owners: tuple[Owner, ...]) -> Market:
    """The first owner has the partner's policy, the other its own."""
    first, second = owners
    partner = await a_partner(api, clock=clock.isoformat(), policy=_policy(first))
    market = Market(partner, api.as_role(Role.PARTNER_ADMIN, partner), clock, owners)
    await market.admin.made("saveProduct", _product(), "product { id }")
    sku = {"code": "local", "name": "Local", "prices": _prices(NUMBER_PRICES)}
    await market.admin.made("saveSku", sku, "sku { code }")
    stock = {"skuCode": "local", "e164": list(FREE)}
    for number in (await market.admin.made("addNumbers", stock, "numbers { id e164 }"))["numbers"]:
        market.numbers[f"Local {number['e164']}"] = number["id"]
    await _joins(market, first, orgUuid=ORG.format(0))
    own = {"policy": _policy(second), "billOnOrderDay": second.bills_at_once, "billingDay": 15}
    await _joins(market, second, orgUuid=ORG.format(1), **own)
    return market


async def _joins(market: Market, owner: Owner, **values: Any) -> None:
    customer = await a_customer(market.admin, name=owner.name, timeZone=owner.zone, **values)
    person = {"customerId": customer, "name": "Member", "email": "member@example.com"}
    paper = {"customerId": customer, "title": "Frame", "startsOn": "2000-01-01"}
    kind = "$person{0}: CreateMemberInput!, $paper{0}: CreateContractInput!"
    make = (
        "m{0}: createMember(input: $person{0}) {{ member {{ id }} }} "
        "c{0}: createContract(input: $paper{0}) {{ contract {{ id }} }}"
    )
    inputs = {f"person{n}": person | {"email": f"{n}@example.com"} for n in range(3)}
    inputs |= {f"paper{n}": paper for n in range(3)}
    kinds, makes = (sep.join(text.format(n) for n in range(3)) for sep, text in ((", ", kind), (" ", make)))
    made = await market.admin.ask(f"mutation({kinds}) {{ {makes} }}", **inputs)
    market.customers[owner.name] = customer
    market.members[owner.name] = [made[f"m{n}"]["member"]["id"] for n in range(3)]
    market.contracts[owner.name] = [made[f"c{n}"]["contract"]["id"] for n in range(3)]


def _policy(owner: Owner) -> Json:
    return {
        "prorationUnit": owner.unit,
        "upgradeBasis": owner.basis,
        "allowRefund": owner.refunds,
        "refundWindowDays": owner.window,
        "cancellationAdjustment": "DAILY" if owner.adjusts else "NONE",
    }


def _product() -> Json:
    plans = [
        {
            "code": code,
            "name": plan.name,
            "rank": plan.rank,
            "prices": _prices(plan.prices),
            "addOns": [
                {"code": offer, "name": offer, "prices": _prices(of)} for offer, of in plan.offers.items()
            ],
        }
        for code, plan in PLANS.items()
    ]
    return {"code": "product", "name": "Product", "plans": plans}


def _prices(prices: dict[str, Money]) -> list[Json]:
    return [
        {"cycle": cycle, "price": f"{price / 100:.2f}", "cost": f"{cost / 100:.2f}"}
        for cycle, (price, cost) in prices.items()
    ]
