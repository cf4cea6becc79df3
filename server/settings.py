"""Settings that the environment can set."""

from dataclasses import fields
from pathlib import Path
from typing import Annotated, Literal, Self

from pydantic import Field, field_validator, model_validator
from pydantic_settings import BaseSettings, NoDecode, SettingsConfigDict
from strawberry.http.websocket_origin import normalize_origin

from models.engine import Timeouts
from schema.features import Features
from schema.limits import Limits

DRIVER = "postgresql+asyncpg://"


class Settings(BaseSettings):
    """Every default of the program. Each command reads it; code below `server/` receives the values.

    An empty variable counts as unset. An invalid value raises pydantic's ValidationError.
    """

    model_config = SettingsConfigDict(frozen=True, env_ignore_empty=True, hide_input_in_errors=True)

    data_dir: Path = Field(
        Path("var"), description="Directory of the embedded database, and of the instance's key."
    )
    database_url: str | None = Field(
        None, repr=False, description="PostgreSQL to use, postgresql://...; unset: Tenure starts its own."
    )
    host: str = Field("127.0.0.1", description="Address to listen on.")
    port: int = Field(8000, ge=0, le=65535, description="TCP port to listen on; 0 takes a free one.")
    pool_size: int = Field(10, ge=1, description="Database connections that one process may hold.")
    pool_timeout: float = Field(
        10.0, gt=0, description="Seconds that a request waits for a free connection; then it is refused."
    )
    statement_timeout: float = Field(
        30.0, ge=0, description="Seconds that a statement of a request may take; 0 is no bound."
    )
    idle_in_transaction_timeout: float = Field(
        30.0, ge=0, description="Seconds that a request's transaction may be idle; 0 is no bound."
    )
    request_deadline: float = Field(
        30.0, gt=0, description="Seconds after which a request over HTTP is cancelled."
    )
    max_in_flight: int = Field(
        100, ge=1, description="Requests over HTTP at the same time; more are refused."
    )
    shutdown_grace: float = Field(
        3.0,
        ge=0,
        description="Seconds after SIGTERM in which the server is not ready but still accepts requests.",
    )
    max_body_bytes: int = Field(
        2_000_000, ge=1, description="Bytes of a request's body, or of a message on a socket."
    )
    max_tokens: int = Field(5_000, ge=1, description="Tokens (words and signs) of a GraphQL document.")
    max_fragments: int = Field(100, ge=0, description="Fragments that a document defines.")
    max_depth: int = Field(20, ge=1, description="Levels of fields of an operation.")
    max_aliases: int = Field(200, ge=0, description="Aliases of an operation, with its fragments expanded.")
    max_directives: int = Field(
        200, ge=0, description="Directives of an operation, with its fragments expanded."
    )
    max_root_fields: int = Field(50, ge=1, description="Fields at the root of an operation.")
    max_cost: int = Field(
        500_000, ge=1, description="Points of an operation: about one for each object that it may return."
    )
    rate_limit: int = Field(
        30_000_000,
        ge=1,
        description="Points of cost that a principal may spend per minute, or at once, in each process.",
    )
    introspection: bool | None = Field(
        None, description="Let clients read the schema; unset: only with --demo. `__typename` always works."
    )
    suggestions: bool | None = Field(
        None, description="Suggest names (`Did you mean ...?`) for unknown ones; unset: only with --demo."
    )
    graphiql: bool | None = Field(
        None,
        description="Serve GraphiQL at /graphiql; unset: only with --demo. Only the demo has tokens in it.",
    )
    cors_origins: Annotated[tuple[str, ...], NoDecode] = Field(
        (),
        description="Origins whose pages may call from a browser, separated by commas: https://app.example.com",
    )
    plans: bool = Field(
        True, description="Answer queries by compiled plans where possible; false: never, to compare."
    )
    webhooks_insecure: bool = Field(
        False, description="Send webhooks also to plain HTTP and private addresses: for trying things out."
    )

    log_level: Literal["debug", "info", "warning"] = Field(
        "info",
        description="The lowest level that is logged: debug (also each delivery attempt), info or warning.",
    )
    otel_exporter_otlp_endpoint: str | None = Field(
        None,
        description="OpenTelemetry collector that receives traces, http://collector:4318; unset: no traces. "
        "Other OTEL_ variables are the SDK's.",
    )

    oidc_issuer: str | None = Field(
        None, description="Identity provider whose tokens are accepted: its exact `iss`."
    )
    oidc_audience: str | None = Field(None, description="The `aud` that its tokens must contain.")
    oidc_jwks_url: str | None = Field(
        None, description="URL of its keys; unset: found by its /.well-known/openid-configuration."
    )
    oidc_role_claim: str = Field("role", description="Claim that holds the role.")
    oidc_partner_claim: str = Field("partner", description="Claim that holds the partner's id.")
    oidc_customer_claim: str = Field("customer", description="Claim that holds the customer's id.")
    oidc_name_claim: str = Field("sub", description="Claim that holds the name for the history.")
    oidc_leeway: int = Field(30, ge=0, le=300, description="Seconds by which clocks may differ.")
    oidc_insecure: bool = Field(False, description="Allow plain HTTP to a provider that is not on localhost.")
    instance_tokens: bool | None = Field(
        None, description="Accept tokens of the instance's own key; unset: only without OIDC_ISSUER."
    )

    @property
    def own_tokens(self) -> bool:
        """Whether tokens of the instance's own key are accepted."""
        return self.oidc_issuer is None if self.instance_tokens is None else self.instance_tokens

    @property
    def traced(self) -> bool:
        return self.otel_exporter_otlp_endpoint is not None

    @property
    def timeouts(self) -> Timeouts:
        return Timeouts(self.pool_timeout, self.statement_timeout, self.idle_in_transaction_timeout)

    @property
    def limits(self) -> Limits:
        return Limits(**{each.name: getattr(self, each.name) for each in fields(Limits)})

    @property
    def features(self) -> Features:
        return Features(bool(self.introspection), bool(self.suggestions), self.plans, self.traced)

    def for_demo(self) -> Self:
        """A copy that shows everything that no setting hides, and sends webhooks to this machine."""
        shown = {
            name: True for name in ("introspection", "suggestions", "graphiql") if getattr(self, name) is None
        }
        return self.model_copy(update=shown | {"webhooks_insecure": True})

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
    def _origins(cls, value: object) -> object:
        """Origins exactly as browsers send them, so that comparing texts is enough."""
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
        """The same URL for asyncpg, where libpq's option sslmode is called ssl."""
        if url is None:
            return None
        scheme, separator, rest = url.partition("://")
        if not separator or scheme not in {"postgres", "postgresql", "postgresql+asyncpg"}:
            raise ValueError("must start with postgresql://")
        return DRIVER + rest.replace("?sslmode=", "?ssl=").replace("&sslmode=", "&ssl=")
