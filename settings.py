"""What can be configured from the environment, in one place."""

from pathlib import Path

from pydantic import Field, field_validator
from pydantic_settings import BaseSettings, SettingsConfigDict

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
    max_body_bytes: int = Field(2_000_000, ge=1, description="Bytes of a request's body, or of a message.")
    max_tokens: int = Field(5_000, ge=1, description="Tokens (words and signs) of a GraphQL document.")
    max_fragments: int = Field(100, ge=0, description="Fragments that a document defines.")
    max_depth: int = Field(20, ge=1, description="Levels of fields of an operation.")
    max_aliases: int = Field(200, ge=0, description="Aliases of an operation, its fragments spread.")
    max_directives: int = Field(200, ge=0, description="Directives of an operation, its fragments spread.")
    max_root_fields: int = Field(50, ge=1, description="Fields at the root of an operation.")
    max_cost: int = Field(
        500_000, ge=1, description="Points of an operation: about one for each object that it may answer."
    )
    rate_limit: int = Field(
        30_000_000,
        ge=1,
        description="Points of cost that a principal may spend in a minute, or at once, at each process.",
    )
    webhooks_insecure: bool = Field(
        False, description="Let webhooks go to plain HTTP and to private addresses: for trying things out."
    )

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
