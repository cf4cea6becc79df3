"""Timelines: move the clock and compare what happened, exactly.

A record is a row `when who ACTION`, with `for` the effective day where it differs, and the new status.
Its lines follow, as price/cost. A record that is billed alone and at once shows its invoice's number:
that invoice has the record's lines, their sum and the record's day. Other new or changed invoices come last.
"""

from collections import Counter
from dataclasses import dataclass, field
from datetime import datetime, time
from decimal import Decimal
from textwrap import dedent
from typing import Any
from zoneinfo import ZoneInfo

from domain.principal import Role
from tests.api.client import Api, Caller, Json, a_partner

AMOUNTS = "price { amount } cost { amount }"
LINES = (
    "lines { kind description periodStartsOn periodEndsOn quantity "
    f"fraction {{ numerator denominator }} {AMOUNTS} }}"
)
STORY = f"""{{
  subscriptions(first: 100, orderBy: {{field: REFERENCE, direction: ASC}}) {{ totalCount edges {{ node {{
    reference history(first: 100) {{ totalCount edges {{ node {{
      id action at effectiveOn actor changes {{ field after }} {LINES}
    }} }} }}
  }} }} }}
  invoices(first: 100) {{ totalCount edges {{ node {{
    id number status issuedOn dueToIssueOn customer {{ name }} {AMOUNTS} {LINES}
  }} }} }}
}}"""


def nodes(connection: Json) -> list[Json]:
    """All nodes: a story has one page."""
    found = [edge["node"] for edge in connection["edges"]]
    assert len(found) == connection["totalCount"]
    return found


def story_rows(story: Json, zone: ZoneInfo) -> dict[str, list[str]]:
    """By id: the rows of each record in order of time, then those of the other invoices."""
    records = [(s["reference"], r) for s in nodes(story["subscriptions"]) for r in nodes(s["history"])[::-1]]
    records.sort(key=lambda pair: datetime.fromisoformat(pair[1]["at"]))
    invoices = sorted(nodes(story["invoices"]), key=_place)
    check_ledger([record for _, record in records], invoices)
    rows = {}
    for reference, record in records:
        at = datetime.fromisoformat(record["at"]).astimezone(zone)
        own = next((each for each in invoices if _is_of(each, record, at)), None)
        if own:
            invoices.remove(own)
        rows[record["id"]] = _record(record, reference, at, own)
    return rows | {invoice["id"]: [_invoice(invoice)] for invoice in invoices}


def _is_of(invoice: Json, record: Json, at: datetime) -> bool:
    """Whether the invoice is for this record only, and issued on the same day."""
    lines = [[line_of(line) for line in of["lines"]] for of in (invoice, record)]
    return invoice["issuedOn"] == f"{at:%Y-%m-%d}" and lines[0] == lines[1] != []


def check_ledger(records: list[Json], invoices: list[Json]) -> None:
    """Every line is on one invoice, every invoice is the sum of its lines, numbers have no gaps."""
    billed = Counter(line_of(line) for invoice in invoices for line in invoice["lines"])
    assert billed == Counter(line_of(line) for record in records for line in record["lines"])
    for invoice in invoices:
        for side in ("price", "cost"):
            total = sum(Decimal(line[side]["amount"]) for line in invoice["lines"])
            assert total == Decimal(invoice[side]["amount"])
    numbers = [invoice["number"] for invoice in invoices if invoice["number"]]
    assert numbers == [f"INV-{number:06d}" for number in range(1, len(numbers) + 1)]


def price_of(of: Json) -> str:
    return f"{of['price']['amount']}/{of['cost']['amount']}"


def line_of(line: Json) -> str:
    part = line["fraction"]
    whole = part["numerator"] == part["denominator"]
    fraction = "" if whole else f"{part['numerator']}/{part['denominator']} "
    count = "" if line["quantity"] == 1 else f"{line['quantity']} x "
    name = line["description"].partition(",")[0]
    return f"{line['kind']} {fraction}{count}{name} {days_of(line)} {price_of(line)}"


def days_of(line: Json) -> str:
    return f"{line['periodStartsOn']}..{line['periodEndsOn']}"


def _record(record: Json, reference: str, at: datetime, invoice: Json | None) -> list[str]:
    when = f"{at:%Y-%m-%d %H:%M:%S}" if at.second else f"{at:%Y-%m-%d %H:%M}"
    whose = "" if reference == "S-000001" else f" of {reference}"
    effective = "" if record["effectiveOn"] == f"{at:%Y-%m-%d}" else f" for {record['effectiveOn']}"
    status = "".join(f", now {c['after']}" for c in record["changes"] if c["field"] == "status")
    billed = f", {invoice['number']}{_to(invoice)}" if invoice else ""
    head = f"{when} {record['actor']} {record['action']}{whose}{effective}{status}{billed}"
    return [head, *(f"  {line_of(line)}" for line in record["lines"])]


def _place(invoice: Json) -> tuple[bool, str, str]:
    """Sorts issued invoices by number, then PENDING ones by customer."""
    return invoice["number"] is None, invoice["number"] or "", invoice["customer"]["name"]


def _invoice(invoice: Json) -> str:
    if invoice["status"] == "PENDING":
        return f"PENDING{_to(invoice)} until {invoice['dueToIssueOn']} {price_of(invoice)}"
    return f"{invoice['number']}{_to(invoice)} issued {invoice['issuedOn']} {price_of(invoice)}"


def _to(invoice: Json) -> str:
    return "" if invoice["customer"]["name"] == "Acme" else f" to {invoice['customer']['name']}"


AT_END = {"at": "END_OF_BILLING_PERIOD"}
NOW = {"at": "IMMEDIATE"}


def prices(yearly: str, monthly: str) -> list[Json]:
    """Each as "price/cost"."""
    pairs = [("YEARLY", yearly.split("/")), ("MONTHLY", monthly.split("/"))]
    return [{"cycle": cycle, "price": price, "cost": cost} for cycle, (price, cost) in pairs]


def phone_plans(professional: list[Json], **add_ons: list[Json]) -> Json:
    """Professional, and Business as the article prices it, both with these add-ons."""
    offers = [{"code": code, "name": code.title(), "prices": of} for code, of in add_ons.items()]
    plans = {"professional": professional, "business": prices("740/730", "74/73")}
    return {
        "code": "phone",
        "name": "Phone",
        "plans": [
            {"code": code, "name": code.title(), "rank": rank, "prices": of, "addOns": offers}
            for rank, (code, of) in enumerate(plans.items())
        ],
    }


PROFESSIONAL = prices("370.00/365.00", "37.00/36.50")
ADD_ONS = {"storage": prices("12.00/6.00", "1.20/0.60"), "recording": prices("24.00/12.00", "2.40/1.20")}
PLANS = phone_plans(PROFESSIONAL, **ADD_ONS)

_STANDS = f"""query($id: ID!) {{ subscription(by: {{id: $id}}) {{
  status term {{ number startsOn endsOn }} nextRenewal {{ on {AMOUNTS} }}
  addOns {{ id code quantity status endsOn changes {{ effectiveOn quantityBefore quantityAfter source }} }}
}} }}"""
_CHANGE = "query($id: ID!) { node(id: $id) { ... on ScheduledChange { status effectiveOn } } }"


@dataclass
class Timeline:
    """A sandbox partner and its first customer, Acme. Times are those of Acme's zone."""

    api: Api
    partner: str
    admin: Caller
    zone: ZoneInfo
    customer: str = ""
    subscription: str = ""
    counts: Json = field(default_factory=dict)
    _seen: dict[str, list[str]] = field(default_factory=dict)

    async def joins(self, name: str, zone: str = "Asia/Singapore", **values: Any) -> str:
        """The id of a new customer."""
        data = {"name": name, "timeZone": zone} | values
        return str((await self.admin.made("createCustomer", data, "customer { id }"))["customer"]["id"])

    async def buys(self, cycle: str = "YEARLY", **values: Any) -> str:
        """The id of a new subscription. The first one becomes the timeline's own."""
        data = {"customerId": self.customer, "planCode": "professional", "cycle": cycle} | values
        made = await self.admin.made("createSubscription", data, "subscription { id }")
        self.subscription = self.subscription or made["subscription"]["id"]
        return str(made["subscription"]["id"])

    async def does(self, mutation: str, **values: Any) -> str:
        """Takes an action that must succeed. Returns the id of the scheduled change, or "None"."""
        payload = await self.admin.made(mutation, self._input(values), "scheduledChange { id }")
        return str((payload["scheduledChange"] or {}).get("id"))

    async def is_refused(self, code: str, mutation: str, **values: Any) -> None:
        payload = await self.admin.do(mutation, self._input(values))
        assert [error["code"] for error in payload["userErrors"]] == [code]

    def at(self, when: str) -> "Moment":
        """A later moment: a local time, an instant with its offset, or noon of a day."""
        moment = datetime.fromisoformat(when)
        if len(when) == len("2021-11-16"):
            moment = datetime.combine(moment, time(12))
        return Moment(self, moment if moment.tzinfo else moment.replace(tzinfo=self.zone))

    async def sees(self, expected: str = "") -> None:
        """Compares all rows that are new or changed since the last comparison."""
        now = story_rows(await self.admin.ask(STORY), self.zone)
        news = [row for key, rows in now.items() if self._seen.get(key) != rows for row in rows]
        assert news == [row.rstrip() for row in dedent(expected).splitlines() if row.strip()]
        self._seen = now

    async def stands(self, expected: str) -> None:
        """Compares status, running term (number and days) and the amount of the next renewal, if any."""
        found = await self._standing()
        term, renewal = found["term"], found["nextRenewal"]
        rest = f", then {price_of(renewal)}" if renewal else ""
        days = f"{term['startsOn']}..{term['endsOn']}"
        assert f"{found['status']} {term['number']}: {days}{rest}" == expected

    async def add_on(self, code: str) -> Json:
        [found] = [add_on for add_on in (await self._standing())["addOns"] if add_on["code"] == code]
        return dict(found)

    async def change(self, change: str) -> tuple[str, str]:
        """The status of a scheduled change, and its day."""
        node = (await self.admin.ask(_CHANGE, id=change))["node"]
        return node["status"], node["effectiveOn"]

    async def days_charged(self) -> list[str]:
        """The days of every line of the only subscription, in order of time."""
        story = await self.admin.ask(STORY)
        story_rows(story, self.zone)
        [only] = nodes(story["subscriptions"])
        return [days_of(line) for record in nodes(only["history"])[::-1] for line in record["lines"]]

    async def _standing(self) -> Json:
        found: Json = (await self.admin.ask(_STANDS, id=self.subscription))["subscription"]
        return found

    def _input(self, values: Json) -> Json:
        named = {"addOnId", "scheduledChangeId"} & values.keys()
        return values if named else {"subscriptionId": self.subscription} | values


@dataclass(frozen=True)
class Moment:
    line: Timeline
    at: datetime

    async def sees(self, expected: str = "") -> None:
        """Moves the clock there, and compares all new or changed rows."""
        answer = "now renewed applied expired invoicesIssued"
        self.line.counts = await self.line.admin.made("advanceClock", {"to": self.at.isoformat()}, answer)
        assert datetime.fromisoformat(self.line.counts["now"]) == self.at
        await self.line.sees(expected)


async def a_timeline(
    api: Api,
    begins: str,
    zone: str = "Asia/Singapore",
    plans: Json = PLANS,
    currency: str = "USD",
    **customer: Any,
) -> Timeline:
    """A new partner, whose clock is at 9:00 of that day in Acme's zone."""
    clock = datetime.fromisoformat(begins).replace(hour=9, tzinfo=ZoneInfo(zone))
    partner = await a_partner(api, clock=clock.isoformat(), currency=currency)
    line = Timeline(api, partner, api.as_role(Role.PARTNER_ADMIN, partner), ZoneInfo(zone))
    await line.admin.made("saveProduct", plans, "product { id }")
    line.customer = await line.joins("Acme", zone, **customer)
    return line


async def the_article_s(api: Api, **customer: Any) -> Timeline:
    """Professional for a year from 16 Nov 2020, bought and paid."""
    line = await a_timeline(api, "2020-11-16", **customer)
    await line.buys()
    await line.sees("""
        2020-11-16 09:00 partner_admin CREATE, now ACTIVE, INV-000001
          PURCHASE Professional 2020-11-16..2021-11-15 370.00/365.00
    """)
    return line


async def five_licences(api: Api) -> Timeline:
    """The same with five licences."""
    line = await a_timeline(api, "2020-11-16")
    await line.buys(quantity=5)
    await line.sees("""
        2020-11-16 09:00 partner_admin CREATE, now ACTIVE, INV-000001
          PURCHASE 5 x Professional 2020-11-16..2021-11-15 1850.00/1825.00
    """)
    return line
