"""An empty school's first season through the pages only, as its people would go."""

from pathlib import Path

import pytest
from playwright.async_api import Browser, Page, expect

from app.accounts.service import issue_token
from app.database import Database, open_database
from app.database.business_clock import step_clock
from app.schedules.solve import run_solve
from tests.browser.conftest import window_of
from tests.school import CLOCK, credit_code
from tests.web_server import web_server

pytestmark = pytest.mark.browser

PASSWORD = "a long enough password"
EMPLOYER = "楚天智能装备股份有限公司"
ROOMS = (
    "教室编号,名称,英文名称,校区,校区英文名,座位数\r\n"
    "J1-101,教一-101,Jiao 1-101,主校区,Main Campus,300\r\n"
    "J2-201,教二-201,Jiao 2-201,主校区,Main Campus,120\r\n"
    "D1-301,东一-301,Dong 1-301,东校区,East Campus,80\r\n"
)
# The smallest PDF that is one.
SCAN = (
    b"%PDF-1.4\n1 0 obj<</Type/Catalog/Pages 2 0 R>>endobj\n2 0 obj<</Type/Pages/Kids[]/Count 0>>endobj\n"
    b"trailer<</Root 1 0 R>>\n%%EOF\n"
)


async def test_an_empty_school_releases_its_first_schedule(browser: Browser, database_url: str, tmp_path: Path) -> None:
    (tmp_path / "rooms.csv").write_bytes(ROOMS.encode("gb18030"))  # as Excel saves csv in China
    (tmp_path / "licence.pdf").write_bytes(SCAN)
    async with open_database(database_url, size=2) as database:
        await database.transact(step_clock, CLOCK.offset_seconds)
        with web_server(database_url) as base_url:
            organiser = await (await window_of(browser, base_url, "zh-CN")).new_page()
            await _set_up(organiser, tmp_path / "rooms.csv")
            employer = await (await window_of(browser, base_url, "zh-CN", width=390)).new_page()
            await _sign_up_and_ask(employer, database, tmp_path / "licence.pdf")
            await _verify_and_approve(organiser)
            await _solve(organiser, database)
            await _correct(organiser)
            await _release(organiser)
            visitor = await (await window_of(browser, base_url, "en", width=390)).new_page()
            await visitor.goto("/")
            await expect(visitor.locator(".ev h3")).to_contain_text("楚天智能2023届宣讲会")
            await expect(visitor.locator(".ev .at")).to_contain_text("Jiao 1-101")
            await employer.goto("/my/requests")
            await expect(employer.locator(".mine")).to_contain_text("教一-101")
            for page in (organiser, employer, visitor):
                await page.context.close()


async def _set_up(page: Page, rooms: Path) -> None:
    await page.goto("/")
    await expect(page).to_have_url("/welcome")
    await page.fill("#f-school_name_zh", "江城大学")
    await page.fill("#f-school_name_en", "Jiangcheng University")
    await page.fill("#f-display_name", "周岚")
    await page.fill("#f-email", "zhou@jiangcheng.example")
    await page.fill("#f-password", PASSWORD)
    await page.click("main button.primary")
    await page.goto("/seasons/new")
    await page.fill("#f-name_zh", "2023届春招")
    await page.fill("#f-name_en", "Spring 2023")
    await page.fill("#f-code", "spring-2023")
    await page.fill("#f-first_day", "2023-02-02")
    await page.fill("#f-last_day", "2023-04-30")
    await page.fill("#f-term_first_day", "2023-02-13")
    await page.click("main button.primary")
    await expect(page).to_have_url("/seasons/spring-2023/import")
    await page.select_option("#f-what", "rooms")
    await page.set_input_files("#f-file", rooms)
    await page.click("main button.primary")
    await expect(page.locator(".note.ok")).to_contain_text("3")


async def _sign_up_and_ask(page: Page, database: Database, licence: Path) -> None:
    await page.goto("/register")
    await page.fill("#f-display_name", "陈立")
    await page.fill("#f-email", "chen@chutian.example")
    await page.fill("#f-password", PASSWORD)
    await page.click("main button.primary")
    await expect(page.locator(".note.ok")).to_contain_text("chen@chutian.example")
    async with database.pool.acquire() as connection:
        account_id = await connection.fetchval("SELECT id FROM account WHERE email = 'chen@chutian.example'")
        token = await issue_token(connection, account_id, "verify_email")  # what the mail's link carries
    await page.goto(f"/verify-email?token={token}")
    await page.click("main button.primary")
    await expect(page).to_have_url("/my/employer")
    code = credit_code(4711)
    for name, value in {
        "legal_name": EMPLOYER,
        "credit_code": code,
    }.items():
        await page.fill(f"#f-{name}", value)
    await page.set_input_files("#f-scan", licence)
    await page.click("button[name=ask_review]")
    await expect(page.locator(".note.wait").first).to_be_visible()
    await page.goto("/my/requests/new")
    await page.fill("#f-title", "楚天智能2023届宣讲会")
    await page.select_option("#f-a0_kind", "info_session")
    await page.fill("#f-a0_attendance", "180")
    await page.fill("#f-a0_w0_first_day", "2023-03-15")
    await page.click("main button.primary")
    await expect(page.locator("h1")).to_have_text("楚天智能2023届宣讲会")


async def _verify_and_approve(page: Page) -> None:
    await page.goto("/seasons/spring-2023/inbox")
    await page.click(f"aside >> text={EMPLOYER}")
    await expect(page.locator(".note.ok")).to_be_visible()  # entry and licence agree
    await page.click("form[action$='/verify'] button")
    await expect(page.locator(".tabbar")).to_be_visible()
    await page.goto("/seasons/spring-2023/inbox")
    await page.click("table.list th a")
    await page.click("form[action$='/approve'] button")
    await expect(page.locator("form[action$='/approve']")).to_have_count(0)


async def _solve(page: Page, database: Database) -> None:
    await page.goto("/seasons/spring-2023/board")
    await page.click("form[action$='/solve'] button")
    await expect(page.locator("form[action^='/solve-runs/'] button")).to_be_visible()  # progress, and a way to stop
    run_id = await database.pool.fetchval("SELECT id FROM solve_run")
    await run_solve(database, run_id, clock=CLOCK)  # no worker runs here
    # The page hears of it by itself.
    await expect(page.locator("a[href^='/versions/'].primary")).to_be_visible()


async def _correct(page: Page) -> None:
    mark = await page.evaluate("JSON.parse(document.getElementById('data').textContent).marks[0]")
    await page.locator("#cv").click(position={"x": mark[1] + 2, "y": mark[2] + 1})
    panel = page.locator("#selected")
    await expect(panel).to_contain_text(EMPLOYER)
    await panel.locator("summary").click()
    await panel.locator("[name=day]").fill("2023-03-18")
    await panel.locator(".move button").click()
    await expect(panel.locator(".errsum")).to_contain_text("不是招聘季的工作日")  # a Saturday, in words
    await panel.locator("button[value=pin]").click()
    await expect(panel.locator("button[value=unpin]")).to_be_visible()


async def _release(page: Page) -> None:
    await page.click("a[href^='/versions/'].primary")
    await expect(page.locator(".sh .s-new")).to_be_visible()
    await expect(page.locator("#mails")).to_contain_text("教一-101")
    await page.click(".hd button.primary")
    await expect(page).to_have_url("/seasons/spring-2023/board")
    await expect(page.locator(".ver h1")).to_contain_text("1")
