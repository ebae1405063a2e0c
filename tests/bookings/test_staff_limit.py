"""Who books by hand more on a campus than its staff can look after is asked once, and the audit knows who said yes."""

import pytest

from app.bookings.domain import Booking, ConfirmPlacement, MovePlacement, OutsideWishes
from app.bookings.service import confirm_placement, move_booking
from app.schedules.audit import audit_season
from app.seasons import service as seasons
from app.venues.domain import Room
from tests.school import School, at


async def limit(school: School, name: str) -> None:
    """One activity at a time is enough."""
    await school.database.transact(
        seasons.set_policy, school.season.id, name, 1, reason="", actor=school.organiser, now=school.clock.now()
    )


async def book(school: School, room: Room, hour: int, *, day: int = 15, yes: bool = False) -> Booking:
    """A talk of a new employer."""
    detail = await school.request()
    wanted = ConfirmPlacement(
        activity_id=detail.activities[0].id, starts_at=at(day, hour), room_ids=(room.id,), outside_wishes=yes
    )
    return await confirm_placement(school.database, wanted, actor=school.organiser, locale="en", clock=school.clock)


async def broken(school: School) -> list[str]:
    return [found.rule for found in await audit_season(school.database, school.season.id, clock=school.clock)]


@pytest.mark.parametrize(
    ("rule", "hour", "other_hour"), [("activities_per_campus_day", 9, 14), ("activities_per_campus_evening", 18, 20)]
)
async def test_one_more_than_the_staff_can_look_after_is_asked_about_once(
    school: School, rule: str, hour: int, other_hour: int
) -> None:
    await limit(school, rule)
    room, other = await school.room(100), await school.room(100)
    await book(school, room, hour)
    with pytest.raises(OutsideWishes) as asked:
        await book(school, other, other_hour)
    assert asked.value.extra == {"rules": ["staff_limit"]}
    await book(school, other, other_hour, yes=True)
    assert await broken(school) == []


async def test_other_days_parts_of_a_day_and_campuses_have_staff_of_their_own(school: School) -> None:
    await limit(school, "activities_per_campus_evening")
    room = await school.room(100)
    await book(school, room, 19)
    await book(school, room, 14)
    await book(school, room, 19, day=16)
    elsewhere = await school.room(100, campus=await school.add_campus("lake", "东湖校区", "East Lake Campus"))
    await book(school, elsewhere, 19)
    assert await broken(school) == []


async def test_a_booking_that_moves_within_its_day_is_none_more(school: School) -> None:
    await limit(school, "activities_per_campus_day")
    room = await school.room(100)
    booking = await book(school, room, 9)
    later = MovePlacement(starts_at=at(15, 14), room_ids=(room.id,))
    await move_booking(school.database, booking.id, later, actor=school.organiser, locale="en", clock=school.clock)
    assert await broken(school) == []
