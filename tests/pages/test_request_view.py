"""A request's page: its bookings, why it has none, and only what its reader may see."""

import pytest

from app.actors import Actor
from app.locales import translator
from app.pages.request_view import RequestView, read_request
from app.requests.domain import RequestDetail, RequestNotFound
from tests.pages.booking import book, leave_out, release
from tests.schedules.drafts import draft
from tests.school import School, actor, at


async def read(school: School, detail: RequestDetail, reader: Actor) -> RequestView:
    """The request as the page reads it, in English."""
    async with school.database.read() as connection:
        return await read_request(
            connection, detail.request.id, actor=reader, translate=translator("en"), clock=school.clock
        )


async def test_a_placed_request_shows_its_booking_and_where_it_is(school: School) -> None:
    room, detail = await school.room(), await school.request()
    booking = await book(school, detail, at(1, 14), room)
    view = await read(school, detail, school.organiser)
    assert view.standing == {detail.activities[0].id: booking}
    assert view.rooms[str(room.id)] == room
    assert view.campuses[room.campus_id] == school.campus
    assert view.employer is not None
    assert view.employer.id == detail.request.employer_id
    assert (view.has_begun, view.books, view.unplaced) == (False, True, None)
    assert [line.type for line in view.history][-1] == "request.submitted"


async def test_departments_and_the_centre_book_only_what_is_approved(school: School) -> None:
    department = await school.department()
    staff = actor("department_staff", department_id=department.id)
    approved = await school.request(department=department)
    waiting = await school.request(department=department, approved=False)
    assert (await read(school, approved, staff)).books
    assert not (await read(school, waiting, staff)).books
    assert (await read(school, approved, school.organiser)).books
    assert not (await read(school, waiting, school.organiser)).books


async def test_what_the_released_schedule_left_out_says_why(school: School) -> None:
    room, detail = await school.room(), await school.request()
    version_id = await draft(school, [])
    await leave_out(school, version_id, detail, room)
    assert (await read(school, detail, school.organiser)).unplaced is None
    await release(school, version_id)
    unplaced = (await read(school, detail, school.organiser)).unplaced
    assert unplaced is not None
    assert unplaced.fact == f"The rooms that fit, {room.name_en}, are given to others at those times."
    assert unplaced.proven


async def test_nobody_reads_the_request_of_others(school: School) -> None:
    detail, other = await school.request(), await school.employer()
    with pytest.raises(RequestNotFound):
        await read(school, detail, actor("employer_contact", employer_id=other.id))
