"""One Chromium for all browser tests of a process, and the people's windows in it."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from playwright.async_api import Browser, BrowserContext, async_playwright, expect

ROOT = Path(__file__).resolve().parents[2]
# As root there is no sandbox; nothing of the browser's own may call home.
ARGUMENTS = (
    "--no-sandbox",
    "--disable-gpu",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--no-first-run",
)


@pytest.fixture(scope="session")
async def browser(chromium_path: str) -> AsyncIterator[Browser]:
    async with async_playwright() as playwright:
        opened = await playwright.chromium.launch(executable_path=chromium_path, args=list(ARGUMENTS))
        expect.set_options(timeout=20_000)
        yield opened
        await opened.close()


@pytest.fixture(scope="session")
def axe() -> str:
    """The source of axe-core."""
    return (ROOT / "node_modules" / "axe-core" / "axe.min.js").read_text(encoding="utf-8")


async def window_of(browser: Browser, base_url: str, locale: str, *, width: int = 1440) -> BrowserContext:
    """A person's own window, in a language."""
    context = await browser.new_context(
        base_url=base_url, locale=locale, viewport={"width": width, "height": 900}, reduced_motion="reduce"
    )
    context.set_default_timeout(20_000)
    return context
