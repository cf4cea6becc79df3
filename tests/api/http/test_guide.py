"""What docs/guide/http.md says of bounds and codes is what holds."""

from pathlib import Path

from resolvers.errors import RequestErrorCode
from schema.http.documents import ENTRIES, LENGTH

GUIDE = (Path(__file__).parents[3] / "docs/guide/http.md").read_text(encoding="utf-8")


def test_the_guide_names_the_bounds_that_hold() -> None:
    assert f"newest {ENTRIES:,} documents of up to {LENGTH:,} characters" in " ".join(GUIDE.split())


def test_the_guide_explains_every_code_but_those_of_sockets() -> None:
    for code in set(RequestErrorCode) - {RequestErrorCode.SLOW_READER}:
        assert f"| `{code}` |" in GUIDE
