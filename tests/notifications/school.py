"""A small real school: its season, rooms, two employers of two languages, a department, and requests with bookings."""

from datetime import UTC, date, datetime
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

import msgspec

from app.accounts import service as accounts
from app.accounts.domain import CreateAccount, SetUpSchool
from app.actors import Actor
from app.bookings import service as bookings
from app.bookings.domain import Booking, ConfirmPlacement, MovePlacement
from app.bookings.repository import list_standing
from app.clock import Clock
from app.database import Connection, Database
from app.database.business_clock import step_clock
from app.decisions import decide
from app.employers import repository as employers
from app.employers.domain import Employer, RegisterEmployer
from app.requests import service as requests
from app.requests.domain import ActivityWish, RequestDetail, SubmitRequest
from app.seasons import service as seasons
from app.seasons.domain import CreateSeason, Season
from app.settings import Settings
from app.venues import rooms, service
from app.venues.commands import AddChannel, AddRoom
from app.venues.domain import AddCampus, AddDepartment, Channel, Department, Room
from tests.addresses import JOBS, LIVE

SHANGHAI = ZoneInfo("Asia/Shanghai")
START = datetime(2023, 2, 2, 1, tzinfo=UTC)
OFFSET = int((START - datetime.now(UTC)).total_seconds())
CLOCK = Clock(OFFSET, SHANGHAI)
PASSWORD = "correct horse battery"


def settings_of(**changes: object) -> Settings:
    """Settings of the tests' school."""
    values: dict[str, object] = {
        "mail_from": "jobs@school.example",
        "base_url": JOBS,
        "environment": "test",
    }
    return msgspec.structs.replace(Settings(), **{**values, **changes})


def at(day: int, hour: int, minute: int = 0) -> datetime:
    """A moment of March 2023 on the school's clock."""
    return datetime(2023, 3, day, hour, minute, tzinfo=SHANGHAI)


class Opened(msgspec.Struct):
    """What the tests' school has."""

    database: Database
    organiser: Actor
    season: Season
    hall: Room
    test_room: Room
    channel: Channel
    department: Department
    chinese: Employer
    english: Employer

    async def ask(self, wish: SubmitRequest, *, approve: bool = True) -> RequestDetail:
        """A request, approved at once."""
        detail = await self.database.transact(requests.submit_request, wish, actor=None, clock=CLOCK)
        if approve:
            request_id = detail.request.id
            await self.database.transact(
                decide.approve_request, request_id, seen=None, actor=self.organiser, now=CLOCK.now()
            )
        return detail

    async def ask_for(self, locale: str, *, email: str | None = None, title: str | None = None) -> RequestDetail:
        """A talk and a written test of the employer who reads that language."""
        english = locale == "en"
        return await self.ask(
            SubmitRequest(
                season_id=self.season.id,
                title=title or ("Spring recruiting" if english else "春季校园招聘"),
                activities=(
                    ActivityWish(kind="info_session", attendance=120, duration_minutes=120, attendance_mode="hybrid"),
                    ActivityWish(kind="written_test", attendance=60, duration_minutes=90),
                ),
                employer_id=(self.english if english else self.chinese).id,
                contact_email=email or ("hr@chutian.test" if english else "renshi@chutian.test"),
                contact_locale="en" if english else "zh-CN",
            )
        )

    async def confirm(self, detail: RequestDetail, index: int, starts_at: datetime) -> Booking:
        """Book a placement for an activity of a request, or move its booking."""
        activity = detail.activities[index]
        wanted = ConfirmPlacement(
            activity_id=activity.id,
            starts_at=starts_at,
            room_ids=(self.hall.id if activity.kind == "info_session" else self.test_room.id,),
            channel_id=self.channel.id if activity.needs_channel else None,
        )
        given: dict[str, Any] = {"actor": self.organiser, "locale": "en", "clock": CLOCK}
        async with self.database.read() as connection:
            standing = await list_standing(connection, self.season.id, activity_ids=[activity.id])
        if standing:
            there = {name: getattr(wanted, name) for name in ("starts_at", "room_ids", "channel_id")}
            return await bookings.move_booking(self.database, standing[0].id, MovePlacement(**there), **given)
        return await bookings.confirm_placement(self.database, wanted, **given)

    async def release(self, booking: Booking) -> None:
        """Give a booking back."""
        await self.database.transact(
            bookings.release_booking, booking.id, reason="", actor=self.organiser, now=CLOCK.now()
        )


async def open_school(database: Database) -> Opened:
    """Everything of it, through the same use cases as a real school's."""
    return await database.transact(_open, database)


async def _open(connection: Connection, database: Database) -> Opened:
    await step_clock(connection, OFFSET)
    now = CLOCK.now()
    await accounts.set_up_school(
        connection,
        SetUpSchool(
            school_name_zh="江城大学",
            school_name_en="Jiangcheng University",
            email="head@school.example",
            password=PASSWORD,
            display_name="wang",
        ),
        now=now,
    )
    organiser = await connection.fetchval("SELECT id FROM account")
    campus = await service.add_campus(
        connection, AddCampus(code="main", name_zh="主校区", name_en="Main Campus"), actor=None, now=now
    )
    hall = AddRoom(code="J1-101", campus_id=campus.id, name_zh="教一-101", name_en="Jiao 1-101", capacity=300)
    test_room = AddRoom(code="J2-201", campus_id=campus.id, name_zh="教二-201", name_en="Jiao 2-201", capacity=100)
    channel = AddChannel(code="live-1", name_zh="一号直播间", name_en="Channel 1", url=LIVE)
    department = AddDepartment(code="auto", name_zh="自动化学院", name_en="School of Automation")
    season = await seasons.create_season(connection, _SEASON, actor=None, now=now)
    # Every approval is a message of its own.
    await seasons.set_policy(
        connection, season.id, "approval_told_after_working_days", 0, reason="", actor=None, now=now
    )
    return Opened(
        database=database,
        organiser=Actor(account_id=organiser, role="administrator", display_name="wang"),
        season=season,
        hall=await rooms.add_room(connection, hall, actor=None, now=now),
        test_room=await rooms.add_room(connection, test_room, actor=None, now=now),
        channel=await rooms.add_channel(connection, channel, actor=None, now=now),
        department=await service.add_department(connection, department, actor=None, now=now),
        chinese=await _verified(connection, "楚天智能装备有限公司", "", "91350100M000100Y43"),
        english=await _verified(connection, "楚天软件有限公司", "Chutian Software", "91420100MA4KXXYY1R"),
    )


_SEASON = CreateSeason(
    code="spring-2023",
    name_zh="二〇二三年春招",
    name_en="Spring 2023",
    first_day=date(2023, 2, 2),
    last_day=date(2023, 4, 30),
)


async def _verified(connection: Connection, name: str, name_en: str, code: str) -> Employer:
    now = CLOCK.now()
    row = RegisterEmployer(legal_name=name, name_en=name_en, credit_code=code, size_class="small")
    employer = await employers.insert_employer(connection, row, now=now)
    return await employers.update_state(connection, employer.id, "verified")


async def open_account(school: Opened, email: str, *, locale: str = "en", **more: object) -> UUID:
    """An account for a colleague or a contact."""
    command = msgspec.convert(
        {"email": email, "password": PASSWORD, "display_name": "li", "locale": locale, "role": "organiser", **more},
        CreateAccount,
    )
    account = await school.database.transact(accounts.create_account, command, actor=None, now=CLOCK.now())
    return account.id
