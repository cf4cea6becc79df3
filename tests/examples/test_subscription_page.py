"""The example's page in a browser: it shows what the API says, quotes before it acts, and stays true."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from playwright.async_api import Browser, Route, WebSocketRoute, expect

from domain.principal import Role
from tests.api.client import Caller, World, a_world
from tests.clients.running import ran
from tests.examples.conftest import TADA
from tests.examples.page import Opened, opened
from tests.live.serving import Server

CHECK = ("node", "node_modules/typescript/bin/tsc")
ACTIONS = "query($id: ID!) { subscription(by: {id: $id}) { actions { action allowed reason { message } } } }"
WRONG = """
import type { VariablesOf } from 'gql.tada'
import type { Read } from './documents'
import type { ChangePlan } from './mutations'

// @ts-expect-error the schema has no such field
export const nickname = (read: Read) => read.subscription.plan.nickname

// @ts-expect-error the plan is missing
export const change: VariablesOf<typeof ChangePlan> = { input: { subscriptionId: '' } }
"""
TIMES = "\N{MULTIPLICATION SIGN}"
NUMBERS = ["+6531580001", "+6531580002", "+6531580003"]


@pytest.fixture
async def world(server: Server) -> AsyncIterator[World]:
    async with server.api() as api:
        yield await a_world(api)


async def with_numbers(admin: Caller) -> None:
    """Puts three in stock."""
    price = {"cycle": "YEARLY", "price": "12.00", "cost": "6.00"}
    await admin.made("saveSku", {"code": "sg", "name": "Singapore", "prices": [price]}, "sku { code }")
    await admin.made("addNumbers", {"skuCode": "sg", "e164": NUMBERS}, "numbers { id }")


async def test_its_types_are_the_schemas(example: Path) -> None:
    await ran(example, *TADA)
    (example / "src" / "wrong.ts").write_text(WRONG, encoding="utf-8")
    await ran(example, *CHECK)


async def test_page_shows_subscription_and_allowed_actions(browser: Browser, site: str, world: World) -> None:
    async with opened(browser, site, world.admin) as seen:
        await expect(seen.page.get_by_role("heading", level=1)).to_contain_text("Professional")
        for text in ("370.00 every year", "365.00 every year", "16 Nov 2020 \N{EN DASH} 15 Nov 2021"):
            await expect(seen.section("summary")).to_contain_text(text)
        await expect(seen.section("timeline").locator(".charge")).to_contain_text("370.00")
        await expect(seen.section("timeline").locator(".next")).to_contain_text("Renewal on 16 Nov 2021")
        await expect(seen.section("history")).to_contain_text("Purchased Professional")
        for action in (await world.admin.ask(ACTIONS, id=world.subscription))["subscription"]["actions"]:
            button = seen.section(f"action-{action['action']}")
            if await button.count():
                assert await button.is_enabled() is action["allowed"]
                reason = action["reason"]["message"] if action["reason"] else ""
                await expect(button).to_have_attribute("title", reason)
                await expect(seen.page.get_by_role("navigation")).to_contain_text(reason)


async def test_an_upgrade_is_quoted_then_charged(browser: Browser, site: str, world: World) -> None:
    async with opened(browser, site, world.admin) as seen:
        await seen.ask("Change plan", New_plan="Business")
        await seen.quote()
        await expect(seen.dialog.locator("tbody tr")).to_contain_text(f"740.00 {TIMES} 1 {TIMES} 6/12")
        for text in ("370.00", "365.00", "740.00"):
            await expect(seen.dialog.locator("dl")).to_contain_text(text)
        await expect(seen.section("history")).not_to_contain_text("Upgraded")
        await seen.confirm()
        await expect(seen.page.get_by_role("heading", level=1)).to_contain_text("Business")
        await expect(seen.section("history")).to_contain_text("Upgraded from Professional to Business.")
        await expect(seen.section("timeline").locator(".charge")).to_have_count(2)


async def test_scheduled_cancellation_shows_until_revoked(browser: Browser, site: str, world: World) -> None:
    async with opened(browser, site, world.admin) as seen:
        scheduled, renewal = (seen.section("timeline").locator(kind) for kind in (".scheduled", ".next"))
        await seen.take("Cancel", When="At the end of the period")
        await expect(scheduled).to_contain_text("16 Nov 2021")
        await expect(renewal).to_have_count(0)
        await seen.button("Revoke scheduled change").click()
        await seen.confirm()
        await expect(renewal).to_have_count(1)
        await expect(scheduled).to_have_count(0)


async def test_a_refusal_appears_beside_its_field(browser: Browser, site: str, world: World) -> None:
    async with opened(browser, site, world.admin) as seen:
        await seen.ask("Cancel", When="On a past day", Day="2021-06-17")
        await seen.button("Get a quote").click()
        field = seen.dialog.locator(".field").filter(has=seen.page.get_by_label("Day", exact=True))
        await expect(field.locator(".error")).to_have_text("Choose a date that is not in the future.")
        await expect(seen.button("Confirm")).to_be_hidden()
        await seen.dialog.get_by_label("Day", exact=True).fill("2021-06-01")
        await seen.quote()
        await expect(field.locator(".error")).to_be_hidden()
        await seen.confirm()
        await expect(seen.page.get_by_role("heading", level=1)).to_contain_text("Canceled")
        await expect(seen.section("timeline").locator(".refund")).to_contain_text("-USD")
        await expect(seen.section("timeline").locator(".end")).to_contain_text("1 Jun 2021")


async def test_foreign_change_appears_and_renews_the_quote(browser: Browser, site: str, world: World) -> None:
    async with opened(browser, site, world.admin) as seen:
        await seen.ask("Change plan", New_plan="Business")
        await seen.quote()
        more = {"subscriptionId": world.subscription, "quantity": 2}
        await world.customer_admin.made("changeQuantity", more, "record { id }")
        await expect(seen.section("history")).to_contain_text("customer_admin")
        await seen.button("Confirm").click()
        await expect(seen.dialog.get_by_role("alert")).to_contain_text("Something has changed")
        await expect(seen.dialog.locator("tbody tr")).to_contain_text(f"740.00 {TIMES} 2 {TIMES} 6/12")
        await seen.confirm()
        await expect(seen.page.get_by_role("heading", level=1)).to_contain_text("Business")


async def test_lost_connection_catches_up(browser: Browser, site: str, world: World) -> None:
    sockets: list[WebSocketRoute] = []

    def pass_on(socket: WebSocketRoute) -> None:
        socket.connect_to_server()
        sockets.append(socket)

    async with opened(browser, site, world.admin) as seen:
        await seen.page.route_web_socket("**/graphql", pass_on)
        await seen.page.reload()
        await expect(seen.section("live")).to_have_text("Live")
        await sockets[0].close()
        await expect(seen.section("live")).to_have_text("Connecting …")
        more = {"subscriptionId": world.subscription, "quantity": 2}
        await world.customer_admin.made("changeQuantity", more, "record { id }")
        await expect(seen.section("history")).to_contain_text("Licences increased from 1 to 2.")
        await expect(seen.section("live")).to_have_text("Live")


async def test_lost_answer_is_confirmed_and_charged_once(browser: Browser, site: str, world: World) -> None:
    async def lose(route: Route) -> None:
        await route.fetch()
        await route.abort()

    async with opened(browser, site, world.admin) as seen:
        await seen.ask("Change plan", New_plan="Business")
        await seen.quote()
        await seen.page.route("**/graphql", lose, times=1)
        await seen.button("Confirm").click()
        await expect(seen.dialog.get_by_role("alert")).to_contain_text("Nothing is done twice")
        await expect(seen.section("timeline").locator(".charge")).to_have_count(2)
        await seen.confirm()
        await expect(seen.section("history").get_by_text("Upgraded")).to_have_count(1)
        [complaint] = seen.complaints
        assert "ERR_FAILED" in complaint
        seen.complaints.clear()


async def test_the_keyboard_is_enough(browser: Browser, site: str, world: World) -> None:
    async with opened(browser, site, world.admin) as seen:
        await seen.button("Change quantity").focus()
        await seen.page.keyboard.press("Enter")
        await expect(seen.dialog.get_by_label("Licences")).to_be_focused()
        await seen.page.keyboard.press("ArrowUp")
        await seen.page.keyboard.press("Enter")
        await expect(seen.button("Confirm")).to_be_visible()
        await seen.button("Confirm").press("Enter")
        await expect(seen.section("summary")).to_contain_text("Licences2")
        await expect(seen.button("Change quantity")).to_be_focused()
        await seen.page.keyboard.press("Enter")
        await seen.page.keyboard.press("Escape")
        await expect(seen.dialog).to_have_count(0)
        await expect(seen.button("Change quantity")).to_be_focused()


async def test_the_customers_side_sees_no_cost(browser: Browser, site: str, world: World) -> None:
    async with opened(browser, site, world.customer_admin) as seen:
        await seen.ask("Change plan", New_plan="Business")
        await seen.quote()
        shown = await seen.page.locator("body").inner_text()
        assert "370.00" in shown
        assert "365.00" not in shown
        assert "Cost" not in shown


async def test_a_member_may_only_read(browser: Browser, site: str, world: World) -> None:
    member = world.api.as_role(Role.CUSTOMER_MEMBER, world.partner, world.customer)
    async with opened(browser, site, member) as seen:
        buttons = seen.page.get_by_role("navigation").get_by_role("button")
        assert await buttons.count() > 0
        assert not any([await button.is_enabled() for button in await buttons.all()])


async def each_small_change(seen: Opened) -> None:
    """Each shows where it belongs before the next one is made."""
    await seen.take("Change quantity", Licences=3)
    await expect(seen.section("summary")).to_contain_text("Licences3")
    await seen.take("Change add-ons", **{"Add-on": "Storage", "New quantity": 2})
    await expect(seen.section("add-ons")).to_contain_text(f"2 {TIMES} Storage")
    await seen.take("Cancel an add-on", When="At the end")
    await expect(seen.section("add-ons")).to_contain_text("until 15 Nov 2021")
    await seen.take("Change numbers", Add=NUMBERS[0])
    await expect(seen.section("numbers")).to_contain_text(NUMBERS[0])
    await seen.take("Change numbers", **{"Swap": NUMBERS[0], "Swapped for": NUMBERS[1]})
    await expect(seen.section("numbers")).to_contain_text(NUMBERS[1])
    await seen.take("Turn auto-renewal off")
    await seen.take("Turn auto-renewal on")
    await seen.take("Change billing", **{"Billed every": 2})
    await expect(seen.section("scheduled")).to_contain_text("16 Nov 2021")


async def test_every_action_goes_through(browser: Browser, site: str, world: World) -> None:
    await with_numbers(world.admin)
    async with opened(browser, site, world.admin) as seen:
        await each_small_change(seen)
        await seen.take("Extend", **{"Of what": "year"})
        await expect(seen.section("summary")).to_contain_text("15 Nov 2022")
        await seen.take("Terminate")
        await expect(seen.page.get_by_role("heading", level=1)).to_contain_text("Terminated")
        await expect(seen.section("timeline").locator(".refund").first).to_be_visible()


async def test_refused_token_leads_back_to_the_form(browser: Browser, site: str, world: World) -> None:
    async with Opened.new(browser) as seen:
        await seen.page.goto(f"http://{site}/")
        await seen.page.get_by_label("Token").fill("nothing")
        await seen.button("Open").click()
        await expect(seen.page.get_by_role("alert")).to_have_text("The API does not take this token.")
