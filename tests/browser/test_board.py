"""The season board by mouse and keyboard: hide a kind, find, point, walk, choose and let go."""

import re
from collections.abc import AsyncIterator

import pytest
from playwright.async_api import Browser, Page, expect

from app.requests.domain import RequestDetail
from app.schedules import solve
from app.schedules.domain import AskSolve
from tests.browser.conftest import window_of
from tests.lasting_school import database_url, school
from tests.school import PASSWORD, School, talk, window
from tests.web_server import web_server

__all__ = ["database_url", "school"]
pytestmark = pytest.mark.browser
ONE_OUTLINE = re.compile(r"^M[\d.]+ [\d.]+h\d+v\d+h-\d+z$")


@pytest.fixture(scope="module")
async def requests(school: School) -> tuple[RequestDetail, RequestDetail]:
    """An early and a late one, both placed."""
    await school.room(100)
    early = await school.request(talk(windows=(window(3),)))
    late = await school.request(talk(windows=(window(20),)))
    ask = AskSolve(season_id=school.season.id, time_limit_seconds=1)
    run = await school.database.transact(solve.ask_solve, ask, actor=school.organiser, now=school.clock.now())
    await solve.run_solve(school.database, run.id, clock=school.clock)
    return early, late


@pytest.fixture(scope="module")
async def signed_in(
    browser: Browser, school: School, requests: tuple[RequestDetail, RequestDetail], database_url: str
) -> AsyncIterator[Page]:
    """An organiser's window."""
    organiser = await school.account("organiser")
    with web_server(database_url) as base_url:
        context = await window_of(browser, base_url, "en")
        page = await context.new_page()
        await page.goto("/sign-in")
        await page.fill("#f-email", organiser.email)
        await page.fill("#f-password", PASSWORD)
        await page.click("main button.primary")
        await page.wait_for_load_state()
        yield page
        await context.close()


@pytest.fixture
async def page(signed_in: Page, school: School) -> AsyncIterator[Page]:
    """The board, opened anew; no error of a script."""
    errors: list[str] = []
    signed_in.on("pageerror", lambda error: errors.append(str(error)))
    await signed_in.goto(f"/seasons/{school.season.code}/board")
    yield signed_in
    assert errors == []


async def test_a_pressed_kind_is_hidden_until_it_is_pressed_again(page: Page) -> None:
    kind, marks = page.locator("#legend button"), page.locator("#marks path.bk")
    await expect(marks).to_have_count(1)
    await kind.click()
    await expect(marks).to_have_count(0)
    await kind.click()
    await expect(marks).to_have_count(1)


async def test_what_is_found_is_drawn_and_the_list_is_narrowed_alike(
    page: Page, requests: tuple[RequestDetail, RequestDetail]
) -> None:
    hits, as_list = page.locator("#hits"), page.locator("#as-list")
    await page.keyboard.press("/")
    await page.keyboard.type(requests[1].request.title.upper())
    await expect(hits).to_have_attribute("d", ONE_OUTLINE)
    await expect(as_list).to_have_attribute("href", re.compile(r"q=REQUEST"))
    await page.locator("#legend button").click()
    await expect(hits).to_have_attribute("d", "")
    await page.fill("#find", "")
    await expect(as_list).not_to_have_attribute("href", re.compile("q="))


async def test_arrow_keys_walk_and_enter_chooses_until_escape(
    page: Page, requests: tuple[RequestDetail, RequestDetail]
) -> None:
    early, late = requests
    tip, chosen, selected = page.locator("#tip"), page.locator("#chosen"), page.locator("#selected")
    await page.focus("#board")
    for key, title in (("Right", early), ("Right", late), ("Right", late), ("Left", early)):
        await page.keyboard.press(f"Arrow{key}")
        await expect(tip).to_contain_text(title.request.title)
    await page.keyboard.press("Enter")
    await expect(selected).to_have_attribute("data-activity", str(early.activities[0].id))
    await expect(page.locator("#sel-name")).to_be_focused()
    await expect(chosen).to_have_attribute("d", ONE_OUTLINE)
    await page.keyboard.press("Escape")
    await expect(selected).to_have_count(0)
    await expect(chosen).to_have_attribute("d", "")
    await expect(page.locator("#board")).to_be_focused()


async def test_the_mouse_reads_and_chooses_what_is_under_it(
    page: Page, requests: tuple[RequestDetail, RequestDetail]
) -> None:
    early, _ = requests
    await page.focus("#board")
    await page.keyboard.press("ArrowRight")
    box = await page.locator("#cursor").evaluate("cursor => cursor.getBoundingClientRect().toJSON()")
    middle = box["x"] + box["width"] / 2, box["y"] + box["height"] / 2
    await page.mouse.move(middle[0] + 60, middle[1])
    await expect(page.locator("#tip")).to_be_hidden()
    await page.mouse.move(*middle)
    await expect(page.locator("#tip")).to_contain_text(early.request.title)
    await page.mouse.click(*middle)
    await expect(page.locator("#selected")).to_have_attribute("data-activity", str(early.activities[0].id))


async def test_a_link_to_an_activity_opens_the_board_with_it_framed(
    page: Page, school: School, requests: tuple[RequestDetail, RequestDetail]
) -> None:
    await page.goto(f"/seasons/{school.season.code}/board?selected={requests[1].activities[0].id}")
    await expect(page.locator("#chosen")).to_have_attribute("d", ONE_OUTLINE)
