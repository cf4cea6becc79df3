"""Files, record by record, with the lines on which they stand."""

import json
from collections.abc import Iterator
from dataclasses import dataclass
from typing import IO, Any, Protocol

from pydantic import ValidationError

from transfer.format import Contract, Customer, Header, Invoice, Member, Number, Product, Sku
from transfer.problems import Complaints, Place, Problems
from transfer.subscription import Subscription
from transfer.texts import Record
from transfer.wording import complain

MAX_LINE = 16 * 1024 * 1024
"""Bytes of one record in JSON Lines."""
BOM = b"\xef\xbb\xbf"


class Envelope(Record):
    """One record under the name of its kind: a line of JSON Lines."""

    product: Product | None = None
    sku: Sku | None = None
    number: Number | None = None
    customer: Customer | None = None
    member: Member | None = None
    contract: Contract | None = None
    invoice: Invoice | None = None
    subscription: Subscription | None = None


KINDS = tuple(Envelope.model_fields)
"""In the order in which an export writes them; a file may have its records in any order."""


@dataclass(frozen=True)
class Raw:
    """A record as it stands in the file, as JSON. `position` tells how far into the source it ends."""

    content: bytes
    place: Place
    position: int

    @property
    def line(self) -> int:
        return self.place(())


class Source(Protocol):
    """A file that can be read again and again."""

    @property
    def size(self) -> int:
        """The position of the end."""
        ...

    def header(self, problems: Problems) -> Raw | None:
        """What stands in front of the records."""
        ...

    def records(self, problems: Problems | None) -> Iterator[Raw]:
        """All records. Where `problems` is given it gets what is not even one; else that is passed over."""
        ...


@dataclass(frozen=True)
class Parsed:
    """A record that has the right shape."""

    kind: str
    record: Any
    raw: Raw

    def complaints(self, problems: Problems) -> Complaints:
        return Complaints(problems, self.raw.place, (self.kind,))


def parsed(raw: Raw, problems: Problems | None) -> Parsed | None:
    """The record; None, and a problem for each of its faults, where it has not the right shape."""
    problems = Problems() if problems is None else problems
    complaints = Complaints(problems, raw.place, ())
    try:
        envelope = Envelope.model_validate_json(raw.content)
    except ValidationError as error:
        complain(complaints, error, Envelope)
        return None
    given = [name for name in KINDS if getattr(envelope, name) is not None]
    if len(given) != 1:
        complaints.add((), f"Give one record a line: an object with one key out of {', '.join(KINDS)}.")
        return None
    return Parsed(given[0], getattr(envelope, given[0]), raw)


def parsed_header(raw: Raw, problems: Problems) -> Header | None:
    try:
        return Header.model_validate_json(raw.content)
    except ValidationError as error:
        complain(Complaints(problems, raw.place, ()), error, Header)
        return None


class JsonLines:
    """One JSON object a line, the first of them the header. Blank lines are passed over."""

    def __init__(self, file: IO[bytes]) -> None:
        self._file = file
        self.size = file.seek(0, 2)

    def header(self, problems: Problems) -> Raw | None:
        first = next(self._lines(None), None)
        if first is None:
            problems.add(1, 'The file is empty. Begin with {"tenure": 1, "partner": {"currency": "…"}}.')
            return None
        return first if self._is_json(first, problems) else None

    def records(self, problems: Problems | None) -> Iterator[Raw]:
        lines = self._lines(problems)
        next(lines, None)  # the header
        for raw in lines:
            if self._is_json(raw, Problems() if problems is None else problems):
                yield raw

    def _lines(self, problems: Problems | None) -> Iterator[Raw]:
        self._file.seek(0)
        number = 0
        while content := self._file.readline(MAX_LINE + 1):
            number += 1
            line = content.removeprefix(BOM) if number == 1 else content
            if len(content) > MAX_LINE:
                self._skip_line(content)
                line = b""
                if problems is not None:
                    problems.add(number, f"A line may have at most {MAX_LINE} bytes.")
            if line.strip():
                yield Raw(line, _always(number), self._file.tell())

    def _skip_line(self, content: bytes) -> None:
        while content and not content.endswith(b"\n"):
            content = self._file.readline(MAX_LINE)

    def _is_json(self, raw: Raw, problems: Problems) -> bool:
        try:
            json.loads(raw.content.decode(), object_pairs_hook=_once, parse_constant=_refuse)
        except json.JSONDecodeError as error:
            problems.add(raw.line, f"This is not JSON: {error.msg}, at column {error.colno}.")
        except UnicodeDecodeError:
            problems.add(raw.line, "This is not UTF-8. Save the file in UTF-8.")
        except RecursionError:
            problems.add(raw.line, "This is nested too deep.")
        except ValueError as error:
            problems.add(raw.line, str(error))
        else:
            return True
        return False


def _always(line: int) -> Place:
    return lambda _: line


def _once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) != len(pairs):
        names = [name for name, _ in pairs]
        twice = next(name for name in names if names.count(name) > 1)
        raise ValueError(f"The key {twice} comes twice in one object. Give it once.")
    return found


def _refuse(name: str) -> None:
    raise ValueError(f"{name} is no number of JSON's.")
