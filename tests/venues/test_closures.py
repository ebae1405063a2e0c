"""Closures: which spans they cover, who may close, and that nothing booked is closed over."""

import asyncio
from datetime import UTC, date, datetime, time, timedelta
from typing import Any
from uuid import UUID

import msgspec
import pytest

from app.actors import Actor
from app.database import Database
from app.errors import DomainError, Forbidden, Invalid, NotFound
from app.venues import closures, rooms, service
from app.venues.closure_domain import AddClosure, Closure, ClosureOverBooking, closed_spans
from app.venues.commands import AddRoom
from app.venues.domain import AddDepartment, Campus, Department, Room
from tests.venues.conftest import NOW, SHANGHAI
from tests.venues.people import EMPLOYER, ORGANISER, staff_of


def local(day: int, hour: int = 0) -> datetime:
    return datetime(2023, 3, day, hour, tzinfo=SHANGHAI)


@pytest.mark.parametrize(
    ("command", "spans"),
    [
        (AddClosure(first_day=date(2023, 3, 8)), [(local(8), local(9))]),
        (AddClosure(first_day=date(2023, 3, 8), last_day=date(2023, 3, 10)), [(local(8), local(11))]),
        (
            AddClosure(first_day=date(2023, 3, 8), from_time=time(9), until_time=time(12)),
            [(local(8, 9), local(8, 12))],
        ),
        (
            AddClosure(first_day=date(2023, 3, 8), last_day=date(2023, 3, 9), from_time=time(18)),
            [(local(8, 18), local(9)), (local(9, 18), local(10))],
        ),
        (
            AddClosure(starts_at=local(8, 9), ends_at=datetime(2023, 3, 8, 4, tzinfo=UTC)),
            [(local(8, 9), local(8, 12))],
        ),
        (AddClosure(starts_at=local(8, 9).replace(tzinfo=None), ends_at=local(8, 12)), [(local(8, 9), local(8, 12))]),
    ],
)
def test_first_and_last_day_are_closed_and_times_are_exact(
    command: AddClosure, spans: list[tuple[datetime, datetime]]
) -> None:
    assert closed_spans(command, SHANGHAI) == spans


@pytest.mark.parametrize(
    ("command", "path", "code"),
    [
        (AddClosure(), "first_day", "missing"),
        (AddClosure(first_day=date(2023, 3, 9), last_day=date(2023, 3, 8)), "last_day", "ends-before-start"),
        (AddClosure(first_day=date(2023, 3, 9), last_day=date(2024, 12, 8)), "last_day", "too-long"),
        (AddClosure(first_day=date(1995, 1, 1)), "first_day", "out-of-range"),
        (AddClosure(starts_at=datetime(1995, 1, 1, tzinfo=UTC), ends_at=local(8)), "starts_at", "out-of-range"),
        (
            AddClosure(first_day=date(2023, 3, 9), from_time=time(9), until_time=time(9)),
            "until_time",
            "ends-before-start",
        ),
        (AddClosure(starts_at=local(8)), "ends_at", "missing"),
        (AddClosure(starts_at=local(8), ends_at=local(8)), "ends_at", "ends-before-start"),
        (AddClosure(starts_at=local(8), ends_at=local(8) + timedelta(days=500)), "ends_at", "too-long"),
        (AddClosure(first_day=date(2023, 3, 9), starts_at=local(8), ends_at=local(9)), "starts_at", "contradiction"),
    ],
)
def test_a_closure_that_cannot_be_is_named(command: AddClosure, path: str, code: str) -> None:
    with pytest.raises(Invalid) as refused:
        closed_spans(command, SHANGHAI)
    assert [(field.path, field.code) for field in refused.value.fields] == [(path, code)]


@pytest.fixture
async def department(database: Database) -> Department:
    command = AddDepartment(code="cs", name_zh="计算机学院", name_en="Computing")
    return await database.transact(service.add_department, command, actor=None, now=NOW)


@pytest.fixture
async def hall(database: Database, campus: Campus, department: Department) -> Room:
    command = AddRoom(
        code="H-CS",
        campus_id=campus.id,
        name_zh="计算机学院大厅",
        name_en="Computing hall",
        capacity=300,
        booths=30,
        department_id=department.id,
    )
    return await database.transact(rooms.add_room, command, actor=None, now=NOW)


async def close(
    database: Database, resource_id: UUID, command: AddClosure, actor: Actor | None = ORGANISER
) -> list[Closure]:
    return await database.transact(
        closures.add_closure,
        resource_id,
        command,
        zone=SHANGHAI,
        actor=actor,
        now=NOW,
    )


async def book(connection: Any, department: Department, room: Room, starts_at: datetime) -> None:
    """A confirmed department fair of three hours, with 30 minutes of turnover."""
    ends_at = starts_at + timedelta(hours=3)
    season = await connection.fetchval(
        "INSERT INTO season (code, name_zh, name_en, first_day, last_day, created_at)"
        " VALUES ('s', '春', 'Spring', '2023-02-02', '2023-04-30', now()) RETURNING id"
    )
    request = await connection.fetchval(
        "INSERT INTO request (season_id, reference, owner_kind, department_id, title, created_at)"
        " VALUES ($1, 'R1', 'department', $2, '计算机学院招聘会', now()) RETURNING id",
        season,
        department.id,
    )
    activity = await connection.fetchval(
        "INSERT INTO activity (request_id, ordinal, kind, attendance_mode, attendance, duration_minutes, rooms_needed,"
        " needs_channel) VALUES ($1, 1, 'department_fair', 'on_site', 100, 180, 1, false) RETURNING id",
        request,
    )
    booking = await connection.fetchval(
        "INSERT INTO booking (season_id, activity_id, starts_at, ends_at, state, created_at)"
        " VALUES ($1, $2, $3, $4, 'confirmed', now()) RETURNING id",
        season,
        activity,
        starts_at,
        ends_at,
    )
    await connection.execute(
        "INSERT INTO booking_resource (booking_id, activity_id, request_id, resource_id, span, state)"
        " VALUES ($1, $2, $3, $4, tstzrange($5, $6), 'confirmed')",
        booking,
        activity,
        request,
        room.id,
        starts_at,
        ends_at + timedelta(minutes=30),
    )


async def test_a_closure_over_a_booking_says_who_when_and_where(
    database: Database, department: Department, hall: Room
) -> None:
    await book(database.pool, department, hall, local(8, 9))
    with pytest.raises(ClosureOverBooking) as refused:
        await close(database, hall.id, AddClosure(first_day=date(2023, 3, 6), last_day=date(2023, 3, 10)))
    assert refused.value.values == {
        "place": "计算机学院大厅",
        "title": "计算机学院招聘会",
        "owner": "计算机学院",
        "starts": "2023-03-08 09:00",
        "ends": "12:00",
    }
    (standing,) = refused.value.extra["bookings"]
    assert (standing.owner_en, standing.kind, standing.starts_at) == ("Computing", "department_fair", local(8, 9))
    assert await close(database, hall.id, AddClosure(starts_at=local(8, 13), ends_at=local(8, 15)))


async def test_the_turnover_is_kept_free_too(database: Database, department: Department, hall: Room) -> None:
    await book(database.pool, department, hall, local(8, 9))
    with pytest.raises(ClosureOverBooking):
        await close(database, hall.id, AddClosure(starts_at=local(8, 12), ends_at=local(8, 15)))


async def test_the_same_closure_twice_stands_once(database: Database, hall: Room) -> None:
    command = AddClosure(first_day=date(2023, 3, 8), reason_code="exam", note="期中考试")
    assert len(await close(database, hall.id, command)) == 1
    assert await close(database, hall.id, command) == []
    events = await database.pool.fetch("SELECT type, reason FROM event WHERE type LIKE 'closure.%'")
    assert [tuple(event) for event in events] == [("closure.added", "期中考试")]


async def test_a_department_closes_its_own_rooms_only(
    database: Database, department: Department, hall: Room, campus: Campus
) -> None:
    other = AddRoom(code="A", campus_id=campus.id, name_zh="一教", name_en="A", capacity=100)
    school_room = await database.transact(rooms.add_room, other, actor=None, now=NOW)
    staff = staff_of(department.id)
    (closure,) = await close(database, hall.id, AddClosure(first_day=date(2023, 3, 8)), staff)
    with pytest.raises(Forbidden):
        await close(database, school_room.id, AddClosure(first_day=date(2023, 3, 8)), staff)
    with pytest.raises(Forbidden):
        await close(database, hall.id, AddClosure(first_day=date(2023, 3, 9)), EMPLOYER)
    async with database.read() as connection:
        listed = await closures.list_closures(
            connection, hall.id, AddClosure(first_day=date(2023, 3, 1)), zone=SHANGHAI, actor=staff
        )
        assert listed == []
        listed = await closures.list_closures(
            connection,
            hall.id,
            AddClosure(first_day=date(2023, 3, 1), last_day=date(2023, 3, 8)),
            zone=SHANGHAI,
            actor=staff,
        )
        assert listed == [closure]
    await database.transact(closures.remove_closure, closure.id, actor=staff, now=NOW)
    with pytest.raises(NotFound):
        await database.transact(closures.remove_closure, closure.id, actor=staff, now=NOW)


async def test_a_team_cannot_be_closed_and_reasons_are_of_the_table(
    database: Database, department: Department, hall: Room
) -> None:
    with pytest.raises(NotFound):
        await close(database, department.team_id, AddClosure(first_day=date(2023, 3, 8)))
    with pytest.raises(Invalid) as refused:
        await close(database, hall.id, AddClosure(first_day=date(2023, 3, 8), reason_code="party"))
    assert refused.value.fields[0].path == "reason_code"
    assert msgspec.to_builtins(refused.value.fields[0].values) == {"value": "party"}


async def test_a_closure_waits_for_a_booking_that_is_being_made(
    database: Database, department: Department, hall: Room
) -> None:
    async with database.pool.acquire() as other:
        transaction = other.transaction()
        await transaction.start()
        await book(other, department, hall, local(8, 9))
        closing = asyncio.create_task(close(database, hall.id, AddClosure(first_day=date(2023, 3, 8))))
        await asyncio.sleep(0.3)
        assert not closing.done()
        await transaction.commit()
        with pytest.raises(ClosureOverBooking):
            await closing
    assert await database.pool.fetchval("SELECT count(*) FROM closure") == 0


async def test_a_booking_waits_for_a_closure_that_is_being_made(
    database: Database, department: Department, hall: Room
) -> None:
    async with database.pool.acquire() as other:
        transaction = other.transaction()
        await transaction.start()
        await closures.add_closure(
            other, hall.id, AddClosure(first_day=date(2023, 3, 8)), zone=SHANGHAI, actor=ORGANISER, now=NOW
        )
        booking = asyncio.create_task(database.transact(book, department, hall, local(8, 9)))
        await asyncio.sleep(0.3)
        assert not booking.done()
        await transaction.commit()
        with pytest.raises(DomainError):
            await booking
    assert await database.pool.fetchval("SELECT count(*) FROM booking") == 0
