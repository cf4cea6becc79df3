"""The order of every edge is unique."""

import pytest
from sqlalchemy import Table, UniqueConstraint

from resolvers import edges
from resolvers.edges import Edge, Order
from schema import filters

EDGES = {name: edge for name, edge in vars(edges).items() if isinstance(edge, Edge)}
CHOSEN = {
    f"{field} {direction}": (edge, order)
    for edge, orders in (
        (edges.customers, filters._CUSTOMER_ORDERS),
        (edges.subscriptions, filters._SUBSCRIPTION_ORDERS),
    )
    for field, both in orders.items()
    for direction, order in both.items()
}
ORDERS = {name: (edge, edge.order) for name, edge in EDGES.items()} | CHOSEN


def unique(table: Table) -> list[set[str]]:
    """The sets of columns whose values are unique."""
    constraints = [each for each in table.constraints if isinstance(each, UniqueConstraint)]
    return [{column.name for column in key.columns} for key in (table.primary_key, *constraints)]


@pytest.mark.parametrize(("edge", "order"), ORDERS.values(), ids=ORDERS)
def test_an_order_is_unique_for_each_row(edge: Edge, order: Order) -> None:
    """A page begins after a row. A second row with the same values would be on no page."""
    same = {"partner_id"} | ({edge.remote} if edge.remote and edge.via is None else set())
    ordered = same | {column.name for column in order.columns}
    assert any(key <= ordered for key in unique(edge.target.table))
