"""A real browser without access to other machines; its pages' requests and errors."""

import re
import shutil
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any, Self
from urllib.parse import urlsplit

import pytest
from playwright.async_api import Browser, Page, async_playwright

NAMES = ("chromium", "chromium-browser", "google-chrome")
ARGUMENTS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    # No other machine has a name here.
    "--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE 127.0.0.1",
]


@asynccontextmanager
async def chromium() -> AsyncIterator[Browser]:
    """The machine's own. Without one, the test is skipped."""
    program = next(filter(None, map(shutil.which, NAMES)), None)
    if program is None:
        pytest.skip("There is no Chromium here.")
    async with async_playwright() as playwright:
        browser = await playwright.chromium.launch(executable_path=program, args=ARGUMENTS)
        yield browser
        await browser.close()


@dataclass
class Seen:
    page: Page
    hosts: set[str] = field(default_factory=set)
    complaints: list[str] = field(default_factory=list)

    @classmethod
    @asynccontextmanager
    async def new(cls, browser: Browser, **options: Any) -> AsyncIterator[Self]:
        """An empty page, in a browser that remembers nothing."""
        context = await browser.new_context(viewport={"width": 1280, "height": 800}, **options)
        seen = cls(await context.new_page())
        seen._listen()
        yield seen
        await context.close()

    def _listen(self) -> None:
        self.page.on("request", lambda request: self.hosts.add(_host(request.url)))
        self.page.on("websocket", lambda socket: self.hosts.add(_host(socket.url)))
        self.page.on("pageerror", lambda error: self.complaints.append(str(error)))
        self.page.on(
            "console",
            lambda message: (
                self.complaints.append(message.text) if message.type in {"error", "warning"} else None
            ),
        )


def _host(url: str) -> str:
    return urlsplit(url).netloc if re.match("https?:|wss?:", url) else ""
