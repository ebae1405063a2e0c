"""Bookers share a season, who changes a fact has it alone: nobody is missed, nobody waits for one who waits for him."""

import asyncio
import random
from collections.abc import Awaitable, Callable
from datetime import timedelta
from typing import Any
from uuid import UUID

import asyncpg
import httpx
import pytest

from app.bookings import repository as bookings
from app.bookings import service as booking_service
from app.bookings.domain import ConfirmPlacement
from app.database import Connection
from app.decisions import endings
from app.errors import Invalid
from app.facts.locks import lock_every_season
from app.requests import repository as requests
from app.requests.domain import CancelRequest, RequestDetail
from app.schedules.audit import audit_season
from app.venues import rooms
from app.venues.commands import ChangeRoom
from tests.schedules.drafts import draft, placed
from tests.school import School, at, talk
from tests.signing_in import signed_in_client
from tests.web_server import web_server

BOOKERS, ROOMS, DRAFTS, FACTS = 120, 12, 12, 48
_HELD = """SELECT mode FROM pg_locks WHERE locktype = 'advisory' AND pid = pg_backend_pid()
    AND ((classid::bigint << 32) | objid::bigint) = hashtextextended($1::text, 8) AND objsubid = 1"""


async def held(connection: Connection, season_id: UUID) -> set[str]:
    return {row["mode"] for row in await connection.fetch(_HELD, str(season_id))}


async def test_who_looks_before_a_booking_shares_the_season(school: School) -> None:
    detail = await school.request(talk())
    activity, request_id = detail.activities[0], detail.request.id
    room = await school.room(100)
    locks: list[Callable[[Connection], Awaitable[Any]]] = [
        lambda connection: bookings.lock_for_booking(
            connection, activity.id, [room.id], starts_at=at(15, 9), zone=school.clock.zone
        ),
        lambda connection: bookings.lock_bookable(connection, activity.id),
        lambda connection: requests.lock_request(connection, request_id),
    ]
    for lock in locks:

        async def look(connection: Connection, lock: Callable[[Connection], Awaitable[Any]] = lock) -> set[str]:
            await lock(connection)
            return await held(connection, school.season.id)

        assert await school.database.transact(look) == {"ShareLock"}


async def test_a_booking_waits_for_a_fact_and_sees_it(school: School) -> None:
    room = await school.room(100)
    detail = await school.request(talk(attendance=80))
    wanted = ConfirmPlacement(activity_id=detail.activities[0].id, starts_at=at(8, 14), room_ids=(room.id,))
    has_lock, may_go = asyncio.Event(), asyncio.Event()

    async def cut(connection: Connection) -> None:
        await lock_every_season(connection)
        has_lock.set()
        await may_go.wait()
        command, now = ChangeRoom(capacity=10), school.clock.now()
        await rooms.change_room(connection, room.id, command, expected_version=None, actor=school.organiser, now=now)

    cutting = asyncio.ensure_future(school.database.transact(cut))
    await has_lock.wait()
    booking = asyncio.ensure_future(
        booking_service.confirm_placement(
            school.database, wanted, actor=school.organiser, locale="en", clock=school.clock
        )
    )
    await _until_somebody_waits(school)
    may_go.set()
    await cutting
    with pytest.raises(Invalid) as refused:
        await booking
    assert [field.path for field in refused.value.fields] == ["room_ids"]


async def test_giving_back_does_not_hold_a_request_while_it_waits(school: School) -> None:
    room = await school.room(100)
    detail = await school.request(talk())
    wanted = ConfirmPlacement(activity_id=detail.activities[0].id, starts_at=at(8, 14), room_ids=(room.id,))
    await booking_service.confirm_placement(
        school.database, wanted, actor=school.organiser, locale="en", clock=school.clock
    )

    command = CancelRequest(note="计划有变")
    actor, clock = school.organiser, school.clock

    async def lock_the_request_too(connection: Connection) -> asyncio.Future[Any]:
        await lock_every_season(connection)
        cancelling = asyncio.ensure_future(
            school.database.transact(endings.cancel_request, detail.request.id, command, actor=actor, clock=clock)
        )
        await _until_somebody_waits(school)
        await connection.execute("SET LOCAL lock_timeout = '500ms'")
        free = await requests.lock_in_states(connection, {detail.request.id}, ("scheduled",))
        assert free == {detail.request.id}
        return cancelling

    cancelling = await school.database.transact(lock_the_request_too)
    assert (await cancelling).state == "cancelled"


async def _until_somebody_waits(school: School) -> None:
    waiting = "SELECT count(*) FROM pg_locks WHERE locktype = 'advisory' AND NOT granted"
    async with school.database.pool.acquire() as connection:
        for _ in range(1000):
            if await connection.fetchval(waiting):
                return
            await asyncio.sleep(0.01)
    pytest.fail("nobody waits")


@pytest.mark.slow
async def test_two_hundred_at_once_never_block_each_other(school: School, database_url: str) -> None:
    """Bookings, cancellations, releases of drafts and changes of facts: no deadlock, no error of ours."""
    venues = [await school.room(100) for _ in range(ROOMS)]
    details = [await school.request(talk(minutes=60)) for _ in range(BOOKERS)]
    drafts = [await _draft(school, details[number::DRAFTS], venues[number].id) for number in range(DRAFTS)]
    organiser = await school.account("organiser")
    with web_server(database_url) as base_url:
        client = await signed_in_client(base_url, organiser)
        cookies = client.cookies
        await client.aclose()
        limits = httpx.Limits(max_connections=50, max_keepalive_connections=50)
        async with httpx.AsyncClient(base_url=base_url, timeout=120, limits=limits, cookies=cookies) as many:
            calls = [
                *(_book_and_end(many, detail, number, venues) for number, detail in enumerate(details)),
                *(_release(many, version_id) for version_id in drafts),
                *(_change_a_fact(many, school, number, venues) for number in range(FACTS)),
                *(_read(many, school) for _ in range(20)),
            ]
            random.Random(11).shuffle(calls)
            statuses = [status for answered in await asyncio.gather(*calls) for status in answered]
    assert len(statuses) >= 200
    assert [status for status in statuses if status >= 500] == []
    assert statuses.count(201) >= BOOKERS // 4
    connection = await asyncpg.connect(database_url)
    try:
        deadlocks = "SELECT deadlocks FROM pg_stat_database WHERE datname = current_database()"
        assert await connection.fetchval(deadlocks) == 0
    finally:
        await connection.close()
    broken = await audit_season(school.database, school.season.id, clock=school.clock)
    assert [violation for violation in broken if violation.rule != "staff_limit"] == []


async def _draft(school: School, details: list[RequestDetail], room_id: UUID) -> UUID:
    starts = [at(20 + number // 5, 8 + 2 * (number % 5)) for number in range(len(details))]
    return await draft(
        school,
        [placed(detail.activities[0], start, room_id) for detail, start in zip(details, starts, strict=True)],
    )


async def _book_and_end(client: httpx.AsyncClient, detail: RequestDetail, number: int, venues: list[Any]) -> list[int]:
    start = at(6, 8) + timedelta(days=number // 20, hours=2 * (number % 4))
    body = {
        "activity_id": str(detail.activities[0].id),
        "starts_at": start.isoformat(),
        "room_ids": [str(venues[number % ROOMS].id)],
    }
    booked = await client.post("/api/bookings", json=body)
    if booked.status_code != 201 or number % 3 == 0:
        return [booked.status_code]
    if number % 3 == 1:
        ended = await client.delete(f"/api/bookings/{booked.json()['id']}")
    else:
        ended = await client.post(f"/api/requests/{detail.request.id}/cancel", json={"note": "计划有变"})
    return [booked.status_code, ended.status_code]


async def _release(client: httpx.AsyncClient, version_id: UUID) -> list[int]:
    answer = await client.post(f"/api/versions/{version_id}/release", json={}, headers={"If-Match": '"1"'})
    return [answer.status_code]


async def _change_a_fact(client: httpx.AsyncClient, school: School, number: int, venues: list[Any]) -> list[int]:
    room = venues[number % ROOMS]
    if number % 4 == 0:
        seen = (await client.get(f"/api/rooms/{room.id}")).headers["ETag"]
        body = {"capacity": 40 + 10 * (number % 9)}  # too small for a talk, or not
        answer = await client.patch(f"/api/rooms/{room.id}", json=body, headers={"If-Match": seen})
    elif number % 4 == 1:
        day = {"first_day": f"2023-04-{1 + number % 28:02}"}
        answer = await client.post(f"/api/resources/{room.id}/closures", json=day)
    elif number % 4 == 2:
        answer = await client.put(f"/api/seasons/calendar/2023-04-{1 + number % 28:02}", json={"is_working": True})
    else:
        path = f"/api/seasons/{school.season.id}/policies/move_budget"
        answer = await client.put(path, json={"value": number})
    return [answer.status_code]


async def _read(client: httpx.AsyncClient, school: School) -> list[int]:
    answer = await client.get("/api/requests", params={"season_id": str(school.season.id)})
    return [answer.status_code]
