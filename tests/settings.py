"""Settings for tests: the defaults and the changes of a test. The environment is ignored."""

from typing import Any

from pydantic_settings import PydanticBaseSettingsSource
from strawberry import Schema

from schema.schema import build_schema
from server.settings import Settings


class _WithoutEnvironment(Settings):
    @classmethod
    def settings_customise_sources(
        cls, _: Any, init_settings: PydanticBaseSettingsSource, *__: Any, **___: Any
    ) -> tuple[PydanticBaseSettingsSource, ...]:
        return (init_settings,)


def settings_with(**values: Any) -> Settings:
    return _WithoutEnvironment(**values)


def default_schema() -> Schema:
    return build_schema(settings_with().limits, settings_with().features)
