"""How many presses and typed fields what is done every day takes, from the page at which somebody begins."""

from datetime import date

import pytest
from playwright.async_api import Browser, Page, expect

from app.accounts.domain import Account
from app.accounts.domain import School as SchoolNames
from app.accounts.repository import upsert_school
from app.duties.domain import DepartmentLimits, GiveDuty
from app.duties.service import give_duty, set_limits
from tests.browser.test_typed import window
from tests.school import School, talk
from tests.school import window as days
from tests.strikes.acts import missed
from tests.web_server import web_server

pytestmark = pytest.mark.browser


class Hand:
    """Presses and types, and counts both; a field that is typed into or chosen from is one."""

    def __init__(self, page: Page) -> None:
        self.page, self.count = page, 0

    async def press(self, name: str, role: str = "link") -> None:
        """Press a link, a button or a box by the words on it."""
        self.count += 1
        await self.page.locator("main").get_by_role(role, name=name).first.click()  # type: ignore[arg-type]

    async def open(self, words: str) -> None:
        """Open what is folded."""
        self.count += 1
        await self.page.locator("main summary", has_text=words).click()

    async def type(self, label: str, text: str) -> None:
        """Type into a field."""
        self.count += 1
        await self.page.get_by_label(label).fill(text)


async def begin(page: Page, school: School) -> Hand:
    """At the page to which somebody comes first."""
    await school.database.transact(upsert_school, SchoolNames(name_zh="江城大学", name_en="Jiangcheng University"))
    await page.goto("/")
    return Hand(page)


async def rivals_of(school: School) -> tuple[Account, str]:
    """Somebody who decides about a hall for which two ask at the same time, and what the first one calls it."""
    department = await school.department()
    hall = await school.room(300, department=department)
    approver = await school.account("staff")
    duty = GiveDuty(account_id=approver.id, room_id=hall.id, first_day=date(2023, 2, 2), last_day=date(2023, 4, 30))
    limits = DepartmentLimits(kinds=("info_session",), people=300, booths=0)
    await school.database.transact(give_duty, duty, actor=school.organiser, clock=school.clock)
    await school.database.transact(
        set_limits, department.id, limits, seen=None, actor=school.organiser, clock=school.clock
    )
    wish = talk(asked_room_ids=(hall.id,), windows=(days(16, from_hour=14, until_hour=16),))
    first = await school.request(wish, approved=False)
    await school.request(wish, approved=False)
    return approver, first.request.title


@pytest.mark.parametrize("by", ["organiser", "approver"])
async def test_approving_with_a_rival_takes_three(browser: Browser, school: School, database_url: str, by: str) -> None:
    approver, title = await rivals_of(school)
    who = approver if by == "approver" else await school.account("organiser")
    with web_server(database_url) as base_url:
        async with window(browser, base_url, who) as page:
            hand = await begin(page, school)
            await hand.press(title)
            await hand.press("Refuse 1 request because the place is given", "checkbox")
            await hand.press("Approve and book it", "button")
            await expect(page.locator("main")).to_contain_text("Scheduled")
            assert hand.count <= 3
    states = await school.database.pool.fetch("SELECT state FROM request ORDER BY state")
    assert [row["state"] for row in states] == ["refused", "scheduled"]


async def test_an_appeal_with_a_file_takes_five(browser: Browser, school: School, database_url: str) -> None:
    employer = await school.employer()
    contact = await school.account("employer_contact", employer_id=employer.id)
    await missed(school, employer, 6)
    with web_server(database_url) as base_url:
        async with window(browser, base_url, contact) as page:
            hand = await begin(page, school)
            await hand.press("See what counts, or appeal")
            await hand.press("Appeal…")
            await hand.type("Your reasons", "The train was late, and we had called.")
            hand.count += 1
            await page.get_by_label("File").set_input_files(
                {"name": "ticket.pdf", "mimeType": "application/pdf", "buffer": b"%PDF-1.7 a ticket"}
            )
            await hand.press("Send the appeal", "button")
            await expect(page.locator("main")).to_contain_text("The career centre decides it and writes to you.")
            await expect(page.locator("main")).to_contain_text("ticket.pdf")
            assert hand.count <= 5
    assert await school.database.pool.fetchval("SELECT count(*) FROM strike_appeal_file") == 1


async def test_handing_over_takes_four(browser: Browser, school: School, database_url: str) -> None:
    detail = await school.request(talk(), approved=False)
    contact = await school.account("employer_contact", employer_id=detail.request.employer_id)
    colleagues = [await school.account("employer_contact", employer_id=contact.employer_id) for _ in range(2)]
    with web_server(database_url) as base_url:
        async with window(browser, base_url, contact) as page:
            hand = await begin(page, school)
            await hand.press(detail.request.title)
            await hand.open("Hand over to a colleague…")
            hand.count += 1
            await page.get_by_label("New contact").select_option(label=colleagues[1].display_name)
            await hand.press("Hand over", "button")
            await expect(page.locator("main")).to_contain_text(colleagues[1].display_name)
            assert hand.count <= 4
    found = await school.database.pool.fetchval("SELECT contact_id FROM request")
    assert found == colleagues[1].id
