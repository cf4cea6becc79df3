"""One step of the machine: a request over HTTP, compared with the model.

A request that can be quoted is previewed first. It is sent as it is, with its quote, twice with one key, or
with a wrong quote, an old quote or an old version. After each step every subscription equals its model,
line by line. At the end the money in the database must add up.
"""

import json
from collections import Counter, defaultdict
from collections.abc import Awaitable, Callable
from copy import deepcopy
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any

from hypothesis.stateful import RuleBasedStateMachine, invariant
from sqlalchemy.ext.asyncio import AsyncEngine

from tests.api.client import ERRORS, Api, Json
from tests.api.database import images
from tests.timelines.comparison import (
    SEEN,
    as_modelled,
    as_seen,
    last_day,
    money,
    rows_of,
    total,
)
from tests.timelines.market import Market, Order
from tests.timelines.model import Model
from tests.timelines.model_values import END, OVER, RefusedError
from tests.timelines.timeline import AMOUNTS, LINES

Run = Callable[[Awaitable[Any]], Any]
Met = Counter[tuple[str, str]]
"""How often each event occurred, such as ("done", "changePlan") or ("refused", "SAME_PLAN")."""
Act = Callable[..., None]
FIRST = Order(0, "pro", 3, "MONTHLY", add_ons={"storage": 2}, number=True)
OWN_NAMES = {
    "createSubscription": "create",
    "extendSubscription": "extend",
    "cancelSubscription": "cancel",
    "terminateSubscription": "terminate",
}
NOT_QUOTED = {
    "assignMembers", "unassignMembers", "linkContract", "unlinkContract", "updateSettings",
    "revokeScheduledChange",
}  # fmt: skip
QUOTE = (
    f"quote {{ effectiveOn statusAfter termAfter {{ number startsOn endsOn }} {AMOUNTS} {LINES} "
    "renewalPriceAfter { amount } scheduledFor provisioning }"
)
PREVIEW = (
    "query($change: SubscriptionChange!) "
    f"{{ previewProration(change: $change) {{ token {QUOTE} {ERRORS} }} }}"
)
ANSWER = f"{QUOTE} subscription {{ id version }} record {{ action effectiveOn }} invoice {{ {AMOUNTS} }}"


@dataclass
class Held:
    """A subscription: its model, and the ids that the API gave."""

    model: Model
    id: str = ""
    add_ons: dict[str, str] = field(default_factory=dict)
    changes: dict[str, tuple[str, str | None]] = field(default_factory=dict)
    waiting: set[str] = field(default_factory=set)
    quotes: dict[str, Json] = field(default_factory=dict)


class MachineBase(RuleBasedStateMachine):
    market: Market

    def __init__(self, api: Api, engine: AsyncEngine, run: Run, met: Met) -> None:
        super().__init__()
        self.api, self.engine, self.run, self.met = api, engine, run, met
        self.all: list[Held] = []
        self.touched: list[Held] = []
        self.news, self.keys = 1, 0

    def live(self) -> list[Held]:
        return [held for held in self.all if held.model.status not in OVER]

    def pick(self, which: int) -> Held:
        """One of the subscriptions, mostly one that has not ended."""
        if which == 9:
            return self.all[0]
        if not self.live():
            self.sells("plain", FIRST)
        return self.live()[which % len(self.live())]

    def one_with(self, has: Callable[[Held], object], held: Held) -> Held:
        """That subscription if `has` accepts it, else another that is accepted, else that one."""
        return next((each for each in (held, *self.live()) if has(each)), held)

    def sells(self, how: str, order: Order) -> None:
        held = Held(order.model(self.market, self.free()))
        data = order.input(self.market, held.model)
        if self.asks(held, how, "createSubscription", data, Model.create):
            self.all.append(held)

    def free(self) -> list[str]:
        return sorted(self.market.numbers.keys() - {n for held in self.all for n in held.model.numbers})

    def when(self, held: Held, when: Any) -> tuple[Any, Json]:
        """The time in the form of the model, and in that of the API."""
        if when is None:
            return None, {}
        if when == END:
            return END, {"when": {"at": END}}
        day = held.model.owner.today(self.market.clock) - timedelta(days=when)
        return day, {"when": {"at": "SPECIFIC_DATE", "date": str(day)}}

    def on(self, held: Held, how: str, mutation: str, data: Json, act: Act, *values: Any) -> None:
        self.asks(held, how, mutation, {"subscriptionId": held.id} | data, act, *values)

    def asks(self, held: Held, how: str, mutation: str, data: Json, act: Act, *values: Any) -> bool:
        """Sends the request; whether it was carried out. The answer must be that of the model."""
        after, code = deepcopy(held.model), None
        try:
            act(after, held.model.owner.today(self.market.clock), *values)
        except RefusedError as error:
            code = str(error)
        token = None if mutation in NOT_QUOTED else self._previews(held, mutation, data, after, code)
        if not code and (stale := self._stale(held, how, mutation, token)):
            disturbed, refusal = stale
            self._meets(mutation, data | disturbed, refusal)
            self.met["spoilt", how] += 1
        if how == "twice":
            self.keys += 1
            data = data | {"idempotencyKey": str(self.keys), "reason": "Requested twice."}
        elif how == "quoted" and token:
            data = data | {"quoteToken": token}
        payload = self._meets(mutation, data, code)
        if how == "twice":
            self._repeats(mutation, data, payload)
            self.met["repeated", "with the same key"] += 1
        self.met["refused" if code else "done", code or mutation] += 1
        if code:
            return False
        self._answers(payload, after)
        if token:
            assert payload["quote"] == held.quotes[token]
        held.model, held.id = after, payload["subscription"]["id"]
        self.touched = [*(other for other in self.touched if other is not held), held]
        return True

    def _previews(self, held: Held, mutation: str, data: Json, after: Model, code: str | None) -> str | None:
        """The token of the quote. The quote must be that of the model."""
        change = {OWN_NAMES.get(mutation, mutation): data}
        found = self.run(self.market.admin.ask(PREVIEW, change=change))["previewProration"]
        assert [error["code"] for error in found["userErrors"]] == ([code] if code else [])
        if code:
            return None
        self._quotes(found["quote"], after)
        token = str(found["token"])
        assert held.quotes.setdefault(token, found["quote"]) == found["quote"]
        return token

    def _stale(self, held: Held, how: str, mutation: str, token: str | None) -> tuple[Json, str] | None:
        """A change that makes a valid request stale, and the code of its refusal."""
        if how == "stale version" and mutation not in ("createSubscription", "revokeScheduledChange"):
            return {"expectedVersion": len(held.model.records) - 1}, "STALE_VERSION"
        if how == "wrong quote" and token:
            return {"quoteToken": token[::-1]}, "QUOTE_STALE"
        if how == "old quote" and token and (others := held.quotes.keys() - {token}):
            return {"quoteToken": min(others)}, "QUOTE_STALE"
        return None

    def _meets(self, mutation: str, data: Json, code: str | None) -> Json:
        payload: Json = self.run(self.market.admin.do(mutation, data, ANSWER))
        assert [error["code"] for error in payload["userErrors"]] == ([code] if code else []), payload
        return payload

    def _repeats(self, mutation: str, data: Json, first: Json) -> None:
        if first["userErrors"]:
            self._meets(mutation, data, first["userErrors"][0]["code"])
        else:
            assert self._meets(mutation, data, None) == first
            self._meets(mutation, data | {"reason": "Requested differently."}, "IDEMPOTENCY_KEY_REUSED")

    def _quotes(self, quote: Json, after: Model) -> None:
        record, term = after.records[-1], after.term
        assert rows_of(quote["lines"]) == record.rows
        assert money(quote) == total(record.rows)
        assert quote["effectiveOn"] == str(record.effective_on)
        assert quote["statusAfter"] == after.status
        days = {"startsOn": str(term.start), "endsOn": last_day(term.end)}
        assert quote["termAfter"] == {"number": after.term_number} | days

    def _answers(self, payload: Json, after: Model) -> None:
        record = after.records[-1]
        self._quotes(payload["quote"], after)
        assert payload["subscription"]["version"] == len(after.records)
        assert payload["record"] == {"action": record.action, "effectiveOn": str(record.effective_on)}
        assert bool(payload["invoice"]) is bool(record.rows)
        if record.rows and after.owner.bills_at_once:
            assert money(payload["invoice"]) == total(record.rows)

    @invariant()
    def touched_subscriptions_equal_the_model(self) -> None:
        ids = [held.id for held in self.touched]
        seen = self.run(self.market.admin.ask(SEEN, ids=ids, news=self.news))["nodes"]
        for held, node in zip(self.touched, seen, strict=True):
            assert as_seen(node) == as_modelled(held.model, self.news)
            held.add_ons |= {row["code"]: row["id"] for row in node["addOns"]}
            held.changes |= {
                change["id"]: (change["action"], (change["addOn"] or {}).get("code"))
                for change in node["scheduledChanges"]
            }
            held.waiting = {change["id"] for change in node["scheduledChanges"]}
        self.touched, self.news = [], 1

    def teardown(self) -> None:
        """All subscriptions equal their models, and the money adds up."""
        if not hasattr(self, "market"):
            return
        self.touched = list(self.all)
        self.touched_subscriptions_equal_the_model()
        [found] = self.run(images(self.engine, self.market.partner))
        rows: dict[str, list[Json]] = defaultdict(list)
        for table, row in found:
            rows[table].append(json.loads(row))
        adds_up(rows["charge_line"], rows["invoice"])


def adds_up(lines: list[Json], invoices: list[Json]) -> None:
    """Invoices are the sums of their lines, no line gives back more than it charged, no number is missing."""
    for side in ("price", "cost"):
        billed: Counter[str] = Counter()
        left: Counter[str] = Counter()
        for line in lines:
            billed[line["invoice_id"]] += line[side]
            left[line["reverses_id"] or line["id"]] += line[side]
        assert {row["id"]: row[side] for row in invoices} == dict(billed)
        assert min(left.values()) >= 0
    numbers = sorted(row["number"] for row in invoices if row["number"])
    assert numbers == [f"INV-{number:06d}" for number in range(1, len(numbers) + 1)]
