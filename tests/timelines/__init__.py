"""Timelines over HTTP while a sandbox's clock moves."""

import pytest

# Their failed assertions show both sides, although they are no test modules.
pytest.register_assert_rewrite("tests.timelines.step", "tests.timelines.timeline")
