"""JSON as the guide shows it: as much on a line as has room, brackets closed where the last thing ends."""

import json
from collections.abc import Iterator, Sequence
from typing import Any

WIDTH = 112


def written(value: Any, indent: int = 0, before: int = 0) -> str:
    """The text; `before` characters stand on its first line already, after the indent."""
    line = json.dumps(value, ensure_ascii=False)
    if indent + before + len(line) <= WIDTH or not isinstance(value, dict | list) or not value:
        return line
    opening, closing = ("{", "}") if isinstance(value, dict) else ("[", "]")
    if len(value) == 1:
        [(label, only)] = _items(value)
        return opening + label + written(only, indent, before + len(opening + label)) + closing
    parts = [label + written(item, indent + 2, len(label)) for label, item in _items(value)]
    start = WIDTH if indent == 0 else before + 1  # the outermost begins on a line of its own
    return opening + f"\n{' ' * (indent + 2)}".join(_rows(parts, indent, start)) + closing


def _items(value: dict[str, Any] | list[Any]) -> Sequence[tuple[str, Any]]:
    if isinstance(value, dict):
        return [(f"{json.dumps(name)}: ", item) for name, item in value.items()]
    return [("", item) for item in value]


def _rows(parts: Sequence[str], indent: int, start: int) -> Iterator[str]:
    """As many of them on a line as have room; what has several lines begins one. `start` is taken already."""
    row, room = "", WIDTH - indent - start
    for part in (*(f"{part}," for part in parts[:-1]), parts[-1]):
        if len(row) + 1 + len(part) > room or "\n" in part + row:
            yield row
            row, room = part, WIDTH - indent - 2
        else:
            row = f"{row} {part}" if row else part
    yield row
