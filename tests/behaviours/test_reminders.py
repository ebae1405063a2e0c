"""People are reminded once of each confirmed place that begins soon, never of tentative or cancelled ones."""

import asyncio
from datetime import datetime
from typing import Any

from litestar import Litestar
from litestar.testing import AsyncTestClient

from app.bookings.domain import MovePlacement
from app.bookings.reminding import remind_of_bookings
from app.bookings.service import move_booking, release_booking
from tests.behaviours.people import organiser_of, set_rule
from tests.behaviours.test_what_leaves import told
from tests.offers.acts import book, event_types
from tests.school import School, at, clock_at, talk

Client = AsyncTestClient[Litestar]


async def remind(school: School, moment: datetime) -> int:
    """What the worker does every five minutes."""
    return await school.database.transact(remind_of_bookings, now=moment, batch=100)


async def test_once_for_each_confirmed_place(school: School) -> None:
    room = await school.room(100)
    detail = await school.request(talk())
    await book(school, detail.activities[0].id, at(15, 14), room)
    assert await remind(school, at(14, 13, 55)) == 0
    counts = await asyncio.gather(*(remind(school, at(14, 14)) for _ in range(4)))
    assert sum(counts) == 1
    assert await remind(school, at(15, 10)) == 0
    (mail,) = await told(school, "booking.reminded", "en")
    assert mail.subject.startswith("Reminder: Info session")
    assert room.name_en in mail.text
    assert mail.calendar is None, "its calendar entry is there already"
    (mail,) = await told(school, "booking.reminded", "zh-CN")
    assert "提醒" in mail.subject


async def test_not_of_what_was_given_back_or_has_begun(school: School) -> None:
    room = await school.room(100)
    gone = await book(school, (await school.request(talk())).activities[0].id, at(15, 14), room)
    await book(school, (await school.request(talk())).activities[0].id, at(15, 9), room)
    given: dict[str, Any] = {"reason": "", "actor": school.organiser, "now": school.clock.now()}
    await school.database.transact(release_booking, gone.id, **given)
    assert await remind(school, at(15, 10)) == 0


async def test_not_of_what_waits_for_an_answer(school: School) -> None:
    await book(school, (await school.request(talk())).activities[0].id, at(15, 14), await school.room(100))
    await school.database.pool.execute("UPDATE booking SET state = 'tentative'")
    assert await remind(school, at(15, 10)) == 0


async def test_who_is_told_so_late_needs_no_reminder(school: School) -> None:
    late = clock_at(at(14, 20))
    await book(school, (await school.request(talk())).activities[0].id, at(15, 14), await school.room(100), clock=late)
    assert await remind(school, at(15, 9)) == 0


async def test_a_moved_one_is_another_occurrence(school: School) -> None:
    room = await school.room(100)
    booking = await book(school, (await school.request(talk())).activities[0].id, at(15, 14), room)
    assert await remind(school, at(15, 9)) == 1
    there = MovePlacement(starts_at=at(20, 14), room_ids=(room.id,))
    clock = clock_at(at(15, 10))
    await move_booking(school.database, booking.id, there, actor=school.organiser, locale="en", clock=clock)
    assert await remind(school, at(20, 9)) == 1
    assert (await event_types(school, "booking.reminded")) == ["booking.reminded"] * 2


async def test_a_season_says_how_long_before(school: School, client: Client) -> None:
    await book(school, (await school.request(talk())).activities[0].id, at(15, 14), await school.room(100))
    organiser = await organiser_of(school, client)
    await set_rule(school, organiser, "reminder_hours_before", 0)
    assert await remind(school, at(15, 9)) == 0
    await set_rule(school, organiser, "reminder_hours_before", 72)
    assert await remind(school, at(12, 15)) == 1
