"""What is open stands beside a request's form while it is filled in: with a script, without one, without the desk."""

import re
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import pytest
from playwright.async_api import Browser, Page, expect

from app.accounts.domain import Account
from app.bookings import service as bookings
from app.bookings.domain import ConfirmPlacement
from tests.browser.test_every_page import OVERFLOW, RUN_AXE, WIDTHS
from tests.desk_server import desk_server
from tests.school import PASSWORD, School, at, talk
from tests.web_server import web_server

pytestmark = pytest.mark.browser


async def contact_of(school: School) -> Account:
    """Somebody of an employer that may ask, in a school with one room that is taken on 8 March."""
    room, employer = await school.room(120), await school.employer()
    activity = (await school.request(talk(minutes=840))).activities[0]
    wanted = ConfirmPlacement(activity_id=activity.id, starts_at=at(8, 8), room_ids=(room.id,))
    await school.database.transact(bookings.book_placement, wanted, actor=school.organiser, clock=school.clock)
    contact = await school.account("employer_contact", employer_id=employer.id)
    await school.database.pool.execute("UPDATE account SET email_verified_at = now() WHERE id = $1", contact.id)
    return contact


@asynccontextmanager
async def form(
    browser: Browser, base_url: str, contact: Account, *, locale: str = "en", script: bool = True
) -> AsyncIterator[Page]:
    """The empty form of a request."""
    context = await browser.new_context(
        base_url=base_url, locale=locale, java_script_enabled=script, viewport={"width": 1440, "height": 900}
    )
    await context.add_cookies([{"name": "locale", "value": locale, "url": base_url}])
    page = await context.new_page()
    await page.goto("/sign-in")
    await page.fill("#f-email", contact.email)
    await page.fill("#f-password", PASSWORD)
    await page.click("main button.primary")
    await page.goto("/my/requests/new")
    yield page
    await context.close()


async def fill_in(page: Page) -> None:
    """All that decides where it could go."""
    await page.select_option("#f-a0_kind", "info_session")
    await page.fill("#f-a0_attendance", "100")
    await page.fill("#f-a0_w0_first_day", "2023-03-13")
    await page.fill("#f-a0_w0_last_day", "2023-03-17")


async def test_what_is_open_follows_what_is_filled_in(
    browser: Browser, school: School, database_url: str, redis_url: str, axe: str
) -> None:
    contact = await contact_of(school)
    with (
        desk_server(database_url, redis_url),
        web_server(database_url, REDIS_URL=redis_url) as base_url,
    ):
        for locale in ("zh-CN", "en"):
            async with form(browser, base_url, contact, locale=locale) as page:
                await fill_in(page)
                await expect(page.locator(".likely-places li")).to_have_count(3)
                await expect(page.locator("#likely-said")).to_contain_text("3")
                full = page.locator("tbody", has=page.locator("th", has_text="3月" if locale == "zh-CN" else "Mar"))
                await expect(full.locator("span.h", has_text="8").first).to_contain_text(
                    "排不下：" if locale == "zh-CN" else "nothing fits: full"
                )
                await page.evaluate(axe)
                for width in WIDTHS:
                    await page.set_viewport_size({"width": width, "height": 900})
                    assert await page.evaluate(OVERFLOW) <= 0
                    assert await page.evaluate(RUN_AXE) == []
        async with form(browser, base_url, contact) as page:
            await page.fill("#f-title", "A talk")
            await fill_in(page)
            await page.locator("button.h[value='2023-03-20']").focus()
            await page.keyboard.press("Enter")
            await expect(page.locator("#f-a0_w1_first_day")).to_have_value("2023-03-20")
            picked = page.locator("button.h[value='2023-03-20']")
            await expect(picked).to_have_attribute("aria-pressed", "true")
            await picked.press("Enter")
            await expect(page.locator("#f-a0_w1_first_day")).to_have_value("")
            await page.locator("#f-title").press("Enter")
            await expect(page).to_have_url(re.compile(r"/requests/[0-9a-f-]{36}$"))
            await expect(page.locator(".likely-places li")).to_have_count(3)
            await page.evaluate(axe)
            await page.locator("details.more-steps summary").first.click()
            assert await page.evaluate(RUN_AXE) == []


async def test_without_a_script_a_button_shows_what_is_open(
    browser: Browser, school: School, database_url: str, redis_url: str
) -> None:
    contact = await contact_of(school)
    with (
        desk_server(database_url, redis_url),
        web_server(database_url, REDIS_URL=redis_url) as base_url,
    ):
        async with form(browser, base_url, contact, script=False) as page:
            await fill_in(page)
            await page.locator("button[name='check']").click()
            await expect(page.locator(".likely-places li")).to_have_count(3)
            await page.locator("button.h[value='2023-03-20']").click()
            await expect(page.locator("#f-a0_w1_first_day")).to_have_value("2023-03-20")
            await expect(page.locator("#f-a0_w0_first_day")).to_have_value("2023-03-13")
            assert await school.database.pool.fetchval("SELECT count(*) FROM request") == 1


async def test_without_the_desk_the_form_says_so_and_is_sent(
    browser: Browser, school: School, database_url: str, redis_url: str
) -> None:
    contact = await contact_of(school)
    with web_server(database_url, REDIS_URL=redis_url) as base_url:
        async with form(browser, base_url, contact) as page:
            await page.fill("#f-title", "A talk")
            await fill_in(page)
            await expect(page.locator("#likely .note")).to_contain_text("cannot be shown just now")
            await page.locator("main button.primary.tall.once").click()
            await expect(page.locator("h1")).to_have_text("A talk")
