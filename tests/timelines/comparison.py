"""Subscriptions as a client reads them, and as the model has them, in one form."""

from datetime import date, timedelta

from tests.api.client import Json
from tests.timelines.model_state import Holding
from tests.timelines.model_values import NOTHING, Money, Row, plus
from tests.timelines.timeline import AMOUNTS, LINES

SEEN = f"""query($ids: [ID!]!, $news: Int!) {{
  nodes(ids: $ids) {{ ... on CustomerSubscription {{
    customer {{ name }} status plan {{ code }} quantity billingModel {{ cycle multiplier }} autoRenewal
    purchasedOn term {{ number startsOn endsOn }} trialEndsOn endedOn {AMOUNTS} settings version
    addOns {{ id code quantity status }} contract {{ id }}
    numbers(first: 10) {{ edges {{ node {{ e164 }} }} }} assignees(first: 10) {{ edges {{ node {{ id }} }} }}
    scheduledChanges {{ id action effectiveOn addOn {{ code }} }} nextRenewal {{ on {AMOUNTS} }}
    history(first: $news) {{ totalCount edges {{ node {{ action effectiveOn {LINES} }} }} }}
  }} }}
}}"""


SAME = ("status", "quantity", "autoRenewal", "purchasedOn", "trialEndsOn", "endedOn", "settings", "version")


def rows_of(lines: list[Json]) -> list[Row]:
    return [
        (
            line["kind"],
            line["description"].partition(",")[0],
            line["periodStartsOn"],
            line["periodEndsOn"],
            line["quantity"],
            (line["fraction"]["numerator"], line["fraction"]["denominator"]),
            money(line),
        )
        for line in lines
    ]


def money(of: Json) -> Money:
    """In cents."""
    price, cost = (int(of[side]["amount"].replace(".", "")) for side in ("price", "cost"))
    return price, cost


def total(rows: list[Row]) -> Money:
    amount = NOTHING
    for row in rows:
        amount = plus(amount, row[-1])
    return amount


def as_seen(node: Json) -> Json:
    """The same as `as_modelled`, from the answer."""
    renewal = node["nextRenewal"]
    records = [edge["node"] for edge in node["history"]["edges"]]
    add_ons = [row for row in node["addOns"] if row["status"] != "CANCELED"]
    scheduled = [
        (change["action"], change["effectiveOn"], (change["addOn"] or {}).get("code"))
        for change in node["scheduledChanges"]
    ]
    return {name: node[name] for name in SAME} | {
        "owner": node["customer"]["name"],
        "plan": node["plan"]["code"],
        "billing": (node["billingModel"]["cycle"], node["billingModel"]["multiplier"]),
        "term": (node["term"]["number"], node["term"]["startsOn"], node["term"]["endsOn"]),
        "price": money(node),
        "addOns": sorted((row["code"], row["quantity"], row["status"]) for row in add_ons),
        "numbers": sorted(f"Local {edge['node']['e164']}" for edge in node["numbers"]["edges"]),
        "assignees": sorted(edge["node"]["id"] for edge in node["assignees"]["edges"]),
        "contract": (node["contract"] or {}).get("id"),
        "scheduled": sorted(scheduled, key=str),
        "renewal": renewal and (renewal["on"], money(renewal)),
        "records": node["history"]["totalCount"],
        "news": [(r["action"], r["effectiveOn"], rows_of(r["lines"])) for r in records],
    }


def as_modelled(held: Holding, news: int) -> Json:
    """`news` is the number of latest records to include."""
    renewal = held.next_renewal()
    scheduled = [(w.action, str(held.term.end), w.target) for w in held.waiting]
    return {
        "status": held.status,
        "quantity": held.quantity,
        "autoRenewal": held.renews,
        "purchasedOn": str(held.purchased),
        "trialEndsOn": last_day(held.trial_ends),
        "endedOn": str(held.ended) if held.ended else None,
        "settings": held.settings,
        "version": len(held.records),
        "owner": held.owner.name,
        "plan": held.plan,
        "billing": held.billing,
        "term": (held.term_number, str(held.term.start), last_day(held.term.end)),
        "price": held.price(),
        "addOns": sorted((code, add_on.quantity, add_on.status) for code, add_on in held.add_ons.items()),
        "numbers": sorted(held.numbers),
        "assignees": sorted(held.assignees),
        "contract": held.contract,
        "scheduled": sorted(scheduled, key=str),
        "renewal": renewal and (str(renewal.effective_on), total(renewal.rows)),
        "records": len(held.records),
        "news": [(r.action, str(r.effective_on), r.rows) for r in held.records[: -news - 1 : -1]],
    }


def last_day(end: date | None) -> str | None:
    return str(end - timedelta(days=1)) if end else None
