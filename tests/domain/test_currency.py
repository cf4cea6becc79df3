"""Minor units as people read them."""

from hypothesis import given
from hypothesis import strategies as st

from domain.currency import decimal_texts, to_decimal
from domain.money import MAX_AMOUNT

CURRENCIES = st.sampled_from(["USD", "JPY", "KWD", "CLF"])  # of two, no, three and four digits


@given(st.integers(-MAX_AMOUNT, MAX_AMOUNT) | st.integers(-10_000, 10_000), CURRENCIES)
def test_a_text_is_the_decimal_s(minor: int, currency: str) -> None:
    assert decimal_texts(currency)(minor) == str(to_decimal(minor, currency))
