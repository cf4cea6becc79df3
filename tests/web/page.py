"""GraphiQL in a browser, with the hosts that it asks and the errors that it shows."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import Any

from playwright.async_api import Browser, expect

from tests.chromium import Seen
from tests.live.serving import Server

SECONDS = 30  # for what the page does by itself


@dataclass
class Opened(Seen):
    async def load(self, server: Server) -> None:
        """Until what is typed is checked against the schema."""
        async with self.page.expect_response("**/graphql"):
            await self.page.goto(f"http://{server.host}/graphiql")
        await expect(self.page.locator(".graphiql-query-editor .view-line").first).to_be_visible()

    async def tab(self, name: str) -> None:
        """Until the page has read the tab's document, which it does a moment later, and remembered it."""
        await self.page.locator(".graphiql-tab-button").get_by_text(name, exact=True).click()
        await self.until(f"localStorage['graphiql:query'] === {_text_of('operation')}")

    async def press_run(self, operation: str, *, of_several: bool) -> None:
        await self.page.locator(".graphiql-execute-button").click()
        if of_several:
            await self.page.get_by_role("menuitem", name=operation, exact=True).click()

    async def run(self, operation: str, *, of_several: bool = False) -> Any:
        """Returns the server's answer."""
        async with self.page.expect_response("**/graphql") as answered:
            await self.press_run(operation, of_several=of_several)
        return await (await answered.value).json()

    async def shown(self) -> str:
        """The answer in the right pane."""
        return str(await self.page.evaluate(_text_of("response")))

    async def role(self, name: str) -> None:
        await self.page.get_by_label("as").select_option(name)

    async def until(self, expression: str) -> None:
        """Playwright's own way of waiting needs `eval`, which the page may not use."""
        poll = f"const poll = () => ({expression}) ? done() : setTimeout(poll, 20); poll()"
        async with asyncio.timeout(SECONDS):
            await self.page.evaluate(f"new Promise(done => {{ {poll} }})")

    async def kept(self) -> str:
        """Everything in the browser's storage."""
        return str(await self.page.evaluate("JSON.stringify(localStorage)"))


@asynccontextmanager
async def opened(browser: Browser, server: Server, **options: Any) -> AsyncIterator[Opened]:
    """In a browser that has not been here before."""
    async with Opened.new(browser, **options) as seen:
        await seen.load(server)
        yield seen


def _text_of(editor: str) -> str:
    """A JavaScript expression for the text of one of the page's editors."""
    return f"__MONACO.editor.getModels().find(model => model.uri.path.includes('{editor}')).getValue()"
