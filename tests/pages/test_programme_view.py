"""Students see confirmed activities only: a week at a time, or all that a search finds."""

from datetime import date
from uuid import UUID

import msgspec
import pytest

from app.pages.programme_view import Chosen, ProgrammeView, read_activity, read_programme
from app.programme.domain import EntryNotFound, Filter
from app.programme.repository import list_some_entries
from app.requests.domain import RequestDetail
from tests.pages.booking import book
from tests.school import School, at


class Booked(msgspec.Struct):
    """One request early in March, one three weeks later, one without a booking."""

    early: RequestDetail
    late: RequestDetail
    waiting: RequestDetail


@pytest.fixture(scope="module")
async def booked(school: School) -> Booked:
    """Made once."""
    room = await school.room()
    early, late, waiting = [await school.request() for _ in range(3)]
    await book(school, early, at(1, 14), room)
    await book(school, late, at(22, 14), room)
    return Booked(early, late, waiting)


async def read(
    school: School, *, day: date | None = None, search: str = "", major: str = "", part: int = 1
) -> ProgrammeView:
    """As the page reads it."""
    async with school.database.read() as connection:
        chosen = Chosen(day, (), (), major, search)
        return await read_programme(connection, school.season, chosen, part=part, clock=school.clock)


async def test_it_opens_on_the_first_day_with_something_and_names_the_next(school: School, booked: Booked) -> None:
    view = await read(school)
    assert (view.first, view.next_day) == (date(2023, 3, 1), date(2023, 3, 22))
    assert [entry.request_id for entry in view.days[date(2023, 3, 1)]] == [booked.early.request.id]
    assert (view.week[0], view.week[-1]) == (date(2023, 2, 27), date(2023, 3, 5))
    assert (view.found, view.counts.by_day) == (1, {date(2023, 3, 1): 1, date(2023, 3, 22): 1})
    assert view.counts.by_kind == {"info_session": 2}


async def test_a_search_looks_through_the_whole_season(school: School, booked: Booked) -> None:
    view = await read(school, search=booked.late.request.title)
    assert (list(view.days), view.found, view.next_day) == ([date(2023, 3, 22)], 1, None)


async def test_what_a_search_finds_is_given_in_parts(school: School, booked: Booked) -> None:
    wanted = Filter(first_day=school.season.first_day, last_day=school.season.last_day, search="Request")
    parts = []
    async with school.database.read() as connection:
        for part in (1, 2, 3):
            entries, found = await list_some_entries(
                connection, school.season.id, wanted, zone=school.clock.zone, part=part, size=1
            )
            parts.append(([entry.request_id for entry in entries], found))
    assert parts == [([booked.early.request.id], 2), ([booked.late.request.id], 2), ([], 0)]
    for part in (9, -9, 2**63 - 1, 10**30):
        beyond = await read(school, search="Request", part=part)
        assert (beyond.found, beyond.part, beyond.parts) == (2, 1, 1)


async def test_a_day_outside_the_season_is_its_nearest_day(school: School, booked: Booked) -> None:
    assert (await read(school, day=date(2020, 1, 1))).first == school.season.first_day
    assert (await read(school, day=date(2030, 1, 1))).first == school.season.last_day


async def activity(school: School, activity_id: UUID) -> tuple[str, list[UUID]]:
    """The title and every activity of its request."""
    async with school.database.read() as connection:
        view = await read_activity(connection, activity_id, clock=school.clock)
    return view.entry.title, [entry.activity_id for entry in view.siblings]


async def test_one_activity_is_public_once_it_is_confirmed(school: School, booked: Booked) -> None:
    key = booked.early.activities[0].id
    assert await activity(school, key) == (booked.early.request.title, [key])
    with pytest.raises(EntryNotFound):
        await activity(school, booked.waiting.activities[0].id)
