"""What can be configured from the environment, in one place."""

from pathlib import Path
from typing import Annotated, Literal, Self

from pydantic import Field, field_validator, model_validator
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
    introspection: bool | None = Field(
        None, description="Let clients read the schema; unset: with --demo alone. `__typename` always works."
    )
    suggestions: bool | None = Field(
        None, description="Say `Did you mean ...?` of unknown names; unset: with --demo alone."
    )
    graphiql: bool | None = Field(
        None,
        description="Serve GraphiQL at /graphiql; unset: with --demo alone. Only the demo has tokens in it.",
    )
    cors_origins: Annotated[tuple[str, ...], NoDecode] = Field(
        (), description="Origins whose pages may call from a browser, with commas: https://app.example.com"
    )
    plans: bool = Field(
        True, description="Answer queries by compiled plans, as far as they go; false: none, to compare."
    )
    webhooks_insecure: bool = Field(
        False, description="Let webhooks go to plain HTTP and to private addresses: for trying things out."
    )

    log_level: Literal["debug", "info", "warning"] = Field(
        "info", description="The least that is logged: debug (each attempt to deliver, too), info or warning."
    )
    otel_exporter_otlp_endpoint: str | None = Field(
        None,
        description="OpenTelemetry collector that gets traces, http://collector:4318; unset: there are none. "
        "Further OTEL_ variables are those of the SDK.",
    )

    oidc_issuer: str | None = Field(
        None, description="Identity provider whose tokens are let in: its `iss`, to the letter."
    )
    oidc_audience: str | None = Field(None, description="The `aud` that its tokens must hold.")
    oidc_jwks_url: str | None = Field(
        None, description="Where its keys are; unset: as its /.well-known/openid-configuration says."
    )
    oidc_role_claim: str = Field("role", description="Claim that holds the role.")
    oidc_partner_claim: str = Field("partner", description="Claim that holds the partner's id.")
    oidc_customer_claim: str = Field("customer", description="Claim that holds the customer's id.")
    oidc_name_claim: str = Field("sub", description="Claim that holds the name for the history.")
    oidc_leeway: int = Field(30, ge=0, le=300, description="Seconds by which clocks may differ.")
    oidc_insecure: bool = Field(False, description="Ask a provider that is not on localhost over plain HTTP.")
    instance_tokens: bool | None = Field(
        None, description="Let in tokens of the instance's own key; unset: only without OIDC_ISSUER."
    )

    @property
    def own_tokens(self) -> bool:
        """Whether tokens of the instance's own key are let in."""
        return self.oidc_issuer is None if self.instance_tokens is None else self.instance_tokens

    @model_validator(mode="after")
    def _has_a_verifier(self) -> Self:
        if self.oidc_issuer and not self.oidc_audience:
            raise ValueError("OIDC_ISSUER needs OIDC_AUDIENCE: else tokens for any other service would do")
        if not self.oidc_issuer and not self.own_tokens:
            raise ValueError("INSTANCE_TOKENS=false without OIDC_ISSUER lets nobody in")
        return self

    @field_validator("oidc_issuer", "oidc_jwks_url", "otel_exporter_otlp_endpoint")
    @classmethod
    def _is_url(cls, url: str | None) -> str | None:
        if url is not None and not url.startswith(("https://", "http://")):
            raise ValueError("must start with https://")
        return url

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
