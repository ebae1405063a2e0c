"""Runs a simulated season on a running school, day by day, and counts it."""

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import AsyncExitStack, asynccontextmanager
from datetime import date, datetime
from datetime import time as day_time
from pathlib import Path
from random import Random
from typing import Any, Final
from uuid import UUID

import msgspec
from arq.connections import ArqRedis

from app.clock import Clock
from app.database import Database
from app.demo.client import ApiClient, each
from app.demo.rhythm import FIRST_DAY, LAST_DAY, worked_days
from app.demo.season_files import DEMO_SEASON
from app.demo.season_run import ADMINISTRATOR, ORGANISER, open_school
from app.imports.known import load_known
from app.simulation.centre import CareerCentre
from app.simulation.counting import count_figures
from app.simulation.days import Days
from app.simulation.figures import SimulatedFigures
from app.simulation.floor import Floor
from app.simulation.latecomer import Latecomer, latest
from app.simulation.letters import LetterBox
from app.simulation.owners import Owner
from app.simulation.people import Person, Place, Reader, SimulationFailed
from app.simulation.recurring import Recurring, plan_series
from app.simulation.season import FILES, InventedSeason, as_request, invent_season

Say = Callable[[str], None]
_NINE: Final = day_time(9)
_AFTER: Final = date(2023, 5, 4)
_FIRST_RELEASE, _RELEASE_EVERY, _LAST_RELEASE = 3, 2, date(2023, 4, 14)
_FACTS_FROM, _FACTS_UNTIL = date(2023, 2, 15), date(2023, 4, 18)


class School(msgspec.Struct, frozen=True, kw_only=True):
    """A school that runs: where it is, its database, queue and mailbox."""

    base_url: str
    database: Database
    queue: ArqRedis
    box: LetterBox
    clock: Clock
    password: str


def opening_moment(clock_zone: Any) -> datetime:
    """Give when a simulated season begins."""
    return datetime.combine(FIRST_DAY, _NINE, clock_zone)


async def live_through(
    school: School, *, seed: int, requests: int, employer_confirms: bool, folder: Path, say: Say
) -> SimulatedFigures:
    """Let a season of that seed and size happen; give what can be counted afterwards. Raises SimulationFailed."""
    season = invent_season(seed, requests)
    season_id = await _open(school, season, employer_confirms=employer_confirms, folder=folder)
    place = Place(school.base_url, season_id)
    floor = Floor(school.database, school.box, school.clock, season_id, say)
    days = Days(school.database, school.queue, school.clock)
    async with _people(school, season, place) as (owners, centre):
        working = worked_days(FIRST_DAY, LAST_DAY)
        recurring = _recurring(season, owners)
        rng = Random(f"{seed} days")
        latecomer = Latecomer(latest(owners), centre.person, school.clock) if employer_confirms else None
        facts = set(
            rng.sample([day for day in working if _FACTS_FROM <= day <= _FACTS_UNTIL], min(30, max(4, requests // 6)))
        )
        for number, day in enumerate(working):
            if number:
                await days.go_to(datetime.combine(day, _NINE, school.clock.zone))
            leavers = [owner for owner in owners if owner.leaves(day)]
            await each(leavers, lambda owner: owner.hand_over())
            if leavers:
                await days.be_quiet()
            await each(owners, lambda owner, day=day: owner.live(day))  # type: ignore[misc]
            await each(recurring, lambda series, day=day: series.live(day))  # type: ignore[misc]
            await centre.decide()
            await _note_no_shows(centre, owners)
            if day in facts:
                await centre.change_a_fact(day)
                await floor.audit()
            await centre.settle_cases()
            if day.weekday() == 0:
                await centre.look_at_waitlist()
            if number >= _FIRST_RELEASE and number % _RELEASE_EVERY == 1 and day <= _LAST_RELEASE:
                await _release(centre, days, floor, day)
                if latecomer is not None:
                    await latecomer.come()
                    await days.be_quiet()
            say(f"{day}  {len(school.box.letters())} letters")
        await days.go_to(datetime.combine(_AFTER, _NINE, school.clock.zone))
    await floor.audit()
    await floor.compare_calendars()
    for refusal, times in place.refusals.most_common():
        say(f"refused {times} times: {refusal}")
    return await count_figures(school.database, season_id, school.box, floor)


def _recurring(season: InventedSeason, owners: list[Owner]) -> list[Recurring]:
    """Give the series of some employers."""
    of_company = dict(zip(season.by_company, owners, strict=False))
    plans = plan_series(season.seed, sorted(of_company), count=max(2, season.requests // 20))
    return [Recurring(of_company[code], plan, Random(f"{season.seed} {code} series")) for code, plan in plans.items()]


async def _release(centre: CareerCentre, days: Days, floor: Floor, today: date) -> None:
    version_id = await centre.release(today)
    if version_id is not None:
        await floor.look_at_left_out(version_id)
        await floor.audit()
        await centre.care_for_left_out(version_id)
    await days.be_quiet()
    await floor.compare_calendars()


async def _note_no_shows(centre: CareerCentre, owners: list[Owner]) -> None:
    missed = {plan.request_id for owner in owners for plan in owner.plans if plan.fate == "no_show"}
    await centre.note_no_shows({str(request_id) for request_id in missed})


async def _open(school: School, season: InventedSeason, *, employer_confirms: bool, folder: Path) -> UUID:
    """Open the school: accounts, files, rules, employers verified."""
    await open_school(school.database, school.password, clock=school.clock)
    await asyncio.to_thread(_write, folder, season.files())
    async with ApiClient(school.base_url) as admin, ApiClient(school.base_url) as organiser:
        await admin.sign_in(ADMINISTRATOR, school.password)
        await admin.post("/api/accounts/staff", _account(ORGANISER, school, role="organiser"))
        await organiser.sign_in(ORGANISER, school.password)
        opened = await organiser.post("/api/seasons", msgspec.to_builtins(DEMO_SEASON))
        for what, name in FILES:
            answer = await organiser.send_file(f"/api/imports/{what}", folder / name, season_id=opened["id"])
            if answer.is_error:
                raise SimulationFailed(f"{name}: {answer.text[:800]}")
        rules = {
            "employer_confirms": employer_confirms,
            "activities_per_campus_day": season.activities_a_campus_day,
            "activities_per_campus_evening": season.activities_a_campus_day,
        }
        for rule, value in rules.items():
            await organiser.put(f"/api/seasons/{opened['id']}/policies/{rule}", {"value": value, "reason": "本季规则"})
        employers = await organiser.get("/api/employers", state="under_review")

        async def admit(item: dict[str, Any]) -> None:
            employer = item["employer"]
            await organiser.post(f"/api/employers/{employer['id']}/verify", seen=employer["row_version"])
            plans = season.by_company.get(employer["credit_code"])
            if plans:
                account = _account(
                    plans[0].ask.contact_email, school, role="employer_contact", employer_id=employer["id"]
                )
                await admin.post("/api/accounts/staff", account)
                if season.leaves_on(employer["credit_code"]):
                    email = _successor_of(plans[0].ask.contact_email)
                    colleague = _account(email, school, role="employer_contact", employer_id=employer["id"])
                    await admin.post("/api/accounts/staff", colleague)

        await each(employers, admit)
        for department in await admin.get("/api/departments"):
            if plans := season.by_department.get(department["code"]):
                account = _account(
                    plans[0].ask.contact_email, school, role="department_staff", department_id=department["id"]
                )
                await admin.post("/api/accounts/staff", account)
    return UUID(opened["id"])


def _write(folder: Path, files: dict[str, bytes]) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    for name, content in files.items():
        (folder / name).write_bytes(content)


def _successor_of(email: str) -> str:
    return f"next-{email}"


def _account(email: str, school: School, **more: Any) -> dict[str, Any]:
    return {"email": email, "password": school.password, "display_name": email.partition("@")[0], **more}


@asynccontextmanager
async def _people(
    school: School, season: InventedSeason, place: Place
) -> AsyncIterator[tuple[list[Owner], CareerCentre]]:
    async with school.database.read() as connection:
        known = await load_known(connection, place.season_id, school.clock.zone)
    async with AsyncExitStack() as stack:
        reader = Reader(place)
        stack.push_async_callback(reader.close)
        organiser = await stack.enter_async_context(Person(place, ORGANISER, school.password))
        owners = []
        for code, plans in (*season.by_company.items(), *season.by_department.items()):
            email = plans[0].ask.contact_email
            person = await stack.enter_async_context(Person(place, email, school.password))
            leaves_on = season.leaves_on(code) if code in season.by_company else None
            successor = None
            if leaves_on is not None:
                colleague = Person(place, _successor_of(email), school.password)
                successor = await stack.enter_async_context(colleague)
            owner = Owner(
                person,
                reader,
                school.box,
                plans,
                Random(f"{season.seed} {email}"),
                lambda ask: as_request(ask, known, place.season_id),
                successor,
                leaves_on or LAST_DAY,
            )
            owners.append(owner)
        yield owners, CareerCentre(organiser, Random(f"{season.seed} centre"), solve_seconds=1)
