"""Files in either format, as raw records with their lines. JSON Lines is read here, YAML in `yaml_source`."""

import json
import re
import shutil
import sys
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from enum import StrEnum
from functools import partial
from pathlib import Path
from typing import IO, Any

from transfer.problems import Place

STDIN = "-"
MAX_LINE = 16 * 1024 * 1024
"""Bytes of one record in JSON Lines."""
BOM = b"\xef\xbb\xbf"
TWICE = "The key {} comes twice in one object. Give it once."
TOO_DEEP = "This is nested too deep."

# A line that begins like this is a subscription, or is refused.
_SUBSCRIPTION = re.compile(rb'\s*\{\s*"subscription"\s*:\s*\{')


class Format(StrEnum):
    YAML = "yaml"
    JSONL = "jsonl"


class RefusedError(Exception):
    """A part of the file that cannot be read, and its line."""

    def __init__(self, line: int, text: str) -> None:
        super().__init__(text)
        self.line = line


@dataclass(frozen=True)
class Raw:
    """A record that is not parsed yet.

    `read` gives it as JSON, or raises RefusedError. `position` is where it ends in the source.
    `is_subscription` may be False for a subscription that is written in an unusual way.
    """

    read: Callable[[], bytes]
    place: Place
    position: int
    is_subscription: bool = False

    @property
    def line(self) -> int:
        return self.place(())


def format_of(name: str, chosen: Format | None) -> Format | None:
    """The chosen format, else the one of the suffix; None for an unknown suffix."""
    suffixes = {".yaml": Format.YAML, ".yml": Format.YAML, ".jsonl": Format.JSONL, ".ndjson": Format.JSONL}
    return chosen or suffixes.get(Path(name).suffix.lower())


@contextmanager
def opened(name: str) -> Iterator[IO[bytes]]:
    """The file; "-" is a copy of standard input, since it is read twice. Raises OSError."""
    if name != STDIN:
        with Path(name).open("rb") as file:
            yield file
        return
    with tempfile.TemporaryFile() as copy:
        shutil.copyfileobj(sys.stdin.buffer, copy)
        copy.seek(0)
        yield copy


class JsonLines:
    """One JSON object a line, the first of them the header. Blank lines are skipped.

    `size` is the position of the end. The records can be read again and again.
    """

    def __init__(self, file: IO[bytes]) -> None:
        self._file = file
        self.size = file.seek(0, 2)

    def header(self) -> Raw | None:
        return next((self._raw(*line) for line in self._lines() if line[1] is not None), None)

    def records(self) -> Iterator[Raw]:
        header_seen = False
        for number, content in self._lines():
            if header_seen or content is None:
                yield self._raw(number, content)
            else:
                header_seen = True

    def _lines(self) -> Iterator[tuple[int, bytes | None]]:
        """Lines that are not blank, with their numbers from 1; None for one that is too long."""
        self._file.seek(0)
        number = 0
        while line := self._file.readline(MAX_LINE + 1):
            number += 1
            if len(line) > MAX_LINE:
                self._skip_line(line)
                yield number, None
                continue
            content = line.removeprefix(BOM) if number == 1 else line
            if content.strip():
                yield number, content

    def _skip_line(self, content: bytes) -> None:
        while content and not content.endswith(b"\n"):
            content = self._file.readline(MAX_LINE)

    def _raw(self, number: int, content: bytes | None) -> Raw:
        is_subscription = content is not None and _SUBSCRIPTION.match(content) is not None
        return Raw(partial(_checked, number, content), lambda _: number, self._file.tell(), is_subscription)


def _checked(number: int, content: bytes | None) -> bytes:
    """The line, if it is JSON. Pydantic would accept keys that come twice, and NaN."""
    if content is None:
        raise RefusedError(number, f"A line may have at most {MAX_LINE} bytes.")
    try:
        json.loads(content.decode(), object_pairs_hook=_unique, parse_constant=_refuse)
    except json.JSONDecodeError as error:
        raise RefusedError(number, f"This is not JSON: {error.msg}, at column {error.colno}.") from error
    except UnicodeDecodeError as error:
        raise RefusedError(number, "This is not UTF-8. Save the file in UTF-8.") from error
    except RecursionError as error:
        raise RefusedError(number, TOO_DEEP) from error
    except ValueError as error:
        raise RefusedError(number, str(error)) from error
    return content


def _unique(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) != len(pairs):
        names = [name for name, _ in pairs]
        raise ValueError(TWICE.format(next(name for name in names if names.count(name) > 1)))
    return found


def _refuse(name: str) -> None:
    raise ValueError(f"{name} is no number of JSON's.")
