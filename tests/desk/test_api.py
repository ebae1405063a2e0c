"""Likely placements over HTTP: checked like a request that is sent, stored nowhere, missed by nobody."""

import asyncio
from datetime import date
from typing import Any

import msgspec
import pytest
from litestar import Litestar
from litestar.testing import AsyncTestClient

from app.accounts.domain import Account
from app.accounts.service import SEARCHES_PER_MINUTE
from app.bookings import service as bookings
from app.bookings.domain import ConfirmPlacement
from app.desk.asking import DeskLine
from app.desk.service import ask_placements
from app.employers.domain import Employer
from tests.school import School, at, talk
from tests.signing_in import sign_in

Client = AsyncTestClient[Litestar]
PATH = "/api/requests/likely-placements"


async def contact_of(school: School, employer: Employer) -> Account:
    account = await school.account("employer_contact", employer_id=employer.id)
    await school.database.pool.execute("UPDATE account SET email_verified_at = now() WHERE id = $1", account.id)
    return account


def wish(school: School, **more: Any) -> dict[str, Any]:
    activity = {"kind": "info_session", "attendance": 80, "duration_minutes": 120, **more.pop("activity", {})}
    return {"season_id": str(school.season.id), "title": "Talk", "activities": [activity], **more}


async def test_a_wish_gets_placements_and_days_and_is_stored_nowhere(
    school: School, asking: Client, desk: None
) -> None:
    employer = await school.employer()
    room = await school.room(100)
    await sign_in(asking, await contact_of(school, employer))
    windows = [{"first_day": "2023-03-13", "last_day": "2023-03-17"}]
    answer = await asking.post(PATH, json=wish(school, activity={"windows": windows}))
    found = answer.json()
    assert answer.status_code == 200, found
    assert len(found["placements"]) == 3
    first = found["placements"][0]
    assert (first["cost"], first["wish"], first["steps"][0]["room_ids"]) == (0.0, 1, [str(room.id)])
    starts = {step["starts_at"][:10] for place in found["placements"] for step in place["steps"]}
    assert len(starts) == 3
    assert starts <= {f"2023-03-{day}" for day in range(13, 18)}
    days = {day["day"]: (day["ways"], day.get("no_way")) for day in found["days"]}
    assert len(days) == (school.season.last_day - school.season.first_day).days + 1
    assert (days["2023-03-13"], days["2023-03-18"], days["2023-02-03"]) == ((10, None), (0, "closed"), (0, "near"))
    assert found["earliest_day"] == "2023-02-09"
    assert await school.database.pool.fetchval("SELECT count(*) FROM request") == 0
    assert await school.database.pool.fetchval("SELECT count(*) FROM event WHERE type LIKE 'request.%'") == 0


async def test_an_answer_knows_what_was_booked_a_moment_ago(school: School, asking: Client, desk: None) -> None:
    room, employer = await school.room(100), await school.employer()
    await sign_in(asking, await contact_of(school, employer))
    asked = wish(school, activity={"duration_minutes": 840})
    for day in (13, 14, 15):
        activity = (await school.request(talk())).activities[0]
        wanted = ConfirmPlacement(activity_id=activity.id, starts_at=at(day, 14), room_ids=(room.id,))
        await school.database.transact(bookings.book_placement, wanted, actor=school.organiser, clock=school.clock)
        found = (await asking.post(PATH, json=asked)).json()
        days = {entry["day"]: entry.get("no_way") for entry in found["days"]}
        assert days[f"2023-03-{day}"] == "full"


@pytest.mark.parametrize(
    "more",
    [
        {"activities": []},
        {"activity": {"kind": "department_fair"}},
        {"activity": {"duration_minutes": 5}},
        {"activity": {"features": ["no-such-thing"]}},
        {"activity": {"windows": [{"first_day": "2023-02-03", "last_day": "2023-02-03"}]}},
        {"activity": {"windows": [{"first_day": "2023-03-18", "last_day": "2023-03-18"}]}},
        {"activity": {"windows": [{"first_day": "2024-03-18", "last_day": "2024-03-18"}]}},
        {"reference": "X1"},
        {"participant_codes": ["9142"]},
        {"season_id": "01a21e87-2b45-7124-80c9-7b2fadba7aad"},
    ],
)
async def test_a_wish_is_refused_as_if_it_were_sent(school: School, asking: Client, more: dict[str, Any]) -> None:
    employer = await school.employer()
    await sign_in(asking, await contact_of(school, employer))
    asked = wish(school, **more) | {name: more[name] for name in more if name != "activity"}
    sent, looked = await asking.post("/api/requests", json=asked), await asking.post(PATH, json=asked)
    assert sent.status_code >= 400
    assert (looked.status_code, looked.json()) == (sent.status_code, sent.json())


async def test_too_many_open_requests_are_refused_as_if_another_were_sent(school: School, asking: Client) -> None:
    employer = await school.employer()
    await sign_in(asking, await contact_of(school, employer))
    for _ in range(3):
        await school.request(employer=employer)
    sent = await asking.post("/api/requests", json=wish(school))
    looked = await asking.post(PATH, json=wish(school))
    assert (looked.status_code, looked.json()) == (sent.status_code, sent.json())
    assert looked.json()["type"] == "/problems/too-many-open-requests"


async def test_without_a_desk_it_is_said_so_and_requests_are_sent(school: School, asking: Client) -> None:
    employer = await school.employer()
    await sign_in(asking, await contact_of(school, employer))
    began = asyncio.get_running_loop().time()
    looked = await asking.post(PATH, json=wish(school))
    assert (looked.status_code, looked.json()["type"]) == (503, "/problems/desk-away")
    assert looked.headers["retry-after"]
    assert asyncio.get_running_loop().time() - began < 3
    assert (await asking.post("/api/requests", json=wish(school))).status_code == 201


async def test_whoever_asks_too_often_waits(school: School, asking: Client) -> None:
    employer = await school.employer()
    await sign_in(asking, await contact_of(school, employer))
    refused = wish(school, activity={"duration_minutes": 5})
    statuses = [(await asking.post(PATH, json=refused)).status_code for _ in range(SEARCHES_PER_MINUTE + 1)]
    assert statuses[-1] == 429


async def test_only_people_who_are_signed_in_ask(school: School, asking: Client) -> None:
    assert (await asking.post(PATH, json=wish(school))).status_code == 401


async def test_a_request_that_is_stored_is_asked_for_too(
    school: School, asking: Client, redis_url: str, desk: None
) -> None:
    room = await school.room(100)
    detail = await school.request(talk(minutes=840))
    wanted = ConfirmPlacement(activity_id=detail.activities[0].id, starts_at=at(13, 8), room_ids=(room.id,))
    await school.database.transact(bookings.book_placement, wanted, actor=school.organiser, clock=school.clock)
    line = DeskLine(redis_url)
    found = await ask_placements(school.database, line, detail.request.id)
    await line.close()
    assert found is not None
    assert next(day.ways for day in found.days if day.day == date(2023, 3, 13)) == 1
    assert await ask_placements(school.database, DeskLine(None), detail.request.id) is None
    await sign_in(asking, await school.account("organiser"))
    answer = await asking.get(f"/api/requests/{detail.request.id}/likely-placements")
    assert answer.json()["days"] == msgspec.json.decode(msgspec.json.encode(found.days))
