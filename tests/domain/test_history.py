"""The field changes of a history record: rules §1 and §4."""

from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from domain.history import FieldChange, field_changes, field_values
from domain.lifecycle import Action, Status
from domain.money import Amounts
from domain.periods import BillingCycle
from domain.subscription import AddOnStatus, LinkedContract, Scheduled, Subscription
from tests.builders import (
    ACME,
    BUSINESS,
    FAX,
    LOCAL,
    MONTHLY,
    PROFESSIONAL,
    QUARTERLY,
    RECORDING,
    YEARLY,
    add_on,
    day,
    number,
    plan_charge,
    subscription,
    term,
    trial,
    uid,
)
from tests.domain.strategies import examples
from tests.domain.timelines import replayed

EXAMPLE = {
    "status": "ACTIVE",
    "customer": "Acme",
    "orgUuid": str(ACME.org_uuid),
    "plan": "PRO",
    "quantity": "1",
    "billingModel": "YEARLY",
    "autoRenewal": "true",
    "purchasedOn": "2020-11-16",
    "anchorDay": "16",
    "term.number": "1",
    "term.startsOn": "2020-11-16",
    "term.endsOn": "2021-11-15",
}
RECORDINGS = add_on(RECORDING, 2)
NO_RECORDING = Scheduled(
    uid(1), Action.CANCEL_ADD_ON, day("2021-11-16"), "Cancel Recording.", add_on_id=RECORDINGS.id
)


def test_a_new_subscription_lists_every_set_field() -> None:
    assert field_values(subscription()) == EXAMPLE
    assert field_changes(None, subscription()) == tuple(
        FieldChange(name, None, text) for name, text in EXAMPLE.items()
    )


@pytest.mark.parametrize(
    ("changes", "rows"),
    [
        ({}, []),
        ({"version": 7}, []),
        ({"plan": BUSINESS}, [("plan", "PRO", "BUS")]),
        ({"quantity": 2}, [("quantity", "1", "2")]),
        ({"auto_renewal": False}, [("autoRenewal", "true", "false")]),
        ({"model": QUARTERLY}, [("billingModel", "YEARLY", "MONTHLY x 3")]),
        ({"customer": replace(ACME, id=uid(20), name="Globex")}, [("customer", "Acme", "Globex")]),
        # two customers with the same name differ
        (
            {"customer": replace(ACME, id=uid(20), org_uuid=uid(21))},
            [("orgUuid", str(ACME.org_uuid), str(uid(21)))],
        ),
        (
            {"status": Status.CANCELED, "ended_on": day("2021-06-16")},
            [("status", "ACTIVE", "CANCELED"), ("endedOn", None, "2021-06-16")],
        ),
        (
            {"anchor_day": 31, "term": term("2020-11-16", "2022-01-30")},
            [("anchorDay", "16", "31"), ("term.endsOn", "2021-11-15", "2022-01-30")],
        ),
        ({"contract": LinkedContract(uid(3), "C-7")}, [("contract", None, "C-7")]),
        (
            {"add_ons": (RECORDINGS,)},
            [("addOns.REC.quantity", None, "2"), ("addOns.REC.status", None, "ACTIVE")],
        ),
        ({"numbers": (number(1),)}, [("numbers.+49300001", None, "LOCAL")]),
        ({"assignees": {uid(4): "Ada"}}, [(f"assignees.{uid(4)}", None, "Ada")]),
        ({"settings": {"theme": "dark"}}, [("settings.theme", None, '"dark"')]),
        (
            {"scheduled": (replace(NO_RECORDING, action=Action.CANCEL, add_on_id=None, summary="Cancel."),)},
            [("scheduled.CANCEL", None, "Cancel.")],
        ),
    ],
)
def test_one_row_per_field_and_mirrored_backwards(
    changes: dict[str, Any], rows: list[tuple[str, str | None, str | None]]
) -> None:
    before, after = subscription(), subscription(**changes)
    assert field_changes(before, after) == tuple(FieldChange(*row) for row in rows)
    assert field_changes(after, before) == tuple(FieldChange(name, new, old) for name, old, new in rows)


def test_a_scheduled_change_names_its_add_on() -> None:
    ending = replace(RECORDINGS, status=AddOnStatus.PENDING_FOR_CANCEL)
    before = subscription(add_ons=(RECORDINGS,))
    after = subscription(add_ons=(ending,), scheduled=(NO_RECORDING,))
    assert field_changes(before, after) == (
        FieldChange("addOns.REC.status", "ACTIVE", "PENDING_FOR_CANCEL"),
        FieldChange("scheduled.CANCEL_ADD_ON.REC", None, "Cancel Recording."),
    )


def test_the_last_day_of_a_trial_is_inclusive() -> None:
    assert field_values(trial())["trialEndsOn"] == field_values(trial())["term.endsOn"] == "2021-06-14"


def test_no_history_record_contains_a_cost() -> None:
    secret = 987654321
    offers = {BillingCycle.YEARLY: Amounts(1, secret)}
    state = subscription(
        plan=replace(PROFESSIONAL, prices=offers),
        add_ons=(add_on(replace(FAX, prices=offers)),),
        numbers=(number(1, replace(LOCAL, prices=offers)),),
        charges=(plan_charge(1, unit=Amounts(1, secret)),),
    )
    assert str(secret) not in repr(field_changes(None, state))


texts = st.text(max_size=4)
some_days = st.dates(day("2020-01-01"), day("2030-12-31"))


@st.composite
def states(draw: st.DrawFn) -> Subscription:
    """Any state, with a value in every field of the history."""
    statuses, quantities = st.sampled_from(AddOnStatus), st.integers(1, 9)
    offers = draw(st.lists(st.sampled_from([RECORDING, FAX, LOCAL]), unique_by=lambda offer: offer.code))
    add_ons = tuple(add_on(offer, draw(quantities), status=draw(statuses)) for offer in offers)
    targets = draw(st.lists(st.sampled_from([None, *(a.id for a in add_ons)]), unique=True))
    waiting = [
        Scheduled(uid(index), Action.CHANGE_QUANTITY, day("2021-11-16"), draw(texts), add_on_id=target)
        for index, target in enumerate(targets)
    ]
    digits = draw(st.sets(st.integers(0, 9), max_size=3))
    return subscription(
        status=draw(st.sampled_from(Status)),
        customer=replace(ACME, name=draw(texts)),
        plan=draw(st.sampled_from([PROFESSIONAL, BUSINESS])),
        quantity=draw(quantities),
        model=draw(st.sampled_from([MONTHLY, QUARTERLY, YEARLY])),
        auto_renewal=draw(st.booleans()),
        purchased_on=draw(some_days),
        anchor_day=draw(st.integers(1, 31)),
        term=replace(term("2020-11-16", "2021-11-15"), number=draw(quantities), ends_before=draw(some_days)),
        trial_ends_before=draw(st.none() | some_days),
        ended_on=draw(st.none() | some_days),
        contract=draw(st.none() | st.builds(LinkedContract, st.just(uid(1)), texts)),
        settings=draw(st.dictionaries(texts, st.booleans() | texts | st.integers() | st.lists(texts))),
        add_ons=add_ons,
        numbers=tuple(number(last) for last in digits),
        assignees=draw(st.dictionaries(st.integers(1, 5).map(uid), texts)),
        scheduled=tuple(waiting),
    )


@settings(examples, max_examples=50)
@given(states(), states())
def test_replaying_the_rows_gives_the_current_state(before: Subscription, after: Subscription) -> None:
    assert replayed({}, field_changes(None, before)) == field_values(before)
    assert replayed(field_values(before), field_changes(before, after)) == field_values(after)
    assert field_changes(after, after) == ()
