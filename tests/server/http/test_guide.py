"""The bounds in docs/guide/http.md are those of the code."""

from pathlib import Path

from server.http.persisted import ENTRIES, LENGTH

GUIDE = (Path(__file__).parents[3] / "docs/guide/http.md").read_text(encoding="utf-8")


def test_the_guide_names_the_bounds_that_hold() -> None:
    assert f"newest {ENTRIES:,} documents of up to {LENGTH:,} characters" in " ".join(GUIDE.split())
