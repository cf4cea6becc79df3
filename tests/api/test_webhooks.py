"""Webhook endpoints and retries over HTTP: refusals, and secrets that are shown once."""

import asyncio
from typing import Any

import pytest
from sqlalchemy.ext.asyncio import AsyncEngine

from app import create_app
from resolvers.ids import key_of
from server.auth.tokens import InstanceTokens
from tests.api.client import Caller, Json, World, a_subscription, served
from tests.api.inputs import SCHEMA
from tests.api.sample_partner import SamplePartner
from tests.conftest import KEY
from tests.settings import settings_with
from tests.webhooks.webhook_partner import fail_all

URL = "https://hooks.example/tenure"
ENDPOINT = "endpoint { id url kinds status disabledReason createdAt }"
LIST = "{ webhookEndpoints { totalCount edges { node { id url kinds status disabledReason createdAt } } } }"
NODE = "query($id: ID!) { node(id: $id) { id ... on WebhookEndpoint { url status } } }"
FILTERED = """query($statuses: [ProvisioningStatus!]) {
  subscriptions(filter: {provisioningStatus: $statuses}) { edges { node { id
    provisioning { edges { node { status lastError } } } } } } }"""
ACTIONS = """query($id: ID!) { subscription(by: {id: $id}) {
  provisioning { edges { node { id kind status attempts lastError } } } } }"""


async def register(caller: Caller, **values: Any) -> Json:
    return await caller.do("registerWebhookEndpoint", {"url": URL, **values}, ENDPOINT + " secret")


async def endpoints(caller: Caller) -> list[Json]:
    return [edge["node"] for edge in (await caller.ask(LIST))["webhookEndpoints"]["edges"]]


async def actions(caller: Caller, subscription: str) -> list[Json]:
    found = (await caller.ask(ACTIONS, id=subscription))["subscription"]
    return [edge["node"] for edge in found["provisioning"]["edges"]]


async def test_registered_listed_and_removed(world: World) -> None:
    made = await register(world.admin, kinds=["CANCEL", "TERMINATE"])
    assert made["userErrors"] == []
    assert (made["endpoint"]["url"], made["endpoint"]["kinds"]) == (URL, ["CANCEL", "TERMINATE"])
    assert (made["endpoint"]["status"], made["endpoint"]["disabledReason"]) == ("ENABLED", None)
    every = (await register(world.admin, url="HTTPS://[2606:4700::1111]:8443/a?b=c#d"))["endpoint"]
    assert every["kinds"] is None
    assert await endpoints(world.staff) == [made["endpoint"], every]
    removed = await world.admin.made("removeWebhookEndpoint", {"id": every["id"]}, "removedId")
    assert removed["removedId"] == every["id"]
    assert await endpoints(world.admin) == [made["endpoint"]]
    again = await world.admin.do("removeWebhookEndpoint", {"id": every["id"]}, "removedId")
    assert (again["removedId"], again["userErrors"][0]["code"]) == (None, "NOT_FOUND")


@pytest.mark.parametrize(
    "url",
    [
        "", "hooks.example", "//hooks.example/", "ftp://hooks.example/", "javascript:alert(1)", "https://",
        "https:///path", "https://user@hooks.example/", "https://user:word@hooks.example/",
        "https://:word@hooks.example/", "https://@hooks.example/", "https://hooks.example\\@127.0.0.1/",
        "https://hooks.example:0/", "https://hooks.example:65536/", "https://hooks.example:-1/",
        "https://hooks.example:https/", "https://[::1/", "https://h\u00f6oks.example/", "https://hooks.example/\n",
        "https://hooks.example/a b", "https://\uff11\uff12\uff17.0.0.1/",
        "https://hooks.example/" + "a" * 2000, "http://hooks.example/tenure", "HTTP://hooks.example/",
    ],
)  # fmt: skip
async def test_a_bad_url_is_refused(sample: SamplePartner, url: str) -> None:
    made = await register(sample.admin, url=url)
    assert (made["endpoint"], made["secret"]) == (None, None)
    [error] = made["userErrors"]
    assert (error["code"], error["field"]) == ("INVALID_VALUE", ["url"])


@pytest.mark.parametrize("kinds", [[], ["cancel"], ["CANCEL", "NO_SUCH_KIND"], [""]])
async def test_bad_kinds_are_refused(sample: SamplePartner, kinds: list[str]) -> None:
    [error] = (await register(sample.admin, kinds=kinds))["userErrors"]
    assert (error["code"], error["field"]) == ("INVALID_VALUE", ["kinds"])


async def test_twenty_at_most_however_many_ask_at_once(world: World) -> None:
    made = await asyncio.gather(*(register(world.admin) for _ in range(24)))
    refused = [answer["userErrors"][0] for answer in made if answer["userErrors"]]
    assert [error["code"] for error in refused] == ["INVALID_VALUE"] * 4
    assert len(await endpoints(world.admin)) == 20


async def test_a_secret_is_shown_once_and_never_again(world: World) -> None:
    first = await register(world.admin)
    identity = first["endpoint"]["id"]
    second = await world.admin.made("rotateWebhookSecret", {"id": identity}, ENDPOINT + " secret")
    assert second["endpoint"] == first["endpoint"]
    assert first["secret"].startswith("whsec_")
    assert first["secret"] != second["secret"]
    shown = f"{await endpoints(world.admin)} {await world.admin.ask(NODE, id=identity)}"
    assert identity in shown
    assert "whsec_" not in shown
    holders = {
        f"{kind}.{name}"
        for kind, definition in SCHEMA.type_map.items()
        for name in getattr(definition, "fields", {})
        if "secret" in name.lower() and not kind.startswith(("_", "Mutation"))
    }
    assert holders == {"WebhookSecretPayload.secret"}


async def test_only_failed_actions_are_sent_again(world: World, engine: AsyncEngine) -> None:
    selection = "action { id kind status attempts lastError }"
    [action] = await actions(world.admin, world.subscription)
    [error] = (await world.staff.do("retryProvisioning", {"id": action["id"]}, selection))["userErrors"]
    assert (error["code"], error["field"]) == ("NOTHING_TO_CHANGE", ["id"])
    await fail_all(engine, key_of(world.partner, "Partner"))
    again = await world.staff.made("retryProvisioning", {"id": action["id"]}, selection)
    assert again["action"] == action | {"lastError": "HTTP 500"}
    [error] = (await world.staff.do("retryProvisioning", {"id": action["id"]}, selection))["userErrors"]
    assert error["code"] == "NOTHING_TO_CHANGE"


async def test_subscriptions_filter_by_provisioning_status(world: World, engine: AsyncEngine) -> None:
    async def found(caller: Caller, *statuses: str) -> list[str]:
        data = await caller.ask(FILTERED, statuses=statuses)
        return [edge["node"]["id"] for edge in data["subscriptions"]["edges"]]

    await fail_all(engine, key_of(world.partner, "Partner"))
    waiting = await a_subscription(world.admin, world.customer)
    for caller in (world.staff, world.customer_admin):
        assert await found(caller, "FAILED") == [world.subscription]
        assert await found(caller, "PENDING") == [waiting]
        assert await found(caller, "FAILED", "PENDING") == [world.subscription, waiting]
        assert await found(caller, "DELIVERED") == []


async def test_the_metric_counts_failed_actions(world: World, engine: AsyncEngine, database_url: str) -> None:
    app = create_app(database_url, InstanceTokens(KEY), settings_with(pool_size=1))

    async def failed() -> float:
        lines = (await api.client.get("/metrics")).text.splitlines()
        [line] = [line for line in lines if line.startswith("tenure_deliveries_failed ")]
        return float(line.split()[1])

    async with app.router.lifespan_context(app), served(app, KEY) as api:
        before = await failed()
        await fail_all(engine, key_of(world.partner, "Partner"))
        assert await failed() == before + 1
        [action] = await actions(world.admin, world.subscription)
        await world.staff.made("retryProvisioning", {"id": action["id"]}, "action { id }")
        assert await failed() == before
