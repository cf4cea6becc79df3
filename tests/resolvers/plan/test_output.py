"""The JSON that the generated function writes."""

import gc
import json
import linecache
import traceback
from datetime import UTC, datetime
from types import SimpleNamespace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import Column

from models import tables as t
from resolvers.plan.output import Json, generated, obj, plain, stored, text, unless_null

# PostgreSQL stores neither surrogates nor NUL.
TEXTS = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0"))


def written(shown: Json, value: Any) -> Any:
    return json.loads(generated(["value"], [], shown, {})(SimpleNamespace(value=value)))


@given(TEXTS)
def test_texts_are_read_again_as_written(value: str) -> None:
    assert written(obj([("name", stored(t.customer.c.name, "value"))]), value) == {"name": value}


@pytest.mark.parametrize(
    ("column", "value", "shown"),
    [
        (t.subscription.c.quantity, 3, 3),
        (t.subscription.c.auto_renewal, False, False),
        (t.subscription.c.status, "ACTIVE", "ACTIVE"),
        (t.subscription.c.settings, '{"a": [1, "%s"]}', {"a": [1, "%s"]}),
        (t.customer.c.allow_refund, None, None),
        (t.customer.c.refund_window_days, None, None),
        (t.subscription.c.trial_ends_before, None, None),
        (t.history.c.at, datetime(2025, 1, 2, 3, 4, 5, 600_000, UTC), "2025-01-02T03:04:05.600000+00:00"),
    ],
)
def test_a_column_is_written_as_its_type_is(column: Column[Any], value: Any, shown: Any) -> None:
    assert written(stored(column, "value"), value) == shown


def test_objects_may_be_nested() -> None:
    inner = obj([("percent", Json('"100%%"')), ("id", plain("value"))])
    both = obj(
        [("inner", inner), ("none", unless_null("None", inner)), ("list", Json("[%s]", (inner.source,)))]
    )
    found = {"percent": "100%", "id": "x"}
    assert written(both, "x") == {"inner": found, "none": None, "list": [found]}
    assert text("value").source == "value"


def test_a_traceback_shows_the_generated_source() -> None:
    shape = generated(["value"], [], text("value.missing"), {})
    filename = shape.__code__.co_filename
    with pytest.raises(AttributeError) as caught:
        shape(SimpleNamespace(value=1))
    shown = "".join(traceback.format_exception(caught.value))
    assert f'File "{filename}", line 3, in shape\n    return value.missing' in shown


def test_generated_source_is_dropped_with_its_function() -> None:
    shape = generated(["value"], [], text("value"), {})
    filename = shape.__code__.co_filename
    assert filename in linecache.cache
    del shape
    gc.collect()
    assert filename not in linecache.cache
