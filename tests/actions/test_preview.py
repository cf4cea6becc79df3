"""A preview reads one moment: one statement where the subscription's state is enough."""

import pytest
from sqlalchemy.ext.asyncio import AsyncEngine

from actions.preview import STATE_ONLY
from schema.actions import ROWS
from tests.api.client import Api, Json
from tests.api.database import statements
from tests.api.sample_partner import SamplePartner, a_sample_partner, foreign_id
from tests.api.test_proration import preview

CHANGES: dict[str, Json] = {
    "changePlan": {"planCode": "business"},
    "changeAddOns": {"addOns": [{"code": "storage", "quantity": 1}]},
    "changeQuantity": {"quantity": 3},
    "changeBillingModel": {"cycle": "MONTHLY"},
    "setAutoRenewal": {"on": False},
    "extend": {"by": {"quick": {"count": 1, "cycle": "YEARLY"}}},
    "cancel": {"when": {"at": "IMMEDIATE"}},
    "terminate": {},
}


def test_each_that_looks_once_can_be_asked() -> None:
    assert {row.shell for row in ROWS if row.preview} >= STATE_ONLY
    assert len(STATE_ONLY) == len(CHANGES)


@pytest.fixture(scope="module")
async def sample(api: Api, engine: AsyncEngine) -> SamplePartner:
    return await a_sample_partner(api, engine, customers=1)


@pytest.mark.parametrize("change", CHANGES)
async def test_a_state_only_preview_is_one_statement(
    sample: SamplePartner, engine: AsyncEngine, change: str
) -> None:
    data = {"subscriptionId": sample.customers[0].subscription} | CHANGES[change]
    with statements(engine) as seen:
        found = await preview(sample.admin, {change: data})
    assert found["quote"] or found["userErrors"][0]["code"] != "NOT_FOUND"
    assert len(seen) == 1


async def test_other_previews_are_one_transaction(sample: SamplePartner, engine: AsyncEngine) -> None:
    change = {"subscriptionId": sample.customers[0].subscription, "addNumberIds": [foreign_id("PhoneNumber")]}
    with statements(engine) as seen:
        found = await preview(sample.admin, {"changeNumbers": change})
    assert [error["code"] for error in found["userErrors"]] == ["NOT_FOUND"]
    assert len(seen) == 3


@pytest.mark.parametrize("change", CHANGES)
async def test_what_is_not_there_is_not_found(sample: SamplePartner, change: str) -> None:
    data = {"subscriptionId": foreign_id("CustomerSubscription")} | CHANGES[change]
    [error] = (await preview(sample.admin, {change: data}))["userErrors"]
    assert (error["code"], error["field"]) == ("NOT_FOUND", ["subscriptionId"])
