"""Partners: created by the platform, in real time or as a sandbox with its own clock."""

from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy.ext.asyncio import AsyncEngine

from domain.principal import Role
from tests.api.client import Api, Json, World, a_partner
from tests.api.database import unchanged
from tests.api.inputs import refusal, refusals

SEEN = "partner { id name currency sandbox policy { prorationUnit refundWindowDays } }"


def partner(**values: object) -> Json:
    return {"name": "New", "currency": "EUR"} | values


async def test_partner_without_clock_lives_in_real_time(api: Api) -> None:
    operator = api.as_role(Role.PLATFORM_OPERATOR)
    made = (await operator.made("createPartner", partner(), SEEN))["partner"]
    assert made == {
        "id": made["id"],
        "name": "New",
        "currency": "EUR",
        "sandbox": False,
        "policy": {"prorationUnit": "CALENDAR_MONTH", "refundWindowDays": 14},
    }
    viewer = await api.as_role(Role.PARTNER_ADMIN, made["id"]).ask("{ viewer { now } }")
    assert abs(datetime.fromisoformat(viewer["viewer"]["now"]) - datetime.now(UTC)) < timedelta(minutes=5)


async def test_a_sandbox_starts_where_its_clock_is_set(api: Api) -> None:
    key = await a_partner(api, clock="2000-02-29T23:30:00-05:00", policy={"prorationUnit": "DAY"})
    data = await api.as_role(Role.PARTNER_ADMIN, key).ask(
        "{ viewer { now partner { sandbox policy { prorationUnit } } } }"
    )
    assert data["viewer"] == {
        "now": "2000-03-01T04:30:00+00:00",
        "partner": {"sandbox": True, "policy": {"prorationUnit": "DAY"}},
    }


@pytest.mark.parametrize(
    ("odd", "field"),
    [
        ({"name": ""}, ["name"]),
        ({"name": "x" * 201}, ["name"]),
        ({"name": "a\0b"}, ["name"]),
        ({"currency": "usd"}, ["currency"]),
        ({"currency": "QQQ"}, ["currency"]),
        ({"currency": ""}, ["currency"]),
        ({"clock": "2021-06-16T09:00:00"}, ["clock"]),
        ({"clock": "1969-12-31T00:00:00Z"}, ["clock"]),
        ({"clock": "9999-12-31T00:00:00Z"}, ["clock"]),
        ({"policy": {"refundWindowDays": -1}}, ["policy", "refundWindowDays"]),
    ],
    ids=repr,
)
async def test_a_partner_out_of_bounds_is_refused(api: Api, odd: Json, field: list[str]) -> None:
    operator = api.as_role(Role.PLATFORM_OPERATOR)
    assert await refusal(operator, "createPartner", partner(**odd)) == ("INVALID_VALUE", field)


async def test_a_sandbox_s_clock_goes_forward(world: World) -> None:
    made = await world.admin.made("advanceClock", {"to": "2021-06-20T10:00:00+08:00"}, "now renewed")
    assert made == {"now": "2021-06-20T02:00:00+00:00", "renewed": 0, "userErrors": []}
    seen = await world.customer_admin.ask("{ viewer { now } }")
    assert seen["viewer"]["now"] == made["now"]


@pytest.mark.parametrize(
    "to",
    [
        "2021-06-16T01:00:00Z",
        "2021-06-15T00:00:00Z",
        "2021-06-17T00:00:00",
        "9999-12-31T23:59:59Z",
        "0001-01-01T00:00:00Z",
    ],
)
async def test_a_clock_goes_neither_back_nor_beyond_bounds(
    world: World, engine: AsyncEngine, to: str
) -> None:
    async with unchanged(engine, world.partner):
        assert await refusal(world.admin, "advanceClock", {"to": to}) == ("INVALID_VALUE", ["to"])


async def test_real_time_cannot_be_moved(api: Api) -> None:
    admin = api.as_role(Role.PARTNER_ADMIN, await a_partner(api, clock=None))
    [refusal] = await refusals(admin, "advanceClock", {"to": "2999-01-01T00:00:00Z"})
    assert refusal["code"] == "FEATURE_NOT_ALLOWED"
