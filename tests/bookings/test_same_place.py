"""A booking that is sent twice is one booking, in whatever order its rooms are named."""

import asyncio

from app.bookings import service
from app.bookings.domain import AlreadyBooked, Booking, ConfirmPlacement
from app.requests.domain import ActivityWish
from tests.school import School, at


async def test_rooms_in_another_order_are_no_move(school: School) -> None:
    rooms = [(await school.room(100)).id, (await school.room(100)).id]
    wish = ActivityWish(kind="interview_block", attendance=20, duration_minutes=60, rooms_needed=2)
    activity_id = (await school.request(wish)).activities[0].id
    who = (await school.account("organiser")).actor()
    made = []
    for room_ids in (rooms, rooms[::-1], rooms):
        wanted = ConfirmPlacement(activity_id=activity_id, starts_at=at(20, 14), room_ids=tuple(room_ids))
        made.append(
            await service.confirm_placement(school.database, wanted, actor=who, locale="en", clock=school.clock)
        )
    assert len({booking.id for booking in made}) == 1
    assert [booking.room_ids for booking in made] == [tuple(rooms)] * 3
    moves = "SELECT count(*) FROM event WHERE type = 'booking.moved'"
    assert await school.database.pool.fetchval(moves) == 0


async def test_another_place_is_a_move_and_says_so(school: School) -> None:
    """Two who book one activity at once are not both told yes."""
    room, activity_id = await school.room(100), (await school.request()).activities[0].id

    async def book(hour: int) -> Booking:
        wanted = ConfirmPlacement(activity_id=activity_id, starts_at=at(20, hour), room_ids=(room.id,))
        return await service.confirm_placement(
            school.database, wanted, actor=school.organiser, locale="en", clock=school.clock
        )

    found = await asyncio.gather(*(book(hour) for hour in (9, 11, 14)), return_exceptions=True)
    (made,) = [entry for entry in found if isinstance(entry, Booking)]
    refused = [entry for entry in found if isinstance(entry, AlreadyBooked)]
    assert [entry.extra for entry in refused] == [{"booking_id": str(made.id)}] * 2
