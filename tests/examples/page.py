"""A subscription's page as a person has it open."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass

from playwright.async_api import Browser, Locator, expect

from tests.api.client import Caller
from tests.chromium import Seen

SUBSCRIPTION = "S-000001"


@dataclass
class Opened(Seen):
    def section(self, name: str) -> Locator:
        return self.page.locator(f"#{name}")

    @property
    def dialog(self) -> Locator:
        return self.page.get_by_role("dialog")

    def button(self, name: str) -> Locator:
        return self.page.get_by_role("button", name=name, exact=True)

    async def ask(self, action: str, **fields: str | int) -> None:
        """Opens an action's form and fills in the fields, by their labels."""
        await self.button(action).click()
        for name, value in fields.items():
            field = self.dialog.get_by_label(name.replace("_", " "), exact=True)
            if await field.evaluate("field => field.tagName") == "SELECT":
                option = field.locator("option").filter(has_text=str(value)).first
                await field.select_option(await option.get_attribute("value"))
            else:
                await field.fill(str(value))

    async def quote(self) -> None:
        await self.button("Get a quote").click()
        await expect(self.button("Confirm")).to_be_visible()

    async def confirm(self) -> None:
        await self.button("Confirm").click()
        await expect(self.dialog).to_have_count(0)

    async def take(self, action: str, **fields: str | int) -> None:
        """From the request through the quote to the confirmation."""
        await self.ask(action, **fields)
        await self.quote()
        await self.confirm()


@asynccontextmanager
async def opened(browser: Browser, site: str, caller: Caller) -> AsyncIterator[Opened]:
    """As that caller sees it, until it is known to be live; nothing was asked of any other machine."""
    async with Opened.new(browser) as seen:
        await seen.page.goto(f"http://{site}/")
        await seen.page.get_by_label("Token").fill(caller.token)
        await seen.page.get_by_label("Subscription").fill(SUBSCRIPTION)
        await seen.button("Open").click()
        await expect(seen.section("live")).to_have_text("Live")
        yield seen
        assert seen.hosts - {""} == {site}
        assert seen.complaints == []
