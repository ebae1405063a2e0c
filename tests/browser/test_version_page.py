"""A draft's page by keyboard: Enter in its form neither releases nor discards; putting it away takes two steps."""

import pytest
from playwright.async_api import Browser, expect

from app.schedules import repository as schedules
from app.schedules import solve
from app.schedules.domain import AskSolve
from tests.browser.conftest import window_of
from tests.school import PASSWORD, School, talk, window
from tests.web_server import web_server

pytestmark = pytest.mark.browser


async def test_enter_does_nothing_and_discarding_is_confirmed(
    browser: Browser, school: School, database_url: str
) -> None:
    await school.room(100)
    await school.request(talk(windows=(window(15),)))
    await school.request(talk(attendance=5000))
    organiser = await school.account("organiser")
    ask = AskSolve(season_id=school.season.id, time_limit_seconds=1)
    run = await school.database.transact(solve.ask_solve, ask, actor=school.organiser, now=school.clock.now())
    await solve.run_solve(school.database, run.id, clock=school.clock)
    async with school.database.read() as connection:
        [version] = await schedules.list_versions(connection, school.season.id)

    async def state() -> str:
        async with school.database.read() as connection:
            return (await schedules.get_version(connection, version.id)).state

    with web_server(database_url) as base_url:
        context = await window_of(browser, base_url, "zh-CN")
        page = await context.new_page()
        await page.goto(f"/sign-in?next=/versions/{version.id}")
        await page.fill("#f-email", organiser.email)
        await page.fill("#f-password", PASSWORD)
        await page.click("main button.primary")
        tell = page.locator("input[name=tell_unplaced]").first
        await tell.press("Space")
        await tell.press("Enter")
        # Whatever Enter had sent would be answered before the next visit.
        await page.goto(f"/versions/{version.id}")
        assert await state() == "draft"

        discard = page.get_by_role("button", name="弃用草稿", exact=True)
        await expect(discard).to_be_hidden()
        await page.locator("summary", has_text="弃用草稿…").click()
        await discard.click()
        await page.wait_for_url("**/versions")
        assert await state() == "discarded"
        await context.close()
