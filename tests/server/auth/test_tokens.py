"""The instance's own tokens: a remembered token is not accepted too early or too late."""

from typing import Any
from uuid import UUID

import pytest
from joserfc import jwt
from joserfc.jwk import OKPKey

from domain.principal import Principal, Role
from resolvers.errors import RequestError
from server.auth.tokens import ALGORITHM, ISSUER, InstanceTokens, mint

KEY = OKPKey.generate_key("Ed25519")
OPERATOR = Principal(Role.PLATFORM_OPERATOR, "Op")
DAY = 86_400


async def is_good(verifier: InstanceTokens, token: str, now: int) -> bool:
    try:
        return (await verifier.verify(token, now)).name == "Op"
    except RequestError:
        return False


async def test_a_token_is_valid_until_its_last_second() -> None:
    verifier, token = InstanceTokens(KEY), mint(KEY, OPERATOR, issued_at=0, days=1)
    asked = [(0, True), (DAY - 1, True), (DAY, False), (DAY - 1, True), (DAY + 1, False)]
    assert [(now, await is_good(verifier, token, now)) for now, _ in asked] == asked


@pytest.mark.parametrize("claim", ["nbf", "iat"])
async def test_a_token_is_not_good_before_its_time(claim: str) -> None:
    claims: dict[str, Any] = {"iss": ISSUER, "sub": "Op", "role": "PLATFORM_OPERATOR", "exp": DAY, claim: 60}
    token = jwt.encode({"alg": ALGORITHM}, claims, KEY, algorithms=[ALGORITHM])
    verifier = InstanceTokens(KEY)
    asked = [(59, False), (60, True), (59, False)]
    assert [(now, await is_good(verifier, token, now)) for now, _ in asked] == asked


def test_who_a_principal_is_excludes_its_role() -> None:
    one, two = UUID(int=1), UUID(int=2)
    others = [
        OPERATOR,
        Principal(Role.PARTNER_ADMIN, "Op", one),
        Principal(Role.PARTNER_ADMIN, "Op", two),
        Principal(Role.PARTNER_ADMIN, "Ed", one),
        Principal(Role.CUSTOMER_ADMIN, "Op", one, one),
        Principal(Role.CUSTOMER_ADMIN, "Op", one, two),
    ]
    assert len({each.identity for each in others}) == len(others)
    assert Principal(Role.PARTNER_STAFF, "Op", one).identity == others[1].identity
