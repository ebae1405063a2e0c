"""A small school in the database, made through the use cases: what most tests stand on."""

import warnings
from datetime import UTC, date, datetime, time, timedelta
from itertools import count
from uuid import UUID, uuid4
from zoneinfo import ZoneInfo

from litestar import Litestar
from litestar.exceptions import LitestarDeprecationWarning
from stdnum.cn import uscc

from app.accounts import service as accounts
from app.accounts.domain import Account, CreateAccount
from app.actors import Actor, Role
from app.asgi import create_app
from app.clock import Clock
from app.database import Database
from app.database.business_clock import step_clock
from app.decisions import decide
from app.employers import service as employers
from app.employers.domain import Employer, RegisterEmployer
from app.requests import service as requests
from app.requests.domain import ActivityWish, RequestDetail, SubmitRequest, Window
from app.seasons import service as seasons
from app.seasons.domain import CreateSeason, Season
from app.settings import Settings
from app.venues import rooms as rooms_service
from app.venues import service as venues
from app.venues.commands import AddChannel, AddRoom
from app.venues.domain import AddCampus, AddDepartment, Campus, Channel, Department, Room
from tests.addresses import SITE

ZONE = ZoneInfo("Asia/Shanghai")
PASSWORD = "a long enough password"
_numbers = count(1)


def clock_at(moment: datetime) -> Clock:
    """A business clock that shows a moment now."""
    return Clock(round((moment - datetime.now(UTC)).total_seconds()), ZONE)


CLOCK = clock_at(datetime(2023, 2, 2, 9, tzinfo=ZONE))


def at(day: int, hour: int, minute: int = 0, *, month: int = 3) -> datetime:
    """A moment of spring 2023 on the school's clock."""
    return datetime(2023, month, day, hour, minute, tzinfo=ZONE)


def actor(role: Role = "organiser", **more: UUID | None) -> Actor:
    """Somebody with a role who has no account row; enough where no row refers to them."""
    return Actor(account_id=uuid4(), role=role, display_name=role, email_verified=True, **more)  # type: ignore[arg-type]


def credit_code(number: int) -> str:
    """A valid unified social credit code."""
    body = f"91420100MA4K{number:05d}"
    return body + uscc.calc_check_digit(body)


class School:
    """Makes what a test needs; every maker commits."""

    def __init__(self, database: Database, clock: Clock = CLOCK) -> None:
        self.database = database
        self.clock = clock
        self.season: Season
        self.organiser: Actor
        self.campus: Campus

    async def open(self) -> "School":
        """Spring 2023, one campus, one organiser; every process on this database has the school's clock."""
        await self.database.transact(step_clock, self.clock.offset_seconds)
        self.organiser = (await self.account("organiser")).actor()
        command = CreateSeason(
            code="spring-2023",
            name_zh="2023春招",
            name_en="Spring 2023",
            first_day=date(2023, 2, 2),
            last_day=date(2023, 4, 30),
            term_first_day=date(2023, 2, 13),
        )
        now = self.clock.now()
        self.season = await self.database.transact(seasons.create_season, command, actor=self.organiser, now=now)
        self.campus = await self.add_campus("main", "主校区", "Main campus")
        return self

    async def account(
        self, role: Role, *, department_id: UUID | None = None, employer_id: UUID | None = None
    ) -> Account:
        """Somebody who can sign in with PASSWORD."""
        number = next(_numbers)
        command = CreateAccount(
            email=f"person{number}@school.example",
            password=PASSWORD,
            display_name=f"Person {number}",
            role=role,
            department_id=department_id,
            employer_id=employer_id,
        )
        return await self.database.transact(accounts.create_account, command, actor=None, now=self.clock.now())

    async def add_campus(self, code: str, name_zh: str, name_en: str) -> Campus:
        """A campus."""
        command = AddCampus(code=code, name_zh=name_zh, name_en=name_en)
        return await self.database.transact(venues.add_campus, command, actor=self.organiser, now=self.clock.now())

    async def go_to(self, moment: datetime) -> None:
        """Let it be another moment, also for an application that is opened now."""
        self.clock = clock_at(moment)
        await self.database.transact(step_clock, self.clock.offset_seconds)

    async def department(self, code: str = "CS") -> Department:
        """A department."""
        command = AddDepartment(code=code, name_zh=f"{code}学院", name_en=f"School of {code}")
        return await self.database.transact(venues.add_department, command, actor=self.organiser, now=self.clock.now())

    async def room(
        self, capacity: int = 100, *, campus: Campus | None = None, department: Department | None = None, **more: object
    ) -> Room:
        """A room with a turnover of 30 minutes."""
        number = next(_numbers)
        command = AddRoom(
            code=f"R{number}",
            campus_id=(campus or self.campus).id,
            name_zh=f"教{number}",
            name_en=f"Room {number}",
            capacity=capacity,
            department_id=None if department is None else department.id,
            **more,  # type: ignore[arg-type]
        )
        return await self.database.transact(rooms_service.add_room, command, actor=self.organiser, now=self.clock.now())

    async def channel(self) -> Channel:
        """A livestream channel."""
        number = next(_numbers)
        command = AddChannel(code=f"C{number}", name_zh=f"直播间{number}", name_en=f"Channel {number}")
        return await self.database.transact(
            rooms_service.add_channel, command, actor=self.organiser, now=self.clock.now()
        )

    async def employer(self, *, verified: bool = True, size: str = "small") -> Employer:
        """An employer whose licence agrees with its entry."""
        number = next(_numbers)
        name = f"江城第{number}有限公司"
        command = RegisterEmployer(
            legal_name=name,
            credit_code=credit_code(number),
            size_class=size,  # type: ignore[arg-type]
            licence_name=name,
        )
        now = self.clock.now()
        employer = await self.database.transact(employers.register_employer, command, actor=self.organiser, now=now)
        if not verified:
            return employer
        await self.database.transact(employers.ask_review, employer.id, actor=self.organiser, clock=self.clock)
        return await self.database.transact(
            employers.verify_employer, employer.id, seen=None, actor=self.organiser, clock=self.clock
        )

    async def request(
        self,
        *activities: ActivityWish,
        employer: Employer | None = None,
        department: Department | None = None,
        approved: bool = True,
    ) -> RequestDetail:
        """A request of an employer (a new one, if none is named) or of a department."""
        if employer is None and department is None:
            employer = await self.employer()
        number = next(_numbers)
        command = SubmitRequest(
            season_id=self.season.id,
            title=f"Request {number}",
            employer_id=None if employer is None else employer.id,
            department_id=None if department is None else department.id,
            contact_name="李经办",
            contact_email=f"contact{number}@employer.example",
            activities=activities or (talk(),),
        )
        detail = await self.database.transact(requests.submit_request, command, actor=self.organiser, clock=self.clock)
        if approved:
            key, now = detail.request.id, self.clock.now()
            await self.database.transact(decide.approve_request, key, seen=None, actor=self.organiser, now=now)
        async with self.database.read() as connection:
            return await requests.get_detail(connection, detail.request.id, actor=self.organiser)


def app_of(school: School, database_url: str, *, redis_url: str | None = None) -> Litestar:
    """The whole application on a school's database."""
    settings = Settings(
        environment="test",
        database_url=database_url,
        redis_url=redis_url,
        base_url=SITE,
    )
    with warnings.catch_warnings():
        # The pages' handlers still name some parameters in a style that Litestar 3 drops.
        warnings.simplefilter("ignore", LitestarDeprecationWarning)
        return create_app(settings)


def talk(*, attendance: int = 80, minutes: int = 120, windows: tuple[Window, ...] = (), **more: object) -> ActivityWish:
    """An info session."""
    return ActivityWish(
        kind="info_session",
        attendance=attendance,
        duration_minutes=minutes,
        windows=windows,
        **more,  # type: ignore[arg-type]
    )


def window(first: int, last: int | None = None, *, from_hour: int = 8, until_hour: int = 22, month: int = 3) -> Window:
    """Days of a month of 2023, and hours."""
    first_day = date(2023, month, first)
    return Window(
        first_day=first_day,
        last_day=first_day + timedelta(days=(last or first) - first),
        from_time=time(from_hour),
        until_time=time(until_hour),
    )
