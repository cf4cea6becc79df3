"""The guide's table of settings."""

from pathlib import Path

import pytest

from cli.generate_docs import settings_table, with_table
from server.settings import Settings

PAGE = Path(__file__).parents[2] / "docs" / "guide" / "settings.md"


def test_the_guide_shows_the_settings_as_they_are() -> None:
    page = PAGE.read_text(encoding="utf-8")
    assert page == with_table(page, settings_table())


@pytest.mark.parametrize("name", Settings.model_fields)
def test_each_setting_is_described_in_a_sentence(name: str) -> None:
    description = Settings.model_fields[name].description or ""
    assert len(description.split()) > 3, description


def test_a_row_shows_the_default_and_the_bounds() -> None:
    row = "| `PORT` | `8000` | TCP port to listen on; 0 takes a free one. (at least 0, at most 65535) |"
    assert row in settings_table().splitlines()
