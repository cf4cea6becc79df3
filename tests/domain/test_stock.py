"""Numbers taken from stock: rules, section 4.6."""

import pytest

from domain.errors import ErrorCode
from domain.stock import Stock
from domain.subscription import Number
from tests.builders import number, refused

ONE, TWO, TAKEN, UNKNOWN = number(1), number(2), number(3), number(4)
STOCK = Stock({ONE.id: (ONE, True), TWO.id: (TWO, True), TAKEN.id: (TAKEN, False)})


@pytest.mark.parametrize("asked", [[], [ONE], [TWO], [ONE, TWO], [TWO, ONE]])
def test_free_numbers_are_taken_in_the_order_asked_for(asked: list[Number]) -> None:
    assert STOCK.take((each.id for each in asked), "numberIds") == tuple(asked)


@pytest.mark.parametrize(
    ("asked", "code", "naming"),
    [
        ([TAKEN], ErrorCode.NUMBER_NOT_AVAILABLE, "+49300003 is not available."),
        ([ONE, TAKEN, TWO], ErrorCode.NUMBER_NOT_AVAILABLE, "+49300003 is not available."),
        # one that is asked for twice is gone after the first time
        ([ONE, TWO, ONE], ErrorCode.NUMBER_NOT_AVAILABLE, "+49300001 is not available."),
        ([UNKNOWN], ErrorCode.NOT_FOUND, "There is no such phone number."),
        ([ONE, UNKNOWN], ErrorCode.NOT_FOUND, "There is no such phone number."),
    ],
)
def test_what_is_not_there_or_not_free_is_refused(asked: list[Number], code: ErrorCode, naming: str) -> None:
    with refused(code, "numberIds", naming=naming):
        STOCK.take([each.id for each in asked], "numberIds")


def test_taking_leaves_the_stock_as_it_was() -> None:
    assert STOCK.take([ONE.id], "swap") == STOCK.take([ONE.id], "addNumberIds") == (ONE,)


@pytest.mark.parametrize("asked", [[UNKNOWN], [ONE, UNKNOWN]])
def test_to_who_sees_only_what_is_free_all_else_is_one_and_the_same(asked: list[Number]) -> None:
    free = Stock({ONE.id: (ONE, True)}, whole=False)
    with refused(ErrorCode.NUMBER_NOT_AVAILABLE, "numberIds", naming="This phone number is not available."):
        free.take([each.id for each in asked], "numberIds")
