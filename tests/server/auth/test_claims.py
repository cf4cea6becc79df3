"""The principal of a token's claims: role, partner, customer."""

from dataclasses import replace
from typing import Any
from uuid import UUID

import pytest

from domain.principal import Principal, Role
from resolvers.errors import RequestError
from resolvers.ids import to_global_id
from server.auth.claims import Claims, claim_value, claims_of, principal_of
from tests.issuer import NOW, claims
from tests.settings import settings_with

DEFAULTS = claims_of(settings_with())

PARTNER, CUSTOMER = UUID(int=7), UUID(int=8)
OF_CUSTOMER = {"role": "CUSTOMER_ADMIN", "partner": str(PARTNER), "customer": str(CUSTOMER)}


def named(names: Claims | None = None, **changes: Any) -> Principal:
    return principal_of(claims(**changes), names or DEFAULTS, leeway=0)


@pytest.mark.parametrize("partner", [str(PARTNER), str(PARTNER).upper(), to_global_id("Partner", PARTNER)])
@pytest.mark.parametrize("customer", [str(CUSTOMER), to_global_id("Customer", CUSTOMER)])
def test_an_id_may_be_the_api_s_or_the_bare_uuid(partner: str, customer: str) -> None:
    principal = named(**OF_CUSTOMER | {"partner": partner, "customer": customer})
    assert (principal.partner_id, principal.customer_id) == (PARTNER, CUSTOMER)


def test_a_role_ignores_claims_it_does_not_need() -> None:
    assert named(**OF_CUSTOMER | {"role": "PLATFORM_OPERATOR"}).partner_id is None
    assert named(**OF_CUSTOMER | {"role": "PARTNER_STAFF"}).customer_id is None


@pytest.mark.parametrize("role", Role)
def test_in_a_list_of_roles_the_known_one_counts(role: Role) -> None:
    assert named(**OF_CUSTOMER | {"role": ["offline_access", role.value, "uma_authorization"]}).role is role


def test_settings_name_the_claims() -> None:
    names = Claims("realm_access.roles", "https://tenure.example.com/partner", "/a~1b/c.d", "given.name")
    held = {"https://tenure.example.com/partner": str(PARTNER), "a/b": {"c.d": str(CUSTOMER)}}
    nested = {"realm_access": {"roles": ["CUSTOMER_MEMBER"]}, "given": {"name": "Ann"}}
    assert named(names, role="PLATFORM_OPERATOR", **nested, **held) == Principal(
        Role.CUSTOMER_MEMBER, "Ann", PARTNER, CUSTOMER, NOW + 600
    )


def test_without_a_name_the_subject_is_used() -> None:
    assert named(replace(DEFAULTS, name="nickname")).name == "auth0|42"


@pytest.mark.parametrize(
    "changes",
    [
        {"role": None},
        {"role": "GOD"},
        {"role": "partner_admin"},
        {"role": []},
        {"role": ["CUSTOMER_ADMIN", "PLATFORM_OPERATOR"]},
        {"role": {"PLATFORM_OPERATOR": True}},
        {"role": [["PLATFORM_OPERATOR"]]},
        {"role": "PARTNER_ADMIN"},
        {"role": "PARTNER_ADMIN", "partner": "no id"},
        {"role": "PARTNER_ADMIN", "partner": 7},
        {"role": "PARTNER_ADMIN", "partner": [str(PARTNER)]},
        {"role": "PARTNER_ADMIN", "partner": to_global_id("Customer", PARTNER)},
        OF_CUSTOMER | {"customer": None},
        OF_CUSTOMER | {"customer": ""},
        OF_CUSTOMER | {"partner": None},
        OF_CUSTOMER | {"customer": to_global_id("Partner", CUSTOMER)},
        {"sub": "nul\0"},
        {"sub": "\ud800"},
        {"sub": "x" * 256},
        {"sub": ["x"]},
    ],
    ids=repr,
)
def test_claims_that_name_nobody_are_refused(changes: dict[str, Any]) -> None:
    with pytest.raises(RequestError) as raised:
        named(**changes)
    assert raised.value.extensions == {"code": "UNAUTHENTICATED"}


def test_the_message_names_the_claim() -> None:
    with pytest.raises(RequestError, match="claim “role” does not hold exactly one of PLATFORM_OPERATOR"):
        named(role="GOD")
    with pytest.raises(RequestError, match="claim “customer” does not hold the id of a Customer"):
        named(**OF_CUSTOMER | {"customer": "x"})


@pytest.mark.parametrize(
    ("name", "value"),
    [("a.b", 1), ("/a.b", 1), ("c.d", 2), ("/c/d", 2), ("c", {"d": 2}), ("/e~1f", 3), ("e/f", 3),
     ("g.h", None), ("/c/x", None), ("c.d.e", None), ("", None), ("/", None), (".", None), ("/i/0", None)],
)  # fmt: skip
def test_exact_claim_names_precede_pointers_and_dots(name: str, value: Any) -> None:
    assert claim_value({"a.b": 1, "a": {"b": 9}, "c": {"d": 2}, "e/f": 3, "i": [1]}, name) == value
