"""A turnover is kept as it is now: what stands keeps its room for it, whenever it was booked."""

from typing import Any

import pytest

from app.bookings import service as bookings
from app.bookings.domain import Booking, ResourceTaken
from app.cases.writing import OpenFacts
from app.facts.domain import PromisesBroken
from app.facts.writing import Author
from app.locales import translator
from app.requests.service import get_detail
from app.schedules.audit import audit_season
from app.venues import closures, rooms
from app.venues.closure_domain import AddClosure
from app.venues.commands import ChangeRoom
from app.venues.domain import Room
from tests.amendments.test_amendments import as_wish, propose
from tests.offers.acts import accept, book, offer
from tests.school import School, at, talk


async def turnover(school: School, room: Room, minutes: int, *accepted: Booking, **more: Any) -> None:
    """Change the turnover of a room in the open."""
    author = Author(
        actor=school.organiser,
        clock=school.clock,
        translate=translator("en"),
        accepted=frozenset(booking.id for booking in accepted),
    )
    command = ChangeRoom(turnover_minutes=minutes, **more)
    who: dict[str, Any] = {"actor": school.organiser, "now": school.clock.now()}
    await OpenFacts(school.database).write(
        lambda c: rooms.change_room(c, room.id, command, expected_version=None, **who), author
    )


async def a_talk(school: School, hour: int, minute: int, room: Room, **more: Any) -> Booking:
    """Book a new talk of two hours on 8 March."""
    detail = await school.request(talk(**more))
    return await book(school, detail.activities[0].id, at(8, hour, minute), room)


async def audit(school: School) -> list[str]:
    """The rules that are broken without anybody's consent."""
    return [found.rule for found in await audit_season(school.database, school.season.id, clock=school.clock)]


async def test_who_comes_later_keeps_the_longer_turnover(school: School) -> None:
    hall = await school.room(100)
    await a_talk(school, 10, 0, hall)
    await turnover(school, hall, 90)
    with pytest.raises(ResourceTaken):
        await a_talk(school, 12, 30, hall)
    await a_talk(school, 13, 30, hall)
    assert await audit(school) == []


async def test_a_shorter_one_frees_the_room_sooner(school: School) -> None:
    hall = await school.room(100)
    await a_talk(school, 10, 0, hall)
    await turnover(school, hall, 0)
    await a_talk(school, 12, 0, hall)
    assert await audit(school) == []


async def test_a_turnover_of_one_kind(school: School) -> None:
    hall = await school.room(100)
    await a_talk(school, 10, 0, hall)
    await turnover(school, hall, 30, turnover_by_kind={"info_session": 90})
    with pytest.raises(ResourceTaken):
        await a_talk(school, 12, 30, hall)


async def test_who_follows_too_close_leaves_and_nobody_comes_in_its_place(school: School) -> None:
    hall = await school.room(100)
    await a_talk(school, 10, 0, hall)
    second = await a_talk(school, 12, 30, hall)
    with pytest.raises(PromisesBroken):
        await turnover(school, hall, 60)
    await turnover(school, hall, 60, second)
    now = school.clock.now()
    await school.database.transact(bookings.release_booking, second.id, reason="", actor=school.organiser, now=now)
    with pytest.raises(ResourceTaken):
        await a_talk(school, 12, 30, hall)
    await a_talk(school, 13, 0, hall)
    assert await audit(school) == []


async def test_who_follows_too_close_may_stay_there_for_a_shorter_time(school: School) -> None:
    """Only at the end of a transaction it is looked at who left."""
    hall = await school.room(100)
    await a_talk(school, 10, 0, hall)
    second = await a_talk(school, 12, 30, hall)
    await turnover(school, hall, 60, second)
    async with school.database.read() as connection:
        detail = await get_detail(connection, second.request_id, actor=school.organiser)
    answer = await propose(school, detail, [as_wish(detail.activities[0], duration_minutes=60)])
    assert answer.amendment.state == "accepted"
    assert await audit(school) == []


async def test_a_closure_that_is_lifted_gives_the_turnover_its_room(school: School) -> None:
    hall = await school.room(100)
    first = await a_talk(school, 10, 0, hall)
    who: dict[str, Any] = {"actor": school.organiser, "now": school.clock.now()}
    shut = AddClosure(starts_at=at(8, 12, 30), ends_at=at(8, 13, 0), reason_code="maintenance")
    (closure,) = await school.database.transact(closures.add_closure, hall.id, shut, zone=school.clock.zone, **who)
    await turnover(school, hall, 60, first)
    await school.database.transact(closures.remove_closure, closure.id, **who)
    with pytest.raises(ResourceTaken):
        await a_talk(school, 12, 30, hall)
    assert await audit(school) == []


async def test_what_is_held_keeps_it_too(school: School) -> None:
    hall = await school.room(100)
    detail = await school.request(talk())
    made = await offer(school, detail.request.id, detail.activities[0].id, at(8, 10), hall)
    await turnover(school, hall, 90)
    await accept(school, made.id)
    with pytest.raises(ResourceTaken):
        await a_talk(school, 12, 30, hall)


async def test_minutes_between_two_slots_of_the_grid(school: School) -> None:
    """The verifier counts whole slots: who is booked by the minute must not be a violation."""
    hall = await school.room(100, turnover_minutes=20)
    await a_talk(school, 10, 0, hall, minutes=100)
    await a_talk(school, 12, 0, hall)
    assert await audit(school) == []
