"""What should have been decided is said once to those who decide, and stands in the inbox as overdue until it is."""

import asyncio
from datetime import datetime

from app.decisions.escalating import remind_of_overdue
from app.notifications.facts_repository import list_deciders
from app.requests.service import submit_draft
from tests.addresses import SITE
from tests.behaviours.people import Client, organiser_of, set_rule
from tests.behaviours.test_what_leaves import told
from tests.school import School, app_of, at, clock_at
from tests.strikes.acts import events_of, on_day


async def remind(school: School, moment: datetime) -> int:
    """What the worker does now and then."""
    return await school.database.transact(remind_of_overdue, clock=clock_at(moment), batch=100)


async def test_a_request_is_overdue_after_three_working_days_and_said_once(school: School) -> None:
    detail = await school.request(approved=False)  # on Thursday 2 February
    assert await remind(school, at(7, 16, 55, month=2)) == 0
    said = await asyncio.gather(*(remind(school, at(7, 17, 5, month=2)) for _ in range(3)))
    assert sum(said) == 1
    assert await remind(school, at(20, 9, month=2)) == 0, "once"
    (mail,) = await told(school, "decisions.overdue", "en")
    assert mail.subject == "1 decision is overdue"
    assert detail.request.title in mail.text
    async with school.database.read() as connection:
        assert len(await list_deciders(connection)) == 1, "the organiser"


async def test_who_was_decided_is_not_overdue_and_who_asks_anew_is_later(school: School) -> None:
    await school.request()
    detail = await school.request(approved=False)
    assert await remind(school, at(8, 9, month=2)) == 1
    await school.database.pool.execute("UPDATE request SET state = 'returned' WHERE id = $1", detail.request.id)
    clock = clock_at(at(9, 9, month=2))
    await school.database.transact(submit_draft, detail.request.id, actor=school.organiser, clock=clock)
    assert await remind(school, at(13, 9, month=2)) == 0
    assert await remind(school, at(14, 18, month=2)) == 1


async def test_an_employers_review_is_said_once_and_again_when_it_is_asked_for_again(school: School) -> None:
    employer = await school.employer(verified=False)
    put = "UPDATE employer SET state = 'under_review', review_asked_at = $2, review_due_at = $3 WHERE id = $1"
    await school.database.pool.execute(put, employer.id, at(2, 10, month=2), at(7, 17, month=2))
    assert await remind(school, at(7, 16, month=2)) == 0
    assert await remind(school, at(7, 18, month=2)) == 1
    assert await remind(school, at(8, 18, month=2)) == 0
    (event,) = await events_of(school, ["decisions.overdue"])
    assert event == {"request_ids": [], "employer_ids": [str(employer.id)], "changed_ids": []}
    await school.database.pool.execute(put, employer.id, at(9, 10, month=2), at(14, 17, month=2))
    assert await remind(school, at(15, 9, month=2)) == 1


async def test_a_school_may_want_no_reminder(school: School, client: Client) -> None:
    await school.request(approved=False)
    await set_rule(school, await organiser_of(school, client), "request_decision_working_days", 0)
    assert await remind(school, at(20, 9, month=3)) == 0


async def test_the_inbox_says_what_is_overdue(school: School, database_url: str) -> None:
    await school.request(approved=False)
    async with Client(app_of(school, database_url), base_url=SITE) as client:
        page = (await (await organiser_of(school, client)).page("/seasons/spring-2023/inbox")).text
        assert "Overdue" not in page
    async with on_day(school, database_url, 8, month=2) as client:
        page = (await (await organiser_of(school, client)).page("/seasons/spring-2023/inbox")).text
        assert page.count("Overdue") == 1
