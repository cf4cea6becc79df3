"""YAML: one mapping with the header's keys and a list for each kind of record, as people write it."""

import json
from collections.abc import Iterator
from functools import partial
from typing import IO, Any

import yaml

from transfer.format import KINDS
from transfer.problems import Path, Problems
from transfer.sources import BOM, TOO_DEEP, TWICE, Raw, RefusedError

MAX_YAML = 16 * 1024 * 1024
"""Bytes of a YAML file, which is held in memory; JSON Lines has no such bound."""
MAX_DEPTH = 200

SECTIONS = {f"{kind}s": kind for kind in KINDS}
HEADER = ("tenure", "partner")

_BASE = "tag:yaml.org,2002:"
_KEYS = ", ".join((*HEADER, *SECTIONS))
_SCALARS = yaml.SafeLoader("")


class Yaml:
    """Like JsonLines; `size` is the number of records."""

    def __init__(self, file: IO[bytes], problems: Problems) -> None:
        self._sections: dict[str, yaml.Node] = {}
        self._records: list[tuple[str, yaml.Node]] = []
        try:
            self._split(_composed(file), problems)
        except RefusedError as error:
            problems.add(error.line, str(error))
        except yaml.MarkedYAMLError as error:
            mark = error.problem_mark or error.context_mark
            problems.add(mark.line + 1 if mark else 1, f"This is not YAML: {error.problem}.")
        except yaml.YAMLError as error:
            problems.add(1, f"This is not YAML in UTF-8: {str(error).splitlines()[0]}.")
        self.size = len(self._records)

    def header(self) -> Raw | None:
        found = {name: self._sections[name] for name in HEADER if name in self._sections}
        return _raw(found, 0) if found else None

    def records(self) -> Iterator[Raw]:
        for position, (kind, node) in enumerate(self._records, start=1):
            yield _raw({kind: node}, position, is_subscription=kind == "subscription")

    def _split(self, root: yaml.MappingNode, problems: Problems) -> None:
        for key, value in root.value:
            name = str(key.value)
            if name in self._sections:
                problems.add(_line_of(key), TWICE.format(name))
            elif name not in HEADER and name not in SECTIONS:
                problems.add(_line_of(key), f"There is no section {name}. Known are {_KEYS}.")
            self._sections[name] = value
            if name in SECTIONS and isinstance(value, yaml.SequenceNode):
                self._records += [(SECTIONS[name], node) for node in value.value]
            elif name in SECTIONS and value.tag != f"{_BASE}null":
                problems.add(_line_of(key), f"{name} must be a list.")
        if not any(name in self._sections for name in HEADER):
            problems.add(1, "Begin with `tenure: 1` and `partner:`.")


def _composed(file: IO[bytes]) -> yaml.MappingNode:
    content = file.read(MAX_YAML + 1).removeprefix(BOM)
    if len(content) > MAX_YAML:
        raise RefusedError(1, f"A YAML file may have at most {MAX_YAML} bytes. Use JSON Lines.")
    _check_events(content)
    root = yaml.compose(content, yaml.CSafeLoader)
    if not isinstance(root, yaml.MappingNode):
        raise RefusedError(1, f"Give a mapping with the keys {_KEYS}.")
    return root


def _check_events(content: bytes) -> None:
    """Refuses aliases and deep nesting: libyaml composes recursively, without a bound."""
    depth = 0
    for event in yaml.parse(content, yaml.CSafeLoader):
        if isinstance(event, yaml.AliasEvent):
            raise RefusedError(_line_of(event), "Aliases (*name) are not read. Write it out.")
        if isinstance(event, yaml.CollectionStartEvent):
            depth += 1
        elif isinstance(event, yaml.CollectionEndEvent):
            depth -= 1
        if depth > MAX_DEPTH:
            raise RefusedError(_line_of(event), TOO_DEEP)


def _raw(nodes: dict[str, yaml.Node], position: int, *, is_subscription: bool = False) -> Raw:
    return Raw(partial(_json, nodes), partial(_line_at, nodes), position, is_subscription)


def _json(nodes: dict[str, yaml.Node]) -> bytes:
    try:
        return json.dumps({name: _plain(node) for name, node in nodes.items()}, allow_nan=False).encode()
    except ValueError as error:
        raise RefusedError(_line_at(nodes, ()), "Infinite numbers cannot be kept.") from error


def _line_of(node: Any) -> int:
    """Counted from 1."""
    return int(node.start_mark.line) + 1


def _line_at(nodes: dict[str, yaml.Node], path: Path) -> int:
    """The line of the node at that path, or of the last part of the path that is there."""
    found = node = nodes.get(str(path[0])) if path else None
    for part in path[1:]:
        node = _child(node, part)
        if node is None:
            break
        found = node
    return _line_of(found or next(iter(nodes.values())))


def _child(node: yaml.Node | None, part: str | int) -> yaml.Node | None:
    if isinstance(node, yaml.MappingNode):
        return next((value for key, value in node.value if key.value == part), None)
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
        text = f"The tag {node.tag} is not read here. Write plain texts, numbers and lists."
        raise RefusedError(_line_of(node), text)
    try:
        return _SCALARS.construct_object(node)
    except ValueError as error:
        raise RefusedError(_line_of(node), f"{node.value} is no {kind}. Put it in quotes.") from error


def _mapping(node: yaml.MappingNode) -> dict[str, Any]:
    found: dict[str, Any] = {}
    for key, value in node.value:
        if not isinstance(key, yaml.ScalarNode) or key.tag != f"{_BASE}str":
            raise RefusedError(_line_of(key), "A key must be a text. Put it in quotes.")
        if key.value in found:
            raise RefusedError(_line_of(key), TWICE.format(key.value))
        found[key.value] = _plain(value)
    return found
