"""What the machine draws: its beginning, and each kind of step with its input."""

from hypothesis import strategies as st

from tests.timelines.market import Order
from tests.timelines.model_values import END, MONTHS, Owner

WHICH = st.integers(0, 9)
HOW = st.sampled_from(["plain", "quoted", "twice", "wrong quote", "old quote", "stale version"])
WHEN = st.sampled_from([None, END, END, -1, 0, 1, 12, 40])
"""None is at once, END the end of the term, a number that many days ago."""
CYCLES = st.sampled_from(list(MONTHS))
CODES = st.sampled_from(["storage", "recording", "fax"])
CODES_OF_PLANS = st.sampled_from(["max", "basic", "pro"])
BEGINNINGS = st.sampled_from(["2021-11-16T01:00", "2020-01-31T12:00", "2024-02-29T17:30", "2023-08-30T23:00"])
MEMBERS = st.sets(st.integers(0, 2), min_size=1)
JSON = st.sampled_from([1, None, [True], "é"])


def _owners(name: str, zone: str, bills_at_once: bool) -> st.SearchStrategy[Owner]:
    return st.builds(
        Owner,
        name=st.just(name),
        zone=st.just(zone),
        unit=st.sampled_from(["CALENDAR_MONTH", "ANNIVERSARY_MONTH", "DAY"]),
        basis=st.sampled_from(["TARGET_PLAN", "DIFFERENCE"]),
        refunds=st.sampled_from([True, True, False]),
        window=st.sampled_from([14, 0, 40]),
        adjusts=st.sampled_from([True, True, False]),
        bills_at_once=st.just(bills_at_once),
    )


OWNERS = st.tuples(
    _owners("Acme", "Asia/Singapore", bills_at_once=True),
    _owners("Globex", "America/New_York", bills_at_once=False),
)
ORDERS = st.builds(
    Order,
    owner=st.integers(0, 1),
    plan=CODES_OF_PLANS,
    quantity=st.sampled_from([1, 2, 3, 4, 5, 0]),
    cycle=CYCLES,
    multiplier=st.sampled_from([1, 1, 3]),
    trial_days=st.sampled_from([0, 0, 0, 0, 3, 45]),
    days_ago=st.sampled_from([0, 0, 0, -1, 7, 50]),
    renews=st.sampled_from([True, True, True, False]),
    add_ons=st.dictionaries(CODES, st.integers(1, 3), max_size=2),
    number=st.booleans(),
)

_STEPS = {
    "changes_add_ons": {"quantities": st.dictionaries(CODES, st.integers(0, 4), min_size=1), "when": WHEN},
    "sells_another": {"order": ORDERS},
    "changes_plan": {"plan": CODES_OF_PLANS},
    "changes_quantity": {"quantity": st.sampled_from([1, 2, 3, 4, 5, 6, 7, 0]), "when": WHEN},
    "cancels_add_on": {"code": CODES, "when": WHEN},
    "changes_numbers": {"kind": st.sampled_from(["swap", "add", "add", "remove"])},
    "changes_billing_model": {"cycle": CYCLES, "multiplier": st.integers(1, 2)},
    "sets_auto_renewal": {"on": st.booleans()},
    "extends_by": {"count": st.integers(1, 3), "cycle": CYCLES},
    "extends_until": {"days": st.sampled_from([20, 28, 30, 31, 45, 59, 62, 100])},
    "cancels": {"when": WHEN},
    "terminates": {},
    "revokes": {"latest": st.integers(1, 3)},
    "changes_ownership": {"owner": st.integers(0, 1)},
    "assigns": {"members": MEMBERS},
    "unassigns": {"members": MEMBERS},
    "links": {"paper": st.integers(0, 1)},
    "unlinks": {},
    "updates_settings": {"changes": st.dictionaries(st.sampled_from("ab"), JSON, min_size=1)},
    "time_goes_on": {
        "days": st.sampled_from([1, 5, 13, 16, 30, 31, 45, 200]),
        "hours": st.sampled_from([0, 5, 11]),
    },
    "a_term_comes_to_its_end": {"late": st.sampled_from([0, -1, 1, 3600 * 30])},
}
STEPS = st.one_of(
    *(st.tuples(st.just(name), st.fixed_dictionaries(values)) for name, values in _STEPS.items())
)
"""The name of a method of the machine, and its arguments without the subscription."""
