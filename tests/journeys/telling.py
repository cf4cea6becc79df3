"""How a timeline is told, in rows of text; and what holds of every ledger."""

from collections import Counter
from datetime import datetime
from decimal import Decimal
from zoneinfo import ZoneInfo

from tests.api.client import Json

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
    """All that there are: a story has one page."""
    found = [edge["node"] for edge in connection["edges"]]
    assert len(found) == connection["totalCount"]
    return found


def told(story: Json, zone: ZoneInfo) -> dict[str, list[str]]:
    """The rows of each record, in order of time, then those of the invoices; by id."""
    records = [(s["reference"], r) for s in nodes(story["subscriptions"]) for r in nodes(s["history"])[::-1]]
    records.sort(key=lambda pair: datetime.fromisoformat(pair[1]["at"]))
    invoices = sorted(nodes(story["invoices"]), key=_place)
    check_ledger([record for _, record in records], invoices)
    rows = {record["id"]: _record(record, reference, zone) for reference, record in records}
    return rows | {invoice["id"]: [_invoice(invoice)] for invoice in invoices}


def check_ledger(records: list[Json], invoices: list[Json]) -> None:
    """Every line stands on one invoice, every invoice is the sum of its lines, no number is left out."""
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


def _record(record: Json, reference: str, zone: ZoneInfo) -> list[str]:
    at = datetime.fromisoformat(record["at"]).astimezone(zone)
    when = f"{at:%Y-%m-%d %H:%M:%S}" if at.second else f"{at:%Y-%m-%d %H:%M}"
    whose = "" if reference == "S-000001" else f" of {reference}"
    effective = "" if record["effectiveOn"] == f"{at:%Y-%m-%d}" else f" for {record['effectiveOn']}"
    status = "".join(f", now {c['after']}" for c in record["changes"] if c["field"] == "status")
    head = f"{when} {record['actor']} {record['action']}{whose}{effective}{status}"
    return [head, *(f"  {line_of(line)}" for line in record["lines"])]


def _place(invoice: Json) -> tuple[bool, str, str]:
    """Issued ones by number; then the PENDING ones, by customer."""
    return invoice["number"] is None, invoice["number"] or "", invoice["customer"]["name"]


def _invoice(invoice: Json) -> str:
    to = "" if invoice["customer"]["name"] == "Acme" else f" to {invoice['customer']['name']}"
    if invoice["status"] == "PENDING":
        return f"PENDING{to} until {invoice['dueToIssueOn']} {price_of(invoice)}"
    return f"{invoice['number']}{to} issued {invoice['issuedOn']} {price_of(invoice)}"
