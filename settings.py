"""What can be configured from the environment, in one place."""

from pathlib import Path
from typing import Annotated

from pydantic import Field, field_validator
from pydantic_settings import BaseSettings, NoDecode, SettingsConfigDict
from strawberry.http.websocket_origin import normalize_origin

DRIVER = "postgresql+asyncpg://"


class Settings(BaseSettings):
    """Read once, at the edges of the program (app, cli, migrations); the rest is handed values.

    An empty variable counts as unset. A value that does not fit raises pydantic's ValidationError.
    """

    model_config = SettingsConfigDict(frozen=True, env_ignore_empty=True, hide_input_in_errors=True)

    data_dir: Path = Field(
        Path("var"), description="Directory of the embedded database; unused where DATABASE_URL is set."
    )
    database_url: str | None = Field(
        None, repr=False, description="PostgreSQL to use, postgresql://...; unset: the app starts its own."
    )
    host: str = Field("127.0.0.1", description="Address to listen on.")
    port: int = Field(8000, ge=0, le=65535, description="TCP port to listen on; 0 takes a free one.")
    pool_size: int = Field(10, ge=1, description="Database connections that one process may hold.")
    introspection: bool | None = Field(
        None, description="Let clients read the schema; unset: with --demo alone. `__typename` always works."
    )
    suggestions: bool | None = Field(
        None, description="Say `Did you mean ...?` of unknown names; unset: with --demo alone."
    )
    cors_origins: Annotated[tuple[str, ...], NoDecode] = Field(
        (), description="Origins whose pages may call from a browser, with commas: https://app.example.com"
    )
    webhooks_insecure: bool = Field(
        False, description="Let webhooks go to plain HTTP and to private addresses: for trying things out."
    )

    @field_validator("cors_origins", mode="before")
    @classmethod
    def _exact(cls, value: object) -> object:
        """Each as browsers send it, so that nothing has to be guessed when it is compared."""
        if not isinstance(value, str):
            return value
        origins = tuple(part.strip() for part in value.split(",") if part.strip())
        for origin in origins:
            if not origin.startswith("http") or normalize_origin(origin) != origin:
                raise ValueError("must be origins such as https://app.example.com, with no path")
        return origins

    @field_validator("database_url")
    @classmethod
    def _for_our_driver(cls, url: str | None) -> str | None:
        """The same URL for asyncpg, which knows libpq's option sslmode under the name ssl."""
        if url is None:
            return None
        scheme, separator, rest = url.partition("://")
        if not separator or scheme not in {"postgres", "postgresql", "postgresql+asyncpg"}:
            raise ValueError("must start with postgresql://")
        return DRIVER + rest.replace("?sslmode=", "?ssl=").replace("&sslmode=", "&ssl=")
