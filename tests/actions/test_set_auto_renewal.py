"""Unsubscribe and resubscribe: rules §4.8."""

from dataclasses import replace

import pytest

from actions.set_auto_renewal import SetAutoRenewal, decide
from domain.decision import Decision
from domain.errors import ErrorCode
from domain.lifecycle import Action
from domain.money import ZERO, Amounts
from domain.quote import quote_of
from domain.subscription import Subscription
from tests.builders import MONTHLY, day, refused, subscription, term, trial, waiting

BOTH = [subscription(), trial(), subscription(model=MONTHLY, term=term("2021-06-01", "2021-06-30"))]


def ask(held: Subscription, on: bool, today: str = "2021-06-10") -> Decision:
    return decide(held, SetAutoRenewal(held.id, on), day(today))


@pytest.mark.parametrize("held", BOTH)
def test_auto_renewal_off_expires_and_on_renews(held: Subscription) -> None:
    off = ask(held, on=False)
    assert off.after == replace(held, auto_renewal=False)
    assert (off.action, off.effective_on) == (Action.SET_AUTO_RENEWAL, day("2021-06-10"))
    assert (off.lines, off.provisioning) == ((), ())
    assert off.summary == f"Expires after {held.term.ends_on}."
    assert (quote_of(off).renewal_before, quote_of(off).renewal_after) == (
        Amounts(37000, 36500) if held.model != MONTHLY else Amounts(3700, 3650),
        ZERO,
    )
    on = ask(off.after, on=True, today=str(held.term.ends_on))
    assert (on.after, on.summary) == (held, f"Renews after {held.term.ends_on}.")


def test_scheduled_changes_stay_scheduled() -> None:
    held = subscription(quantity=2, scheduled=(waiting(Action.CHANGE_QUANTITY, quantity=1),))
    assert ask(held, on=False).after.scheduled == held.scheduled


@pytest.mark.parametrize("held", BOTH)
@pytest.mark.parametrize(("on", "naming"), [(True, "on already"), (False, "off already")])
def test_the_present_value_is_nothing_to_change(held: Subscription, on: bool, naming: str) -> None:
    with refused(ErrorCode.NOTHING_TO_CHANGE, "on", naming=naming):
        ask(replace(held, auto_renewal=on), on)


def test_expired_term_cannot_be_resubscribed() -> None:
    with refused(ErrorCode.NOT_ALLOWED_IN_STATUS, naming="2021-11-15"):
        ask(subscription(auto_renewal=False), on=True, today="2021-11-16")
