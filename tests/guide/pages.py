"""A page of the guide as its test reads it: operations, their variables, their answers, top to bottom.

A block of graphql is followed by its answer, or, where it takes variables, by pairs of variables and answer.
"""

import json
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from graphql import OperationDefinitionNode, parse

GUIDE = Path(__file__).parents[2] / "docs" / "guide"

NOT_RUN_HERE = {
    "README.md": "the index",
    "authentication.md": "settings and claims",
    "clients.md": "tests/clients/test_guide.py",
    "errors.md": "tests/guide/test_errors.py",
    "graphiql.md": "tests/web/, tests/demo/test_tabs.py",
    "http.md": "tests/api/http/test_guide.py",
    "limits.md": "tests/api/test_limits.py",
    "live-updates.md": "tests/live/test_guide.py",
    "loading.md": "tests/transfer/",
    "roles.md": "made from the code",
    "operating.md": "tests/deploy/",
    "settings.md": "made from the code",
    "webhooks.md": "tests/webhooks/test_guide.py",
}
"""Pages whose operations are not run here, and what tests them."""

BLOCK = re.compile(r"^```(graphql|json)\n(.*?)^```$", re.MULTILINE | re.DOTALL)
MEANWHILE_MARK = re.compile(r"^<!-- meanwhile: (.+) -->$", re.MULTILINE)
CALLER = re.compile(r"# As (\w+)(?: of (\S+))?")


@dataclass(frozen=True)
class Meanwhile:
    """A step that the page cannot do by the API."""

    comment: str


@dataclass(frozen=True)
class Exchange:
    """One request, and where its answer is in the page. `of` is the partner's placeholder."""

    operation: str
    variables: dict[str, Any]
    answer: str
    span: tuple[int, int]
    role: str = "PARTNER_ADMIN"
    of: str | None = None


def steps(page: str) -> list[Exchange | Meanwhile]:
    """All steps of the page, in order. Raises ValueError where blocks are out of order."""
    meanwhile = [(found.start(), Meanwhile(found[1])) for found in MEANWHILE_MARK.finditer(page)]
    found: list[tuple[int, Exchange | Meanwhile]] = [*meanwhile]
    blocks = list(BLOCK.finditer(page))
    starts = [number for number, block in enumerate(blocks) if block[1] == "graphql"]
    if blocks and starts[:1] != [0]:
        raise ValueError("the page begins with an answer")
    for start, end in zip(starts, [*starts[1:], len(blocks)], strict=True):
        found += [(made.span[0], made) for made in _exchanges(blocks[start][2], blocks[start + 1 : end])]
    return [step for _, step in sorted(found, key=lambda pair: pair[0])]


def _exchanges(operation: str, blocks: Sequence[re.Match[str]]) -> Iterator[Exchange]:
    caller = CALLER.match(operation)
    role, of = caller.groups() if caller else ("PARTNER_ADMIN", None)
    [definition] = [one for one in parse(operation).definitions if isinstance(one, OperationDefinitionNode)]
    each = 2 if definition.variable_definitions else 1
    if not blocks or len(blocks) % each or (each == 1 and len(blocks) > 1):
        raise ValueError(f"variables or an answer are missing:\n{operation}")
    for last in range(each - 1, len(blocks), each):
        variables = json.loads(blocks[last - 1][2]) if each == 2 else {}
        yield Exchange(operation, variables, blocks[last][2], blocks[last].span(2), role, of)


def root_fields(page: str) -> set[str]:
    """The root fields that the page's operations select."""
    documents = [parse(block[2]) for block in BLOCK.finditer(page) if block[1] == "graphql"]
    return {
        field.name.value
        for document in documents
        for definition in document.definitions
        if isinstance(definition, OperationDefinitionNode)
        for field in definition.selection_set.selections
    }


def task_pages() -> list[Path]:
    """The pages whose operations are run, from top to bottom, as they are written there."""
    return [page for page in sorted(GUIDE.glob("*.md")) if page.name not in NOT_RUN_HERE]


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
