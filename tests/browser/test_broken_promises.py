"""What a change would break is read and taken with the keyboard alone, in both languages and at both widths; then the
board of cases and one case.
"""

import pytest
from playwright.async_api import Browser, Page, expect

from tests.browser.conftest import window_of
from tests.browser.test_every_page import OVERFLOW, RUN_AXE
from tests.facts.world import PromisingSchool
from tests.school import PASSWORD, School
from tests.web_server import web_server

pytestmark = pytest.mark.browser
SEASON = "/seasons/spring-2023"
WORDS = {
    "zh-CN": ("将影响 4 场已定安排", "待重新安排的活动", "保留原安排"),
    "en": ("4 promises would be broken", "Bookings to be placed anew", "It stays as it is"),
}


@pytest.mark.parametrize("locale", WORDS)
@pytest.mark.parametrize("width", [1440, 390])
async def test_a_shorter_season_lists_what_it_breaks(
    browser: Browser, school: School, database_url: str, axe: str, locale: str, width: int
) -> None:
    world = await PromisingSchool(school).open()
    organiser = await school.account("organiser")
    listed, board, stays = WORDS[locale]
    with web_server(database_url) as base_url:
        context = await window_of(browser, base_url, locale, width=width)
        await context.add_cookies([{"name": "locale", "value": locale, "url": base_url}])
        page = await context.new_page()
        await page.goto(f"/sign-in?next={SEASON}/edit")
        await page.fill("#f-email", organiser.email)
        await page.fill("#f-password", PASSWORD)
        await page.click("main button.primary")
        await page.fill("#f-last_day", "2023-03-08")
        await page.locator("#f-last_day").press("Enter")
        await expect(page.get_by_role("heading", name=listed)).to_be_visible()
        await _reads_well(page, axe, f"broken-{locale}-{width}")
        # Sent again without the yes, it is asked again; nothing was changed.
        await page.locator("#f-last_day").press("Enter")
        await expect(page.get_by_role("heading", name=listed)).to_be_visible()
        assert await world.cases() == []
        await page.locator("input[name=take_broken]").press("Space")
        await page.locator("#f-last_day").press("Enter")
        await page.wait_for_url(f"**{SEASON}/rules")
        assert len(await world.cases()) == 4
        await page.goto(f"{SEASON}/cases")
        await expect(page.get_by_role("heading", name=board)).to_be_visible()
        await _reads_well(page, axe, f"cases-{locale}-{width}")
        await page.locator("main tbody a").first.press("Enter")
        await expect(page.get_by_role("button", name=stays)).to_be_visible()
        await _reads_well(page, axe, f"case-{locale}-{width}")
        await page.fill("#f-reason", "ok")
        await page.locator("#f-reason").press("Enter")
        await page.wait_for_url(f"**{SEASON}/cases")
        assert sorted(case.state for case in await world.cases()) == ["kept", "open", "open", "open"]
        await context.close()


async def _reads_well(page: Page, axe: str, name: str) -> None:
    await page.evaluate(axe)
    assert await page.evaluate(OVERFLOW) <= 0, name
    assert await page.evaluate(RUN_AXE) == [], name
