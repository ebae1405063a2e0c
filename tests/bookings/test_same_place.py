"""A booking that is sent twice is one booking, in whatever order its rooms are named."""

from app.bookings import service
from app.bookings.domain import ConfirmPlacement
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
