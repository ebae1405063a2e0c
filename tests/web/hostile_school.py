"""A school that was filled in by somebody with bad intentions: every text of every kind of thing is hostile."""

from datetime import date
from typing import Any
from uuid import UUID

from app.accounts import repository as accounts
from app.accounts import service as account_service
from app.accounts.domain import Account, CreateAccount
from app.accounts.domain import School as SchoolNames
from app.actors import Actor, Role
from app.blockings.domain import AskBlocking, WithdrawBlocking
from app.blockings.service import ask_blocking, withdraw_blocking
from app.bookings import service as bookings
from app.bookings.domain import MovePlacement
from app.bookings.repository import list_standing
from app.cases.domain import KeepCase
from app.cases.repository import list_cases
from app.cases.service import keep_case
from app.cases.writing import OpenFacts
from app.decisions import decide
from app.employers import service as employers
from app.employers.domain import Decision as EmployerDecision
from app.employers.domain import Employer, RegisterEmployer, Suspension
from app.employers.suspending import suspend_employer
from app.facts.domain import PromisesBroken
from app.facts.writing import Author
from app.locales import translator
from app.requests import service as requests
from app.requests.domain import Decision, Post, RequestDetail, SetWeight, SubmitRequest
from app.safety.domain import PutSafetyFiling
from app.safety.service import put_filing
from app.schedules import repository as schedules
from app.schedules import solve, versions
from app.schedules.domain import AskSolve, CorrectPlacement, Release
from app.schedules.release import release_version
from app.seasons import service as seasons
from app.seasons.calendar import CalendarDay
from app.seasons.domain import ChangeSeason
from app.series.asking import create_series
from app.series.deciding import send_back_series
from app.series.domain import CreateSeries, DecideSeries
from app.strikes.appealing import decide_appeal, make_appeal
from app.strikes.domain import GiveReason, MakeAppeal
from app.strikes.noting import note_strike
from app.venues import closures, rooms
from app.venues import service as venues
from app.venues.closure_domain import AddClosure
from app.venues.commands import AddChannel, AddRoom, ChangeRoom
from app.venues.domain import AddCampus, AddDepartment, AddMajor, PutCodeEntry
from tests.addresses import LIVE
from tests.school import PASSWORD, School, at, credit_code, talk, window
from tests.web.hostile import Marks

HOSTILE_ADDRESS = LIVE + "/\"'><img"


class World:
    """A school that was filled in by somebody with bad intentions."""

    def __init__(self, school: School) -> None:
        self.school = school
        self.marks = Marks()
        self.people: dict[str, Account] = {}
        self.addresses: list[str] = []  # of pages that hold what few pages show

    async def do(self, use_case: Any) -> Any:
        """Commit a use case."""
        return await self.school.database.transact(use_case)

    async def person(self, role: Role, **more: UUID) -> Account:
        """Somebody with a hostile name."""
        address = f"{role}@hostile.example"
        command = self.marks.make(CreateAccount, email=address, password=PASSWORD, role=role, **more)
        now = self.school.clock.now()
        account: Account = await self.do(lambda c: account_service.create_account(c, command, actor=None, now=now))
        self.people[role] = account
        return account

    async def employer(self, number: int) -> Employer:
        """A hostile employer, under review."""
        command = self.marks.make(
            RegisterEmployer,
            credit_code=credit_code(number),
            size_class="small",
            property_code="private",
            industry_code="",
            website=HOSTILE_ADDRESS,
        )
        organiser, now = self.school.organiser, self.school.clock.now()
        employer = await self.do(lambda c: employers.register_employer(c, command, actor=organiser, now=now))
        await self.do(lambda c: employers.ask_review(c, employer.id, actor=organiser, clock=self.school.clock))
        return employer  # type: ignore[no-any-return]

    async def ask(self, *activities: Any, approved: bool = True, **owner: str) -> RequestDetail:
        """A hostile request."""
        command = self.marks.make(
            SubmitRequest,
            season_id=str(self.school.season.id),
            reference=None,
            contact_email="contact@employer.example",
            activities=activities,
            posts=[self.marks.fill(Post)],
            **owner,
        )
        organiser, clock = self.school.organiser, self.school.clock
        detail = await self.do(lambda c: requests.submit_request(c, command, actor=organiser, clock=clock))
        if approved:
            key, now = detail.request.id, clock.now()
            await self.do(lambda c: decide.approve_request(c, key, seen=None, actor=organiser, now=now))
        return detail  # type: ignore[no-any-return]

    async def solved(self) -> UUID:
        """A draft by the engine."""
        ask = AskSolve(season_id=self.school.season.id, time_limit_seconds=1)
        now = self.school.clock.now()
        run = await self.do(lambda c: solve.ask_solve(c, ask, actor=self.school.organiser, now=now))
        await solve.run_solve(self.school.database, run.id, clock=self.school.clock)
        async with self.school.database.read() as connection:
            return (await schedules.list_versions(connection, self.school.season.id))[0].id


async def fill(world: World) -> None:
    """Everything that people can write."""
    marks, school, do = world.marks, world.school, world.do
    organiser, now = school.organiser, school.clock.now()
    names = SchoolNames(name_zh=marks.text("School.name_zh"), name_en=marks.text("School.name_en"))
    await do(lambda c: accounts.upsert_school(c, names))
    season = ChangeSeason(
        name_zh=marks.text("Season.name_zh", longest=100), name_en=marks.text("Season.name_en", longest=100)
    )
    await do(
        lambda c: seasons.change_season(c, school.season.id, season, expected_version=None, actor=organiser, now=now)
    )
    await do(
        lambda c: seasons.set_policy(
            c, school.season.id, "solve_seconds", 1, reason=marks.text("SetPolicy.reason"), actor=organiser, now=now
        )
    )
    day = CalendarDay(
        day=date(2023, 4, 24),
        is_working=False,
        name_zh=marks.text("CalendarDay.name_zh", longest=60),
        name_en=marks.text("CalendarDay.name_en", longest=60),
        source="school",
    )
    await do(lambda c: seasons.set_calendar_day(c, day, actor=organiser, now=now))
    department = await _venues(world)
    await _season(world, department)


async def _venues(world: World) -> UUID:
    marks, do, organiser, now = world.marks, world.do, world.school.organiser, world.school.clock.now()
    zone = world.school.clock.zone
    campus = await do(lambda c: venues.add_campus(c, marks.make(AddCampus, code="west"), actor=organiser, now=now))
    wanted = marks.make(AddDepartment, code="CS")
    department = await do(lambda c: venues.add_department(c, wanted, actor=organiser, now=now))
    for table, code in (("feature", "stage"), ("request_refusal", "other"), ("employer_refusal", "other")):
        entry = marks.make(PutCodeEntry)
        await do(lambda c, t=table, k=code, e=entry: venues.put_code_entry(c, t, k, e, actor=organiser, now=now))
    entry = marks.make(PutCodeEntry)
    await do(lambda c: venues.put_code_entry(c, "closure", "maintenance", entry, actor=organiser, now=now))
    major = marks.make(AddMajor, code="080901", catalogue_year=2023, department_id=str(department.id))
    await do(lambda c: venues.add_major(c, major, actor=organiser, now=now))
    for number, owner in enumerate((None, None, department.id)):
        room = marks.make(
            AddRoom,
            code=f"H{number}",
            campus_id=str(campus.id),
            capacity=300,
            booths=40,
            features=["stage"],
            department_id=None if owner is None else str(owner),
        )
        made = await do(lambda c, r=room: rooms.add_room(c, r, actor=organiser, now=now))
        closure = marks.make(AddClosure, first_day="2023-03-29", reason_code="maintenance")
        await do(lambda c, m=made, k=closure: closures.add_closure(c, m.id, k, zone=zone, actor=organiser, now=now))
        await _block(world, made.id)
    channel = marks.make(AddChannel, code="C1", url=HOSTILE_ADDRESS)
    await do(lambda c: rooms.add_channel(c, channel, actor=organiser, now=now))
    return department.id  # type: ignore[no-any-return]


async def _block(world: World, room_id: UUID) -> None:
    """One blocking that was lifted, and one that counts."""
    marks, do = world.marks, world.do
    by: dict[str, Any] = {"actor": world.school.organiser, "clock": world.school.clock}
    made = []
    for day in ("2023-03-30", "2023-03-31"):
        wanted = marks.make(AskBlocking, first_day=day, reason_code="event")
        made.append(await do(lambda c, k=wanted: ask_blocking(c, room_id, k, **by)))
    why = marks.make(WithdrawBlocking)
    await do(lambda c: withdraw_blocking(c, made[0].id, why, seen=None, **by))


async def _series(world: World, owner: dict[str, Any]) -> None:
    """A hostile series, returned with a hostile reason."""
    marks, organiser, now = world.marks, world.school.organiser, world.school.clock.now()
    wanted = marks.make(
        CreateSeries,
        season_id=str(world.school.season.id),
        reference=None,
        contact_email="contact@employer.example",
        activities=(talk(),),
        posts=[marks.fill(Post)],
        repeat={"days": ["2023-03-24", "2023-03-29", "2023-03-30"]},
        **owner,
    )
    series = await world.do(lambda c: create_series(c, wanted, actor=organiser, clock=world.school.clock))
    decision = marks.make(DecideSeries, reason_code="other")
    given: dict[str, Any] = {"act": "return", "seen": None, "actor": organiser, "now": now}
    await world.do(lambda c: send_back_series(c, series.id, decision, **given))
    world.addresses.append(f"/series/{series.id}")


async def _season(world: World, department: UUID) -> None:
    marks, school, do = world.marks, world.school, world.do
    organiser, clock, now = school.organiser, school.clock, school.clock.now()
    await world.person("organiser")
    await world.person("department_staff", department_id=department)
    verified, refused, suspended = [await world.employer(number) for number in (801, 802, 803)]
    for employer in (verified, suspended):
        await do(lambda c, e=employer: employers.verify_employer(c, e.id, seen=None, actor=organiser, clock=clock))
    await world.person("employer_contact", employer_id=verified.id)
    no, stop = marks.make(EmployerDecision, reasons=("other",)), marks.make(Suspension, until="2023-04-01")
    await do(lambda c: employers.refuse_employer(c, refused.id, no, seen=None, actor=organiser, now=now))
    today = clock.local(now).date()
    await do(lambda c: suspend_employer(c, suspended.id, stop, seen=None, actor=organiser, today=today, now=now))
    one: dict[str, Any] = {"employer_id": str(verified.id)}
    stream = {"kind": "livestream", "attendance": 10, "duration_minutes": 60, "audience": ["080901"]}
    fair = {"kind": "department_fair", "attendance": 50, "duration_minutes": 240, "booths": 10, "features": ["stage"]}
    placed = await world.ask(talk(windows=(window(15),), features=("stage",), audience=("080901",)), **one)
    await world.ask(stream, **one)
    large = await world.ask(talk(attendance=9000, windows=(window(16),)), **one)
    own = await world.ask({**fair, "outsiders": 200}, department_id=str(department))
    filed = marks.make(PutSafetyFiling, filed_on="2023-02-02", exempt_reason="")
    for detail, filing in ((own, filed), (large, marks.make(PutSafetyFiling, number=""))):
        await do(
            lambda c, i=detail.activities[0].id, f=filing: put_filing(c, i, f, seen=None, actor=organiser, clock=clock)
        )
        world.addresses.append(f"/requests/{detail.request.id}")
    await world.ask(fair, department_id=str(department))
    waiting = [await world.ask(talk(), approved=False, **one) for _ in range(3)]
    await _series(world, one)
    back, never = marks.make(Decision, reason_code="other"), marks.make(Decision, reason_code="other")
    await do(lambda c: decide.return_request(c, waiting[0].request.id, back, seen=None, actor=organiser, now=now))
    await do(lambda c: decide.refuse_request(c, waiting[1].request.id, never, seen=None, actor=organiser, now=now))
    contact = Actor(
        account_id=organiser.account_id, role="employer_contact", display_name="", email_verified=True,
        employer_id=verified.id,
    )  # fmt: skip
    for entry, reason in ((waiting[0], None), (waiting[1], marks.make(GiveReason))):
        await do(
            lambda c, r=entry.request.id: note_strike(
                c, verified.id, "late_cancel", request_id=r, season_id=school.season.id, actor=organiser, clock=clock
            )
        )
        strike_id = await do(lambda c, r=entry.request.id: c.fetchval("SELECT id FROM strike WHERE request_id = $1", r))
        note = marks.make(MakeAppeal)
        appeal = await do(lambda c, s=strike_id, n=note: make_appeal(c, s, n, actor=contact, clock=clock))
        if reason is not None:
            given: dict[str, Any] = {"upheld": False, "seen": None, "actor": organiser, "clock": clock}
            await do(lambda c, a=appeal.id, r=reason, g=given: decide_appeal(c, a, r, **g))
    weight = marks.make(SetWeight, weight=50)
    await do(lambda c: decide.set_weight(c, placed.request.id, weight, actor=organiser, now=now))
    world.addresses.append(f"/requests/{placed.request.id}")
    first = await world.solved()
    told = marks.make(Release, tell_unplaced=[str(entry) for entry in await _unplaced(world, first)])
    await do(lambda c: release_version(c, first, told, expected_version=None, actor=organiser, clock=school.clock))
    hall = (await do(lambda c: _rooms_of(c, department)))[0]
    (standing,) = await do(lambda c: list_standing(c, school.season.id, activity_ids=[own.activities[0].id]))
    wanted = MovePlacement(starts_at=at(22, 9), room_ids=(hall,))
    await bookings.move_booking(school.database, standing.id, wanted, actor=organiser, locale="en", clock=clock)
    await do(lambda c: _give_back(c, placed.activities[0].id, marks.text("ReleaseReason.reason"), organiser, now))
    draft = await world.solved()
    pin = marks.make(CorrectPlacement, act="pin")
    await do(
        lambda c: versions.correct_placement(
            c, draft, own.activities[0].id, pin, expected_version=None, actor=organiser, clock=clock
        )
    )
    await _case(world, hall)


async def _case(world: World, hall: UUID) -> None:
    school, organiser, now = world.school, world.school.organiser, world.school.clock.now()
    smaller, kept = ChangeRoom(capacity=10), world.marks.make(KeepCase)
    english = translator("en")

    async def change(accepted: frozenset[UUID]) -> None:
        author = Author(actor=organiser, clock=school.clock, translate=english, accepted=accepted, reason="repairs")
        await OpenFacts(school.database).write(
            lambda c: rooms.change_room(c, hall, smaller, expected_version=None, actor=organiser, now=now),
            author,
        )

    try:
        await change(frozenset())
    except PromisesBroken as refused:
        await change(frozenset(entry.booking_id for entry in refused.extra["broken"]))
    (case,) = await world.do(lambda c: list_cases(c, season_id=school.season.id, states=["open"]))
    await world.do(lambda c: keep_case(c, case.id, kept, seen=None, actor=organiser, translate=english, now=now))
    world.addresses.append(f"/cases/{case.id}")


async def _unplaced(world: World, version_id: UUID) -> list[UUID]:
    async with world.school.database.read() as connection:
        return [entry.request_id for entry in await schedules.list_unplaced(connection, version_id)]


async def _rooms_of(connection: Any, department: UUID) -> list[UUID]:
    return [row["id"] for row in await connection.fetch("SELECT id FROM room WHERE department_id = $1", department)]


async def _give_back(connection: Any, activity_id: UUID, reason: str, actor: Any, now: Any) -> None:
    booking_id = await connection.fetchval(
        "SELECT id FROM booking WHERE activity_id = $1 AND state = 'confirmed'", activity_id
    )
    await bookings.release_booking(connection, booking_id, reason=reason, actor=actor, now=now)
