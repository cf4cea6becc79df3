"""What the pages and the code refer to exists: sections of the rules (`rules §4.9`), files, decisions."""

import re
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
RULES = ROOT / "docs" / "rules.md"
PACKAGES = {path.parent.name for path in ROOT.glob("*/__init__.py")}
PLACES = PACKAGES | {"deploy", "docs", "examples"}
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


@pytest.mark.parametrize("name", ["README.md", "CONTRIBUTING.md", "SECURITY.md", "docs/architecture.md"])
def test_the_files_that_a_page_names_exist(name: str) -> None:
    text = (ROOT / name).read_text(encoding="utf-8")
    paths = [path for path in re.findall(r"`([\w/]+(?:\.\w+)?)`", text) if path.split("/")[0] in PLACES]
    links = [link for link in re.findall(r"\]\(([^)#:]+)", text) if not link.startswith("http")]
    missing = [path for path in paths if not (ROOT / path).exists() and "do_something" not in path]
    missing += [link for link in links if not ((ROOT / name).parent / link).exists()]
    assert missing == []


def test_the_index_names_every_decision() -> None:
    folder = ROOT / "docs" / "decisions"
    index = (folder / "README.md").read_text(encoding="utf-8")
    assert [path.name for path in sorted(folder.glob("0*.md")) if f"({path.name})" not in index] == []
