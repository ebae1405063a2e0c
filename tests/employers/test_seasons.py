"""An employer across seasons: what became of its requests, counted and listed."""

from datetime import date
from typing import Any

from app.requests import service as requests
from app.requests.domain import SubmitRequest
from app.seasons import service as seasons
from app.seasons.domain import CreateSeason
from tests.school import School, talk
from tests.signing_in import sign_in


async def test_requests_are_counted_by_season_and_outcome(school: School, client: Any) -> None:
    employer = await school.employer()
    contact = await school.account("employer_contact", employer_id=employer.id)
    first = await school.request(employer=employer)
    await school.request(employer=employer, approved=False)
    later = CreateSeason(
        code="second-2023",
        name_zh="2023第二季",
        name_en="Second 2023",
        first_day=date(2023, 3, 1),
        last_day=date(2023, 4, 28),
        term_first_day=date(2023, 3, 1),
    )
    now = school.clock.now()
    second = await school.database.transact(seasons.create_season, later, actor=school.organiser, now=now)
    draft, wish = [
        SubmitRequest(season_id=second.id, title="Second talk", activities=(talk(),), draft=draft)
        for draft in (True, False)
    ]
    act, person = school.database.transact, contact.actor()
    await act(requests.submit_request, draft, actor=person, clock=school.clock)
    asked = await act(requests.submit_request, wish, actor=person, clock=school.clock)
    await sign_in(client, contact)
    answer = await client.get(f"/api/employers/{employer.id}/seasons")
    assert answer.status_code == 200, answer.text
    newest, oldest = answer.json()
    assert (newest["code"], newest["outcomes"], newest["total"]) == ("second-2023", {"submitted": 1}, 1)
    assert [request["id"] for request in newest["requests"]] == [str(asked.request.id)]
    assert (oldest["code"], oldest["outcomes"]) == ("spring-2023", {"submitted": 1, "approved": 1})
    for path in ("/my/employer", f"/requests/{first.request.id}"):
        assert (await client.get(path)).status_code == 200
    assert "2023第二季" in (await client.get("/my/employer")).text
    await sign_in(client, await school.account("organiser"))
    page = (await client.get(f"/employers/{employer.id}")).text
    assert "2023第二季" in page
    assert f"/requests/{first.request.id}" in page
    other = await school.account("employer_contact", employer_id=(await school.employer()).id)
    await sign_in(client, other)
    assert (await client.get(f"/api/employers/{employer.id}/seasons")).status_code == 404
