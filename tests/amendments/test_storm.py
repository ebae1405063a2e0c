"""Two hundred people press at once over HTTP, whatever they may. No 5xx, and every promise holds."""

import asyncio
import random
from typing import Any
from uuid import UUID

import pytest
from litestar import Litestar
from litestar.testing import AsyncTestClient

from app.amendments import repository as amendments
from app.requests.domain import RequestDetail
from app.schedules.audit import audit_season
from app.venues.domain import Room
from tests.offers.acts import book, offer
from tests.school import School, at, talk
from tests.signing_in import sign_in

Client = AsyncTestClient[Litestar]


class Storm:
    """What people can press."""

    def __init__(self, school: School, client: Client, rooms: list[Room], asked: list[RequestDetail]) -> None:
        self.school, self.client, self.rooms, self.asked = school, client, rooms, asked
        self.offers: list[UUID] = []
        self.statuses: list[tuple[str, int]] = []

    async def press(self, kind: str, method: str, path: str, body: Any = None) -> None:
        answer = await self.client.request(method, path, json=body, headers={"If-Match": "*"})
        self.statuses.append((kind, answer.status_code))

    async def one(self, dice: random.Random) -> None:
        """One person presses one thing."""
        detail, room = dice.choice(self.asked), dice.choice(self.rooms)
        activity = detail.activities[0]
        match dice.choice(("accept", "accept", "book", "amend", "approve", "cancel", "close")):
            case "accept":
                await self.press("accept", "POST", f"/api/offers/{dice.choice(self.offers)}/accept")
            case "book":
                starts = at(dice.randint(13, 17), dice.choice((9, 11, 14, 16))).isoformat()
                body = {"activity_id": str(activity.id), "starts_at": starts, "room_ids": [str(room.id)]}
                await self.press("book", "POST", "/api/bookings", body)
            case "amend":
                step = {"id": str(activity.id), "kind": activity.kind, "attendance": dice.choice((40, 80, 95))}
                step["duration_minutes"] = dice.choice((90, 120, 180))
                wish = {"title": detail.request.title, "activities": [step]}
                await self.press("amend", "PUT", f"/api/requests/{detail.request.id}/amendment", wish)
            case "approve":
                async with self.school.database.read() as connection:
                    listed = await amendments.list_amendments(connection, detail.request.id)
                for change in listed[:1]:
                    await self.press("approve", "POST", f"/api/amendments/{change.id}/accept")
            case "cancel":
                await self.press("cancel", "POST", f"/api/requests/{detail.request.id}/cancel", {})
            case _:
                day = at(dice.randint(20, 24), 8).date().isoformat()
                closure = {"first_day": day, "last_day": day, "reason_code": "maintenance"}
                await self.press("close", "POST", f"/api/resources/{room.id}/closures", closure)


@pytest.mark.slow
@pytest.mark.parametrize("seed", [1, 2])
async def test_everybody_at_once(school: School, client: Client, seed: int) -> None:
    rooms = [await school.room(100) for _ in range(3)]
    asked = [await school.request(talk()) for _ in range(12)]
    storm = Storm(school, client, rooms, asked)
    for number, detail in enumerate(asked):
        activity = detail.activities[0].id
        if number % 2:
            await book(school, activity, at(6 + number // 2, 9), rooms[0])
        for room in rooms[1:]:
            made = await offer(school, detail.request.id, activity, at(20 + number // 3, 9 + 4 * (number % 3)), room)
            storm.offers.append(made.id)
    await sign_in(client, await school.account("organiser"))
    people = [random.Random(seed * 1000 + number) for number in range(200)]
    await asyncio.gather(*(storm.one(person) for person in people))
    worst = [entry for entry in storm.statuses if entry[1] >= 500]
    assert worst == []
    assert {kind for kind, status in storm.statuses if status < 300} >= {"accept", "book", "amend", "cancel", "close"}
    async with school.database.read() as connection:
        doubled = await connection.fetchval(
            "SELECT count(*) FROM booking_resource AS one "
            "JOIN booking_resource AS other ON other.resource_id = one.resource_id "
            "AND other.request_id <> one.request_id AND other.span && one.span "
            "WHERE one.state <> 'released' AND other.state <> 'released'"
        )
        open_and_gone = await connection.fetchval(
            "SELECT count(*) FROM offer WHERE state <> 'open' AND EXISTS "
            "(SELECT 1 FROM booking WHERE booking.offer_id = offer.id AND booking.state = 'held')"
        )
    assert (doubled, open_and_gone) == (0, 0)
    assert await audit_season(school.database, school.season.id, clock=school.clock) == []
