"""A subscription's settings: rules §4.16."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.errors import ErrorCode, LifecycleError
from domain.settings import MAX_BYTES, merged
from tests.builders import refused
from tests.domain.drawn import examples

words = st.text(st.characters(min_codepoint=32, max_codepoint=0x2FFF), max_size=5)
integers = st.integers(-(2**62), 2**62)
objects = st.dictionaries(words, st.none() | st.booleans() | integers | words, max_size=5)


@pytest.mark.parametrize(
    ("current", "changes", "after"),
    [
        ({}, {}, {}),
        ({"a": 1}, {}, {"a": 1}),
        ({"a": 1}, {"b": 2}, {"a": 1, "b": 2}),
        ({"a": 1}, {"a": 2}, {"a": 2}),
        ({"a": 1, "b": 2}, {"a": None}, {"b": 2}),
        ({"a": 1}, {"b": None}, {"a": 1}),
        ({"a": 1}, {"a": 0, "b": False, "c": "", "d": []}, {"a": 0, "b": False, "c": "", "d": []}),
        # keys of the object itself are merged, not those further down
        ({"a": {"x": 1, "y": 2}}, {"a": {"x": None}}, {"a": {"x": None}}),
        # six characters that a person may well write, not the NUL that they spell
        ({}, {"a": "\\u0000"}, {"a": "\\u0000"}),
    ],
)
def test_keys_are_merged_and_null_removes_one(
    current: dict[str, Any], changes: dict[str, Any], after: dict[str, Any]
) -> None:
    assert merged(current, changes) == after


@pytest.mark.parametrize("value", [None, 1, "a", [], ["a"], True])
def test_settings_are_an_object(value: object) -> None:
    with refused(ErrorCode.INVALID_VALUE, "settings", naming="JSON object"):
        merged({}, value)


@pytest.mark.parametrize("text", ["a" * 16_000, "\u00e9" * 8_000, "\U0001f600" * 4_000])
def test_settings_up_to_16_kib_are_kept(text: str) -> None:
    assert merged({}, {"a": text}) == {"a": text}


@pytest.mark.parametrize("text", ["a" * MAX_BYTES, "\u00e9" * (MAX_BYTES // 2), "\U0001f600" * 4_096])
def test_settings_above_16_kib_of_utf_8_are_refused(text: str) -> None:
    assert MAX_BYTES == 16_384
    with refused(ErrorCode.INVALID_VALUE, "settings", naming="16384 bytes"):
        merged({}, {"a": text})


def test_the_bound_holds_for_what_is_kept_not_for_what_is_sent() -> None:
    half = "a" * 9_000
    assert merged({"a": half}, {"a": None, "b": half}) == {"b": half}
    with refused(ErrorCode.INVALID_VALUE, "settings"):
        merged({"a": half}, {"b": half})


@pytest.mark.parametrize(
    "value",
    [
        "\x00",
        "a\x00b",
        "\ud800",
        ["\udfff"],
        {"\x00": 1},
        float("inf"),
        [float("nan")],
        {"deep": -float("inf")},
    ],
)
def test_what_the_database_cannot_hold_as_json_is_refused(value: object) -> None:
    with refused(ErrorCode.INVALID_VALUE, "settings"):
        merged({}, {"a": value})


def test_settings_nested_deeply_are_kept_or_refused() -> None:
    nested: list[Any] = []
    escaped = []
    for depth in range(5_000):
        nested = [nested]
        if 900 < depth < 1_000 or depth % 1_000 == 0:
            try:
                merged({}, {"a": nested})
            except LifecycleError:
                continue
            except RecursionError:
                escaped.append(depth)
    assert escaped == []


@examples
@given(objects, objects)
def test_every_key_is_the_new_one_else_the_old_one(current: dict[str, Any], changes: dict[str, Any]) -> None:
    current = {key: value for key, value in current.items() if value is not None}
    untouched = dict(current)
    after = merged(current, changes)
    for key in {*current, *changes}:
        assert after.get(key) == (changes[key] if key in changes else current[key])
    assert None not in after.values()
    assert merged(after, changes) == after
    assert current == untouched
