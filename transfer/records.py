"""The first reading: every record in its shape, none twice, and what they refer to."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from transfer.problems import Problems
from transfer.sources import KINDS, Parsed, Source, parsed
from transfer.subscription import Subscription

Read = Callable[[int], None]
"""Is told how far a source has been read."""

# What a record is known by: no two of a kind share it, and it finds the record in the database again.
KEYS: Mapping[str, tuple[str, ...]] = {
    "product": ("code",),
    "sku": ("code",),
    "number": ("e164",),
    "customer": ("org_uuid",),
    "member": ("customer", "email"),
    "contract": ("reference",),
    "invoice": ("number",),
    "subscription": ("reference",),
}


@dataclass
class Gathered:
    """All records but the subscriptions, by kind and key; of these the lines, by reference, since there may
    be many. `wanted` is what is referred to, by the same keys.
    """

    records: dict[str, dict[Any, Parsed]] = field(default_factory=lambda: {kind: {} for kind in KINDS[:-1]})
    lines: dict[str, int] = field(default_factory=dict)
    wanted: dict[str, set[Any]] = field(default_factory=lambda: {kind: set() for kind in KINDS})
    holders: dict[str, str] = field(default_factory=dict)


def gather(source: Source, problems: Problems, read: Read) -> Gathered:
    """Reports every record that is not in shape, or stands twice, or holds another's number."""
    gathered = Gathered()
    for raw in source.records(problems):
        read(raw.position)
        if found := parsed(raw, problems):
            _take(gathered, found, problems)
    return gathered


def subscriptions(source: Source, read: Read) -> Iterator[Parsed]:
    """The subscriptions again, once all records are known to be in shape."""
    for raw in source.records(None):
        read(raw.position)
        found = parsed(raw, None)
        if found and found.kind == "subscription":
            yield found


def key_of(found: Parsed) -> Any:
    values = tuple(getattr(found.record, name) for name in KEYS[found.kind])
    return values[0] if len(values) == 1 else values


def _take(gathered: Gathered, found: Parsed, problems: Problems) -> None:
    key, line = key_of(found), found.raw.line
    known = gathered.records.get(found.kind, {})
    first = known[key].raw.line if key in known else None
    if found.kind == "subscription":
        first = gathered.lines.get(key)
    if first is not None:
        names = " and ".join(str(getattr(found.record, name)) for name in KEYS[found.kind])
        words = f"{names} stands on line {first} already. Give it once."
        found.complaints(problems).add((), words)
        return
    if found.kind == "subscription":
        gathered.lines[key] = line
        _want(gathered, found.record)
        _hold(gathered, found, problems)
        return
    gathered.records[found.kind][key] = found
    gathered.wanted[found.kind].add(key)
    if owner := getattr(found.record, "customer", None):
        gathered.wanted["customer"].add(owner)


def _want(gathered: Gathered, said: Subscription) -> None:
    wanted = gathered.wanted
    wanted["subscription"].add(said.reference)
    wanted["customer"].add(said.customer)
    wanted["number"].update(said.numbers)
    wanted["member"].update((said.customer, email) for email in said.assignees)
    if said.contract:
        wanted["contract"].add(said.contract)


def _hold(gathered: Gathered, found: Parsed, problems: Problems) -> None:
    said: Subscription = found.record
    for index, e164 in enumerate(said.numbers):
        holder = gathered.holders.setdefault(e164, said.reference)
        if holder != said.reference or said.numbers.index(e164) != index:
            words = f"The subscription {holder} holds this number already. A number has one holder."
            found.complaints(problems).add(("numbers", index), words)
