"""What a decision charges and does, and the token of such a quote. rules §9."""

import hashlib
import hmac
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from domain.decision import Decision
from domain.lifecycle import Status
from domain.lines import Line, sum_of
from domain.money import ZERO, Amounts
from domain.periods import Term
from domain.renewal import renewal_amounts


@dataclass(frozen=True)
class Quote:
    """What a decision charges and does. A preview and the action itself both return it.

    `renewal_before` and `renewal_after` are what the next renewal charges, zero if there is none.
    `scheduled_for` is the day of the change that the decision schedules, if any.
    """

    effective_on: date
    lines: tuple[Line, ...]
    status_after: Status
    term_after: Term
    renewal_before: Amounts
    renewal_after: Amounts
    scheduled_for: date | None
    provisioning: tuple[str, ...]

    @property
    def amount(self) -> Amounts:
        return sum_of(self.lines)


def quote_of(decision: Decision) -> Quote:
    scheduled = {change.id for change in decision.before.scheduled} if decision.before else set()
    new = [change.effective_on for change in decision.after.scheduled if change.id not in scheduled]
    return Quote(
        effective_on=decision.effective_on,
        lines=decision.lines,
        status_after=decision.after.status,
        term_after=decision.after.term,
        renewal_before=renewal_amounts(decision.before) if decision.before else ZERO,
        renewal_after=renewal_amounts(decision.after),
        scheduled_for=new[0] if new else None,
        provisioning=tuple(provision.kind for provision in decision.provisioning),
    )


def quote_token(secret: bytes, subscription_id: UUID | None, quote: Quote) -> str:
    """A digest of this quote of this subscription (None: a new one).

    The partner's secret is its key: with a plain digest a customer could guess the cost.
    """
    text = repr((subscription_id, quote))
    return hmac.new(secret, text.encode(), hashlib.sha256).hexdigest()
