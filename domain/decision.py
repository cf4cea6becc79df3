"""What an action comes to: the subscription afterwards, its lines, and who must be told."""

import hashlib
import hmac
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from uuid import UUID

from domain.lifecycle import Action, Status
from domain.lines import Line, sum_of
from domain.money import ZERO, Amounts
from domain.periods import Term
from domain.provisioning import Provision
from domain.renewal import renewal_amounts
from domain.subscription import Subscription


class ChangeSource(StrEnum):
    """Where a change of an add-on's quantity came from."""

    ORDER = "ORDER"
    CHANGE = "CHANGE"
    SCHEDULE = "SCHEDULE"
    TRANSFER = "TRANSFER"


@dataclass(frozen=True)
class Decision:
    """The whole outcome of an action, not yet written. `before` is None for a new subscription.

    What changed is the difference between `before` and `after`; nothing else says it again.
    `effective_on` is the first day on which the change holds. `source` marks the records of add-ons
    and `add_ons_reduced_on` dates those of reductions, where they hold from another day;
    `applied` names the scheduled changes that were carried out: what else is in `before` and no longer
    in `after` was revoked.
    """

    action: Action
    effective_on: date
    before: Subscription | None
    after: Subscription
    summary: str
    lines: tuple[Line, ...] = ()
    provisioning: tuple[Provision, ...] = ()
    source: ChangeSource = ChangeSource.CHANGE
    add_ons_reduced_on: date | None = None
    applied: frozenset[UUID] = frozenset()


@dataclass(frozen=True)
class Quote:
    """What a decision would charge and do: the answer of a preview, and of the action itself.

    `renewal_before` and `renewal_after` are what each renewal charges, zero where none comes.
    `scheduled_for` is the day of the change that was scheduled, if any.
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
    known = {change.id for change in decision.before.scheduled} if decision.before else set()
    new = [change.effective_on for change in decision.after.scheduled if change.id not in known]
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
    """Stands for exactly this quote of this subscription (None: of a new one).

    Keyed with the partner's secret, because a plain digest would let a customer guess the cost.
    """
    text = repr((subscription_id, quote))
    return hmac.new(secret, text.encode(), hashlib.sha256).hexdigest()
