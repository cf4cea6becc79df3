"""A subscription as an export tells it: all that an import would write, and nothing left to defaults."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any
from uuid import UUID

from actions.import_subscriptions import Import, ImportedLine
from domain.currency import to_decimal
from domain.money import Amounts
from domain.periods import BillingModel, Period, Term
from domain.subscription import AddOn, Scheduled
from domain.subscription import Subscription as State

Json = dict[str, Any]


@dataclass(frozen=True)
class Exporter:
    """`label` names the invoice of that id."""

    currency: str
    label: Callable[[UUID], str]

    def told(self, item: Import, emails: Iterable[str]) -> Json:
        """In JSON's own types, by the names of the format; what is absent has no key."""
        state = item.state
        told = {
            "reference": state.reference,
            "customer": str(state.customer.org_uuid),
            "planCode": state.plan.code,
            "status": state.status.value,
            "quantity": state.quantity,
            "billingModel": _model(state.model),
            "autoRenewal": state.auto_renewal,
            "purchasedOn": state.purchased_on.isoformat(),
            "anchorDay": state.anchor_day,
            "trialEndsOn": _day(state.trial_ends_before, less=1),
            "endedOn": _day(state.ended_on),
            "contract": state.contract.reference if state.contract else None,
            "settings": dict(state.settings),
            "addOns": sorted((_add_on(a) for a in state.add_ons), key=lambda a: str(a["code"])),
            "numbers": sorted(number.e164 for number in state.numbers),
            "assignees": sorted(emails),
            "scheduledChanges": [_present(_scheduled(state, change)) for change in state.scheduled],
            "terms": [self._term(item, term) for term in (*item.past, state.term)],
        }
        return _present(told)

    def _term(self, item: Import, term: Term) -> Json:
        return _days(term) | {
            "number": term.number,
            "charges": [self._charge(line) for line in item.lines if line.term_number == term.number],
        }

    def _charge(self, charged: ImportedLine) -> Json:
        line = charged.line
        item = {"kind": line.item.kind.value, "code": line.item.code, "name": line.item.name}
        more = {"item": item, "cycleMonths": line.cycle_months}
        return self._line(charged) | more | {"reversals": [self._line(back) for back in charged.reversals]}

    def _line(self, standing: ImportedLine) -> Json:
        line = standing.line
        return {
            "kind": line.kind.value,
            **_days(line.period),
            "quantity": line.quantity,
            "fraction": {"numerator": line.fraction.numerator, "denominator": line.fraction.denominator},
            **self._amounts("unitPrice", "unitCost", line.unit),
            **self._amounts("price", "cost", line.amount),
            "invoice": self.label(standing.invoice_id),
        }

    def _amounts(self, price: str, cost: str, amounts: Amounts) -> Json:
        return {
            price: str(to_decimal(amounts.price, self.currency)),
            cost: str(to_decimal(amounts.cost, self.currency)),
        }


def _day(day: date | None, less: int = 0) -> str | None:
    return (day - timedelta(days=less)).isoformat() if day else None


def _days(period: Period) -> Json:
    return {
        "startsOn": period.starts_on.isoformat(),
        "endsOn": period.ends_on.isoformat(),
        "anchorDay": period.anchor_day,
    }


def _model(model: BillingModel) -> Json:
    return {"cycle": model.cycle.value, "multiplier": model.multiplier}


def _add_on(add_on: AddOn) -> Json:
    return {"code": add_on.offer.code, "name": add_on.offer.name, "quantity": add_on.quantity}


def _scheduled(state: State, change: Scheduled) -> Json:
    target = state.add_on(change.add_on_id) if change.add_on_id else None
    return {
        "action": change.action.value,
        "addOn": target.offer.code if target else None,
        "quantity": change.quantity or None,
        "billingModel": _model(change.model) if change.model else None,
        "summary": change.summary,
        "reason": change.reason,
    }


def _present(told: Mapping[str, Any]) -> Json:
    return {name: value for name, value in told.items() if value is not None}
