"""What is wrong with a file: every problem of it, each with its line."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field

Path = tuple[str | int, ...]
"""Where in a record: names and indices, from the outside in."""

Place = Callable[[Path], int]
"""The line of a file on which that part of a record stands."""


@dataclass
class Problems:
    """Gathers problems of one file."""

    _found: list[tuple[int, str]] = field(default_factory=list)

    def add(self, line: int, text: str) -> None:
        self._found.append((line, text))

    def __len__(self) -> int:
        return len(self._found)

    def told(self, file: str) -> Iterator[str]:
        """In the order of the lines: "file:line: what is wrong and what to do"."""
        for line, text in sorted(self._found, key=lambda problem: problem[0]):
            yield f"{file}:{line}: {text}"


@dataclass(frozen=True)
class Complaints:
    """Problems with one record."""

    problems: Problems
    place: Place
    within: Path

    def add(self, path: Path, text: str) -> None:
        """A problem with that part of the record; the empty path is the whole of it."""
        whole = (*self.within, *path)
        self.problems.add(self.place(whole), f"{told(whole)}: {text}")


def told(path: Path) -> str:
    """In words: ("terms", 0, "price") is "terms[0].price"."""
    text = "".join(f"[{part}]" if isinstance(part, int) else f".{part}" for part in path)
    return text.removeprefix(".") or "record"
