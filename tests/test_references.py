"""References to the rules, such as `rules §4.9`, name a heading of docs/rules.md, in one form."""

import re
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).parents[1]
RULES = ROOT / "docs" / "rules.md"
PLACES = [path.name for path in ROOT.iterdir() if (path / "__init__.py").is_file()] + [
    "deploy",
    "docs",
    "examples",
]
SUFFIXES = {".graphql", ".md", ".py", ".sql", ".yaml"}

HEADINGS = set(re.findall(r"^##+ ([\d.]+?)\.? ", RULES.read_text(encoding="utf-8"), re.MULTILINE))
REFERENCE = re.compile(r"rules ((?:§\d+(?:\.\d+)?(?:, )?)+)", re.IGNORECASE)
OTHER_FORM = re.compile(r"rules(?:\.md)?,? section|Source: rules(?! §)|rules,? §\D", re.IGNORECASE)
RELEASED = ROOT / "schema" / "released.graphql"  # of the last release, never edited


def texts() -> Iterator[tuple[str, str]]:
    """Each file's name and text."""
    for path in sorted(path for place in PLACES for path in (ROOT / place).rglob("*")):
        skipped = {"node_modules", "dist"} & set(path.parts) or path in (Path(__file__), RELEASED)
        if path.suffix in SUFFIXES and not skipped:
            yield str(path.relative_to(ROOT)), path.read_text(encoding="utf-8")


def test_the_rules_have_every_section_that_is_named() -> None:
    named = [
        (name, number)
        for name, text in texts()
        for reference in REFERENCE.findall(text)
        for number in re.findall(r"[\d.]+\d|\d", reference)
    ]
    assert len(named) > 50
    assert [found for found in named if found[1] not in HEADINGS] == []


def test_the_rules_name_sections_that_they_have() -> None:
    named = re.findall(r"§([\d.]+\d|\d)", RULES.read_text(encoding="utf-8"))
    assert [number for number in named if number not in HEADINGS] == []


def test_references_have_one_form() -> None:
    assert [(name, other) for name, text in texts() for other in OTHER_FORM.findall(text)] == []
