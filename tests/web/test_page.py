"""GraphiQL in a browser that knows no other machine: its tabs run, its panels open, it follows the system."""

import json

from graphql import OperationDefinitionNode, parse
from playwright.async_api import Browser, expect

from server.http.graphiql import Start
from tests.live.serving import Server
from tests.web.page import Opened, opened

LIVE = "LiveUpdates"


def operations(document: str) -> list[str]:
    definitions = parse(document).definitions
    return [
        each.name.value for each in definitions if isinstance(each, OperationDefinitionNode) and each.name
    ]


async def run_tab(seen: Opened, names: list[str]) -> None:
    await seen.tab(names[0])
    for name in names:
        answer = await seen.run(name, of_several=len(names) > 1)
        assert "errors" not in answer, answer
        assert [
            payload["userErrors"] for payload in answer["data"].values() if payload.get("userErrors")
        ] == []


async def watch(seen: Opened) -> None:
    """What was there before comes at once; run again, it stops."""
    await seen.tab(LIVE)
    await seen.press_run(LIVE, of_several=False)
    await expect(seen.page.locator(".graphiql-response")).to_contain_text("subscriptionChanged")
    shown = json.loads(await seen.shown())
    assert "errors" not in shown
    assert shown["data"]["subscriptionChanged"]["summary"]
    await expect(seen.page.get_by_role("button", name="Stop query")).to_be_visible()
    await seen.press_run(LIVE, of_several=False)
    await expect(seen.page.get_by_role("button", name="Execute query")).to_be_visible()


async def test_each_tab_runs_without_other_hosts(browser: Browser, demo: Server, start: Start) -> None:
    async with opened(browser, demo) as seen:
        *others, live = [operations(tab.query) for tab in start.tabs]
        assert live == [LIVE]
        for names in others:
            await run_tab(seen, names)
        await watch(seen)
        assert seen.hosts - {""} == {demo.host}
        assert seen.complaints == []


async def test_explorer_docs_and_history_open(browser: Browser, demo: Server) -> None:
    async with opened(browser, demo) as seen:
        await seen.run("Subscription")
        page = seen.page
        await page.get_by_role("button", name="Show GraphiQL Explorer").click()
        await expect(page.locator(".graphiql-explorer-root")).to_contain_text("billingModel")
        await page.get_by_role("button", name="Show History").click()
        await expect(page.locator(".graphiql-history-item").first).to_contain_text("Subscription")
        await page.get_by_role("button", name="Show Documentation Explorer").click()
        await expect(page.locator(".graphiql-doc-explorer")).to_contain_text("Mutation")
        assert seen.complaints == []


async def test_tab_uses_chosen_role_and_keeps_no_token(browser: Browser, demo: Server, start: Start) -> None:
    async with opened(browser, demo) as seen:
        assert (await seen.run("Subscription"))["data"]["subscription"]["cost"]
        await seen.role("CUSTOMER_ADMIN")
        assert (await seen.run("Subscription"))["data"]["subscription"]["cost"] is None
        await seen.until("localStorage['graphiql:tabState']?.includes('Subscription')")
        kept = await seen.kept()
        assert "graphiql:queries" in kept
        assert not any(token in kept for token in start.tokens.values())
        await seen.load(demo)
        assert await seen.page.get_by_role("tab").count() == len(start.tabs)
        assert (await seen.run("Subscription"))["data"]["subscription"]["cost"]
        assert seen.complaints == []


async def test_it_follows_the_system(browser: Browser, demo: Server) -> None:
    background = (
        "getComputedStyle(document.querySelector('.graphiql-container')).backgroundColor.match(/\\d+/g)"
    )
    async with opened(browser, demo) as seen:
        for scheme in ("light", "dark"):
            await seen.page.emulate_media(color_scheme=scheme)
            red, green, blue = map(int, await seen.page.evaluate(background))
            assert (red + green + blue < 384) is (scheme == "dark")
