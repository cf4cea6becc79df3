"""Which tokens are accepted, by the settings."""

from pathlib import Path
from typing import Any
from uuid import UUID

import pytest
from pydantic import ValidationError
from typer.testing import CliRunner

from cli.main import main
from domain.principal import Principal, Role
from resolvers.ids import to_global_id
from server.auth.claims import claims_of, principal_of
from server.auth.oidc import OidcTokens, verifier_of
from server.auth.tokens import EitherTokens, InstanceTokens
from server.settings import Settings

GUIDE = (Path(__file__).parents[3] / "docs" / "guide" / "authentication.md").read_text(encoding="utf-8")
PARTNER, CUSTOMER = UUID(int=7), UUID(int=8)
PROVIDER = {"oidc_issuer": "https://id.example.com", "oidc_audience": "https://api.example.com"}


@pytest.mark.parametrize(
    ("values", "kind", "makes_key"),
    [
        ({}, InstanceTokens, True),
        (PROVIDER, OidcTokens, False),
        (PROVIDER | {"instance_tokens": False}, OidcTokens, False),
        (PROVIDER | {"instance_tokens": True}, EitherTokens, True),
    ],
)
def test_a_provider_turns_own_tokens_off(
    tmp_path: Path, values: dict[str, Any], kind: type, makes_key: bool
) -> None:
    assert type(verifier_of(Settings(data_dir=tmp_path, **values))) is kind
    assert any(tmp_path.iterdir()) is makes_key


@pytest.mark.parametrize(
    "values",
    [
        {"oidc_issuer": "https://id.example.com"},
        {"oidc_issuer": "id.example.com", "oidc_audience": "x"},
        {"oidc_issuer": "ftp://id.example.com", "oidc_audience": "x"},
        PROVIDER | {"oidc_jwks_url": "/keys"},
        PROVIDER | {"oidc_leeway": -1},
        PROVIDER | {"oidc_leeway": 301},
        {"instance_tokens": False},
    ],
)
def test_unsafe_settings_are_refused(values: dict[str, Any]) -> None:
    with pytest.raises(ValidationError):
        Settings(**values)


def test_no_token_is_minted_that_nobody_would_let_in(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("server.logging.configure", lambda *_, **__: None)
    environment = {"DATA_DIR": str(tmp_path), "OIDC_ISSUER": "https://id.example.com", "OIDC_AUDIENCE": "x"}
    result = CliRunner().invoke(main, ["token", "PLATFORM_OPERATOR"], env=environment)
    assert result.exit_code == 1
    assert "INSTANCE_TOKENS=true" in result.output
    assert not any(tmp_path.iterdir())


def test_the_guide_names_every_setting() -> None:
    names = {name.upper() for name in Settings.model_fields if name.startswith(("oidc_", "instance_"))}
    assert {name for name in names if f"| `{name}` |" in GUIDE} == names


OF_KEYCLOAK = {
    "sub": "5b1c",
    "preferred_username": "ann",
    "realm_access": {"roles": ["offline_access", "CUSTOMER_ADMIN", "default-roles-acme"]},
    "partner": str(PARTNER),
    "customer": str(CUSTOMER),
    "exp": 9,
}
OF_AUTH0 = {
    "sub": "ann",
    "https://tenure.example.com/role": "CUSTOMER_ADMIN",
    "https://tenure.example.com/partner": to_global_id("Partner", PARTNER),
    "https://tenure.example.com/customer": to_global_id("Customer", CUSTOMER),
    "exp": 9,
}


@pytest.mark.parametrize(
    ("issuer", "claims"), [("id.example.com/realms", OF_KEYCLOAK), ("auth0.com/", OF_AUTH0)]
)
def test_the_guide_s_examples_read_claims(issuer: str, claims: dict[str, Any]) -> None:
    [block] = [text for text in GUIDE.split("```") if "OIDC_ISSUER=" in text and issuer in text]
    lines = [line.partition("=") for line in block.strip().splitlines()]
    settings = Settings.model_validate({name.lower(): value for name, _, value in lines})
    principal = principal_of(claims, claims_of(settings), leeway=0)
    assert principal == Principal(Role.CUSTOMER_ADMIN, "ann", PARTNER, CUSTOMER, 9)
