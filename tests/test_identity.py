"""Whose tokens are let in, as the settings say."""

from pathlib import Path
from typing import Any

import pytest
from pydantic import ValidationError
from typer.testing import CliRunner

from cli import main
from identity import verifier_of
from resolvers.auth import EitherTokens, InstanceTokens
from resolvers.oidc import OidcTokens
from settings import Settings

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
def test_the_instance_s_own_tokens_are_off_where_a_provider_makes_them(
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
def test_settings_that_would_let_in_too_many_or_nobody_are_refused(values: dict[str, Any]) -> None:
    with pytest.raises(ValidationError):
        Settings(**values)


def test_no_token_is_minted_that_nobody_would_let_in(tmp_path: Path) -> None:
    environment = {"DATA_DIR": str(tmp_path), "OIDC_ISSUER": "https://id.example.com", "OIDC_AUDIENCE": "x"}
    result = CliRunner().invoke(main, ["token", "PLATFORM_OPERATOR"], env=environment)
    assert result.exit_code == 1
    assert "INSTANCE_TOKENS=true" in result.output
    assert not any(tmp_path.iterdir())
