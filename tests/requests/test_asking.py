"""Asking: lead time and horizon in the school's days, the limit of open requests, who sees what."""

from datetime import date, datetime
from typing import Any

import pytest

from app.accounts.domain import EmailNotVerified
from app.actors import Actor
from app.decisions import decide
from app.errors import Invalid
from app.requests import service
from app.requests.domain import RequestDetail, RequestNotFound, SubmitRequest, TooManyOpenRequests
from tests.school import ZONE, School, clock_at, talk, window


async def contact_of(school: School) -> Actor:
    employer = await school.employer()
    return (await school.account("employer_contact", employer_id=employer.id)).actor()


async def ask(school: School, person: Actor, *, clock: Any = None, **more: Any) -> RequestDetail:
    command = SubmitRequest(**{"season_id": school.season.id, "title": "Talk", "activities": (talk(),), **more})
    return await school.database.transact(service.submit_request, command, actor=person, clock=clock or school.clock)


@pytest.mark.parametrize(
    ("now", "day", "code"),
    [
        # Five working days after Thursday 2 February are Thursday 9 February.
        (datetime(2023, 2, 2, 9, tzinfo=ZONE), date(2023, 2, 8), "lead-time"),
        (datetime(2023, 2, 2, 9, tzinfo=ZONE), date(2023, 2, 9), None),
        # Qingming makes it one more.
        (datetime(2023, 3, 31, 9, tzinfo=ZONE), date(2023, 4, 7), "lead-time"),
        (datetime(2023, 3, 31, 9, tzinfo=ZONE), date(2023, 4, 10), None),
        (datetime(2023, 3, 31, 9, tzinfo=ZONE), date(2023, 3, 30), "in-the-past"),
        # Ninety days before 28 April is 28 January.
        (datetime(2023, 1, 28, 9, tzinfo=ZONE), date(2023, 4, 28), None),
        (datetime(2023, 1, 27, 9, tzinfo=ZONE), date(2023, 4, 28), "horizon"),
        # Qingming and a Saturday are off, the Sunday before 1 May is made up for.
        (datetime(2023, 3, 2, 9, tzinfo=ZONE), date(2023, 4, 5), "day-off"),
        (datetime(2023, 3, 2, 9, tzinfo=ZONE), date(2023, 3, 25), "day-off"),
        (datetime(2023, 3, 2, 9, tzinfo=ZONE), date(2023, 4, 23), None),
    ],
)
async def test_days_too_soon_too_far_or_off_are_refused(
    school: School, now: datetime, day: date, code: str | None
) -> None:
    wanted = talk(windows=(window(day.day, month=day.month),))
    person = await contact_of(school)
    if code is None:
        asked = await ask(school, person, clock=clock_at(now), activities=(wanted,))
        assert asked.request.state == "submitted"
        return
    with pytest.raises(Invalid) as refused:
        await ask(school, person, clock=clock_at(now), activities=(wanted,))
    assert [(field.path, field.code) for field in refused.value.fields] == [("activities[0].windows", code)]


async def test_days_off_are_refused_with_the_next_working_day(school: School) -> None:
    person = await contact_of(school)
    with pytest.raises(Invalid) as refused:
        await ask(school, person, activities=(talk(windows=(window(25, 26), window(5, month=4))),))
    assert refused.value.extra == {"nearest_day": date(2023, 3, 27)}
    one_is_worked = talk(windows=(window(25, 27), window(5, month=4)))
    assert (await ask(school, person, activities=(one_is_worked,))).request.state == "submitted"


async def test_an_employer_has_at_most_three_open_requests(school: School) -> None:
    person = await contact_of(school)
    asked = [await ask(school, person) for _ in range(3)]
    draft = await ask(school, person, draft=True)
    with pytest.raises(TooManyOpenRequests):
        await ask(school, person)
    with pytest.raises(TooManyOpenRequests):
        await school.database.transact(service.submit_draft, draft.request.id, actor=person, clock=school.clock)
    now = school.clock.now()
    await school.database.transact(decide.withdraw_request, asked[0].request.id, actor=person, now=now)
    assert (await ask(school, person)).request.state == "submitted"
    # Organisers may ask beyond it.
    beyond = await ask(school, school.organiser, employer_id=person.employer_id)
    assert beyond.request.state == "submitted"


async def test_owners_see_their_own_and_organisers_everything(school: School) -> None:
    mine, other = await contact_of(school), await contact_of(school)
    department = await school.department("SEE")
    staff = (await school.account("department_staff", department_id=department.id)).actor()
    newcomer = (await school.account("employer_contact")).actor()
    ids = {person.account_id: (await ask(school, person)).request.id for person in (mine, other, staff)}
    async with school.database.read() as connection:
        for person in (mine, other, staff, newcomer):
            listed = await service.list_visible(connection, school.season.id, actor=person)
            own = ids.get(person.account_id)
            assert [item.id for item in listed] == ([] if own is None else [own])
            for owner, request_id in ids.items():
                if owner == person.account_id:
                    detail = await service.get_detail(connection, request_id, actor=person)
                    assert detail.findings == ()
                else:
                    with pytest.raises(RequestNotFound):
                        await service.get_detail(connection, request_id, actor=person)
        everything = await service.list_visible(connection, school.season.id, actor=school.organiser)
    assert set(ids.values()) <= {item.id for item in everything}


async def test_an_address_nobody_verified_asks_for_nothing(school: School) -> None:
    person = await contact_of(school)
    await school.database.pool.execute("UPDATE account SET email_verified_at = NULL WHERE id = $1", person.account_id)
    unverified = Actor(account_id=person.account_id, role=person.role, display_name="x", employer_id=person.employer_id)
    for is_draft in (False, True):
        with pytest.raises(EmailNotVerified):
            await ask(school, unverified, draft=is_draft)
