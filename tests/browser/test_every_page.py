"""Every page, for each kind of reader, in both languages, on a desk and on a phone.

Nothing scrolls sideways, axe finds nothing, the console stays empty, and no word of the other language is left but
what people themselves wrote.
"""

import asyncio
import re
from datetime import date, timedelta
from typing import Any
from uuid import UUID

import pytest
from playwright.async_api import Browser, Page

from app.accounts.domain import Account
from app.accounts.domain import School as SchoolNames
from app.accounts.repository import upsert_school
from app.actors import Actor
from app.blockings.domain import AskBlocking, Exempt
from app.blockings.exempting import exempt
from app.blockings.service import ask_blocking
from app.bookings.domain import ConfirmPlacement
from app.bookings.service import confirm_placement
from app.cases.writing import OpenFacts
from app.decisions.decide import waitlist_request
from app.duties.domain import AddAbsence, DepartmentLimits, GiveDuty
from app.duties.service import add_absence, give_duty, set_limits
from app.employers import service as employers
from app.employers.domain import Employer, RegisterEmployer
from app.entries.domain import Visitor
from app.facts.writing import Author
from app.fairs.answering import accept as accept_exhibitor
from app.fairs.answering import decline as decline_exhibitor
from app.fairs.booth_plans.assigning import ask_booths, run_booths
from app.fairs.booth_plans.domain import AskBooths
from app.fairs.booth_plans.halls import put_hall
from app.fairs.domain import AcceptInvitation as AcceptExhibitor
from app.fairs.domain import Invite as InviteExhibitors
from app.fairs.domain import Invited, OpenFair
from app.fairs.inviting import invite as invite_exhibitors
from app.fairs.opening import open_fair
from app.halls.drafting import PutHallPlan
from app.halls.service import put_plan
from app.invitation_letters.service import issue_invitation
from app.locales import translator
from app.message_channels.domain import AddMessageChannel
from app.message_channels.service import add_channel, write_posts
from app.notices.domain import PutNotice
from app.notices.service import add_file, put_notice
from app.notifications.service import write_deliveries
from app.offers.domain import ProposeSwap
from app.offers.proposing_swaps import propose_swap
from app.people.domain import Invite
from app.people.inviting import invite
from app.programme.feed_domain import AskFeed
from app.programme.feeds import ask_feed
from app.requests.domain import ActivityWish, Post, RequestDetail
from app.safety.watching import watch_large_events
from app.schedules import repository as schedules
from app.schedules import solve
from app.schedules.additions import ask_additions, run_additions
from app.schedules.domain import AskSolve, Release
from app.schedules.release import release_version
from app.seasons import service as seasons
from app.seasons.domain import CreateSeason
from app.series.asking import create_series
from app.series.domain import CreateSeries, Repeat, SeriesDetail
from app.settings import Settings
from app.signed_links import sign_link
from app.strikes.appealing import make_appeal
from app.strikes.domain import MakeAppeal
from app.strikes.noting import note_strike
from app.venues import closures, rooms
from app.venues.closure_domain import AddClosure
from app.venues.commands import ChangeRoom
from app.venues.domain import Department, Room
from tests.addresses import JOBS, SITE
from tests.browser.conftest import window_of
from tests.school import PASSWORD, School, at, clock_at, credit_code, talk, window
from tests.web_server import web_server

pytestmark = pytest.mark.browser

LOCALES = ("zh-CN", "en")
WIDTHS = (1440, 390)
SEASON = "/seasons/spring-2023"
# What people wrote, and names that are the same in both languages.
WRITTEN = re.compile(
    r"江城第\d+有限公司|^江城第\d*$|^\d*有限公司$|CS学院|School of CS|Request \d+|Person \d+|Chutian Equipment|[\w.…]+@[\w.]+|[ED]\d{3,4}|[0-9A-Z]{18}|spring-20\d\d|李经办|2023\.pdf|^(main|CS)$"
    rf"|{re.escape(JOBS)}[\w./]*"
)
LATIN_WORDS = frozenset(
    [
        "https",
        "whsec",
        "base64",
        "Webhook",
        "csv",
        "xlsx",
        "ics",
        "UTF",
        "GB18030",
        "JPEG",
        "PNG",
        "PDF",
        "MB",
        "Ctrl",
        "Shift",
        "SMTP",
        "Outlook",
        "Excel",
        "CSV",
    ]
)
CHINESE = re.compile(r"[\u3400-\u9fff，。；：！？（）、]")
LATIN = re.compile(r"[A-Za-z]{2,}[A-Za-z0-9]*")

# Text and spoken names, without what is marked as another language or hidden from readers.
READ_TEXT = """() => {
  const skip = (node) => { for (let e = node; e && e.nodeType === 1; e = e.parentElement) {
    if (e.matches('script, style, [aria-hidden=true]')) return true;
    if (e !== document.documentElement && e.lang) return true; } return false; };
  const found = [document.title];
  const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_ELEMENT | NodeFilter.SHOW_TEXT);
  for (let node = walker.nextNode(); node; node = walker.nextNode()) {
    if (node.nodeType === 3) { if (!skip(node.parentElement)) found.push(node.data); continue; }
    if (!skip(node)) for (const name of ['aria-label', 'placeholder', 'title', 'alt'])
      if (node.hasAttribute(name)) found.push(node.getAttribute(name));
  }
  return found.map(text => text.trim()).filter(Boolean);
}"""
RUN_AXE = """async () => (await axe.run(document, {resultTypes: ['violations']})).violations.map(
  v => v.id + ': ' + v.nodes.slice(0, 2).map(n => n.target.join(' ') + ' ' + n.html.slice(0, 120)).join(' | '))"""
OVERFLOW = "document.documentElement.scrollWidth - document.documentElement.clientWidth"


class Readers:
    """Pages by who reads them."""

    def __init__(
        self,
        organiser: Account,
        administrator: Account,
        contact: Account,
        staff: Account,
        approver: Account,
        paths: dict[str, list[str]],
    ) -> None:
        self.accounts: dict[str, Account | None] = {
            "visitor": None,
            "organiser": organiser,
            "administrator": administrator,
            "employer": contact,
            "staff": staff,
            "approver": approver,
        }
        self.paths = paths


async def test_every_page_reads_well(browser: Browser, school: School, database_url: str, axe: str) -> None:
    readers = await _a_season_with_everything(school)
    with web_server(database_url) as base_url:
        found = await asyncio.gather(
            *(
                _read(browser, base_url, locale, account, readers.paths[name], axe)
                for locale in LOCALES
                for name, account in readers.accounts.items()
            )
        )
    faults = [fault for group in found for fault in group]
    assert not faults, "\n".join(faults)


async def _read(
    browser: Browser, base_url: str, locale: str, account: Account | None, paths: list[str], axe: str
) -> list[str]:
    context = await window_of(browser, base_url, locale)
    faults: list[str] = []
    page = await context.new_page()
    where = ["sign-in"]
    page.on(
        "console", lambda said: faults.append(f"{where[0]}: console: {said.text}") if said.type == "error" else None
    )
    page.on("pageerror", lambda error: faults.append(f"{where[0]}: script: {error}"))
    if account is not None:
        await page.goto("/sign-in")
        await page.fill("#f-email", account.email)
        await page.fill("#f-password", PASSWORD)
        await page.click("main button.primary")
        await page.wait_for_url(lambda url: "sign-in" not in url)
    await context.add_cookies([{"name": "locale", "value": locale, "url": base_url}])
    for path in paths:
        where[0] = f"{locale} {path}"
        faults += [f"{where[0]}: {fault}" for fault in await _faults(page, path, locale, axe)]
    await context.close()
    return faults


async def _faults(page: Page, path: str, locale: str, axe: str) -> list[str]:
    answer = await page.goto(path)
    if answer is None or answer.status != 200:
        return [f"status {answer.status if answer else None}"]
    await page.evaluate(axe)
    faults: list[str] = []
    for width in WIDTHS:
        await page.set_viewport_size({"width": width, "height": 900})
        if (beyond := await page.evaluate(OVERFLOW)) > 0:
            faults.append(f"{beyond} px beyond the edge at {width}")
        faults += [f"at {width}: {violation}" for violation in await page.evaluate(RUN_AXE)]
    other = CHINESE if locale == "en" else LATIN
    for text in await page.evaluate(READ_TEXT):
        rest = WRITTEN.sub("", text)
        faults += [f"other language: {text!r}" for word in other.findall(rest)[:1] if word not in LATIN_WORDS]
    return faults


async def _a_season_with_everything(school: School) -> Readers:
    async def do(use_case: Any) -> Any:
        return await school.database.transact(use_case)

    now = school.clock.now()
    await do(lambda c: upsert_school(c, SchoolNames(name_zh="江城大学", name_en="Jiangcheng University")))
    for seats in (200, 120, 6, 6, 6, 6, 6):
        await school.room(seats)
    department = await school.department()
    hall = await school.room(300, department=department, booths=40)
    repairs = AddClosure(first_day=date(2023, 3, 20), last_day=date(2023, 3, 21), reason_code="maintenance")
    await do(
        lambda c: closures.add_closure(c, hall.id, repairs, zone=school.clock.zone, actor=school.organiser, now=now)
    )
    far = CreateSeason(
        code="spring-2090", name_zh="远", name_en="Far", first_day=date(2090, 2, 1), last_day=date(2090, 4, 30)
    )
    await do(lambda c: seasons.create_season(c, far, actor=school.organiser, now=now))
    channel = await school.channel()
    wish = RegisterEmployer(
        legal_name="楚天智能装备股份有限公司",
        name_en="Chutian Equipment",
        credit_code=credit_code(77),
        size_class="small",
        licence_name="楚天智能装备股份有限公司",
    )
    employer = await do(lambda c: employers.register_employer(c, wish, actor=school.organiser, now=now))
    await do(lambda c: employers.ask_review(c, employer.id, actor=school.organiser, clock=school.clock))
    await do(lambda c: employers.verify_employer(c, employer.id, seen=None, actor=school.organiser, clock=school.clock))
    contact = await school.account("employer_contact", employer_id=employer.id)
    await school.account("employer_contact", employer_id=employer.id)
    double = await school.employer(verified=False)
    settings = Settings(environment="test")
    await do(lambda c: ask_feed(c, AskFeed(), actor=contact.actor(), settings=settings, now=now))
    colleague = Invite(email="colleague@firm.example")
    invitation = await do(lambda c: invite(c, employer.id, colleague, actor=contact.actor(), now=now))
    end = invitation.expires_at
    invited = f"/invitations/{sign_link(settings.signing_keys, 'invitation', invitation.id, expires_at=end)}"
    placed = await school.request(talk(windows=(window(15),)), employer=employer)
    unplaced = await school.request(talk(attendance=5000), employer=employer)
    mine = await school.request(talk(attendance=150, windows=(window(17), window(21))), employer=employer)
    theirs = await school.request(talk(attendance=150, windows=(window(21), window(23))))
    third = await school.request(talk(attendance=150, windows=(window(22),)))
    fair = ActivityWish(kind="department_fair", attendance=200, duration_minutes=240, booths=20, windows=(window(16),))
    own = await school.request(fair, department=department)
    asked = await school.request(fair, department=department, approved=False)
    series = await _series(school, employer.id)
    first = await _solved(school)
    await do(
        lambda c: release_version(
            c, first, Release(), expected_version=None, actor=school.organiser, clock=school.clock
        )
    )
    swap = ProposeSwap(activity_id=mine.activities[0].id, with_activity_id=theirs.activities[0].id, note="(1)")
    await propose_swap(school.database, swap, actor=school.organiser, clock=school.clock)
    new = await school.request(talk(windows=(window(20, 24),)), employer=employer)
    waiting = await school.request(employer=employer, approved=False)
    draft, line = await _solved(school), await school.request(employer=employer)
    await do(lambda c: waitlist_request(c, line.request.id, seen=None, actor=school.organiser, now=now))
    for version in (first, draft):  # what would help the first most is known, for the draft it is being worked out
        await do(lambda c, v=version: ask_additions(c, v, actor=school.organiser, now=now))
    await run_additions(school.database, first, clock=school.clock)
    organiser = await school.account("organiser")
    case_id = await _case(school, placed.activities[0].id)
    around = await _around_a_booking(school, employer, contact, placed.request.id)
    staff = await school.account("department_staff", department_id=department.id)
    approver, duty_id, rival_id = await _near_the_room(school, hall, department)
    fairs, strike_id = (
        await _fairs(school, staff, hall, contact),
        await _strike(school, employer.id, placed.request.id, contact),
    )
    asked_for, counting, foreign = await _blockings(school, staff, hall, own)
    return Readers(
        organiser,
        await school.account("administrator"),
        contact,
        staff,
        approver,
        {
            "visitor": [
                *("/sign-in", "/register", "/forgot-password", "/verify-email", "/new-password"),
                *(
                    SEASON,
                    f"{SEASON}?q=Request%201",
                    f"{SEASON}?kind=livestream",
                    f"/activities/{placed.activities[0].id}",
                ),
                *around["visitor"],
                *fairs["visitor"],
            ],
            "organiser": [
                *(f"/requests/{mine.request.id}", f"/activities/{third.activities[0].id}/swap"),
                *(f"/requests/{mine.request.id}/visitors", f"{SEASON}/gate?day=2023-03-21"),
                *(f"/series/{series.id}", f"/series/{series.id}/edit"),
                *around["people"],
                *fairs["organiser"],
                *(f"{SEASON}/waitlist", f"/requests/{line.request.id}", "/my/messages"),
                *("/message-channels", *await _channels(school)),
                *(f"{SEASON}/cases", f"{SEASON}/cases?tab=kept", f"/cases/{case_id}"),
                *(f"{SEASON}/inbox?tab={tab}" for tab in ("waiting", "approved", "scheduled", "settled")),
                *(f"/requests/{detail.request.id}" for detail in (placed, unplaced, waiting)),
                *(
                    f"{SEASON}/board",
                    f"{SEASON}/board?selected={placed.activities[0].id}",
                    f"/versions/{draft}/activities/{new.activities[0].id}",
                ),
                *(f"{SEASON}/versions", f"/versions/{first}", f"/versions/{draft}", f"/versions/{draft}/mails"),
                *("/employers?state=verified", f"/employers/{employer.id}", "/seasons/new"),
                *(f"/employers/{employer.id}/strikes", f"/strikes/{strike_id}"),
                *(
                    f"/employers/{employer.id}/people",
                    f"/employers/{employer.id}/merge?other={double.id}",
                    "/my/calendars",
                ),
                *(f"{SEASON}/import", f"{SEASON}/mails", f"{SEASON}/rules", f"{SEASON}/edit"),
                *(f"{SEASON}/working-days", f"{SEASON}/working-days?day=2023-04-05", "/seasons/spring-2090/rules"),
                *("/venues", "/venues?owner=CS", "/venues?seats=999", "/venues?tab=channels"),
                *("/venues?tab=campuses", "/venues?tab=departments", "/venues/rooms/new", f"/venues/rooms/{hall.id}"),
                *(f"/venues/{hall.id}/closures", f"/venues/{channel.id}/closures", f"/venues/channels/{channel.id}"),
                *("/blockings", "/blockings/new", f"/blockings/{asked_for}", f"/blockings/{foreign}?act=withdraw"),
                *(f"/blockings/{counting}", f"/blockings/{counting}?act=change", f"/blockings/{counting}?act=exempt"),
                *(
                    f"/venues/{hall.id}/retire",
                    f"/venues/{hall.id}/hall-plan",
                    f"/venues/{hall.id}/hall-plan/start?booths=9",
                ),
                *("/duties", f"/duties/{duty_id}", f"/departments/{department.id}/limits", f"/requests/{rival_id}"),
                *("/venues/campuses/main", "/venues/departments/CS", "/venues/departments/new"),
                *(f"{SEASON}/list", f"{SEASON}/list?kind=livestream", f"{SEASON}/list?version=1&state=confirmed"),
            ],
            "administrator": [
                *("/accounts", "/accounts?tab=departments", "/accounts?tab=employers", "/accounts/new"),
            ],
            "approver": [
                *("/my/duties", f"/requests/{rival_id}", "/my/messages", "/my/calendars"),
                *("/blockings", "/blockings/new", f"/blockings/{counting}"),
            ],
            "staff": [
                "/my/duties",
                *("/my/messages", "/my/requests", "/my/requests/new", "/my/rooms", f"/requests/{own.request.id}"),
                *(f"/venues/{hall.id}/closures", "/blockings", f"/blockings/new?resource_id={hall.id}"),
                *(f"/venues/{hall.id}/hall-plan", await _room_without_plan(school, hall, department)),
                *(f"/blockings/{asked_for}", f"/blockings/{counting}?act=remove-{own.activities[0].id}"),
                *(f"/blockings/{foreign}", f"/blockings/{asked_for}?act=withdraw"),
                *(f"/activities/{detail.activities[0].id}/place" for detail in (own, asked)),
                *fairs["staff"],
            ],
            "employer": [
                *("/my/messages", "/my/requests", "/my/employer", "/my/requests/new", f"/requests/{placed.request.id}"),
                *("/my/requests", "/my/employer", "/my/requests/new", f"/requests/{placed.request.id}"),
                *(f"/employers/{employer.id}/people", "/my/calendars", invited),
                *(f"/requests/{unplaced.request.id}", f"/requests/{waiting.request.id}/edit"),
                *(f"/requests/{line.request.id}", f"/requests/{mine.request.id}"),
                *fairs["employer"],
                f"/unsubscribe?token={await _unsubscribe_token(school)}",
                *(f"/activities/{mine.activities[0].id}/swap", f"/requests/{mine.request.id}/visitors"),
                *("/my/strikes", f"/strikes/{strike_id}", f"/series/{series.id}", f"/series/{series.id}/edit"),
                *around["people"],
            ],
        },
    )


async def _fairs(school: School, staff: Account, hall: Room, contact: Account) -> dict[str, list[str]]:
    """A fair that is being filled, with entries in most states, and one that takes applications."""
    who: dict[str, Any] = {"actor": school.organiser, "clock": school.clock}

    async def opened(title: str, day: int, booths: int) -> UUID:
        command = OpenFair(
            season_id=school.season.id,
            title=title,
            department_id=staff.department_id,
            room_ids=(hall.id,),
            starts_at=at(day, 9, month=4),
            booths=booths,
            introduction="(1)",
        )
        return (await school.database.transact(open_fair, command, **who)).id

    full, other = await opened("Request 1", 10, 2), await opened("Request 2", 20, 30)
    others = [await school.employer() for _ in range(5)]
    new = await school.employer(verified=False)
    entities = (Invited(credit_code=new.credit_code, contact_email="hr@firm.example", contact_phone="13800138000"),)
    ids = (contact.employer_id, *(employer.id for employer in others))
    invited = InviteExhibitors(entities=entities, employer_ids=tuple(key for key in ids if key is not None))
    report = await school.database.transact(invite_exhibitors, full, invited, **who)
    states = "SELECT id FROM exhibitor WHERE fair_id = $1 ORDER BY id"
    entries = [row["id"] for row in await school.database.pool.fetch(states, full)]
    assert len(entries) == len(report.invited) == 7
    yes = AcceptExhibitor(
        starts_at=at(10, 9, month=4),
        posts=(Post(title="Request 3", headcount=3),),
        people=(Visitor(name="Person 1", phone="13800138000"),),
        needs_power=True,
        wishes=("A01",),
        remark="(1)",
    )
    for entry in entries[:4]:
        await school.database.transact(accept_exhibitor, entry, yes, actor=None, clock=school.clock)
    await school.database.transact(decline_exhibitor, entries[4], note="(1)", actor=None, clock=school.clock)
    plan = PutHallPlan(cells="BBBBBB.\n......D\nPPPPPP.")
    given: dict[str, Any] = {"takes_booths": False, "seen": None, "actor": school.organiser, "now": school.clock.now()}
    await school.database.transact(put_hall, full, hall.id, plan, **given)
    ask = AskBooths(seconds=1)
    booths: dict[str, Any] = {"actor": school.organiser, "now": school.clock.now()}
    run = await school.database.transact(ask_booths, full, ask, **booths)
    await run_booths(school.database, run.id, clock=school.clock)
    placed = await school.database.pool.fetchval(
        "SELECT id FROM exhibitor WHERE fair_id = $1 AND state = 'accepted'", full
    )
    hall_id = await school.database.pool.fetchval("SELECT id FROM fair_hall WHERE fair_id = $1", full)
    settings = Settings(environment="test")
    links = [
        f"/exhibitors/{sign_link(settings.signing_keys, 'exhibitor', entry, expires_at=at(20, 9, month=4))}"
        for entry in entries
    ]
    own = await school.database.pool.fetchval(
        "SELECT id FROM exhibitor_line WHERE fair_id = $1 AND employer_id = $2", full, contact.employer_id
    )
    return {
        "visitor": links,
        "organiser": ["/fairs", "/fairs/new", f"/fairs/{full}", f"/fairs/{full}/invite"],
        "staff": [
            *(f"/fairs/{full}/booths", f"/fairs/{full}/booths?exhibitor={placed}&booth={hall_id}:B01"),
            *(f"/fairs/{full}/halls/{hall.id}", f"/fairs/{other}/booths"),
            "/fairs",
            f"/fairs/new?from_fair={full}",
            f"/fairs/{full}",
            f"/fairs/{other}/invite?search=2",
        ],
        "employer": ["/my/fairs", f"/my/fairs/{own}", f"/my/fairs/{other}/apply", f"/my/fairs/{full}/apply"],
    }


async def _near_the_room(school: School, hall: Room, department: Department) -> tuple[Account, UUID, UUID]:
    """Somebody who decides about a hall with a deputy and is away; a request for it with a rival that would lose it."""
    approver, deputy = await school.account("staff"), await school.account("staff")
    first, last = date(2023, 2, 2), date(2023, 4, 30)
    duty = await school.database.transact(
        give_duty,
        GiveDuty(
            account_id=approver.id, department_id=department.id, first_day=first, last_day=last, deputy_id=deputy.id
        ),
        actor=school.organiser,
        clock=school.clock,
    )
    away = AddAbsence(first_day=first, last_day=date(2023, 2, 3))
    await school.database.transact(add_absence, away, actor=approver.actor(), clock=school.clock)
    limits = DepartmentLimits(kinds=("info_session",), people=300, booths=0)
    await school.database.transact(
        set_limits, department.id, limits, seen=None, actor=school.organiser, clock=school.clock
    )
    wish = talk(asked_room_ids=(hall.id,), windows=(window(24, from_hour=14, until_hour=16),))
    rivals = [await school.request(wish, approved=False) for _ in range(2)]
    return approver, duty.id, rivals[0].request.id


async def _blockings(school: School, staff: Account, hall: Room, own: RequestDetail) -> tuple[UUID, UUID, UUID]:
    """One that waits, one that counts with an exception, and one of the centre in a department's hall."""

    async def ask(room: Room, day: int, actor: Actor) -> UUID:
        command = AskBlocking(first_day=date(2023, 3, day), last_day=date(2023, 3, day + 1), note="(1)")
        made = await school.database.transact(ask_blocking, room.id, command, actor=actor, clock=school.clock)
        return made.id

    waits = await ask(await school.room(300), 8, staff.actor())
    counts = await ask(hall, 27, staff.actor())
    others = await ask(hall, 29, school.organiser)
    (closure, *_) = await list_closures_of_blocking(school, counts)
    allowed = Exempt(reference=own.request.reference, reason="(1)")
    await school.database.transact(exempt, closure, allowed, actor=school.organiser, now=school.clock.now())
    return waits, counts, others


async def _room_without_plan(school: School, hall: Room, department: Department) -> str:
    """The plan of a room that has none, beside one with something to look at."""
    sheet = "B1\tB2+\tP\n.\t#\t.\n#\tD\t.\nA01\t#\t#"
    plan = PutHallPlan(cells=sheet, accept_findings=("unreachable_booth",))
    await school.database.transact(put_plan, hall.id, plan, seen=0, actor=school.organiser, now=school.clock.now())
    studio = await school.room(60, department=department, booths=12)
    return f"/venues/{studio.id}/hall-plan"


async def list_closures_of_blocking(school: School, blocking_id: UUID) -> list[UUID]:
    """The closures of a blocking."""
    rows = await school.database.pool.fetch("SELECT id FROM closure WHERE blocking_id = $1", blocking_id)
    return [row["id"] for row in rows]


async def _series(school: School, employer_id: UUID) -> SeriesDetail:
    """Two dates, and one that dropped out."""
    command = CreateSeries(
        season_id=school.season.id,
        title="Request 1",
        employer_id=employer_id,
        activities=(talk(),),
        repeat=Repeat(days=tuple(at(day, 0, month=4).date() for day in (11, 12, 15))),
    )
    return await school.database.transact(create_series, command, actor=school.organiser, clock=school.clock)


async def _around_a_booking(
    school: School, employer: Employer, contact: Account, request_id: UUID
) -> dict[str, list[str]]:
    """A notice with a link and a file, and a large event off the programme whose invitation was printed."""
    who: dict[str, Any] = {"actor": contact.actor(), "now": school.clock.now()}
    await school.database.transact(add_file, request_id, name="2023.pdf", content=b"%PDF-1.7", **who)
    link = PutNotice(application_url=f"{JOBS}/campus/2023/{'x' * 120}")
    await school.database.transact(put_notice, request_id, link, seen=None, **who)
    large = await school.request(talk(attendance=1500, outsiders=300, windows=(window(8),)), employer=employer)
    arena, activity_id = await school.room(2000), large.activities[0].id
    there = ConfirmPlacement(activity_id=activity_id, starts_at=at(8, 14), room_ids=(arena.id,))
    await confirm_placement(school.database, there, actor=school.organiser, locale="en", clock=school.clock)
    await watch_large_events(school.database, clock=clock_at(at(20, 9, month=2)))
    settings = Settings(environment="test")
    printed = await school.database.transact(
        issue_invitation, activity_id, actor=school.organiser, settings=settings, clock=school.clock
    )
    return {
        "visitor": ["/verify", f"/verify/{printed.link.rpartition('/')[2]}"],
        "people": [f"/requests/{large.request.id}", f"/requests/{request_id}/notice"],
    }


async def _strike(school: School, employer_id: UUID, request_id: UUID, contact: Account) -> UUID:
    """A late cancellation on record, with an appeal that waits."""
    given: dict[str, Any] = {"request_id": request_id, "season_id": school.season.id}
    who: dict[str, Any] = {"actor": contact.actor(), "clock": school.clock}
    await school.database.transact(note_strike, employer_id, "late_cancel", **given, **who)
    found: UUID = await school.database.pool.fetchval("SELECT id FROM strike")
    await school.database.transact(make_appeal, found, MakeAppeal(note="(1)"), **who)
    return found


async def _channels(school: School) -> list[str]:
    """The pages of a webhook that works, and of a robot that is paused."""
    paths = []
    for kind, secret in (("webhook", f"whsec_{'QUJD' * 8}"), ("wecom_robot", "")):
        command = AddMessageChannel(
            kind=kind,  # type: ignore[arg-type]
            name="Person 1",
            address=f"{JOBS}/cgi-bin/webhook/send?key=0123456789",
            topics=("requests", "bookings"),
            secret=secret,
        )
        actor, now = school.organiser, school.clock.now()
        channel = await school.database.transact(add_channel, command, may_be_private=False, actor=actor, now=now)
        paths.append(f"/message-channels/{channel.id}")
    events = await school.database.pool.fetch("SELECT id FROM event ORDER BY id")
    await school.database.transact(write_posts, [row["id"] for row in events])
    await school.database.pool.execute(
        "UPDATE message_channel SET state = 'paused', failing_since = now(), failures = 10, last_error = 'E404' "
        "WHERE kind = 'wecom_robot'"
    )
    return paths


async def _unsubscribe_token(school: School) -> str:
    """The link in the last mail that its reader may turn off."""
    settings = Settings(environment="test", base_url=SITE)
    approved = "SELECT max(id) FROM event WHERE type = 'request.approved'"
    rule, now = "approval_told_after_working_days", school.clock.now()
    async with school.database.pool.acquire() as connection, connection.transaction():
        await seasons.set_policy(connection, school.season.id, rule, 0, reason="", actor=None, now=now)
        await write_deliveries(connection, [await connection.fetchval(approved)], settings=settings)
        delivery_id = await connection.fetchval("SELECT max(id::text)::uuid FROM delivery")
    end = school.clock.now() + timedelta(days=1)
    return sign_link(settings.signing_keys, "unsubscribe", delivery_id, expires_at=end)


async def _case(school: School, activity_id: UUID) -> UUID:
    """An open case of a booking whose room has become too small."""
    find = "SELECT id, (SELECT room.id FROM booking_resource JOIN room ON room.id = resource_id WHERE booking_id = booking.id)"
    find += " AS room_id FROM booking WHERE activity_id = $1 AND state <> 'released'"
    booking = await school.database.pool.fetchrow(find, activity_id)
    assert booking is not None
    who, now, smaller = school.organiser, school.clock.now(), ChangeRoom(capacity=10)
    author = Author(
        actor=who, clock=school.clock, translate=translator("en"), accepted=frozenset({booking["id"]}), reason="(1)"
    )
    await OpenFacts(school.database).write(
        lambda c: rooms.change_room(c, booking["room_id"], smaller, expected_version=None, actor=who, now=now), author
    )
    found: UUID = await school.database.pool.fetchval("SELECT id FROM booking_case")
    return found


async def _solved(school: School) -> UUID:
    """A draft by the engine."""
    ask = AskSolve(season_id=school.season.id, time_limit_seconds=1)
    run = await school.database.transact(solve.ask_solve, ask, actor=school.organiser, now=school.clock.now())
    await solve.run_solve(school.database, run.id, clock=school.clock)
    async with school.database.read() as connection:
        return (await schedules.list_versions(connection, school.season.id))[0].id
