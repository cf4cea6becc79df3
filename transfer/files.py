"""Opens what is to be loaded, and writes what is exported, in either format."""

import json
import shutil
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from enum import StrEnum
from pathlib import Path
from typing import IO, Any

import yaml

from transfer.problems import Problems
from transfer.sources import JsonLines, Source
from transfer.yaml_source import Yaml

STDIN = "-"


class Format(StrEnum):
    YAML = "yaml"
    JSONL = "jsonl"


def format_of(name: str, chosen: Format | None) -> Format | None:
    """The one that was chosen, else by the suffix; None where that tells nothing."""
    suffixes = {".yaml": Format.YAML, ".yml": Format.YAML, ".jsonl": Format.JSONL, ".ndjson": Format.JSONL}
    return chosen or suffixes.get(Path(name).suffix.lower())


@contextmanager
def opened(name: str) -> Iterator[IO[bytes]]:
    """The file; "-" is all of standard input, kept so that it can be read again. Raises OSError."""
    if name != STDIN:
        with Path(name).open("rb") as file:
            yield file
        return
    with tempfile.TemporaryFile() as kept:
        shutil.copyfileobj(sys.stdin.buffer, kept)
        kept.seek(0)
        yield kept


def source_of(file: IO[bytes], kind: Format, problems: Problems) -> Source:
    return Yaml(file, problems) if kind is Format.YAML else JsonLines(file)


class Writer:
    """Writes a header and then records, those of one kind one after another."""

    def __init__(self, file: IO[str], kind: Format) -> None:
        self._file = file
        self._format = kind
        self._kind: str | None = None

    def header(self, header: dict[str, Any]) -> None:
        self._file.write(_json(header) if self._format is Format.JSONL else _yaml(header))

    def record(self, kind: str, record: dict[str, Any]) -> None:
        if self._format is Format.JSONL:
            self._file.write(_json({kind: record}))
            return
        if kind != self._kind:
            self._file.write(f"{kind}s:\n")
            self._kind = kind
        self._file.write(_yaml([record]))


def _json(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False, separators=(",", ":")) + "\n"


def _yaml(value: Any) -> str:
    return str(yaml.dump(value, Dumper=_Plain, sort_keys=False, allow_unicode=True))


class _Plain(yaml.CSafeDumper):
    """Writes everything out, since aliases are not read."""

    def ignore_aliases(self, data: Any) -> bool:
        return True


_Plain.add_multi_representer(StrEnum, lambda dumper, value: dumper.represent_str(value.value))
