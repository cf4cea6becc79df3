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
    pool_timeout: float = Field(
        10.0, gt=0, description="Seconds that a request waits for a free connection before it is refused."
    )
    statement_timeout: float = Field(
        30.0, ge=0, description="Seconds that PostgreSQL gives a statement of a request; 0 is no bound."
    )
    idle_in_transaction_timeout: float = Field(
        30.0, ge=0, description="Seconds that a request's transaction may do nothing; 0 is no bound."
    )
    request_deadline: float = Field(
        30.0, gt=0, description="Seconds after which a request over HTTP is given up."
    )
    max_in_flight: int = Field(
        100, ge=1, description="Requests over HTTP under way at the same time; any more are refused."
    )
    shutdown_grace: float = Field(
        3.0, ge=0, description="Seconds between not being ready and taking no more, once SIGTERM has come."
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
