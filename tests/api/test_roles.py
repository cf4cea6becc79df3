"""Which role may do what, for every mutation."""

import pytest
from sqlalchemy.ext.asyncio import AsyncEngine

from domain.principal import Role
from tests.api.client import Api, Caller, Json
from tests.api.database import unchanged
from tests.api.inputs import LIFECYCLE, MUTATIONS, SETUP, refusals, samples
from tests.api.sample_partner import SamplePartner, a_sample_partner

MAY = (
    {name: {Role.PARTNER_ADMIN} for name in SETUP}
    | {name: {Role.PARTNER_ADMIN, Role.PARTNER_STAFF, Role.CUSTOMER_ADMIN} for name in LIFECYCLE}
    | {"createPartner": {Role.PLATFORM_OPERATOR}}
    | {"retryProvisioning": {Role.PARTNER_ADMIN, Role.PARTNER_STAFF}}
    | {"terminateSubscription": {Role.PARTNER_ADMIN, Role.CUSTOMER_ADMIN}}
)
FORBIDDEN = [(role, name) for role in Role for name in sorted(MUTATIONS) if role not in MAY[name]]


@pytest.fixture(scope="module")
async def spare(api: Api, engine: AsyncEngine) -> SamplePartner:
    return await a_sample_partner(api, engine, customers=1)


def caller_of(sample: SamplePartner, role: Role) -> Caller:
    return sample.api.as_role(role, sample.partner, sample.customers[0].id)


@pytest.mark.parametrize("role", Role)
async def test_forbidden_mutation_changes_nothing(
    sample: SamplePartner, engine: AsyncEngine, role: Role
) -> None:
    async with unchanged(engine, sample.partner):
        for forbidden, name in FORBIDDEN:
            if forbidden is role:
                data = samples(name, sample.customers[0].ids)[0]
                [refusal] = await refusals(caller_of(sample, role), name, data)
                assert (name, refusal["code"]) == (name, "FORBIDDEN")


@pytest.mark.parametrize("name", sorted(MUTATIONS))
async def test_permitted_roles_are_not_forbidden(spare: SamplePartner, name: str) -> None:
    for role in MAY[name]:
        # The ids do not exist and texts are empty, so nothing changes.
        for data in samples(name):
            met = await refusals(caller_of(spare, role), name, _blank(data))
            assert {refusal["code"] for refusal in met} <= {
                "NOT_FOUND",
                "INVALID_VALUE",
                "FEATURE_NOT_ALLOWED",
            }


def _blank(data: Json) -> Json:
    """Texts are refused when they are empty, so that set-up mutations without ids change nothing either."""
    return {name: "" if value == "text" else value for name, value in data.items()}


@pytest.mark.parametrize("role", Role)
async def test_everyone_but_platform_may_preview(sample: SamplePartner, role: Role) -> None:
    customer = sample.customers[0]
    body = await caller_of(sample, role).post(
        "query($id: ID!) { previewProration(change: {terminate: {subscriptionId: $id}}) "
        "{ quote { price { amount } } } }",
        id=customer.subscription,
    )
    if role is Role.PLATFORM_OPERATOR:
        assert [error["extensions"]["code"] for error in body["errors"]] == ["FORBIDDEN"]
    else:
        assert body["data"]["previewProration"]["quote"]


@pytest.mark.parametrize("role", [Role.CUSTOMER_MEMBER, Role.PLATFORM_OPERATOR])
async def test_members_and_platform_read_within_their_rights(sample: SamplePartner, role: Role) -> None:
    """A member of the customer sees what its administrator sees; the platform sees no partner's rows."""
    query = "{ subscriptions { edges { node { reference } } } invoices { totalCount } }"
    seen = await caller_of(sample, role).ask(query)
    if role is Role.PLATFORM_OPERATOR:
        assert seen == {"subscriptions": {"edges": []}, "invoices": {"totalCount": 0}}
    else:
        assert seen == await sample.side_of(sample.customers[0]).ask(query)
