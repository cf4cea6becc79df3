"""The records of a file, each parsed once: those other than subscriptions first, then the subscriptions."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import IO, Any, TypeVar

from pydantic import ValidationError

from transfer.format import KINDS, Envelope, Header, Record
from transfer.problems import Problems, RecordProblems
from transfer.sources import Format, JsonLines, Raw, RefusedError
from transfer.yaml_source import Yaml

Source = JsonLines | Yaml

Read = Callable[[int], None]
"""Receives how far a source has been read."""

# What identifies a record: no two of a kind share it, and it finds the record in the database again.
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
EMPTY = 'The file is empty. Begin with {"tenure": 1, "partner": {"currency": "…"}}.'

M = TypeVar("M", bound=Record)


@dataclass(frozen=True)
class Parsed:
    """A record that has the right shape."""

    kind: str
    record: Any
    raw: Raw

    @property
    def key(self) -> Any:
        values = tuple(getattr(self.record, name) for name in KEYS[self.kind])
        return values[0] if len(values) == 1 else values

    def problems(self, problems: Problems) -> RecordProblems:
        return RecordProblems(problems, self.raw.place, (self.kind,))


def source_of(file: IO[bytes], kind: Format, problems: Problems) -> Source:
    return Yaml(file, problems) if kind is Format.YAML else JsonLines(file)


def parse(raw: Raw, problems: Problems) -> Parsed | None:
    """The record; None, and a problem for each fault, where it does not have the right shape."""
    envelope = _parsed(Envelope, raw, problems)
    if envelope is None:
        return None
    given = [kind for kind in KINDS if getattr(envelope, kind) is not None]
    if len(given) != 1:
        text = f"Give one record a line: an object with one key out of {', '.join(KINDS)}."
        RecordProblems(problems, raw.place).add((), text)
        return None
    return Parsed(given[0], getattr(envelope, given[0]), raw)


def _parsed(model: type[M], raw: Raw, problems: Problems) -> M | None:
    try:
        return model.model_validate_json(raw.read())
    except RefusedError as error:
        problems.add(error.line, str(error))
    except ValidationError as error:
        RecordProblems(problems, raw.place).add_all(error, model)
    return None


@dataclass
class Records:
    """`by_kind` has all records but the subscriptions, by kind and key. There may be too many subscriptions
    for the memory: `lines` has the line of each by its reference, and `holders` the reference by number.
    """

    source: Source
    problems: Problems
    by_kind: dict[str, dict[Any, Parsed]] = field(default_factory=lambda: {kind: {} for kind in KINDS[:-1]})
    lines: dict[str, int] = field(default_factory=dict)
    holders: dict[str, str] = field(default_factory=dict)
    _unusual: set[int] = field(default_factory=set)

    def header(self) -> tuple[Header, RecordProblems] | None:
        """With the problems to which more of it can be added."""
        raw = self.source.header()
        if raw is None:
            if not self.problems:
                self.problems.add(1, EMPTY)
            return None
        header = _parsed(Header, raw, self.problems)
        return (header, RecordProblems(self.problems, raw.place)) if header else None

    def read(self, progress: Read) -> None:
        """Reads all but the subscriptions. Reports what has not the right shape, and what comes twice."""
        for raw in self.source.records():
            progress(raw.position)
            if raw.is_subscription or not (found := parse(raw, self.problems)):
                continue
            if found.kind == "subscription":
                self._unusual.add(raw.position)
            elif first := self.by_kind[found.kind].get(found.key):
                self._report_twice(found, first.raw.line)
            else:
                self.by_kind[found.kind][found.key] = found

    def subscriptions(self, progress: Read) -> Iterator[Parsed]:
        """Reports the same of subscriptions, and the numbers that two of them hold."""
        for raw in self.source.records():
            if not raw.is_subscription and raw.position not in self._unusual:
                continue
            progress(raw.position)
            if not (found := parse(raw, self.problems)):
                continue
            if first := self.lines.get(found.key):
                self._report_twice(found, first)
            else:
                self.lines[found.key] = raw.line
                self._hold_numbers(found)
            yield found

    def _report_twice(self, found: Parsed, line: int) -> None:
        names = " and ".join(str(getattr(found.record, name)) for name in KEYS[found.kind])
        found.problems(self.problems).add((), f"{names} stands on line {line} already. Give it once.")

    def _hold_numbers(self, found: Parsed) -> None:
        numbers: list[str] = found.record.numbers
        for index, e164 in enumerate(numbers):
            holder = self.holders.setdefault(e164, found.key)
            if holder != found.key or numbers.index(e164) != index:
                text = f"The subscription {holder} holds this number already. A number has one holder."
                found.problems(self.problems).add(("numbers", index), text)
