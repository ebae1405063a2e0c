"""Limits by hand: one too many is said so, an organiser is asked once, and what they say is kept with the booking."""

import asyncio

import msgspec
import pytest

from app.actors import Actor
from app.bookings.domain import Booking, ConfirmPlacement, OverLimits, Placement
from app.bookings.service import confirm_placement, release_booking
from app.offers.domain import PlacementGone
from app.requests.domain import ActivityWish, RequestDetail
from app.schedules.audit import audit_season
from app.seasons import service as seasons
from app.venues.domain import Room
from tests.offers.acts import accept, offer_nearest
from tests.school import School, at, talk, window

FAIR = ActivityWish(kind="department_fair", attendance=80, booths=10, duration_minutes=120)


async def book(
    school: School,
    detail: RequestDetail,
    room: Room,
    hour: int,
    *,
    day: int = 15,
    over_limits: bool = False,
    actor: Actor | None = None,
) -> Booking:
    wanted = ConfirmPlacement(
        activity_id=detail.activities[0].id, starts_at=at(day, hour), room_ids=(room.id,), over_limits=over_limits
    )
    return await confirm_placement(
        school.database, wanted, actor=actor or school.organiser, locale="en", clock=school.clock
    )


async def book_at(school: School, detail: RequestDetail, placement: Placement) -> Booking:
    given = {name: getattr(placement, name) for name in ("starts_at", "room_ids", "channel_id")}
    wanted = ConfirmPlacement(activity_id=detail.activities[0].id, outside_wishes=True, **given)
    return await confirm_placement(school.database, wanted, actor=school.organiser, locale="en", clock=school.clock)


async def limit(school: School, name: str, value: int) -> None:
    await school.database.transact(
        seasons.set_policy,
        school.season.id,
        name,
        value,
        reason="",
        actor=school.organiser,
        now=school.clock.now(),
    )


async def test_a_second_talk_of_an_employer_that_day_is_asked_once_and_kept(school: School) -> None:
    employer, room = await school.employer(), await school.room(100)
    first, second, other = [await school.request(talk(), employer=employer) for _ in range(3)]
    await book(school, first, room, 9)
    with pytest.raises(OverLimits) as refused:
        await book(school, second, room, 14)
    assert refused.value.extra["rules"] == ["group_max_per_day"]
    await book(school, second, room, 14, over_limits=True)
    await book(school, other, room, 14, day=16)
    assert await audit_season(school.database, school.season.id, clock=school.clock) == []


async def test_staff_of_a_campus_is_counted_even_between_racers(school: School) -> None:
    await limit(school, "activities_per_campus_day", 3)
    rooms = [await school.room(100) for _ in range(6)]
    asked = [await school.request(talk()) for _ in range(6)]
    found = await asyncio.gather(
        *(book(school, detail, room, 9) for detail, room in zip(asked, rooms, strict=True)), return_exceptions=True
    )
    assert sorted(type(entry).__name__ for entry in found) == ["Booking"] * 3 + ["OverLimits"] * 3
    assert await audit_season(school.database, school.season.id, clock=school.clock) == []


async def test_who_is_one_too_many_is_offered_what_is_within_the_limits(school: School) -> None:
    await limit(school, "activities_per_campus_evening", 1)
    employer, rooms = await school.employer(), [await school.room(100) for _ in range(2)]
    first, other, late = [await school.request(talk(), employer=owner) for owner in (employer, employer, None)]
    await book(school, first, rooms[0], 19)
    for detail, hour, rule in ((other, 9, "group_max_per_day"), (late, 19, "staff_limit")):
        with pytest.raises(OverLimits) as refused:
            await book(school, detail, rooms[1], hour)
        assert refused.value.extra["rules"] == [rule]
        offered = msgspec.convert(refused.value.extra["alternatives"], list[Placement])
        assert len(offered) == 3
        for placement in offered:
            taken = await book_at(school, detail, placement)
            await school.database.transact(
                release_booking, taken.id, reason="", actor=school.organiser, now=school.clock.now()
            )


async def test_a_department_is_offered_another_day_for_its_second_fair(school: School) -> None:
    department, hall = await school.department("DAYS"), await school.room(100, booths=20)
    fairs = [await school.request(FAIR, department=department) for _ in range(2)]
    await book(school, fairs[0], hall, 9)
    with pytest.raises(OverLimits) as refused:
        await book(school, fairs[1], hall, 14)
    offered = msgspec.convert(refused.value.extra["alternatives"], list[Placement])
    assert offered
    assert at(15, 9).date() not in {placement.starts_at.date() for placement in offered}
    await book_at(school, fairs[1], offered[0])


async def test_evenings_have_a_limit_of_their_own(school: School) -> None:
    await limit(school, "activities_per_campus_evening", 1)
    rooms = [await school.room(100) for _ in range(3)]
    asked = [await school.request(talk()) for _ in range(3)]
    await book(school, asked[0], rooms[0], 19)
    with pytest.raises(OverLimits):
        await book(school, asked[1], rooms[1], 18)
    await book(school, asked[1], rooms[1], 16)
    await book(school, asked[2], rooms[2], 19, day=16)


async def test_a_department_does_not_lift_a_limit(school: School) -> None:
    department = await school.department("LIMIT")
    person = (await school.account("department_staff", department_id=department.id)).actor()
    halls = [await school.room(100, booths=20, department=department) for _ in range(2)]
    fairs = [await school.request(FAIR, department=department) for _ in range(2)]
    await book(school, fairs[0], halls[0], 9, actor=person)
    with pytest.raises(OverLimits):
        await book(school, fairs[1], halls[1], 14, over_limits=True, actor=person)
    await book(school, fairs[1], halls[1], 14, day=16, actor=person)


async def test_an_offer_that_became_one_too_many_is_lost(school: School) -> None:
    await limit(school, "activities_per_campus_day", 1)
    room, other = await school.room(100), await school.room(100)
    asked, quick = await school.request(talk(windows=(window(15),))), await school.request(talk())
    (offered, *_) = await offer_nearest(school, asked.request.id)
    free = other if offered.placements[0].room_ids == (room.id,) else room
    await book(school, quick, free, 9 if offered.begins_at.astimezone(school.clock.zone).hour >= 12 else 16)
    with pytest.raises(PlacementGone):
        await accept(school, offered.id)
    assert await audit_season(school.database, school.season.id, clock=school.clock) == []
