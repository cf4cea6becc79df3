"""A bounded number of values, of which the newest stay."""

from resolvers.newest import Newest


def test_the_one_not_asked_for_longest_goes_first() -> None:
    kept: Newest[str, int] = Newest(2)
    kept.put("a", 1)
    kept.put("b", 2)
    assert kept.get("a") == 1
    kept.put("c", 3)
    assert [kept.get(key) for key in "abc"] == [1, None, 3]
    assert len(kept) == 2


def test_a_key_s_new_value_makes_it_the_newest() -> None:
    kept: Newest[str, int] = Newest(2)
    kept.put("a", 1)
    kept.put("b", 2)
    kept.put("a", 3)
    kept.put("c", 4)
    assert [kept.get(key) for key in "abc"] == [3, None, 4]
