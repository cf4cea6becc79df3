"""Every action that a client may ask for has all its parts, named as CONTRIBUTING.md says."""

import inspect
from collections.abc import Iterator
from dataclasses import is_dataclass
from importlib import import_module
from importlib.util import find_spec
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest

from domain.lifecycle import ALLOWED, Action
from schema.actions import ROWS
from tests.api.inputs import LIFECYCLE, MUTATIONS, SCHEMA

TAKEN_BY_TIME = {Action.RENEW, Action.EXPIRE, Action.CONVERT_TRIAL}
ASKED_FOR = sorted(set(Action) - TAKEN_BY_TIME)
WITHOUT_A_ROW = {Action.CREATE}  # there is no subscription yet, so no status
OF_THE_WHOLE = {"CREATE", "EXTEND", "CANCEL", "TERMINATE"}  # the file's name ends in _subscription
TESTS = Path(__file__).parents[1]


def file_of(action: str) -> str:
    """The name of its file, its shell and, with capitals, its command: "change_plan"."""
    return f"{action}_SUBSCRIPTION".lower() if action in OF_THE_WHOLE else action.lower()


def pascal(name: str) -> str:
    return "".join(map(str.capitalize, name.lower().split("_")))


def camel(name: str) -> str:
    whole = pascal(name)
    return whole[0].lower() + whole[1:]


def missing(action: str) -> Iterator[str]:
    """The parts that the action lacks."""
    name = file_of(action)
    if find_spec(f"actions.{name}"):
        yield from missing_parts(import_module(f"actions.{name}"), name)
    else:
        yield f"actions/{name}.py"
    if not (TESTS / f"actions/test_{name}.py").is_file():
        yield f"tests/actions/test_{name}.py"
    if action not in ALLOWED and action not in WITHOUT_A_ROW:
        yield "a row in domain.lifecycle.ALLOWED"
    if action not in {row.action for row in ROWS}:
        yield "a row in schema.actions.ROWS"
    if MUTATIONS.get(camel(name)) != f"{pascal(name)}Input" or camel(name) not in LIFECYCLE:
        yield f"the mutation {camel(name)}(input: {pascal(name)}Input!): SubscriptionPayload!"
    elif "quoteToken" in _fields(f"{pascal(name)}Input") and not _is_previewed(action, name):
        yield f"{camel(action)}: {pascal(name)}Input in SubscriptionChange"


def missing_parts(module: ModuleType, name: str) -> Iterator[str]:
    command = getattr(module, pascal(name), None)
    if not (is_dataclass(command) and command.__dataclass_params__.frozen):
        yield f"a frozen command, {pascal(name)}"
    if not inspect.iscoroutinefunction(getattr(module, name, None)):
        yield f"a shell, async {name}"
    decide = getattr(module, "decide", None)
    if not inspect.isfunction(decide) or inspect.iscoroutinefunction(decide):
        yield "a pure decide"


def _fields(kind: str) -> dict[str, Any]:
    return dict(SCHEMA.type_map[kind].fields)


def _is_previewed(action: str, name: str) -> bool:
    field = _fields("SubscriptionChange").get(camel(action))
    return field is not None and str(field.type) == f"{pascal(name)}Input"


@pytest.mark.parametrize("action", ASKED_FOR)
def test_an_action_has_all_its_parts(action: Action) -> None:
    assert list(missing(action)) == []


def test_nothing_is_offered_that_is_no_action() -> None:
    assert {camel(file_of(action)) for action in ASKED_FOR} == LIFECYCLE
    assert ALLOWED.keys() | WITHOUT_A_ROW == set(ASKED_FOR)
    quotable = {camel(a) for a in ASKED_FOR if "quoteToken" in _fields(f"{pascal(file_of(a))}Input")}
    assert _fields("SubscriptionChange").keys() == quotable


def test_an_unwritten_action_lacks_every_part() -> None:
    assert list(missing("PUT_ON_HOLD")) == [
        "actions/put_on_hold.py",
        "tests/actions/test_put_on_hold.py",
        "a row in domain.lifecycle.ALLOWED",
        "a row in schema.actions.ROWS",
        "the mutation putOnHold(input: PutOnHoldInput!): SubscriptionPayload!",
    ]


def test_file_without_parts_lacks_each_of_them() -> None:
    module = ModuleType("put_on_hold")
    parts = ["a frozen command, PutOnHold", "a shell, async put_on_hold", "a pure decide"]
    assert list(missing_parts(module, "put_on_hold")) == parts
    module.PutOnHold = type("PutOnHold", (), {})
    module.put_on_hold = module.decide = missing
    assert list(missing_parts(module, "put_on_hold")) == parts[:2]
