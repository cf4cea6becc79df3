"""YAML: one mapping with the header's keys and a list for each kind of record, as people write it."""

import json
from collections.abc import Iterator
from typing import IO, Any

import yaml

from transfer.problems import Path, Problems
from transfer.sources import BOM, KINDS, Raw

MAX_YAML = 16 * 1024 * 1024
"""Bytes of a YAML file, which is held in memory whole; JSON Lines has no such bound."""

MAX_DEPTH = 200
TOO_DEEP = "This is nested too deep."

SECTIONS = {f"{kind}s": kind for kind in KINDS}
HEADER = ("tenure", "partner")

_BASE = "tag:yaml.org,2002:"
_SCALARS = yaml.SafeLoader("")


class _RefusedError(Exception):
    """A problem with a node."""

    def __init__(self, node: Any, text: str) -> None:
        super().__init__(text)
        self.line = _line_of(node)


class Yaml:
    def __init__(self, file: IO[bytes], problems: Problems) -> None:
        self._sections: dict[str, yaml.Node] = {}
        self._records: list[tuple[str, yaml.Node]] = []
        try:
            self._read(file, problems)
        except yaml.MarkedYAMLError as error:
            mark = error.problem_mark or error.context_mark
            problems.add(mark.line + 1 if mark else 1, f"This is not YAML: {error.problem}.")
        except yaml.YAMLError as error:
            problems.add(1, f"This is not YAML in UTF-8: {str(error).splitlines()[0]}.")
        self.size = len(self._records)

    def header(self, problems: Problems) -> Raw | None:
        found = {name: self._sections[name] for name in HEADER if name in self._sections}
        if not found:
            return None
        node = yaml.MappingNode(f"{_BASE}map", [(_key(name), value) for name, value in found.items()])
        return self._raw(node, 0, problems)

    def records(self, problems: Problems | None) -> Iterator[Raw]:
        problems = Problems() if problems is None else problems
        for index, (kind, node) in enumerate(self._records):
            envelope = yaml.MappingNode(f"{_BASE}map", [(_key(kind), node)])
            if raw := self._raw(envelope, index + 1, problems):
                yield raw

    def _read(self, file: IO[bytes], problems: Problems) -> None:
        content = file.read(MAX_YAML + 1).removeprefix(BOM)
        if len(content) > MAX_YAML:
            problems.add(1, f"A YAML file may have at most {MAX_YAML} bytes. Use JSON Lines.")
            return
        if unread := _unread(content):
            problems.add(*unread)
            return
        root = yaml.compose(content, yaml.CSafeLoader)
        if not isinstance(root, yaml.MappingNode):
            problems.add(1, f"Give a mapping with the keys {', '.join((*HEADER, *SECTIONS))}.")
            return
        self._split(root, problems)

    def _split(self, root: yaml.MappingNode, problems: Problems) -> None:
        for key, value in root.value:
            name = str(key.value)
            if name in self._sections:
                problems.add(_line_of(key), f"The key {name} comes twice in one object. Give it once.")
            elif name not in HEADER and name not in SECTIONS:
                known = ", ".join((*HEADER, *SECTIONS))
                problems.add(_line_of(key), f"There is no section {name}. Known are {known}.")
            self._sections[name] = value
            if name in SECTIONS and isinstance(value, yaml.SequenceNode):
                self._records += [(SECTIONS[name], node) for node in value.value]
            elif name in SECTIONS and value.tag != f"{_BASE}null":
                problems.add(_line_of(key), f"{name} must be a list.")
        if not any(name in self._sections for name in HEADER):
            problems.add(1, "Begin with `tenure: 1` and `partner:`.")

    def _raw(self, node: yaml.Node, position: int, problems: Problems) -> Raw | None:
        try:
            content = json.dumps(_plain(node), allow_nan=False).encode()
        except _RefusedError as error:
            problems.add(error.line, str(error))
        except ValueError:
            problems.add(_line_of(node), "Infinite numbers cannot be kept.")
        else:
            return Raw(content, lambda path: _line_at(node, path), position)
        return None


def _unread(content: bytes) -> tuple[int, str] | None:
    """What must not even be composed, and its line: libyaml does that recursively, without a bound."""
    depth = 0
    for event in yaml.parse(content, yaml.CSafeLoader):
        if isinstance(event, yaml.AliasEvent):
            return _line_of(event), "Aliases (*name) are not read. Write it out."
        if isinstance(event, yaml.CollectionStartEvent):
            depth += 1
        elif isinstance(event, yaml.CollectionEndEvent):
            depth -= 1
        if depth > MAX_DEPTH:
            return _line_of(event), TOO_DEEP
    return None


def _key(name: str) -> yaml.ScalarNode:
    return yaml.ScalarNode(f"{_BASE}str", name)


def _line_of(node: Any) -> int:
    """Counted from 1. An envelope of ours has no line: its first value's counts."""
    while node.start_mark is None and node.value:
        node = node.value[0][1]
    return int(node.start_mark.line) + 1 if node.start_mark else 1


def _line_at(node: yaml.Node, path: Path) -> int:
    """The line of what stands at that path, or of the last part of it that is there."""
    for part in path:
        step = _child(node, part)
        if step is None:
            break
        node = step
    return _line_of(node)


def _child(node: yaml.Node, part: str | int) -> yaml.Node | None:
    if isinstance(node, yaml.MappingNode):
        found: list[yaml.Node] = [value for key, value in node.value if key.value == part]
        return found[0] if found else None
    if isinstance(node, yaml.SequenceNode) and isinstance(part, int) and part < len(node.value):
        item: yaml.Node = node.value[part]
        return item
    return None


def _plain(node: yaml.Node) -> Any:
    """The node as JSON has it; days and times stay texts."""
    kind = node.tag.removeprefix(_BASE)
    if isinstance(node, yaml.MappingNode) and kind == "map":
        return _mapping(node)
    if isinstance(node, yaml.SequenceNode) and kind == "seq":
        return [_plain(item) for item in node.value]
    if kind in ("str", "timestamp"):
        return node.value
    if kind not in ("int", "float", "bool", "null"):
        raise _RefusedError(
            node, f"The tag {node.tag} is not read here. Write plain texts, numbers and lists."
        )
    try:
        return _SCALARS.construct_object(node)
    except ValueError as error:
        raise _RefusedError(node, f"{node.value} is no {kind}. Put it in quotes.") from error


def _mapping(node: yaml.MappingNode) -> dict[str, Any]:
    found: dict[str, Any] = {}
    for key, value in node.value:
        if not isinstance(key, yaml.ScalarNode) or key.tag != f"{_BASE}str":
            raise _RefusedError(key, "A key must be a text. Put it in quotes.")
        if key.value in found:
            raise _RefusedError(key, f"The key {key.value} comes twice in one object. Give it once.")
        found[key.value] = _plain(value)
    return found
