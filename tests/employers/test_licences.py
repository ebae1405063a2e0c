"""Licences end: told before, reviewed again after, once for each; what was promised stays."""

import asyncio
from datetime import date, datetime
from typing import Any

from app.employers import service
from app.employers.domain import ChangeEmployer, Employer
from app.employers.licences import look_at_licences
from tests.offers.acts import book
from tests.people.mails import mails_since, newest_event
from tests.school import ZONE, School, at, clock_at, talk
from tests.signing_in import sign_in


async def look(school: School, day: int, month: int) -> int:
    """What the worker does twice an hour."""
    clock = clock_at(datetime(2023, month, day, 9, tzinfo=ZONE))
    return await school.database.transact(look_at_licences, clock=clock, batch=50)


async def licensed(school: School, until: date) -> Employer:
    """A verified employer whose licence ends."""
    employer = await school.employer()
    await hand_in(school, employer, until)
    return await school.database.transact(
        service.verify_employer, employer.id, seen=None, actor=school.organiser, clock=school.clock
    )


async def hand_in(school: School, employer: Employer, until: date) -> Employer:
    change = ChangeEmployer(licence_valid_until=until)
    return await school.database.transact(
        service.change_employer,
        employer.id,
        change,
        expected_version=None,
        actor=school.organiser,
        clock=school.clock,
    )


async def state_of(school: School, employer: Employer) -> str:
    found: str = await school.database.pool.fetchval("SELECT state FROM employer WHERE id = $1", employer.id)
    return found


async def test_it_is_told_before_and_reviewed_after_while_promises_stay(school: School, client: Any) -> None:
    employer = await licensed(school, date(2023, 3, 10))
    owner = await school.account("employer_contact", employer_id=employer.id)
    await licensed(school, date(2024, 1, 1))
    detail = await school.request(talk(), employer=employer)
    await book(school, detail.activities[0].id, at(20, 14), await school.room(100))
    before = await newest_event(school)
    assert await look(school, 7, 2) == 0  # 31 days before
    assert sum(await asyncio.gather(*(look(school, 8, 2) for _ in range(3)))) == 1
    assert await look(school, 10, 3) == 0  # its last day
    (mail,) = await mails_since(school, before)
    assert (mail.to, mail.purpose, mail.link) == (owner.email, "licence_ends_soon", "/my/employer")
    assert "2023年3月10日" in mail.text
    before = await newest_event(school)
    assert await look(school, 11, 3) == 1
    assert (await state_of(school, employer)) == "under_review"
    (mail,) = await mails_since(school, before)
    assert (mail.to, mail.purpose) == (owner.email, "licence_ended")
    standing = await school.database.pool.fetchval(
        "SELECT count(*) FROM booking WHERE activity_id = $1 AND state = 'confirmed'", detail.activities[0].id
    )
    assert standing == 1
    await sign_in(client, await school.account("organiser"))
    assert employer.legal_name in (await client.get("/employers?state=under_review")).text


async def test_who_is_verified_after_the_end_stays_and_a_new_date_counts_anew(school: School) -> None:
    employer = await licensed(school, date(2023, 3, 12))
    assert await look(school, 13, 3) == 1
    verify = service.verify_employer
    await school.database.transact(verify, employer.id, seen=None, actor=school.organiser, clock=school.clock)
    assert await look(school, 14, 3) == 0  # the organiser has decided
    assert (await state_of(school, employer)) == "verified"
    assert (await hand_in(school, employer, date(2023, 3, 25))).state == "under_review"
    await school.database.transact(verify, employer.id, seen=None, actor=school.organiser, clock=school.clock)
    assert await look(school, 14, 3) == 1  # told of the new one
    assert await look(school, 26, 3) == 1
    assert (await state_of(school, employer)) == "under_review"
