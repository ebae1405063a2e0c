"""What owners see: their own requests, where they are, and the days that can still be asked for."""

from datetime import date

from app.locales import translator
from app.pages.my_requests_view import read_my_requests, read_request_choices
from tests.pages.booking import book, leave_out, release
from tests.schedules.drafts import draft, placed
from tests.school import School, actor, at


async def test_an_owner_sees_their_own_requests_booked_and_not_booked(school: School) -> None:
    employer, room = await school.employer(), await school.room()
    detail, left_out = [await school.request(employer=employer) for _ in range(2)]
    await school.request()
    booking = await book(school, detail, at(1, 14), room)
    version_id = await draft(school, [placed(detail.activities[0], booking.starts_at, room.id)])
    await leave_out(school, version_id, left_out, room)
    await release(school, version_id)
    async with school.database.read() as connection:
        contact = actor("employer_contact", employer_id=employer.id)
        view = await read_my_requests(
            connection, school.season.id, actor=contact, translate=translator("en"), clock=school.clock
        )
    assert {request.id for request in view.requests} == {detail.request.id, left_out.request.id}
    assert view.unplaced == {left_out.request.id}
    assert {key: standing.starts_at for key, standing in view.standing.items()} == {
        detail.activities[0].id: booking.starts_at
    }
    assert view.activities[left_out.request.id] == list(left_out.activities)
    assert view.rooms[str(room.id)] == room


async def test_the_form_offers_the_days_after_the_lead_time_until_the_season_ends(school: School) -> None:
    async with school.database.read() as connection:
        choices = await read_request_choices(connection, school.season, clock=school.clock)
        without_season = await read_request_choices(connection, None, clock=school.clock)
    assert choices.span is not None
    first, last = choices.span
    assert school.season.first_day < first < last <= date(2023, 4, 30)
    assert choices.campuses == [school.campus]
    assert without_season.span is None
