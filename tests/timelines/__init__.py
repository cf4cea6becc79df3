"""Stories told over HTTP while a sandbox's clock moves on."""

import pytest

# What the machine asserts shall fail with both sides in view, though it stands in no test module.
pytest.register_assert_rewrite("tests.timelines.step")
