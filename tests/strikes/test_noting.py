"""A strike is noted in the transaction of its cause; what follows from it holds from then on, and is over by itself."""

import asyncio
from datetime import date, timedelta

import pytest

from app.decisions import endings
from app.employers import suspending
from app.employers.domain import Suspension
from app.events import StrikeNoted
from app.notifications.recipients import list_recipients
from app.outbox.repository import event_of, list_events
from app.requests.domain import CancelRequest
from tests.behaviours.test_what_leaves import told
from tests.bookings.test_endings import BOOKED, scheduled
from tests.school import School, at, clock_at
from tests.strikes.acts import booked, call_off, employer_of, events_of, holds, miss, missed, record_of


async def test_no_shows_warn_pause_and_suspend(school: School) -> None:
    employer = await school.employer()
    first, second, third = await booked(school, employer, 1, 8, 15)
    await miss(school, first, 1)
    assert await holds(school, employer, 1) == ("warned", 1)
    await miss(school, second, 8)
    assert await holds(school, employer, 8) == ("paused", 2)
    assert (await employer_of(school, employer.id)).state == "verified", "a pause is no state of the employer"
    await miss(school, third, 15)
    assert await holds(school, employer, 15) == ("suspended", 3)
    suspended = await employer_of(school, employer.id)
    assert (suspended.state, suspended.suspended_for_strikes) == ("suspended", True)
    assert suspended.suspended_until == date(2024, 2, 29), "until the first is 365 days old"
    said = [(event["outcome"], event["until"], event["count"]) for event in await events_of(school, ["strike.noted"])]
    assert said == [("warned", None, 1), ("paused", "2023-04-07", 2), ("suspended", "2024-02-29", 3)]


async def test_late_cancellations_count_by_twos_and_those_in_time_or_of_the_school_do_not(school: School) -> None:
    employer = await school.employer()
    in_time, of_the_school, first, second = await booked(school, employer, 8, 9, 14, 15)
    await call_off(school, in_time, at(6, 9))
    clock, note = clock_at(at(9, 10)), CancelRequest(note="")
    await school.database.transact(
        endings.cancel_request, of_the_school.request.id, note, actor=school.organiser, clock=clock
    )
    assert await holds(school, employer, 9) == ("clear", 0)
    await call_off(school, first, at(14, 10))
    assert await holds(school, employer, 14) == ("noted", 0)
    await call_off(school, second, at(15, 10))
    assert await holds(school, employer, 15) == ("warned", 1)


async def test_departments_have_no_strikes(school: School) -> None:
    department = await school.department("NOSHOW")
    detail = await scheduled(school, department=department)
    clock = clock_at(BOOKED + timedelta(hours=1))
    await school.database.transact(endings.mark_no_show, detail.request.id, actor=school.organiser, clock=clock)
    assert await events_of(school, ["strike.noted"]) == []


@pytest.mark.parametrize("together", [2, 3])
async def test_of_several_at_once_none_takes_itself_for_the_first(school: School, together: int) -> None:
    employer = await school.employer()
    details = await booked(school, employer, *(8 + number for number in range(together)))
    await asyncio.gather(*(miss(school, detail, 20) for detail in details))
    counts = sorted(event["count"] for event in await events_of(school, [StrikeNoted.type]))
    assert counts == list(range(1, together + 1))
    state = (await employer_of(school, employer.id)).state
    assert state == ("suspended" if together == 3 else "verified")


async def test_one_that_is_noted_meanwhile_waits_and_counts_the_other(school: School) -> None:
    employer = await school.employer()
    first, second = await booked(school, employer, 8, 9)
    async with school.database.pool.acquire() as connection, connection.transaction():
        clock = clock_at(at(9, 15))
        await endings.mark_no_show(connection, first.request.id, actor=school.organiser, clock=clock)
        other = asyncio.create_task(miss(school, second, 9))
        await asyncio.sleep(0.5)
        assert not other.done()
    await other
    assert [event["outcome"] for event in await events_of(school, ["strike.noted"])] == ["warned", "paused"]


async def test_they_expire_by_the_clock_and_a_suspension_with_them(school: School) -> None:
    employer = await school.employer()
    await missed(school, employer, 1, 8, 15)

    async def end(day: date) -> int:
        clock = clock_at(at(1, 9).replace(year=day.year, month=day.month, day=day.day))
        return await suspending.end_suspensions(school.database, clock=clock, batch=10)

    assert await end(date(2024, 2, 28)) == 0
    assert await end(date(2024, 2, 29)) == 1
    assert await end(date(2024, 2, 29)) == 0
    now = await employer_of(school, employer.id)
    assert (now.state, now.suspended_for_strikes, now.suspended_until) == ("verified", False, None)
    (mail,) = await told(school, "employer.reinstated", "en")
    assert "We accept requests of your organisation again" in mail.text
    later = await record_of(school, employer, clock_at(at(15, 9).replace(year=2024)))
    assert (later.outcome.kind, later.outcome.count, len(later.strikes)) == ("clear", 0, 3)


async def test_one_in_review_is_suspended_too_and_reviewed_afterwards(school: School) -> None:
    employer = await school.employer()
    first, second, third = await booked(school, employer, 1, 8, 15)
    await miss(school, first, 1)
    await miss(school, second, 8)
    await school.database.pool.execute("UPDATE employer SET state = 'under_review' WHERE id = $1", employer.id)
    await miss(school, third, 15)
    now = await employer_of(school, employer.id)
    assert (now.state, now.needs_review) == ("suspended", True)
    clock = clock_at(at(1, 9).replace(year=2024))
    await suspending.end_suspensions(school.database, clock=clock, batch=10)
    assert (await employer_of(school, employer.id)).state == "under_review"


async def test_a_suspension_by_hand_stays_the_career_centres(school: School) -> None:
    employer = await school.employer()
    details = await booked(school, employer, 1, 8, 15)
    stop = Suspension(until=date(2023, 6, 1), reason="收取费用")
    now = school.clock.now()
    await school.database.transact(
        lambda c: suspending.suspend_employer(
            c, employer.id, stop, seen=None, actor=school.organiser, today=date(2023, 2, 2), now=now
        )
    )
    for detail, day in zip(details, (1, 8, 15), strict=True):
        await miss(school, detail, day)
    kept = await employer_of(school, employer.id)
    assert (kept.suspended_until, kept.suspended_for_strikes) == (date(2023, 6, 1), False)
    assert await holds(school, employer, 15) == ("suspended", 3), "the strikes hold it back by themselves"


async def test_each_is_told_once_with_what_follows(school: School) -> None:
    employer = await school.employer()
    contact = await school.account("employer_contact", employer_id=employer.id)
    await missed(school, employer, 1, 8, 15)
    types = ["strike.noted", "employer.suspended"]
    async with school.database.read() as connection:
        rows = await connection.fetch("SELECT id FROM event WHERE type = ANY($1) ORDER BY id", types)
        stored = await list_events(connection, [row["id"] for row in rows])
        people = await list_recipients(connection, [event_of(entry) for entry in stored])
    read = [(entry.type, [who.email for who in readers]) for entry, readers in zip(stored, people, strict=True)]
    one = ("strike.noted", [contact.email])
    assert read == [one, one, ("employer.suspended", []), one], "the suspension is told with its strike"
    mails = await told(school, "strike.noted", "en")
    assert [mail.subject.partition(":")[0] for mail in mails] == ["No-show", "No new requests for now", "Suspended"]
    assert "This is a warning" in mails[0].text
    assert "Until Fri 7 Apr 2023 we accept no new requests" in mails[1].text
    assert "suspended until Thu 29 Feb 2024" in mails[2].text
    assert all("/strikes/" in mail.text for mail in mails)
