"""What is configured from the environment agrees with what the code assumes without it."""

from dataclasses import asdict

from schema.limits import Limits
from settings import Settings


def test_the_limits_are_those_that_the_code_assumes() -> None:
    settings = Settings().model_dump()
    assert {name: settings[name] for name in asdict(Limits())} == asdict(Limits())
