"""Campuses, departments, majors, rooms and channels in a real database."""

from datetime import UTC, datetime, time
from functools import partial
from uuid import uuid4

import asyncpg
import pytest

from app.database import Database
from app.errors import Forbidden, Invalid, PreconditionFailed
from app.venues import repository, room_repository, rooms, service
from app.venues.commands import AddChannel, AddRoom, ChangeChannel, ChangeRoom
from app.venues.domain import (
    AddCampus,
    AddDepartment,
    AddMajor,
    Campus,
    ChangeCampus,
    CodeTaken,
    OpeningHours,
    PutCodeEntry,
    PutDepartment,
    PutMajor,
    Room,
)
from app.venues.schedule_view import get_school_venues
from tests.venues.conftest import NOW
from tests.venues.people import EMPLOYER, ORGANISER


def a_room(campus: Campus, code: str = "A-101") -> AddRoom:
    return AddRoom(code=code, campus_id=campus.id, name_zh="报告厅", name_en="Hall", capacity=200, features=["stage"])


async def add_room(database: Database, command: AddRoom) -> Room:
    return await database.transact(rooms.add_room, command, actor=ORGANISER, now=NOW)


async def test_a_room_keeps_its_hours_and_turnovers_through_a_change(database: Database, campus: Campus) -> None:
    room = await add_room(database, a_room(campus))
    hours = [OpeningHours(1, time(8), time(12)), OpeningHours(1, time(14), time(22))]
    command = ChangeRoom(opening_hours=hours, turnover_by_kind={"two_way_fair": 120})
    changed = await database.transact(rooms.change_room, room.id, command, expected_version=1, actor=ORGANISER, now=NOW)
    assert changed.opening_hours == hours
    assert changed.turnover_by_kind == {"two_way_fair": 120}
    assert (changed.capacity, changed.features, changed.row_version) == (200, ["stage"], 2)
    again = await database.transact(
        rooms.change_room, room.id, ChangeRoom(capacity=180), expected_version=2, actor=None, now=NOW
    )
    assert (again.capacity, again.opening_hours) == (180, hours)


async def test_a_change_of_an_old_version_is_refused(database: Database, campus: Campus) -> None:
    room = await add_room(database, a_room(campus))
    with pytest.raises(PreconditionFailed):
        await database.transact(
            rooms.change_room, room.id, ChangeRoom(booths=3), expected_version=7, actor=None, now=NOW
        )


async def test_two_rooms_never_share_a_code(database: Database, campus: Campus) -> None:
    await add_room(database, a_room(campus))
    with pytest.raises(CodeTaken):
        await add_room(database, a_room(campus))


@pytest.mark.parametrize(
    ("changes", "path", "code"),
    [
        (ChangeRoom(features=["stage", "waterfall"]), "features[1]", "unknown-value"),
        (ChangeRoom(campus_id=uuid4()), "campus_id", "unknown-campus"),
        (ChangeRoom(department_id=uuid4()), "department_id", "unknown-department"),
        (
            ChangeRoom(opening_hours=[OpeningHours(2, time(12), time(12))]),
            "opening_hours[0].closes",
            "ends-before-start",
        ),
        (
            ChangeRoom(opening_hours=[OpeningHours(2, time(8), time(12)), OpeningHours(2, time(11), time(13))]),
            "opening_hours[1].opens",
            "overlap",
        ),
    ],
)
async def test_what_does_not_exist_or_contradicts_itself_is_named(
    database: Database, campus: Campus, changes: ChangeRoom, path: str, code: str
) -> None:
    room = await add_room(database, a_room(campus))
    with pytest.raises(Invalid) as refused:
        await database.transact(rooms.change_room, room.id, changes, expected_version=1, actor=None, now=NOW)
    assert [(field.path, field.code) for field in refused.value.fields] == [(path, code)]


async def test_only_the_career_centre_changes_venues(database: Database, campus: Campus) -> None:
    with pytest.raises(Forbidden):
        await database.transact(rooms.add_room, a_room(campus), actor=EMPLOYER, now=NOW)


async def test_channels_are_added_and_changed(database: Database) -> None:
    command = AddChannel(code="L1", name_zh="直播间1", name_en="Channel 1", turnover_minutes=15)
    channel = await database.transact(rooms.add_channel, command, actor=None, now=NOW)
    changed = await database.transact(
        rooms.change_channel, channel.id, ChangeChannel(platform="校内平台"), expected_version=1, actor=None, now=NOW
    )
    assert (changed.platform, changed.turnover_minutes, changed.row_version) == ("校内平台", 15, 2)


async def test_travel_holds_in_both_directions(database: Database, campus: Campus) -> None:
    east = AddCampus(code="east", name_zh="东校区", name_en="East", ordinal=2, travel_minutes={"main": 40})
    await database.transact(service.add_campus, east, actor=None, now=NOW)
    async with database.read() as connection:
        first, second = await repository.list_campuses(connection)
    assert (first.travel_minutes, second.travel_minutes) == ({"east": 40}, {"main": 40})


async def test_a_way_to_nowhere_is_named(database: Database, campus: Campus) -> None:
    command = ChangeCampus(name_zh="主校区", name_en="Main", travel_minutes={"moon": 40})
    with pytest.raises(Invalid) as refused:
        await database.transact(service.change_campus, "main", command, expected_version=1, actor=None, now=NOW)
    assert refused.value.fields[0].path == "travel_minutes.moon"


async def test_a_department_is_a_team_and_is_renamed_with_it(database: Database) -> None:
    command = AddDepartment(code="cs", name_zh="计算机学院", name_en="Computing")
    department = await database.transact(service.add_department, command, actor=None, now=NOW)
    renamed = PutDepartment(name_zh="计算机与软件学院", name_en="Computing and Software")
    await database.transact(service.change_department, "cs", renamed, expected_version=1, actor=ORGANISER, now=NOW)
    team = await database.pool.fetchrow("SELECT kind, label FROM resource WHERE id = $1", department.team_id)
    assert team is not None
    assert tuple(team) == ("team", "计算机与软件学院")


async def test_the_newest_catalogue_of_a_major_counts(database: Database) -> None:
    for year, size in ((2022, 90), (2023, 120)):
        command = AddMajor(code="080901", catalogue_year=year, name_zh="计算机科学与技术", cohort_size=size)
        await database.transact(partial(service.add_major, command=command, actor=None, now=NOW))
    change = PutMajor(name_zh="计算机科学与技术", cohort_size=130)
    await database.transact(service.change_major, "080901", 2023, change, expected_version=1, actor=None, now=NOW)
    async with database.read() as connection:
        assert [major.cohort_size for major in await repository.list_majors(connection)] == [130]
        old = await repository.list_majors(connection, catalogue_year=2022)
    assert [major.cohort_size for major in old] == [90]


async def test_code_tables_can_be_edited(database: Database) -> None:
    entry = PutCodeEntry(name_zh="同声传译", name_en="Interpreting", ordinal=11)
    await database.transact(service.put_code_entry, "feature", "interpreting", entry, actor=ORGANISER, now=NOW)
    async with database.read() as connection:
        assert (await repository.list_code_entries(connection, "feature"))[-1].code == "interpreting"
    await database.transact(service.remove_code_entry, "feature", "interpreting", actor=ORGANISER, now=NOW)
    async with database.read() as connection:
        codes = [entry.code for entry in await repository.list_code_entries(connection, "feature")]
    assert "interpreting" not in codes


async def test_every_change_leaves_an_event(database: Database, campus: Campus) -> None:
    await add_room(database, a_room(campus))
    events = await database.pool.fetch("SELECT type, payload FROM event ORDER BY id")
    assert [(event["type"], event["payload"]["what"]) for event in events] == [
        ("venue.changed", "campus"),
        ("venue.changed", "room"),
    ]


async def test_the_schedule_sees_every_venue_at_once(database: Database, campus: Campus) -> None:
    room = await add_room(database, a_room(campus))
    starts_at, ends_at = datetime(2023, 3, 1, tzinfo=UTC), datetime(2023, 3, 2, tzinfo=UTC)
    await database.pool.execute(
        "INSERT INTO closure (resource_id, span) VALUES ($1, tstzrange($2, $3))", room.id, starts_at, ends_at
    )
    async with database.read() as connection:
        venues = await get_school_venues(connection, starts_at=starts_at, ends_at=ends_at)
        rooms_of_campus = await room_repository.list_rooms(connection, campus_id=campus.id)
    assert venues.rooms == rooms_of_campus == [room]
    assert [closure.starts_at for closure in venues.closures[room.id]] == [starts_at]
    assert venues.travel_minutes(campus, campus, otherwise=60) == 0


async def test_a_room_has_a_team_of_its_own_kind(database: Database, campus: Campus) -> None:
    with pytest.raises(asyncpg.ForeignKeyViolationError):
        await database.pool.execute(
            "INSERT INTO room (id, code, campus_id, name_zh, name_en, capacity) VALUES ($1, 'X', $2, 'x', 'x', 1)",
            uuid4(),
            campus.id,
        )
