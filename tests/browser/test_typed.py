"""What is typed is not lost: by a change of language, by an ended session, by going back and sending again."""

import re
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import pytest
from playwright.async_api import Browser, BrowserContext, Page, expect

from app.accounts.domain import Account
from tests.browser.conftest import window_of
from tests.browser.test_every_page import OVERFLOW, RUN_AXE, WIDTHS
from tests.school import PASSWORD, School
from tests.web_server import web_server

pytestmark = pytest.mark.browser

FORM = "/my/requests/new"
NOTICE = "Line one\nLine two: 软件工程师，不限专业"
STORED = "() => Object.keys(sessionStorage).filter((name) => name.startsWith('typed:') && name !== 'typed:done')"


async def contact_of(school: School) -> Account:
    """Somebody who may send requests."""
    contact = await school.account("employer_contact", employer_id=(await school.employer()).id)
    await school.database.pool.execute("UPDATE account SET email_verified_at = now() WHERE id = $1", contact.id)
    return contact


@asynccontextmanager
async def window(browser: Browser, base_url: str, account: Account | None = None) -> AsyncIterator[Page]:
    """A window in English, in which the script's errors fail the test."""
    context = await window_of(browser, base_url, "en")
    await context.add_cookies([{"name": "locale", "value": "en", "url": base_url}])
    page = await opened(context)
    if account is not None:
        await page.goto("/sign-in")
        await sign_in(page, account)
    yield page
    await context.close()


async def opened(context: BrowserContext) -> Page:
    """A tab."""
    page = await context.new_page()
    page.on("pageerror", lambda error: pytest.fail(f"script: {error}"))
    return page


async def sign_in(page: Page, account: Account) -> None:
    """On the sign-in page."""
    await page.fill("#f-email", account.email)
    await page.fill("#f-password", PASSWORD)
    await page.click("main button.primary")
    await page.wait_for_url(lambda url: "sign-in" not in url)


async def fill_in(page: Page, title: str = "A talk 宣讲会") -> None:
    """Something of every kind of field."""
    await page.fill("#f-title", title)
    await page.select_option("#f-a0_kind", "info_session")
    await page.fill("#f-a0_attendance", "100")
    await page.fill("#f-a0_w0_first_day", "2023-03-13")
    await page.fill("#f-a0_w0_last_day", "2023-03-17")
    await page.check("[name=a0_campus_ids]")
    await page.fill("#f-notice_text", NOTICE)


async def must_be_filled_in(page: Page) -> None:
    """All of it."""
    await expect(page.locator("#f-title")).to_have_value("A talk 宣讲会")
    await expect(page.locator("#f-a0_kind")).to_have_value("info_session")
    await expect(page.locator("#f-a0_attendance")).to_have_value("100")
    await expect(page.locator("#f-a0_w0_first_day")).to_have_value("2023-03-13")
    await expect(page.locator("[name=a0_campus_ids]").first).to_be_checked()
    await expect(page.locator("#f-notice_text")).to_have_value(NOTICE)


async def requests(school: School) -> int:
    """Rows of requests."""
    found: int = await school.database.pool.fetchval("SELECT count(*) FROM request")
    return found


async def test_a_change_of_language_or_look_keeps_what_was_typed(
    browser: Browser, school: School, database_url: str, axe: str
) -> None:
    contact = await contact_of(school)
    with web_server(database_url) as base_url:
        async with window(browser, base_url, contact) as page:
            await page.goto(FORM)
            await fill_in(page)
            await page.click("header button[lang='zh-CN']")
            await expect(page.locator("html")).to_have_attribute("lang", "zh-CN")
            await must_be_filled_in(page)
            await expect(page.locator(".typed")).to_contain_text("尚未提交")
            await page.click("header form[action^='/theme'] button")
            await must_be_filled_in(page)
            await page.evaluate(axe)
            for width in WIDTHS:
                await page.set_viewport_size({"width": width, "height": 900})
                assert await page.evaluate(OVERFLOW) <= 0
                assert await page.evaluate(RUN_AXE) == []
            await page.click("header button[lang='en']")
            await must_be_filled_in(page)
            # Another visit in the same tab is offered it, and it can be thrown away.
            await page.goto(FORM)
            await expect(page.locator("#f-title")).to_have_value("")
            await page.click(".typed [data-restore]")
            await must_be_filled_in(page)
            await page.click(".typed [data-discard]")
            await expect(page.locator("#f-title")).to_have_value("")
            await page.goto(FORM)
            await expect(page.locator(".typed")).to_have_count(0)


async def test_rows_beyond_the_usual_ones_come_back_too(browser: Browser, school: School, database_url: str) -> None:
    contact = await contact_of(school)
    with web_server(database_url) as base_url:
        async with window(browser, base_url, contact) as page:
            await page.goto(FORM)
            await fill_in(page)
            for window_number, day in ((1, "2023-03-20"), (2, "2023-03-21")):
                await page.fill(f"#f-a0_w{window_number}_first_day", day)
            add = "(form) => form.insertAdjacentHTML('beforeend', '<button name=pick value=2023-03-22 id=pick>pick</button>')"
            await page.locator(f"form[action='{FORM}']").evaluate(add)
            await page.click("#pick")
            await expect(page.locator("#f-a0_w3_first_day")).to_have_value("2023-03-22")
            await page.click("header button[lang='zh-CN']")
            await must_be_filled_in(page)
            await expect(page.locator("#f-a0_w3_first_day")).to_have_value("2023-03-22")


async def test_what_was_refused_survives_a_change_of_language(
    browser: Browser, school: School, database_url: str
) -> None:
    organiser, detail = await school.account("organiser"), await school.request(approved=False)
    with web_server(database_url) as base_url:
        async with window(browser, base_url, organiser) as page:
            await page.goto(f"/requests/{detail.request.id}")
            await page.click("text=Return or refuse…")
            await page.fill("#f-note", "Another day, please")
            await school.database.pool.execute("UPDATE request SET row_version = row_version + 1")
            await page.click("text=Return for changes")
            await expect(page.locator(".errsum")).to_be_visible()
            await page.click("header button[lang='zh-CN']")
            # The address that refused shows no page: the one with the form does.
            await expect(page.locator(".typed")).to_contain_text("尚未提交")
            assert page.url.endswith(f"/requests/{detail.request.id}")
            await expect(page.locator("#f-note")).to_have_value("Another day, please")
            # It is changed once more: that is said before anything is filled in.
            await school.database.pool.execute("UPDATE request SET row_version = row_version + 1")
            await page.click("header button[lang='en']")
            await expect(page.locator(".typed")).to_contain_text("Since then somebody changed")
            await expect(page.locator("#f-note")).to_have_value("")
            await page.click(".typed [data-restore]")
            await expect(page.locator("#f-note")).to_have_value("Another day, please")


@pytest.mark.parametrize("end", ["expired", "signed out elsewhere"])
async def test_an_ended_session_keeps_what_was_typed_for_the_same_account(
    browser: Browser, school: School, database_url: str, end: str
) -> None:
    contact = await contact_of(school)
    with web_server(database_url) as base_url:
        async with window(browser, base_url, contact) as page:
            await page.goto(FORM)
            await fill_in(page)
            if end == "expired":
                await school.database.pool.execute("UPDATE session SET expires_at = now() - interval '1 hour'")
            else:
                other = await opened(page.context)
                await other.goto("/my/requests")
                await other.click("text=Sign out")
            await page.click("main button.primary.tall")
            await expect(page.locator("#typed-kept .note")).to_be_visible()
            await expect(page.locator("#typed-back")).to_have_count(0)
            await page.click("main a.primary")
            await sign_in(page, contact)
            await must_be_filled_in(page)
            await expect(page.locator(".typed")).to_contain_text("not sent yet")
            assert await requests(school) == 0
            await page.click("main button.primary.tall")
            await expect(page.locator("h1")).to_have_text("A talk 宣讲会")
            assert (await requests(school), await page.evaluate(STORED)) == (1, [])
            await page.goto(FORM)
            await expect(page.locator(".typed")).to_have_count(0)
            await expect(page.locator("#f-title")).to_have_value("")


async def test_another_account_is_shown_and_sends_nothing_of_it(
    browser: Browser, school: School, database_url: str
) -> None:
    first, second = await contact_of(school), await contact_of(school)
    with web_server(database_url) as base_url:
        async with window(browser, base_url, first) as page:
            await page.goto(FORM)
            await fill_in(page)
            other = await opened(page.context)
            await other.goto("/my/requests")
            await other.click("text=Sign out")
            await other.goto("/sign-in")
            await sign_in(other, second)
            # The form of the first is still open in its tab.
            await page.click("main button.primary.tall")
            await expect(page.locator("h1")).to_contain_text("under another account")
            assert (await requests(school), await page.evaluate(STORED)) == (0, [])
            await page.goto(FORM)
            await expect(page.locator("#f-title")).to_have_value("")
            await expect(page.locator(".typed")).to_have_count(0)


async def test_signing_out_leaves_nothing_in_the_browser(browser: Browser, school: School, database_url: str) -> None:
    contact = await contact_of(school)
    with web_server(database_url) as base_url:
        async with window(browser, base_url, contact) as page:
            await page.goto(FORM)
            await fill_in(page)
            await page.goto("/my/requests")
            assert len(await page.evaluate(STORED)) == 1
            await page.goto(FORM)
            await fill_in(page, "Another talk")
            await page.click("text=Sign out")
            await expect(page.locator("header a[href='/sign-in']")).to_be_visible()
            kept = await page.evaluate("() => [...Object.keys(sessionStorage), ...Object.keys(localStorage)]")
            assert [name for name in kept if not name.startswith("htmx-")] == []


async def test_no_password_and_no_secret_is_kept(browser: Browser, database_url: str, school: School) -> None:
    with web_server(database_url) as base_url:
        async with window(browser, base_url) as page:
            await page.goto("/register")
            await page.fill("#f-display_name", "Li Ming")
            await page.fill("#f-email", "li@employer.example")
            await page.fill("#f-password", "a very secret one")
            await page.click("header button[lang='zh-CN']")
            await expect(page.locator("#f-display_name")).to_have_value("Li Ming")
            await expect(page.locator("#f-password")).to_have_value("")
            await expect(page.locator(".typed")).to_contain_text("密码不会保留")
            stored = await page.evaluate("() => JSON.stringify({...sessionStorage})")
            assert "li@employer.example" in stored
            assert "secret" not in stored
            await page.goto("/sign-in")
            await page.fill("#f-email", "li@employer.example")
            await page.fill("#f-password", "a very secret one")
            await page.goto("/new-password?token=key-of-a-mail")
            await page.fill("#f-password", "a very secret one")
            await page.goto("/sign-in")
            stored = await page.evaluate("() => JSON.stringify({...sessionStorage})")
            assert not re.search("secret|key-of-a-mail|sign-in", stored)


async def test_only_what_cannot_be_kept_is_warned_about(browser: Browser, school: School, database_url: str) -> None:
    contact = await school.account("employer_contact")
    asked: list[str] = []

    async def stay(dialog: Any) -> None:
        asked.append(dialog.type)
        await dialog.dismiss()

    with web_server(database_url) as base_url:
        async with window(browser, base_url, contact) as page:
            page.on("dialog", stay)
            await page.goto("/my/employer")
            await page.fill("#f-legal_name", "江城机电有限公司")
            await page.click("header button[lang='zh-CN']")
            await expect(page.locator("#f-legal_name")).to_have_value("江城机电有限公司")
            assert asked == []
            await page.set_input_files(
                "#f-scan", {"name": "a.png", "mimeType": "image/png", "buffer": b"\x89PNG\r\n\x1a\n"}
            )
            await page.click("header button[lang='en']", no_wait_after=True)
            await page.wait_for_timeout(500)
            assert asked == ["beforeunload"]
            await expect(page.locator("html")).to_have_attribute("lang", "zh-CN")


async def test_back_and_sent_again_makes_no_second_request(
    browser: Browser, school: School, database_url: str, axe: str
) -> None:
    contact = await contact_of(school)
    with web_server(database_url) as base_url:
        async with window(browser, base_url, contact) as page:
            await page.goto(FORM)
            await fill_in(page)
            await page.click("main button.primary.tall")
            await expect(page.locator("h1")).to_have_text("A talk 宣讲会")
            first = page.url
            await page.go_back()
            await fill_in(page)
            await page.click("main button.primary.tall")
            await expect(page.locator(".told")).to_contain_text("You had sent this before")
            assert (page.url, await requests(school)) == (f"{first}?sent=before", 1)
            await page.go_back()
            await fill_in(page, "Another title")
            await page.click("main button.primary.tall")
            await expect(page.locator(".sent-before")).to_contain_text("You sent this form before")
            await page.evaluate(axe)
            for width in WIDTHS:
                await page.set_viewport_size({"width": width, "height": 900})
                assert await page.evaluate(OVERFLOW) <= 0
                assert await page.evaluate(RUN_AXE) == []
            assert await requests(school) == 1
            # The question is put off by a change of language, and asked again.
            for locale in ("zh-CN", "en"):
                await page.click(f"header button[lang='{locale}']")
                await expect(page.locator("html")).to_have_attribute("lang", locale)
                await expect(page.locator("#f-title")).to_have_value("Another title")
            await page.click("main button.primary.tall")
            await page.locator(".sent-before").get_by_text("Change that request").click()
            await expect(page.locator("#f-title")).to_have_value("Another title")
            assert page.url == f"{first}/edit"
            await page.click("header button[lang='zh-CN']")
            await expect(page.locator("html")).to_have_attribute("lang", "zh-CN")
            await expect(page.locator("#f-title")).to_have_value("Another title")
            await page.click("main button.primary.tall")
            await expect(page.locator("h1")).to_have_text("Another title")
            assert (page.url, await requests(school)) == (first, 1)


async def test_without_a_script_nothing_is_lost_either(browser: Browser, school: School, database_url: str) -> None:
    contact = await contact_of(school)
    with web_server(database_url) as base_url:
        context = await browser.new_context(base_url=base_url, locale="en", java_script_enabled=False)
        await context.add_cookies([{"name": "locale", "value": "en", "url": base_url}])
        page = await context.new_page()
        await page.goto("/sign-in")
        await sign_in(page, contact)
        await page.goto(FORM)
        await fill_in(page)
        async with context.expect_page() as other:
            await page.click("header button[lang='zh-CN']")
        await expect((await other.value).locator("html")).to_have_attribute("lang", "zh-CN")
        await must_be_filled_in(page)
        await school.database.pool.execute("DELETE FROM session")
        await page.click("main button.primary.tall")
        await expect(page.get_by_text(NOTICE.splitlines()[1])).to_be_visible()
        async with context.expect_page() as other:
            await page.click("#typed-back a")
        await sign_in(await other.value, contact)
        await page.click("#typed-back button")
        await expect(page.locator("h1")).to_have_text("A talk 宣讲会")
        stored = await school.database.pool.fetchval("SELECT notice_text FROM request")
        assert stored.replace("\r\n", "\n") == NOTICE
        await context.close()
