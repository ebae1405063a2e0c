"""What one owner may keep and one account may ask for: generous, and refused by name beyond that."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import pytest

from app.accounts.service import SEARCHES_PER_MINUTE
from app.actors import Actor
from app.employers import service as employers
from app.employers.keeping import MAX_KEPT_BYTES, KeepsTooMuch
from app.requests import service
from app.requests.domain import Post, RequestDetail, RequestWish, SubmitRequest, TooManyDrafts
from app.seasons import service as seasons
from tests.school import School, talk
from tests.signing_in import sign_in

DRAFTS = 60
# 300 posts with three bytes a character: 4.5 MB.
MUCH = tuple(Post(title=f"岗位{number}", description="招" * 5000) for number in range(300))


async def contact_of(school: School) -> Actor:
    employer = await school.employer()
    return (await school.account("employer_contact", employer_id=employer.id)).actor()


async def staff_of(school: School, code: str) -> Actor:
    department = await school.department(code)
    return (await school.account("department_staff", department_id=department.id)).actor()


async def draft(school: School, person: Actor, **more: Any) -> RequestDetail:
    command = SubmitRequest(season_id=school.season.id, title="Talk", activities=(talk(),), draft=True, **more)
    return await school.database.transact(service.submit_request, command, actor=person, clock=school.clock)


@asynccontextmanager
async def drafts_limited_to(school: School, limit: int) -> AsyncIterator[None]:
    async def set_limit(value: int) -> None:
        key, now = school.season.id, school.clock.now()
        await school.database.transact(
            seasons.set_policy, key, "drafts_per_owner", value, reason="", actor=school.organiser, now=now
        )

    await set_limit(limit)
    try:
        yield
    finally:
        await set_limit(DRAFTS)


async def change(school: School, person: Actor, asked: RequestDetail, **more: Any) -> None:
    wish = RequestWish(title="Talk", activities=(talk(),), **more)
    await school.database.transact(
        service.change_request, asked.request.id, wish, expected_version=None, actor=person, clock=school.clock
    )


async def test_an_owner_keeps_sixty_drafts_and_the_next_one_waits_for_room(school: School) -> None:
    person = await contact_of(school)
    kept = await asyncio.gather(*(draft(school, person) for _ in range(DRAFTS - 2)))
    # However many ask at once, two more are kept.
    outcomes = await asyncio.gather(*(draft(school, person) for _ in range(6)), return_exceptions=True)
    refused = [outcome for outcome in outcomes if not isinstance(outcome, RequestDetail)]
    assert len(outcomes) - len(refused) == 2
    assert {type(outcome) for outcome in refused} == {TooManyDrafts}
    await draft(school, await contact_of(school))
    await draft(school, await staff_of(school, "LAW"))
    await draft(school, school.organiser, owner_kind="employer", employer_id=person.employer_id)
    await school.database.transact(service.submit_draft, kept[0].request.id, actor=person, clock=school.clock)
    with pytest.raises(TooManyDrafts):  # the organiser's stands there too
        await draft(school, person)
    await school.database.transact(service.submit_draft, kept[1].request.id, actor=person, clock=school.clock)
    await draft(school, person)


async def test_how_many_drafts_is_a_rule_of_the_season(school: School) -> None:
    person = await staff_of(school, "ART")
    async with drafts_limited_to(school, 1):
        await draft(school, person)
        with pytest.raises(TooManyDrafts):
            await draft(school, person)


async def test_an_owner_keeps_fifty_megabytes(school: School) -> None:
    person = await contact_of(school)
    employer_id = person.employer_id
    assert employer_id is not None
    scan = b"%PDF-1.7\n" + b"x" * (5 * 1024 * 1024 - 9)
    kept = [await draft(school, person, posts=MUCH) for _ in range(10)]
    stored = await school.database.transact(employers.store_scan, employer_id, scan, actor=person, clock=school.clock)
    assert stored.has_scan
    with pytest.raises(KeepsTooMuch) as refused:
        await draft(school, person, posts=MUCH)
    assert refused.value.values == {"size": 53, "limit": MAX_KEPT_BYTES // 1024**2}
    small = await draft(school, person)
    with pytest.raises(KeepsTooMuch):
        await change(school, person, small, posts=MUCH)
    # The scan of another day takes the place of the first; a text that gives way makes room.
    await school.database.transact(employers.store_scan, employer_id, scan, actor=person, clock=school.clock)
    await change(school, person, kept[0])
    await change(school, person, small, posts=MUCH)
    with pytest.raises(KeepsTooMuch):
        await change(school, person, kept[0], posts=MUCH)
    # The career centre is not limited, nor is another owner.
    await change(school, school.organiser, kept[0], posts=MUCH)
    await draft(school, await staff_of(school, "MED"), posts=MUCH)
    with pytest.raises(KeepsTooMuch):
        await school.database.transact(employers.store_scan, employer_id, scan, actor=person, clock=school.clock)


@pytest.mark.parametrize(("language", "sentence"), [("en", "at most 1"), ("zh-CN", "最多同时保留1份草稿")])
async def test_the_form_says_that_no_more_drafts_are_kept(
    school: School, client: Any, language: str, sentence: str
) -> None:
    account = await school.account("department_staff", department_id=(await school.department(f"F{language[:2]}")).id)
    client.cookies.clear()
    await sign_in(client, account)
    headers = {"Accept": "text/html", "Cookie": f"session={client.cookies['session']}; locale={language}"}
    form = {
        "title": "Fair",
        "draft": "1",
        "a0_kind": "guidance_event",
        "a0_attendance": "20",
        "a0_duration_minutes": "60",
    }
    async with drafts_limited_to(school, 1):
        kept, refused = [await client.post("/my/requests/new", data=form, headers=headers) for _ in range(2)]
    assert kept.status_code < 400
    assert refused.status_code == 422
    assert sentence in refused.text


async def fill_minutes(school: School, account_id: Any, hits: int) -> None:
    """So many searches in this minute, and in the next one, should it begin meanwhile."""
    await school.database.pool.execute(
        "INSERT INTO rate_limit (bucket, window_start, hits) "
        "SELECT $1, date_trunc('minute', now()) + later * interval '1 minute', $2 FROM generate_series(0, 1) AS later",
        f"search:{account_id}",
        hits,
    )


async def test_sixty_searches_a_minute_are_answered(school: School, client: Any) -> None:
    client.cookies.clear()
    await sign_in(client, await school.account("organiser"))
    wanted = {"season_id": str(school.season.id), "search": "talk"}
    statuses = [(await client.get("/api/requests", params=wanted)).status_code for _ in range(SEARCHES_PER_MINUTE)]
    assert set(statuses) == {200}


PLACES = [
    "/api/requests?season_id=@season&search=x",
    "/api/requests?season_id=@season&search=&search=x",
    "/api/employers?search=x",
    "/api/notifications?search=x",
    "/api/bookings/free?activity_id=@activity&near=2023-03-08T14:00:00",
    "/employers?q=x",
    "/venues?q=x",
    "/seasons/spring-2023?q=x",
    "/seasons/spring-2023/calendar.ics?q=x",
    "/seasons/spring-2023/inbox?q=x",
    "/seasons/spring-2023/list?q=x",
]


@pytest.mark.parametrize("place", PLACES)
async def test_more_searches_wait_for_the_next_minute(school: School, client: Any, place: str) -> None:
    account = await school.account("organiser")
    client.cookies.clear()
    await sign_in(client, account)
    asked = await school.request(talk())
    path = place.replace("@season", str(school.season.id)).replace("@activity", str(asked.activities[0].id))
    assert (await client.get(path)).status_code == 200
    await school.database.pool.execute("DELETE FROM rate_limit")
    await fill_minutes(school, account.id, SEARCHES_PER_MINUTE)
    is_page = not path.startswith("/api/")
    for language, sentence in (("en", "at most 60 times a minute"), ("zh-CN", "操作过于频繁：每分钟最多 60 次")):
        headers = {
            "Accept": "text/html" if is_page else "application/json",
            "Cookie": f"session={client.cookies['session']}; locale={language}",
        }
        answer = await client.get(path, headers=headers)
        assert answer.status_code == 429, answer.text
        assert 0 < int(answer.headers["Retry-After"]) <= 60
        assert sentence in answer.text
        if not is_page:
            assert answer.json()["type"] == "/problems/too-many-searches"
    if path.endswith("=x"):
        assert (await client.get(path[:-1])).status_code == 200
    await sign_in(client, await school.account("organiser"))
    assert (await client.get(path)).status_code == 200
