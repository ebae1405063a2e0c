"""What the career centre decides among its own stays there: weights, their reasons, priorities; others' requests."""

import re
from typing import Any

from app.decisions import decide
from app.requests.domain import ActivityWish, SetWeight
from app.requests.repository import get_request
from app.schedules.problem.builder import build_problem
from app.schedules.problem.facts import read_season_facts
from tests.school import School
from tests.signing_in import sign_in

SECRET = "领导打过招呼"
# The number itself, not three digits of an identifier or a moment.
WEIGHT = re.compile(r"(?<![0-9a-f.-])777(?![0-9a-f.-])")


async def test_an_owner_never_sees_weight_or_reason(school: School, client: Any) -> None:
    employer = await school.employer()
    detail = await school.request(employer=employer, approved=False)
    request_id = detail.request.id
    weight = SetWeight(weight=777, reason=SECRET)
    await school.database.transact(
        decide.set_weight, request_id, weight, actor=school.organiser, now=school.clock.now()
    )
    paths = [
        f"/api/requests/{request_id}",
        f"/api/requests?season_id={school.season.id}",
        f"/api/requests/{request_id}/history",
        f"/requests/{request_id}",
        "/my/requests",
    ]
    await sign_in(client, await school.account("organiser"))
    seen = [(await client.get(path)).text for path in paths[:4]]
    assert all(SECRET in text for text in seen)
    await sign_in(client, await school.account("employer_contact", employer_id=employer.id))
    answers = [await client.get(path) for path in paths]
    answers.append(await client.post(f"/api/requests/{request_id}/withdraw"))
    assert [answer.status_code for answer in answers] == [200] * 6
    assert not [answer.url for answer in answers if SECRET in answer.text or WEIGHT.search(answer.text)]


async def test_somebody_elses_activity_leads_nowhere(school: School, client: Any) -> None:
    detail = await school.request()
    path = f"/activities/{detail.activities[0].id}/request"
    await sign_in(client, await school.account("employer_contact", employer_id=(await school.employer()).id))
    answer = await client.get(path, follow_redirects=False)
    assert (answer.status_code, "location" in answer.headers) == (404, False)
    await sign_in(client, await school.account("organiser"))
    assert (await client.get(path, follow_redirects=False)).headers["location"] == f"/requests/{detail.request.id}"


async def weight_in_solver(school: School, request_id: Any) -> int:
    """As the next solve weighs it."""
    async with school.database.read() as connection:
        facts = await read_season_facts(connection, school.season.id, clock=school.clock)
    built = build_problem(facts, clock=school.clock)
    return next(request.weight for request in built.problem.requests if request.id == str(request_id))


async def test_the_organisers_tick_gives_a_special_fair_priority(school: School, client: Any) -> None:
    await school.room(200)
    department = await school.department()
    fair = await school.request(
        ActivityWish(kind="department_fair", attendance=80, duration_minutes=240), department=department
    )
    request_id = fair.request.id
    plain = await weight_in_solver(school, request_id)
    await sign_in(client, await school.account("organiser"))
    path = f"/requests/{request_id}/weight"

    async def send(**values: str) -> int:
        async with school.database.read() as connection:
            version = (await get_request(connection, request_id)).row_version
        sent = {**values, "row_version": str(version)}
        return int((await client.post(path, data=sent, follow_redirects=False)).status_code)

    assert await send(key_group="true") == 303
    assert await weight_in_solver(school, request_id) > plain
    page = (await client.get(f"/requests/{request_id}")).text
    assert 'name="key_group" value="true" checked' in page
    assert await send() == 303
    assert await weight_in_solver(school, request_id) == plain
    sent = await client.put(f"/api/requests/{request_id}/weight", json={"weight": None, "key_group": True})
    assert (sent.status_code, "key_group" in sent.text) == (200, False)
    await client.put(f"/api/requests/{request_id}/weight", json={"weight": None})
    assert await weight_in_solver(school, request_id) > plain
    await sign_in(client, await school.account("department_staff", department_id=department.id))
    for other in (f"/requests/{request_id}", f"/api/requests/{request_id}", f"/api/requests/{request_id}/history"):
        answer = await client.get(other)
        assert (answer.status_code, "key_group" in answer.text) == (200, False)
