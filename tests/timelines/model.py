"""Every action by docs/rules.md, written independently: the machine compares the product with it.

Each changes the model or raises RefusedError; the machine tries it on a copy. This module and
those that it imports use only the standard library.
"""

from datetime import date
from typing import Any

from tests.timelines.model_state import Holding
from tests.timelines.model_values import (
    DAY,
    MONTHS,
    AddOn,
    Billing,
    Charge,
    Owner,
    RefusedError,
    Row,
    Span,
    Waiting,
    months_later,
    plus,
)


class Model(Holding):
    """`when` is None for at once, a day, or END."""

    def create(self, today: date) -> None:
        if self.quantity < 1:
            raise RefusedError("INVALID_QUANTITY")
        if self.term.start > today:
            raise RefusedError("DATE_IN_FUTURE")
        if self.term.end <= today:
            raise RefusedError("DATE_BEFORE_BILLING_CYCLE")
        self._check_add_ons_offered()
        self._check_priced()
        self.purchased, self.anchor = self.term.start, self.term.start.day
        self.status = "TRIAL" if self.is_trial else "ACTIVE"
        self.trial_ends = self.term.end if self.is_trial else None
        self._record("CREATE", self.term.start, [] if self.is_trial else self._opening())

    def change_plan(self, today: date, code: str) -> None:
        self._check("CHANGE_PLAN", today)
        old, new = self.catalogue[self.plan], self.catalogue[code]
        if code == self.plan:
            raise RefusedError("SAME_PLAN")
        self.plan = code
        self._check_add_ons_offered()
        self._check_priced()
        if new.rank < old.rank or self.is_trial:
            return self._record("CHANGE_PLAN", today)
        upgrade = self._rest("UPGRADE", new.name, new.prices, self.quantity, today)
        return self._record("CHANGE_PLAN", today, [upgrade], self._credits(old.name, today, upgrade))

    def _credits(self, name: str, today: date, upgrade: Charge) -> list[Row]:
        """On the DIFFERENCE basis, the unused part of the old plan: in all, at most the upgrade."""
        rows: list[Row] = []
        limit = upgrade.amount
        for charge in self.charges if self.owner.basis == "DIFFERENCE" else []:
            if charge.name == name and not charge.closed and charge.span.end > today:
                for row in charge.credited(self.owner.unit, self.term, today, limit):
                    limit = plus(limit, row[-1])
                    rows.append(row)
        return rows

    def change_quantity(self, today: date, quantity: int, when: Any) -> None:
        self._check("CHANGE_QUANTITY", today)
        if quantity < 1:
            raise RefusedError("INVALID_QUANTITY")
        if quantity == self.quantity:
            raise RefusedError("NOTHING_TO_CHANGE")
        if quantity > self.quantity:
            plan, more = self.catalogue[self.plan], quantity - self.quantity
            lines = [] if self.is_trial else [self._rest("QUANTITY", plan.name, plan.prices, more, today)]
            self.quantity = quantity
            return self._record("CHANGE_QUANTITY", today, lines)
        day = self._day(when, "CHANGE_QUANTITY", today)
        if quantity < len(self.assignees):
            raise RefusedError("NO_LICENCE_LEFT")
        to_come = self.pending("CHANGE_QUANTITY")
        if day is None:
            return self._schedule(Waiting("CHANGE_QUANTITY", quantity=quantity), to_come)
        if to_come and quantity <= to_come.quantity:
            raise RefusedError("ALREADY_SCHEDULED")
        self.quantity = quantity
        return self._record("CHANGE_QUANTITY", day)

    def change_add_ons(self, today: date, quantities: dict[str, int], when: Any) -> None:
        self._check("CHANGE_ADD_ONS", today)
        held = {code: add_on.quantity for code, add_on in self.add_ons.items()}
        more = {code: n for code, n in quantities.items() if n > held.get(code, 0)}
        less = {code: n for code, n in quantities.items() if n < held.get(code, 0)}
        offers = self.catalogue[self.plan].offers
        if not more.keys() <= offers.keys():
            raise RefusedError("NOT_OFFERED")
        if not more and not less:
            raise RefusedError("NOTHING_TO_CHANGE")
        day = self._day(when, "CHANGE_ADD_ONS", today) if less else today
        for code, quantity in more.items():
            self.add_ons.setdefault(code, AddOn(0)).quantity = quantity
        paid = {} if self.is_trial else more
        lines = [
            self._rest("ADD_ON", code, offers[code], quantity - held.get(code, 0), today)
            for code, quantity in paid.items()
        ]
        for code, quantity in less.items():
            self._reduce("CHANGE_ADD_ONS", code, quantity, at_end=day is None)
        self._check_priced()
        self._record("CHANGE_ADD_ONS", today if more else day or self.term.end, lines)

    def cancel_add_on(self, today: date, code: str, when: Any) -> None:
        self._check("CANCEL_ADD_ON", today)
        if code not in self.add_ons:
            raise RefusedError("NOTHING_TO_CHANGE")
        day = self._day(when, "CANCEL_ADD_ON", today)
        self._reduce("CANCEL_ADD_ON", code, 0, at_end=day is None)
        rows = self._adjustments(day, code) if day else []
        self._record("CANCEL_ADD_ON", day or self.term.end, rows=rows)

    def change_numbers(
        self, today: date, swapped: dict[str, str], added: set[str], removed: set[str]
    ) -> None:
        self._check("CHANGE_NUMBERS", today)
        if not swapped and not added and not removed:
            raise RefusedError("NOTHING_TO_CHANGE")
        self.numbers = self.numbers - swapped.keys() - removed | set(swapped.values()) | added
        self._check_priced()
        paid = [] if self.is_trial else sorted(added)
        lines = [self._rest("NUMBER", number, self.number_prices, 1, today) for number in paid]
        self._record("CHANGE_NUMBERS", today, lines)

    def change_billing_model(self, today: date, billing: Billing) -> None:
        self._check("CHANGE_BILLING_MODEL", today)
        pending = self.pending("CHANGE_BILLING_MODEL")
        if billing == (pending.billing if pending else self.billing):
            raise RefusedError("NOTHING_TO_CHANGE")
        self.waiting = [waiting for waiting in self.waiting if waiting is not pending]
        if billing != self.billing:
            self.waiting.append(Waiting("CHANGE_BILLING_MODEL", billing=billing))
        self._check_priced()
        self._record("CHANGE_BILLING_MODEL", self.term.end)

    def set_auto_renewal(self, today: date, on: bool) -> None:
        self._check("SET_AUTO_RENEWAL", today)
        if on is self.renews:
            raise RefusedError("NOTHING_TO_CHANGE")
        self.renews = on
        self._record("SET_AUTO_RENEWAL", today)

    def extend(self, today: date, quick: tuple[int, str] | None, until: date | None) -> None:
        self._check("EXTEND", today)
        start, months = self.term.end, MONTHS[self.billing[0]] * self.billing[1]
        if quick:
            (count, cycle), anchor = quick, self.anchor
            end = months_later(start, count * MONTHS[cycle], anchor)
            part, billing = (count, 1), (cycle, 1)
        else:
            end, billing = until + DAY, self.billing
            if end < months_later(start, 1, self.anchor):
                raise RefusedError("EXTENSION_TOO_SHORT")
            started = next(n for n in range(1, 9999) if months_later(start, n, self.anchor) >= end)
            part, anchor = (started, months), end.day
        self._check_priced(billing[0])
        self.term, self.anchor = Span(self.term.start, end, self.term.anchor), anchor
        self._record("EXTEND", today, self._all("EXTENSION", Span(start, end, start.day), billing, part))

    def cancel(self, today: date, when: Any) -> None:
        self._check("CANCEL", today)
        day = self._day(when, "CANCEL", today)
        if day is None:
            self.status = "PENDING_FOR_CANCEL"
            return self._schedule(Waiting("CANCEL"), None)
        rows = self._adjustments(day)
        self._end("CANCELED", day)
        return self._record("CANCEL", day, rows=rows)

    def terminate(self, today: date) -> None:
        self._check("TERMINATE", today)
        in_full = (today - self.purchased).days <= self.owner.window
        charges = self.charges if self.owner.refunds else []
        rows = [row for charge in charges for row in charge.refunded(today, in_full)]
        self._end("TERMINATED", today)
        self._record("TERMINATE", today, rows=rows)

    def revoke(self, today: date, waiting: Waiting | None) -> None:
        self._check("REVOKE_SCHEDULED_CHANGE", today)
        if waiting not in self.waiting:
            raise RefusedError("NOTHING_TO_CHANGE")
        self._restore(waiting)
        self._record("REVOKE_SCHEDULED_CHANGE", today)

    def change_ownership(self, today: date, owner: Owner) -> None:
        self._check("CHANGE_OWNERSHIP", today)
        if owner.name == self.owner.name:
            raise RefusedError("SAME_OWNER")
        for waiting in list(self.waiting):
            self._restore(waiting)
        self.owner, self.settings, self.assignees, self.contract = owner, {}, set(), None
        self._record("CHANGE_OWNERSHIP", today)

    def assign(self, today: date, members: set[str]) -> None:
        self._check("ASSIGN_MEMBERS", today)
        to_come = self.pending("CHANGE_QUANTITY")
        licences = to_come.quantity if to_come else self.quantity
        if len(self.assignees) >= licences:
            raise RefusedError("NO_LICENCE_LEFT")
        if members <= self.assignees:
            raise RefusedError("NOTHING_TO_CHANGE")
        if len(self.assignees | members) > licences:
            raise RefusedError("NO_LICENCE_LEFT")
        self.assignees |= members
        self._record("ASSIGN_MEMBERS", today)

    def unassign(self, today: date, members: set[str]) -> None:
        self._check("UNASSIGN_MEMBERS", today)
        if not members & self.assignees:
            raise RefusedError("NOTHING_TO_CHANGE")
        self.assignees -= members
        self._record("UNASSIGN_MEMBERS", today)

    def link(self, today: date, contract: str | None) -> None:
        action = "LINK_CONTRACT" if contract else "UNLINK_CONTRACT"
        self._check(action, today)
        if contract == self.contract:
            raise RefusedError("NOTHING_TO_CHANGE")
        self.contract = contract
        self._record(action, today)

    def update_settings(self, today: date, changes: dict[str, Any]) -> None:
        self._check("UPDATE_SETTINGS", today)
        merged = {key: value for key, value in (self.settings | changes).items() if value is not None}
        if merged == self.settings:
            raise RefusedError("NOTHING_TO_CHANGE")
        self.settings = merged
        self._record("UPDATE_SETTINGS", today)
