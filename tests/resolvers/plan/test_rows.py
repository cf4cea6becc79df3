"""What plans make of the values of rows."""

from uuid import UUID

from hypothesis import given
from hypothesis import strategies as st

from resolvers.edges import NODES
from resolvers.ids import to_global_id
from resolvers.plan.rows import identified


@given(st.lists(st.uuids()), st.sampled_from(sorted(NODES)))
def test_rows_get_the_ids_that_the_reference_way_makes(keys: list[UUID], typename: str) -> None:
    rows = [["parent", str(key), "more"] for key in keys]
    identified(rows, 1, typename)
    assert [row[-1] for row in rows] == [to_global_id(typename, key) for key in keys]
    assert all(len(row) == 4 for row in rows)
