"""Settings merged key by key: rules §4.16."""

from dataclasses import replace
from typing import Any

import pytest

from actions.update_settings import UpdateSettings, decide
from domain.decision import Decision
from domain.errors import ErrorCode
from domain.history import field_changes
from domain.lifecycle import Action, Status
from domain.settings import MAX_BYTES
from domain.subscription import Subscription
from tests.builders import day, provisioned, refused, subscription, trial

PRESENT = {"theme": "light", "limit": 5, "beta": False}


def ask(settings: Any, /, **changes: Any) -> Decision:
    held = subscription(**({"settings": PRESENT} | changes))
    return decide(held, UpdateSettings(held.id, settings), day("2021-06-16"))


@pytest.mark.parametrize(
    ("settings", "after"),
    [
        ({"theme": "dark"}, PRESENT | {"theme": "dark"}),
        ({"logo": {"url": "a"}}, PRESENT | {"logo": {"url": "a"}}),
        ({"limit": None}, {"theme": "light", "beta": False}),
        ({"theme": "dark", "limit": None, "gone": None}, {"theme": "dark", "beta": False}),
        ({"limit": 6}, PRESENT | {"limit": 6}),
    ],
)
def test_keys_are_merged_and_all_are_provisioned(settings: dict[str, Any], after: dict[str, Any]) -> None:
    made = ask(settings)
    assert made.after == subscription(settings=after)
    assert (made.action, made.effective_on, made.lines) == (
        Action.UPDATE_SETTINGS,
        day("2021-06-16"),
        (),
    )
    assert made.summary == f"Settings updated: {', '.join(sorted(settings))}."
    assert provisioned(made) == [("UPDATE_SETTINGS", {"settings": after})]


# Python holds these to be equal; JSON does not.
@pytest.mark.parametrize(
    ("before", "after"),
    [(False, 0), (0, False), (1, True), (True, 1), ([1], [True]), ({"x": 0}, {"x": False})],
)
def test_a_number_in_place_of_a_boolean_is_a_change(before: Any, after: Any) -> None:
    made = ask({"limit": after}, settings={"limit": before})
    assert repr(made.after.settings) == repr({"limit": after})
    assert [row.field for row in field_changes(made.before, made.after)] == ["settings.limit"]


@pytest.mark.parametrize(
    "held",
    [
        subscription(status=Status.PENDING_FOR_CANCEL, settings=PRESENT),
        trial(settings=PRESENT),
        trial(status=Status.PENDING_FOR_CANCEL, settings=PRESENT),
    ],
)
def test_settings_change_in_every_live_status(held: Subscription) -> None:
    made = decide(held, UpdateSettings(held.id, {"beta": None}), day("2021-06-02"))
    assert made.after == replace(held, settings={"theme": "light", "limit": 5})


@pytest.mark.parametrize(
    "settings",
    [
        {},
        {"theme": "light"},
        {"gone": None},
        {"beta": False, "limit": 5, "theme": "light"},
    ],
)
def test_same_values_are_nothing_to_change(settings: dict[str, Any]) -> None:
    with refused(ErrorCode.NOTHING_TO_CHANGE, "settings"):
        ask(settings)


@pytest.mark.parametrize(
    "settings",
    [None, [], "theme", 5, {"a": "b" * MAX_BYTES}, {"a": 2**63}, {"a": "\0"}, {"\0": 1}, {"a": float("nan")}],
    ids=lambda value: str(value)[:12].replace("\0", "NUL"),
)
def test_invalid_settings_are_refused(settings: Any) -> None:
    with refused(ErrorCode.INVALID_VALUE, "settings"):
        ask(settings)


def test_existing_keys_count_towards_the_bound() -> None:
    half = "a" * (MAX_BYTES // 2)
    assert ask({"b": half}, settings={}).after.settings == {"b": half}
    with refused(ErrorCode.INVALID_VALUE, "settings"):
        ask({"b": half}, settings={"a": half})
    assert ask({"b": half, "a": None}, settings={"a": half}).after.settings == {"b": half}
