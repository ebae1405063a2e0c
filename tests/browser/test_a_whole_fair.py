"""A department's staff opens a fair, fills it, draws its hall and gives the booths away, in few presses, alone."""

import pytest
from playwright.async_api import Browser, expect

from app.accounts.domain import School as SchoolNames
from app.accounts.repository import upsert_school
from app.fairs.booth_plans.assigning import run_booths
from tests.browser.test_few_presses import Hand
from tests.browser.test_typed import window
from tests.school import School
from tests.web_server import web_server

pytestmark = pytest.mark.browser

MOST = 25


async def test_from_nothing_to_booths_that_everybody_knows(browser: Browser, school: School, database_url: str) -> None:
    await school.database.transact(upsert_school, SchoolNames(name_zh="江城大学", name_en="Jiangcheng University"))
    department = await school.department()
    await school.room(600, department=department, booths=24)
    staff = await school.account("department_staff", department_id=department.id)
    employers = [await school.employer() for _ in range(3)]
    for employer in employers:
        await school.account("employer_contact", employer_id=employer.id)
    with web_server(database_url) as base_url:
        async with window(browser, base_url, staff) as page:
            await page.goto("/fairs")
            hand = Hand(page)
            await hand.press("Open a fair")
            await hand.type("Title", "CS fair")
            hand.count += 1
            await page.get_by_label("Day", exact=True).fill("2023-03-08")
            await hand.press("Open this fair", "button")
            await hand.press("Invite exhibitors")
            for employer in employers:
                hand.count += 1
                await page.get_by_label(employer.legal_name).check()
            await hand.press("Look at the invitations", "button")
            await expect(page.locator("main")).to_contain_text("3 invitations are ready")
            await hand.press("Enter them as having said yes", "button")
            await expect(page.locator("main")).to_contain_text("3 of 20 booths taken")
            await hand.press("Booths")
            await hand.press("Draw it")
            await hand.press("Save the plan", "button")
            await hand.press("Assign booths", "button")
            await expect(page.locator("main")).to_contain_text("Booths are being assigned")
            run_id = await school.database.pool.fetchval("SELECT id FROM booth_run")
            await run_booths(school.database, run_id, clock=school.clock)
            await hand.press("Keep these booths", "button")
            await hand.press("Tell them their booths", "button")
            await expect(page.get_by_role("button", name="Tell them their booths")).to_have_count(0)
            assert hand.count <= MOST
    told = await school.database.pool.fetch("SELECT told_booth FROM exhibitor WHERE state = 'accepted'")
    assert len({row["told_booth"] for row in told} - {""}) == 3
