"""What becomes of a decision once it is written and read back, without a database."""

from collections.abc import Callable, Iterable
from dataclasses import replace
from uuid import UUID

from domain.decision import Decision
from domain.history import FieldChange
from domain.lines import CLOSING_KINDS, Charge, Line
from domain.subscription import Subscription


def applied(decision: Decision, new_id: Callable[[], UUID]) -> Subscription:
    """The subscription as it stands afterwards: a version later, its term's lines among its charges."""
    before, after = decision.before, decision.after
    version = before.version if before else 0
    same_term = before is not None and before.term.number == after.term.number
    charges = before.charges if before and same_term else ()
    for line in decision.lines:
        if line.reverses is None:
            charges = (*charges, Charge(new_id(), line))
        else:
            charges = tuple(_reversed(charge, line) for charge in charges)
    return replace(after, version=version + 1, charges=charges)


def _reversed(charge: Charge, line: Line) -> Charge:
    if charge.id != line.reverses:
        return charge
    closed = charge.closed or line.kind in CLOSING_KINDS
    return replace(charge, given_back=charge.given_back + line.amount, closed=closed)


def replayed(state: dict[str, str], rows: Iterable[FieldChange]) -> dict[str, str]:
    """The state after the rows, each of which must find what it says was there."""
    for row in rows:
        assert state.pop(row.field, None) == row.before != row.after
        state |= {row.field: row.after} if row.after is not None else {}
    return state
