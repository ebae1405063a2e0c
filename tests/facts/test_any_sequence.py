"""Whatever facts are written in whatever order, with or without a yes: nothing is broken that nobody agreed to."""

from collections.abc import Awaitable, Callable
from contextlib import suppress
from datetime import date, datetime, time
from typing import Any
from uuid import UUID

import asyncpg
import msgspec
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from app.actors import Actor
from app.bookings.domain import ConfirmPlacement
from app.bookings.service import book_placement
from app.cases import repository
from app.cases.domain import KeepCase
from app.cases.service import keep_case
from app.cases.writing import write_facts
from app.database import Connection
from app.errors import DomainError
from app.facts.domain import PromisesBroken
from app.facts.writing import Author
from app.locales import translator
from app.schedules.audit import read_promises
from app.seasons import service as seasons
from app.seasons.calendar import CalendarDay
from app.seasons.domain import ChangeSeason
from app.venues import closures, rooms
from app.venues import service as venues
from app.venues.closure_domain import AddClosure
from app.venues.commands import ChangeChannel, ChangeRoom
from app.venues.domain import ChangeCampus
from tests.facts.world import PromisingSchool
from tests.school import School, talk

ENGLISH = translator("en")
HOURS = st.sampled_from([time(8), time(10), time(12), time(14), time(16), time(18), time(22)])
DAYS = st.dates(date(2023, 3, 6), date(2023, 3, 11))
OPEN = st.lists(
    st.tuples(st.integers(1, 7), st.sampled_from([time(8), time(13)]), st.sampled_from([time(18), time(22)])),
    max_size=7,
    unique_by=lambda hours: hours[0],
).map(lambda listed: [{"weekday": day, "opens": opens, "closes": closes} for day, opens, closes in listed])
MINUTES = st.sampled_from([0, 30, 60, 120, 240])
FIELDS: dict[str, dict[str, st.SearchStrategy[Any]]] = {
    "room": {
        "capacity": st.sampled_from([10, 60, 100, 500]),
        "booths": st.integers(0, 30),
        "features": st.lists(st.sampled_from(["projector", "stage"]), unique=True),
        "turnover_minutes": MINUTES,
        "turnover_by_kind": st.dictionaries(st.sampled_from(["info_session", "department_fair"]), MINUTES),
        "opening_hours": OPEN,
        "campus_id": st.booleans(),
        "department_id": st.booleans(),
    },
    "channel": {"turnover_minutes": MINUTES, "opening_hours": OPEN},
    "season": {
        "first_day": DAYS,
        "last_day": DAYS,
        "day_opens": HOURS,
        "day_closes": HOURS,
        "grid_minutes": st.sampled_from([15, 30, 60]),
    },
    "policy": {
        "talks_per_day_per_employer": st.integers(0, 2),
        "fairs_per_day_per_department": st.integers(0, 2),
        "activities_per_campus_day": st.integers(0, 4),
        "activities_per_campus_evening": st.integers(0, 2),
        "evening_from": st.sampled_from(["09:00", "12:00", "18:00"]),
        "travel_minutes_between_campuses": MINUTES,
        "usual_starts": st.lists(st.sampled_from(["09:00", "10:00", "14:00"]), unique=True),
        "only_usual_starts": st.booleans(),
    },
    "campus": {"travel_minutes": MINUTES},
    "day": {"is_working": st.booleans(), "follows_weekday": st.none() | st.integers(1, 7)},
    "closure": {"until_time": st.sampled_from([None, time(11), time(15)])},
}
PLACES = st.sampled_from(["hall", "fair_hall", "east_room"])


def _change(what: str, name: str) -> st.SearchStrategy[tuple[str, str, Any, str, date]]:
    return st.tuples(st.just(what), st.just(name), FIELDS[what][name], PLACES, DAYS)


# One of three talks that wait is booked, where that goes.
BOOKINGS = st.tuples(st.just("book"), st.integers(0, 2), HOURS, PLACES, DAYS)
CHANGES = st.one_of([_change(what, name) for what, fields in FIELDS.items() for name in fields])
# A change, whether its author says yes to what it breaks, and whether an open case is agreed to afterwards.
STEPS = st.lists(st.tuples(CHANGES | BOOKINGS, st.booleans(), st.booleans()), min_size=1, max_size=8)
_MONDAY = date(2023, 3, 6)


class _Undone(Exception):
    """Everything of an example is taken back."""


@settings(max_examples=80, deadline=None, database=None, derandomize=True, suppress_health_check=list(HealthCheck))
@given(steps=STEPS)
@example(
    steps=[
        (("season", "last_day", date(2023, 3, 8), "hall", _MONDAY), True, True),
        (("season", "last_day", date(2023, 3, 11), "hall", _MONDAY), True, False),
    ]
)
@example(
    steps=[
        (("room", "turnover_minutes", 120, "hall", _MONDAY), True, False),
        (("book", 0, time(15), "hall", date(2023, 3, 9)), False, False),
    ]
)
async def test_no_sequence_breaks_a_promise_in_silence(school: School, steps: list[Any]) -> None:
    world, talks = await _opened(school)
    try:
        async with school.database.pool.acquire() as connection, connection.transaction():
            for change, says_yes, keeps in steps:
                if change[0] == "book":
                    await _book(connection, world, talks[change[1]], change)
                else:
                    await _step(connection, world, change, says_yes=says_yes)
                if keeps:
                    await _agree(connection, world)
                promises = await read_promises(connection, school.season.id, clock=school.clock)
                assert promises.unexcused() == [], change
            raise _Undone
    except _Undone:
        pass


_WORLDS: dict[str, tuple[PromisingSchool, list[UUID]]] = {}


async def _opened(school: School) -> tuple[PromisingSchool, list[UUID]]:
    """The school, and the talks that wait."""
    if str(school.season.id) not in _WORLDS:
        world = await PromisingSchool(school).open()
        talks = [(await school.request(talk(attendance=20))).activities[0].id for _ in range(3)]
        _WORLDS[str(school.season.id)] = world, talks
    return _WORLDS[str(school.season.id)]


async def _book(connection: Connection, world: PromisingSchool, activity_id: UUID, change: Any) -> None:
    _, _, hour, place, day = change
    moment = datetime.combine(day, hour, world.school.clock.zone)
    wanted = ConfirmPlacement(activity_id=activity_id, starts_at=moment, room_ids=(getattr(world, place).id,))
    with suppress(DomainError, asyncpg.ExclusionViolationError):
        async with connection.transaction():
            await book_placement(connection, wanted, actor=world.school.organiser, clock=world.school.clock)


async def _step(connection: Connection, world: PromisingSchool, change: Any, *, says_yes: bool) -> None:
    school = world.school

    async def write(accepted: frozenset[UUID]) -> None:
        author = Author(actor=school.organiser, clock=school.clock, translate=ENGLISH, accepted=accepted)
        async with connection.transaction():
            await write_facts(connection, _use_case(world, change), author)

    try:
        await write(frozenset())
    except PromisesBroken as refused:
        broken = frozenset(entry.booking_id for entry in refused.extra["broken"])
        assert broken
        if says_yes:
            await write(broken)
    except DomainError:
        pass  # a season that ends before it starts


async def _agree(connection: Connection, world: PromisingSchool) -> None:
    school = world.school
    for case in await repository.list_cases(connection, season_id=school.season.id, states=["open"]):
        await keep_case(
            connection,
            case.id,
            KeepCase(reason="agreed"),
            seen=case.row_version,
            actor=school.organiser,
            translate=ENGLISH,
            now=school.clock.now(),
        )
        return


def _use_case(world: PromisingSchool, change: Any) -> Callable[[Connection], Awaitable[Any]]:
    what, name, value, place, day = change
    school = world.school
    who: dict[str, Any] = {"actor": school.organiser, "now": school.clock.now()}
    actor: Actor = school.organiser
    if what == "room":
        ids = {"campus_id": (school.campus.id, world.east.id), "department_id": (None, world.department.id)}
        wanted = msgspec.convert({name: ids[name][value] if name in ids else value}, ChangeRoom)
        room = getattr(world, place)
        return lambda c: rooms.change_room(c, room.id, wanted, expected_version=None, **who)
    if what == "channel":
        command = msgspec.convert({name: value}, ChangeChannel)
        return lambda c: rooms.change_channel(c, world.channel.id, command, expected_version=None, **who)
    if what == "season":
        season = ChangeSeason(**{name: value})
        return lambda c: seasons.change_season(c, school.season.id, season, expected_version=None, **who)
    if what == "policy":
        return lambda c: seasons.set_policy(c, school.season.id, name, value, reason="", **who)
    if what == "campus":
        campus = ChangeCampus(name_zh="东校区", name_en="East campus", travel_minutes={"main": value})
        return lambda c: venues.change_campus(c, "east", campus, expected_version=None, **who)
    if what == "day":
        given = {"is_working": True, name: value}
        entry = CalendarDay(day=day, source="school", **given)
        return lambda c: seasons.set_calendar_day(c, entry, **who)
    closed = AddClosure(first_day=day, until_time=value)
    resource = getattr(world, place)
    return lambda c: closures.add_closure(
        c, resource.id, closed, zone=school.clock.zone, actor=actor, now=school.clock.now(), over_bookings=True
    )
