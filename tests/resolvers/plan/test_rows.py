"""Helpers of generated functions that work on rows."""

from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from resolvers.edges import NODES
from resolvers.ids import to_global_id
from resolvers.plan.level import FIRST_ROW
from resolvers.plan.output import below, by_level, counts_below, global_ids


@given(st.lists(st.uuids()), st.sampled_from(sorted(NODES)))
def test_rows_get_the_ids_of_the_reference_way(keys: list[UUID], typename: str) -> None:
    rows = [(0, None, str(key)) for key in keys]
    assert global_ids(rows, 2, typename) == [to_global_id(typename, key) for key in keys]


def test_rows_are_grouped_by_level() -> None:
    rows = [(FIRST_ROW, None), (0, None), (2, 0), (2, 1)]
    assert by_level(rows) == {FIRST_ROW: rows[:1], 0: rows[1:2], 2: rows[2:]}


@pytest.mark.parametrize("rows", [[], [(0, None), (FIRST_ROW, None)]])
def test_rows_before_row_security_are_refused(rows: list[tuple[int, None]]) -> None:
    with pytest.raises(RuntimeError, match="row-level security"):
        by_level(rows)


def test_values_are_grouped_by_the_row_above() -> None:
    rows = [(1, 0), (1, 2), (1, 0)]
    assert below(rows, ["a", "b", "c"], 4) == [["a", "c"], [], ["b"], []]
    assert counts_below([(FIRST_ROW - 1, 2, 7)], 2, 3) == [0, 0, 7]
