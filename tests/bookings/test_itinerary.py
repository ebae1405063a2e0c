"""A hand booking keeps the order of a request's steps, their pauses, and the way between campuses; so do offers."""

from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

import pytest

from app.bookings import service
from app.bookings.alternatives import find_alternatives
from app.bookings.domain import Booking, ConfirmPlacement
from app.bookings.repository import get_bookable, list_steps
from app.errors import Invalid
from app.requests.domain import ActivityWish
from app.schedules.audit import audit_season
from tests.school import School, at


def step(**more: Any) -> ActivityWish:
    """A test of an hour: no season's rule says how many of them there may be a day."""
    return ActivityWish(kind="written_test", attendance=80, duration_minutes=60, **more)


async def book(school: School, activity_id: UUID, room_id: UUID, starts_at: datetime) -> Booking:
    wanted = ConfirmPlacement(activity_id=activity_id, starts_at=starts_at, room_ids=(room_id,))
    return await service.confirm_placement(
        school.database, wanted, actor=school.organiser, locale="en", clock=school.clock
    )


async def refusal(school: School, activity_id: UUID, room_id: UUID, starts_at: datetime) -> str:
    with pytest.raises(Invalid) as refused:
        await book(school, activity_id, room_id, starts_at)
    assert refused.value.fields[0].path == "starts_at"
    return refused.value.fields[0].code


async def offered(school: School, activity_id: UUID, wished: datetime) -> list[datetime]:
    async with school.database.read() as connection:
        activity = await get_bookable(connection, activity_id)
        steps = await list_steps(connection, activity.request_id)
        found = await find_alternatives(
            connection, activity, wished, season=school.season, steps=steps, clock=school.clock
        )
        return [placement.starts_at for placement in found]


async def test_steps_stay_in_their_order(school: School) -> None:
    room = await school.room()
    detail = await school.request(step(), step(), step())
    first, second, third = (activity.id for activity in detail.activities)
    await book(school, second, room.id, at(8, 14))
    assert await refusal(school, first, room.id, at(8, 13, 30)) == "step-order"
    assert await refusal(school, third, room.id, at(7, 14)) == "step-order"
    assert all(start <= at(8, 13) for start in await offered(school, first, at(8, 16)))
    await book(school, first, room.id, at(8, 10))
    await book(school, third, room.id, at(9, 8))
    assert await audit_season(school.database, school.season.id, clock=school.clock) == []


async def test_steps_keep_their_pause_and_their_day(school: School) -> None:
    room = await school.room()
    steps = step(), step(gap_after_previous_minutes=90, same_day_as_previous=True)
    first, second = (activity.id for activity in (await school.request(*steps)).activities)
    await book(school, first, room.id, at(8, 10))
    assert await refusal(school, second, room.id, at(9, 14)) == "step-day"
    assert await refusal(school, second, room.id, at(8, 12)) == "step-pause"
    assert set(await offered(school, second, at(8, 12))) == {at(8, 12, 30), at(8, 13, 30), at(8, 14, 30)}
    await book(school, second, room.id, at(8, 12, 30))
    assert await refusal(school, first, room.id, at(8, 10, 30)) == "step-pause"


async def test_a_pause_of_days_counts_in_days(school: School) -> None:
    room = await school.room()
    steps = step(), step(gap_after_previous_minutes=2 * 24 * 60)
    first, second = (activity.id for activity in (await school.request(*steps)).activities)
    await book(school, first, room.id, at(8, 18))
    assert await refusal(school, second, room.id, at(9, 20)) == "step-pause"
    await book(school, second, room.id, at(10, 9))
    assert await audit_season(school.database, school.season.id, clock=school.clock) == []


async def test_people_need_the_time_to_get_to_another_campus(school: School) -> None:
    north = await school.add_campus("north", "北校区", "North campus")
    here, there = await school.room(), await school.room(campus=north)
    employer = await school.employer()
    talks = [(await school.request(step(), employer=employer)).activities[0].id for _ in range(2)]
    await book(school, talks[0], here.id, at(8, 10))
    assert await refusal(school, talks[1], there.id, at(8, 11, 30)) == "travel"
    assert await refusal(school, talks[1], there.id, at(8, 8, 30)) == "travel"
    await book(school, talks[1], there.id, at(8, 12))
    assert await audit_season(school.database, school.season.id, clock=school.clock) == []


async def test_an_offer_leaves_the_time_to_get_there(school: School) -> None:
    north = await school.add_campus("north", "北校区", "North campus")
    here, there = await school.room(), await school.room(campus=north)
    employer = await school.employer()
    wish = step(campus_ids=(north.id,))
    near = (await school.request(step(), employer=employer)).activities[0].id
    far = (await school.request(wish, employer=employer)).activities[0].id
    await book(school, near, here.id, at(8, 10))
    starts = await offered(school, far, at(8, 11))
    assert starts[0] == at(8, 12)
    for start in starts:
        assert start >= at(8, 12) or start + timedelta(minutes=120) <= at(8, 10)
        made = await book(school, far, there.id, start)
        await school.database.transact(
            service.release_booking, made.id, reason="", actor=school.organiser, now=school.clock.now()
        )


async def test_the_audit_asks_for_every_step_once_a_request_is_scheduled(school: School) -> None:
    room = await school.room()
    detail = await school.request(step(), step())
    await book(school, detail.activities[0].id, room.id, at(8, 10))
    assert await audit_season(school.database, school.season.id, clock=school.clock) == []
    await school.database.pool.execute("UPDATE request SET state = 'scheduled' WHERE id = $1", detail.request.id)
    (broken,) = await audit_season(school.database, school.season.id, clock=school.clock)
    assert broken.rule == "incomplete_request"
