"""The editor of hall plans: by keyboard alone, by mouse, by touch; what is pasted, taken back, typed and not sent."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import pytest
from playwright.async_api import Browser, Locator, Page, expect

from app.accounts.domain import Account
from app.halls.domain import HallPlan
from app.halls.repository import find_plan
from app.venues.domain import Room
from tests.browser.conftest import window_of
from tests.browser.test_every_page import OVERFLOW, RUN_AXE
from tests.browser.test_typed import sign_in
from tests.school import School
from tests.web_server import web_server

pytestmark = pytest.mark.browser

LINK = "a[href$='/hall-plan']"
PASTE = """([grid, text]) => { const data = new DataTransfer(); data.setData('text/plain', text);
  grid.dispatchEvent(new ClipboardEvent('paste', {clipboardData: data, bubbles: true, cancelable: true})); }"""


@pytest.fixture
async def hall(school: School) -> Room:
    return await school.room(300, department=await school.department(), booths=40)


@asynccontextmanager
async def window(
    browser: Browser, base_url: str, account: Account, *, locale: str = "en", **look: Any
) -> AsyncIterator[Page]:
    """A window of somebody who is signed in; errors of the script fail the test."""
    if look:
        context = await browser.new_context(base_url=base_url, locale=locale, reduced_motion="reduce", **look)
        context.set_default_timeout(20_000)
    else:
        context = await window_of(browser, base_url, locale)
    await context.add_cookies([{"name": "locale", "value": locale, "url": base_url}])
    page = await context.new_page()
    page.on("pageerror", lambda error: pytest.fail(f"script: {error}"))
    await page.goto("/sign-in")
    await sign_in(page, account)
    yield page
    await context.close()


def cell(page: Page, row: int, column: int) -> Locator:
    return page.locator(f"#hall-{row - 1}-{column - 1}")


async def kept(school: School, room: Room) -> HallPlan:
    async with school.database.read() as connection:
        found = await find_plan(connection, room.id)
    assert found is not None
    return found.plan


async def text_of(page: Page) -> str:
    return await page.input_value("#f-cells")


async def save(page: Page) -> None:
    await page.click(".hall button.primary")
    await page.wait_for_url("**/hall-plan")


async def test_a_plan_by_keyboard_alone(browser: Browser, school: School, database_url: str, hall: Room) -> None:
    staff = await school.account("department_staff", department_id=hall.department_id)
    with web_server(database_url) as base_url:
        async with window(browser, base_url, staff) as page:
            keys = page.keyboard

            async def tab_to(selector: str) -> None:
                for _ in range(60):
                    if await page.evaluate("selector => document.activeElement.matches(selector)", selector):
                        return
                    await keys.press("Tab")
                pytest.fail(f"{selector} is not reached")

            await page.goto("/my/rooms")
            await tab_to(f"main {LINK}")
            await keys.press("Enter")
            await page.wait_for_url("**/hall-plan")
            await tab_to(".hall-start summary, .more-steps summary")
            await keys.press("Enter")
            await tab_to("#f-rows")
            await keys.type("4")
            await keys.press("Tab")
            await keys.type("5")
            await keys.press("Enter")
            await page.wait_for_url("**/start?*")
            await tab_to("[data-grid]")
            grid = page.locator("[data-grid]")
            await expect(grid).to_have_attribute("aria-activedescendant", "hall-0-0")
            await keys.press("Space")  # a booth
            await keys.press("Shift+ArrowRight")  # and the one beside it
            await keys.press("2")
            await keys.press("Shift+ArrowRight")  # both with power
            await keys.press("End")
            await expect(grid).to_have_attribute("aria-activedescendant", "hall-0-4")
            await keys.press("4")
            await keys.press("Space")
            await keys.press("Control+z")
            await expect(cell(page, 1, 5)).to_have_attribute("data-kind", ".")
            await keys.press("Control+y")
            await expect(cell(page, 1, 5)).to_have_attribute("data-kind", "#")
            await keys.press("Home")
            await keys.press("Enter")  # name the booth
            await keys.type("VIP")
            await keys.press("Enter")
            await expect(grid).to_be_focused()
            await expect(cell(page, 1, 1)).to_have_attribute("aria-label", "VIP, Booth, row 1, column 1")
            await expect(page.locator("[data-counts]")).to_have_text("Booths: 3, with power: 2")
            await expect(page.locator("[data-said]")).to_have_text("VIP, Booth, row 1, column 1")
            await tab_to(".hall button.primary")
            await keys.press("Enter")
            await expect(page.locator(".log")).to_contain_text("Hall plan saved")
    plan = await kept(school, hall)
    assert plan.rows == ("BPP.#", ".....", ".....", "..D..")
    assert plan.names == ("VIP", "A02", "A03")


async def test_a_plan_by_mouse(browser: Browser, school: School, database_url: str, hall: Room) -> None:
    organiser = await school.account("organiser")
    with web_server(database_url) as base_url:
        async with window(browser, base_url, organiser) as page:
            await page.goto(f"/venues/rooms/{hall.id}")
            await page.click(f"main {LINK}")
            await page.click("text=Start from an empty hall")
            await page.fill("#f-rows", "5")
            await page.fill("#f-columns", "6")
            await page.click("button:text-is('Start from an empty hall')")
            await stroke(page, (1, 1), (1, 6))
            await page.click("[data-tool=P]")
            await stroke(page, (3, 5), (3, 1))
            assert (await text_of(page)).replace(" ", "") == "BBBBBB\n......\nPPPPP.\n......\n...D.."
            await page.click("[data-tool='#']")
            await cell(page, 3, 3).click()
            await page.click("[data-act=undo]")
            await page.click("[data-act=undo]")
            await expect(cell(page, 3, 1)).to_have_attribute("data-kind", ".")
            await page.click("[data-act=redo]")
            await expect(page.locator("[data-counts]")).to_have_text("Booths: 11, with power: 5")
            await page.click("[data-tool='']")
            await cell(page, 1, 2).click()
            await page.fill("#hall-name", "east 1")
            await page.press("#hall-name", "Enter")
            await cell(page, 1, 3).click()
            await page.fill("#hall-name", "EAST1")
            await page.press("#hall-name", "Enter")
            await expect(page.locator("[data-wrong]")).to_have_text("There is a booth EAST1 already.")
            await page.fill("#hall-name", "door")
            await page.press("#hall-name", "Enter")
            await expect(page.locator("[data-wrong]")).to_have_text("“door” cannot be the name of a booth.")
            await page.press("#hall-name", "Escape")
            await cell(page, 3, 6).click()
            for act in ("addRow", "addColumn", "removeRow", "mirrorAcross", "mirrorDown"):
                await page.click(f"[data-act={act}]")
            await save(page)
    plan = await kept(school, hall)
    assert plan.rows == ("...D...", ".......", ".......", ".......", ".BBBBBB")
    assert plan.names == ("A01", "A02", "A03", "A04", "east1", "A06")


async def stroke(page: Page, start: tuple[int, int], end: tuple[int, int]) -> None:
    """A quick hand: the mouse tells of two places only."""
    for place, act in ((start, page.mouse.down), (end, page.mouse.up)):
        box = await cell(page, *place).bounding_box()
        assert box is not None
        await page.mouse.move(box["x"] + box["width"] / 2, box["y"] + box["height"] / 2)
        await act()


async def test_a_plan_by_finger(browser: Browser, school: School, database_url: str, hall: Room, axe: str) -> None:
    organiser = await school.account("organiser")
    phone: dict[str, Any] = {"viewport": {"width": 390, "height": 800}, "has_touch": True, "is_mobile": True}
    with web_server(database_url) as base_url:
        async with window(browser, base_url, organiser, locale="zh-CN", **phone) as page:
            await page.goto(f"/venues/{hall.id}/hall-plan/start?rows=30&columns=30")
            assert await page.evaluate(OVERFLOW) <= 0
            await page.evaluate(axe)
            assert await page.evaluate(RUN_AXE) == []
            await expect(page.locator("[data-tool='']")).to_have_attribute("aria-pressed", "true")
            fingers = await page.context.new_cdp_session(page)
            await cell(page, 2, 2).scroll_into_view_if_needed()
            await swipe(page, fingers, (4, 6), (4, 2))
            assert await page.evaluate("document.querySelector('.hall-scroll').scrollLeft") > 0, (
                "a finger moves the plan"
            )
            assert "B" not in await text_of(page)
            await page.evaluate("document.querySelector('.hall-scroll').scrollLeft = 0")
            await page.tap("[data-tool=B]")
            await cell(page, 2, 2).scroll_into_view_if_needed()
            await swipe(page, fingers, (2, 2), (2, 7))
            await expect(page.locator("[data-counts]")).to_have_text("展位6个，有电0个")
            assert await page.evaluate("document.querySelector('.hall-scroll').scrollLeft") < 10, "it draws"
            await page.tap("[data-tool=P]")
            await cell(page, 2, 7).tap()
            await expect(page.locator("[data-counts]")).to_have_text("展位6个，有电1个")
            await page.tap(".hall button.primary")
            await page.wait_for_url("**/hall-plan")
    assert (await kept(school, hall)).rows[1] == ".BBBBBP" + "." * 23


async def swipe(page: Page, fingers: Any, start: tuple[int, int], end: tuple[int, int]) -> None:
    """One finger, from cell to cell."""
    boxes = [await cell(page, *place).bounding_box() for place in (start, end)]
    (x1, y1), (x2, y2) = ((box["x"] + 15, box["y"] + 15) for box in boxes if box)
    await fingers.send("Input.dispatchTouchEvent", {"type": "touchStart", "touchPoints": [{"x": x1, "y": y1}]})
    for part in range(1, 11):
        point = {"x": x1 + (x2 - x1) * part / 10, "y": y1 + (y2 - y1) * part / 10}
        await fingers.send("Input.dispatchTouchEvent", {"type": "touchMove", "touchPoints": [point]})
    # A finger that rests before it leaves throws nothing: a tap would only stop what still moves.
    await page.wait_for_timeout(300)
    await fingers.send("Input.dispatchTouchEvent", {"type": "touchEnd", "touchPoints": []})
    await page.wait_for_timeout(300)


async def test_what_is_pasted_is_drawn_and_grows_the_plan(
    browser: Browser, school: School, database_url: str, hall: Room
) -> None:
    organiser = await school.account("organiser")
    with web_server(database_url) as base_url:
        async with window(browser, base_url, organiser) as page:
            await page.goto(f"/venues/{hall.id}/hall-plan/start?rows=2&columns=2")
            grid = page.locator("[data-grid]")
            await grid.press("ArrowDown")
            await page.evaluate(
                PASTE, [await grid.element_handle(), "A01⚡\t柱\tA02 电\r\n\t过道\t\r\n家电\t门\ta01\r\n"]
            )
            await expect(page.locator("[data-said]")).to_have_text("Pasted: 3 × 3 cells")
            assert (await text_of(page)).split("\n")[1].split() == ["A01+", "#", "A02+"]
            await expect(cell(page, 4, 3)).to_have_attribute("aria-label", "not named yet, Booth, row 4, column 3")
            await grid.press("Control+z")
            await expect(page.locator(".hall-cell")).to_have_count(4)
            await grid.press("Control+Shift+z")
            await grid.press("Home")
            many = "\n".join(["B\t" * 99 + "B"] * 101)
            await page.evaluate(PASTE, [await grid.element_handle(), many])
            await expect(page.locator("[data-wrong]")).to_have_text("A hall plan has at most 100 rows of 100 cells.")
            await page.click("summary:text-is('Plan as text')")
            await page.fill("#f-cells", "B1\tB2\tD\n\t\t\nB3+\tB4\t墙")
            await expect(cell(page, 3, 3)).to_have_attribute("data-kind", "#")
            await save(page)
    plan = await kept(school, hall)
    assert plan.rows == ("BBD", "...", "PB#")
    assert plan.names == ("B1", "B2", "B3", "B4")


async def test_what_is_drawn_and_not_sent_is_kept(
    browser: Browser, school: School, database_url: str, hall: Room
) -> None:
    organiser = await school.account("organiser")
    with web_server(database_url) as base_url:
        async with window(browser, base_url, organiser) as page:
            await page.goto(f"/venues/{hall.id}/hall-plan/start?booths=8")
            await save(page)
            await page.focus("[data-grid]")
            await page.keyboard.press("Space")
            await page.click(".top button[lang=zh-CN]")
            await expect(page.locator(".typed")).to_be_visible()
            await expect(cell(page, 1, 1)).to_have_attribute("data-kind", "B")
            await expect(page.locator("[data-counts]")).to_have_text("展位9个，有电0个")
            await save(page)
            await expect(page.locator(".typed")).to_have_count(0)
    assert (await kept(school, hall)).rows[0][0] == "B"


async def test_what_is_found_is_marked_until_it_is_drawn_over(
    browser: Browser, school: School, database_url: str, hall: Room, axe: str
) -> None:
    organiser = await school.account("organiser")
    with web_server(database_url) as base_url:
        async with window(browser, base_url, organiser) as page:
            await page.goto(f"/venues/{hall.id}/hall-plan/start?rows=3&columns=4")
            await page.focus("[data-grid]")
            await page.keyboard.press("Space")
            await page.keyboard.press("4")
            await page.keyboard.press("ArrowRight")
            await page.keyboard.press("Shift+ArrowDown")
            await page.keyboard.press("Shift+ArrowLeft")
            await page.click(".hall button.primary")
            await expect(page.locator("#hall-findings")).to_contain_text(
                "Nobody can reach these booths from a door: A01."
            )
            label = "A01, Booth, row 1, column 1, see above"
            await expect(cell(page, 1, 1)).to_have_attribute("aria-label", label)
            await page.evaluate(axe)
            for width in (1440, 820, 390):
                await page.set_viewport_size({"width": width, "height": 900})
                assert await page.evaluate(OVERFLOW) <= 0
                assert await page.evaluate(RUN_AXE) == []
            await page.check("[name=accept_findings]")
            await save(page)
    assert (await kept(school, hall)).rows == ("B#..", "##..", "..D.")


async def test_without_a_script_the_plan_is_a_text_and_a_drawing(
    browser: Browser, school: School, database_url: str, hall: Room
) -> None:
    organiser = await school.account("organiser")
    look: dict[str, Any] = {"viewport": {"width": 390, "height": 800}, "java_script_enabled": False}
    with web_server(database_url) as base_url:
        async with window(browser, base_url, organiser, **look) as page:
            await page.goto(f"/venues/{hall.id}/hall-plan")
            await page.click("text=Draw a plan with so many booths")
            await expect(page.locator(".hall-plan .hall-booth")).to_have_count(40)
            await expect(page.locator("[data-desk]")).to_be_hidden()
            await page.fill("#f-cells", "B.P\n.D.")
            await save(page)
            await expect(page.locator(".hall-plan .hall-booth")).to_have_count(2)
    assert (await kept(school, hall)).names == ("A01", "A02")
