"""How a scheduled request ends: called off, stopped by the school, over, missed by its owner."""

from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

import pytest

from app.bookings import repository as bookings
from app.bookings import service
from app.bookings.domain import AllBegun, ConfirmPlacement, NothingBegun
from app.decisions import decide, endings
from app.errors import Forbidden
from app.requests.domain import CancelRequest, Decision, RequestDetail, RequestNotFound
from app.requests.states import MoveImpossible
from app.schedules.changes.difference import difference
from tests.school import School, at, clock_at, talk

BOOKED = at(8, 14)


async def scheduled(school: School, *starts: datetime, department: Any = None) -> RequestDetail:
    detail = await school.request(*(talk(minutes=60) for _ in starts or (BOOKED,)), department=department)
    for activity, moment in zip(detail.activities, starts or (BOOKED,), strict=True):
        room = await school.room(100)
        wanted = ConfirmPlacement(activity_id=activity.id, starts_at=moment, room_ids=(room.id,))
        await service.confirm_placement(
            school.database, wanted, actor=school.organiser, locale="en", clock=school.clock
        )
    return detail


async def events_of(school: School, request_id: UUID, *types: str) -> list[dict[str, Any]]:
    listed = """SELECT payload FROM event WHERE type = ANY($1)
        AND (subject_id = $2 OR payload ->> 'request_id' = $2::text) ORDER BY id"""
    rows = await school.database.pool.fetch(listed, list(types), request_id)
    return [row["payload"] for row in rows]


async def booked(school: School, detail: RequestDetail) -> list[datetime]:
    ids = [activity.id for activity in detail.activities]
    async with school.database.read() as connection:
        return [
            booking.starts_at
            for booking in await bookings.list_standing(connection, school.season.id, activity_ids=ids)
        ]


async def cancel(school: School, detail: RequestDetail, **more: Any) -> str:
    given = {"actor": school.organiser, "clock": school.clock, **more}
    command = CancelRequest(note="计划有变")
    request = await school.database.transact(endings.cancel_request, detail.request.id, command, **given)
    return request.state


async def test_a_cancelled_request_gives_its_bookings_back(school: School) -> None:
    department = await school.department("LAW")
    owner = (await school.account("department_staff", department_id=department.id)).actor()
    detail = await scheduled(school, BOOKED, at(9, 14), department=department)
    assert await cancel(school, detail, actor=owner) == "cancelled"
    assert await booked(school, detail) == []
    told = await events_of(school, detail.request.id, "booking.released")
    assert len(told) == 2
    (cancelled,) = await events_of(school, detail.request.id, "request.cancelled")
    assert cancelled["late"] is False
    with pytest.raises(MoveImpossible):
        await cancel(school, detail, actor=owner)


@pytest.mark.parametrize(
    ("moment", "late"),
    [
        (at(7, 13, 59), False),  # Tuesday to Wednesday: one working day
        (at(7, 14, 1), True),
        (at(3, 18), False),  # Friday evening: the weekend does not count
        (at(8, 13), True),
    ],
)
async def test_late_is_less_than_a_working_day(school: School, moment: datetime, late: bool) -> None:
    department = await school.department(f"D{moment:%d%H%M}")
    owner = (await school.account("department_staff", department_id=department.id)).actor()
    detail = await scheduled(school, department=department)
    await cancel(school, detail, actor=owner, clock=clock_at(moment))
    (cancelled,) = await events_of(school, detail.request.id, "request.cancelled")
    assert cancelled["late"] is late


async def test_the_school_is_never_late(school: School) -> None:
    detail = await scheduled(school)
    await cancel(school, detail, clock=clock_at(at(8, 13)))
    (cancelled,) = await events_of(school, detail.request.id, "request.cancelled")
    assert cancelled["late"] is False


async def test_what_has_begun_stays_booked(school: School) -> None:
    department = await school.department("BEGUN")
    owner = (await school.account("department_staff", department_id=department.id)).actor()
    detail = await scheduled(school, BOOKED, at(15, 14), department=department)
    await cancel(school, detail, actor=owner, clock=clock_at(at(10, 9)))
    assert await booked(school, detail) == [BOOKED]
    (cancelled,) = await events_of(school, detail.request.id, "request.cancelled")
    assert cancelled["late"] is True  # the itinerary has begun


async def test_the_school_stops_with_a_reason(school: School) -> None:
    detail = await scheduled(school)
    decision = Decision(reason_code="unsuitable", note="收取费用")
    stop = endings.stop_request
    now = school.clock.now()
    contact = (await school.account("employer_contact", employer_id=detail.request.employer_id)).actor()
    with pytest.raises(Forbidden):
        await school.database.transact(stop, detail.request.id, decision, actor=contact, now=now)
    request = await school.database.transact(stop, detail.request.id, decision, actor=school.organiser, now=now)
    assert (request.state, request.state_reason, request.state_note) == ("stopped", "unsuitable", "收取费用")
    assert await booked(school, detail) == []
    (stopped,) = await events_of(school, detail.request.id, "request.stopped")
    assert stopped["reason_code"] == "unsuitable"


async def test_a_no_show_is_possible_once_the_first_activity_has_begun(school: School) -> None:
    detail = await scheduled(school)

    async def miss(moment: datetime) -> str:
        request = await school.database.transact(
            endings.mark_no_show, detail.request.id, actor=school.organiser, clock=clock_at(moment)
        )
        return request.state

    with pytest.raises(NothingBegun):
        await miss(BOOKED - timedelta(seconds=1))
    assert await miss(BOOKED + timedelta(seconds=1)) == "no_show"
    assert await booked(school, detail) == [BOOKED]  # the room was kept for it all the same


async def test_what_is_over_took_place_and_no_release_touches_it(school: School) -> None:
    over, coming = await scheduled(school, BOOKED, at(9, 14)), await scheduled(school, at(20, 14))

    async def finish(moment: datetime) -> int:
        return await school.database.transact(endings.finish_requests, now=moment, batch=100)

    assert await finish(at(9, 14, 59)) == 0
    assert await finish(at(9, 15)) == 1
    assert await finish(at(9, 15)) == 0
    state = "SELECT state FROM request WHERE id = $1"
    assert await school.database.pool.fetchval(state, over.request.id) == "took_place"
    assert await school.database.pool.fetchval(state, coming.request.id) == "scheduled"
    assert len(await booked(school, over)) == 2
    async with school.database.read() as connection:
        standing = await bookings.list_changeable(connection, school.season.id)
    # A draft that knows nothing of what is over gives back only what still stands.
    assert [change.request_id for change in difference(standing, []).cancelled] == [coming.request.id]


async def test_others_requests_do_not_exist(school: School) -> None:
    detail = await scheduled(school)
    stranger = (await school.account("employer_contact")).actor()
    with pytest.raises(RequestNotFound):
        await cancel(school, detail, actor=stranger)


@pytest.mark.parametrize("act", ["withdraw", "refuse", "waitlist"])
async def test_a_request_booked_in_part_gives_back_its_bookings(school: School, act: str) -> None:
    detail = await school.request(talk(minutes=60), talk(minutes=60))
    room = await school.room(100)
    wanted = ConfirmPlacement(activity_id=detail.activities[0].id, starts_at=BOOKED, room_ids=(room.id,))
    await service.confirm_placement(school.database, wanted, actor=school.organiser, locale="en", clock=school.clock)
    given: dict[str, Any] = {"actor": school.organiser, "now": school.clock.now()}
    uses: dict[str, Any] = {
        "withdraw": lambda c: decide.withdraw_request(c, detail.request.id, **given),
        "refuse": lambda c: decide.refuse_request(
            c, detail.request.id, Decision(reason_code="other"), seen=None, **given
        ),
        "waitlist": lambda c: decide.waitlist_request(c, detail.request.id, seen=None, **given),
    }
    await school.database.transact(uses[act])
    assert await booked(school, detail) == []
    assert len(await events_of(school, detail.request.id, "booking.released")) == 1


async def test_a_first_booking_takes_an_itinerary_off_the_waitlist(school: School) -> None:
    detail = await school.request(talk(minutes=60), talk(minutes=60))
    now = school.clock.now()
    await school.database.transact(
        decide.waitlist_request, detail.request.id, seen=None, actor=school.organiser, now=now
    )
    state = "SELECT state FROM request WHERE id = $1"
    for activity, moment, expected in zip(
        detail.activities, (BOOKED, at(9, 14)), ("approved", "scheduled"), strict=True
    ):
        room = await school.room(100)
        wanted = ConfirmPlacement(activity_id=activity.id, starts_at=moment, room_ids=(room.id,))
        await service.confirm_placement(
            school.database, wanted, actor=school.organiser, locale="en", clock=school.clock
        )
        assert await school.database.pool.fetchval(state, detail.request.id) == expected


async def test_what_has_begun_is_not_called_off(school: School) -> None:
    detail = await scheduled(school)
    with pytest.raises(AllBegun):
        await cancel(school, detail, clock=clock_at(at(8, 14, 1)))
    assert await booked(school, detail) == [BOOKED]
