"""A department's rooms day by day, and the rooms that fit an activity."""

from datetime import date

from app.pages.room_booking_view import read_room_booking
from app.pages.staff.own_rooms_view import read_own_rooms
from app.venues import closures
from app.venues.closure_domain import AddClosure
from tests.pages.booking import book
from tests.school import School, actor, at, talk


async def test_bookings_and_closures_stand_on_their_first_day_in_order(school: School) -> None:
    department = await school.department("EE")
    room = await school.room(department=department)
    detail = await school.request(department=department)
    booking = await book(school, detail, at(8, 14), room)
    closed = AddClosure(first_day=date(2023, 3, 10), last_day=date(2023, 3, 12))
    await school.database.transact(
        closures.add_closure,
        room.id,
        closed,
        zone=school.clock.zone,
        actor=school.organiser,
        now=school.clock.now(),
    )
    async with school.database.read() as connection:
        view = await read_own_rooms(connection, department.id, school.season.id, clock=school.clock)
    assert view.own == [room]
    assert list(view.days) == [date(2023, 3, 8), date(2023, 3, 10)]
    [booked], [shut] = view.days.values()
    assert booked.booking == booking
    assert shut.closure is not None
    assert shut.last_day == date(2023, 3, 12)
    assert list(view.requests) == [detail.request.id]


async def test_without_a_season_the_rooms_are_listed_alone(school: School) -> None:
    department = await school.department("ME")
    async with school.database.read() as connection:
        view = await read_own_rooms(connection, department.id, None, clock=school.clock)
    assert (view.season, view.own, view.days, view.requests) == (None, [], {}, {})


async def test_only_rooms_of_the_department_that_are_large_enough_fit(school: School) -> None:
    department = await school.department("CE")
    large, _small = await school.room(100, department=department), await school.room(20, department=department)
    await school.room(500)
    detail = await school.request(talk(attendance=80), department=department)
    staff = actor("department_staff", department_id=department.id)
    async with school.database.read() as connection:
        view = await read_room_booking(connection, detail.activities[0].id, actor=staff, now=school.clock.now())
    assert view.fitting == [large]
    assert (view.bookable, view.booking, view.first_wish) == (True, None, None)
    booking = await book(school, detail, at(9, 14), large)
    async with school.database.read() as connection:
        assert (
            await read_room_booking(connection, detail.activities[0].id, actor=staff, now=school.clock.now())
        ).booking == booking
