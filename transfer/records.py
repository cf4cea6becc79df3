"""The records of a file, each parsed once: the subscriptions last."""

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

# The fields that identify a record among those of its kind, in the file and in the database.
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
    """The record; None, and its problems, if it does not have the right shape."""
    envelope = _parsed(Envelope, raw, problems)
    if envelope is None:
        return None
    kinds = [kind for kind in KINDS if getattr(envelope, kind) is not None]
    if len(kinds) != 1:
        text = f"Give one record a line: an object with one key out of {', '.join(KINDS)}."
        RecordProblems(problems, raw.place).add((), text)
        return None
    return Parsed(kinds[0], getattr(envelope, kinds[0]), raw)


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
    """`by_kind` has all records except the subscriptions, by kind and key.

    The subscriptions may not fit into memory: `lines` has the line of each by its reference, and `holders`
    the reference by phone number. `_unusual` has the positions of those that the source did not recognize.
    """

    source: Source
    problems: Problems
    by_kind: dict[str, dict[Any, Parsed]] = field(default_factory=lambda: {kind: {} for kind in KINDS[:-1]})
    lines: dict[str, int] = field(default_factory=dict)
    holders: dict[str, str] = field(default_factory=dict)
    _unusual: set[int] = field(default_factory=set)

    def header(self) -> tuple[Header, RecordProblems] | None:
        """The header, and where to report more problems of it."""
        raw = self.source.header()
        if raw is None:
            if not self.problems:
                self.problems.add(1, EMPTY)
            return None
        header = _parsed(Header, raw, self.problems)
        return (header, RecordProblems(self.problems, raw.place)) if header else None

    def read(self, progress: Read) -> None:
        """Reads all records except the subscriptions. Reports invalid and duplicate ones."""
        for raw in self.source.records():
            progress(raw.position)
            if raw.is_subscription or not (parsed := parse(raw, self.problems)):
                continue
            if parsed.kind == "subscription":
                self._unusual.add(raw.position)
            elif first := self.by_kind[parsed.kind].get(parsed.key):
                self._report_duplicate(parsed, first.raw.line)
            else:
                self.by_kind[parsed.kind][parsed.key] = parsed

    def subscriptions(self, progress: Read) -> Iterator[Parsed]:
        """The subscriptions. Reports invalid and duplicate ones, and numbers that two of them hold."""
        for raw in self.source.records():
            if not raw.is_subscription and raw.position not in self._unusual:
                continue
            progress(raw.position)
            if not (parsed := parse(raw, self.problems)):
                continue
            if first := self.lines.get(parsed.key):
                self._report_duplicate(parsed, first)
            else:
                self.lines[parsed.key] = raw.line
                self._hold_numbers(parsed)
            yield parsed

    def _report_duplicate(self, parsed: Parsed, line: int) -> None:
        names = " and ".join(str(getattr(parsed.record, name)) for name in KEYS[parsed.kind])
        parsed.problems(self.problems).add((), f"{names} stands on line {line} already. Give it once.")

    def _hold_numbers(self, parsed: Parsed) -> None:
        numbers: list[str] = parsed.record.numbers
        for index, e164 in enumerate(numbers):
            holder = self.holders.setdefault(e164, parsed.key)
            if holder != parsed.key or numbers.index(e164) != index:
                text = f"The subscription {holder} holds this number already. A number has one holder."
                parsed.problems(self.problems).add(("numbers", index), text)
