"""People are reminded once of each confirmed place that begins soon, never of tentative or cancelled ones."""

import asyncio
from datetime import datetime
from typing import Any

from litestar import Litestar
from litestar.testing import AsyncTestClient

from app.bookings.domain import MovePlacement
from app.bookings.reminding import remind_of_bookings
from app.bookings.service import move_booking, release_booking
from app.requests.domain import ActivityWish
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


async def test_a_day_of_an_itinerary_is_one_message(school: School) -> None:
    room = await school.room(100)
    later = [
        ActivityWish(kind=kind, attendance=20, duration_minutes=60) for kind in ("written_test", "interview_block")
    ]
    detail = await school.request(talk(), *later)
    talk_, test, interview = detail.activities
    await book(school, interview.id, at(16, 9), room)
    await book(school, test.id, at(15, 17), room)
    await book(school, talk_.id, at(15, 9), room)
    other = await book(school, (await school.request(talk())).activities[0].id, at(15, 12), room)
    await school.database.pool.execute(
        "INSERT INTO campus_entry (activity_id, host_name, host_phone, changed_at)"
        " VALUES ($1, '王老师', '027-1234', now())",
        test.id,
    )
    assert sum(await asyncio.gather(*(remind(school, at(14, 10)) for _ in range(3)))) == 2
    assert await remind(school, at(14, 18)) == 1, "another request's"
    assert await remind(school, at(15, 10)) == 1, "the next day's"
    rows = await school.database.pool.fetch("SELECT payload FROM event WHERE type = 'booking.reminded' ORDER BY id")
    assert [(row["payload"]["activity_id"], row["payload"]["also"]) for row in rows] == [
        (str(talk_.id), [str(test.id)]),
        (str(other.activity_id), []),
        (str(interview.id), []),
    ]
    first, _, _ = await told(school, "booking.reminded", "en")
    assert first.subject == "Reminder: Info session, Wed 15 Mar 09:00-11:00"
    assert "15 Mar 2023 17:00-18:00" in first.text
    assert "王老师 027-1234" in first.text


async def test_events_of_the_school_are_told_to_their_own_people(school: School) -> None:
    hall, department = await school.room(300), await school.department()
    fair = ActivityWish(kind="guidance_event", attendance=100, duration_minutes=120)
    detail = await school.request(talk(), fair, department=department)
    for step, hour in zip(detail.activities, (9, 14), strict=True):
        await book(school, step.id, at(15, hour), hall)
    assert await remind(school, at(14, 15)) == 2
    assert (await event_types(school, "booking.reminded")) == ["booking.reminded"] * 2
