"""Many people do everything at the same moment: no answer is our fault, and what remains keeps every rule."""

import asyncio
import random
from datetime import timedelta
from typing import Any

import httpx
import pytest

from app.requests.domain import ActivityWish
from tests.school import School, at, talk
from tests.signing_in import sign_in
from tests.web_server import web_server

PEOPLE, ACTS_EACH = 12, 25
TEST_IN_TWO_ROOMS = ActivityWish(kind="written_test", attendance=80, duration_minutes=60, rooms_needed=2)
# The last event of an activity with a standing booking, and the states of its request.
STANDING_EVENTS = {"booking.confirmed", "booking.moved"}
STATES_OF_STANDING = {"scheduled", "approved"}


class Person:
    """An organiser who does one thing after another without looking what others do."""

    def __init__(self, client: httpx.AsyncClient, seed: int, world: dict[str, list[str]]) -> None:
        self.client = client
        self.random = random.Random(seed)
        self.world = world

    async def act(self) -> httpx.Response:
        choice = self.random.choice(["book"] * 12 + ["move"] * 8 + ["release", "release", "request", "close"])
        return await {
            "book": self._book,
            "move": self._move,
            "release": self._release,
            "request": self._decide,
            "close": self._close,
        }[choice]()

    def _one(self, what: str) -> str:
        return self.random.choice(self.world[what])

    def _placement(self) -> dict[str, Any]:
        start = at(6 + self.random.randrange(5), 9) + timedelta(minutes=30 * self.random.randrange(20))
        rooms = self.random.sample(self.world["rooms"], self.random.choice([1, 1, 2]))
        return {"starts_at": start.isoformat(), "room_ids": rooms}

    async def _book(self) -> httpx.Response:
        return await self.client.post(
            "/api/bookings", json={"activity_id": self._one("activities"), **self._placement()}
        )

    async def _some_booking(self) -> str | None:
        standing = (await self.client.get("/api/bookings", params={"season_id": self.world["season"][0]})).json()
        return self.random.choice(standing)["id"] if standing else None

    async def _move(self) -> httpx.Response:
        booking = await self._some_booking()
        return await (
            self._book() if booking is None else self.client.put(f"/api/bookings/{booking}", json=self._placement())
        )

    async def _release(self) -> httpx.Response:
        booking = await self._some_booking()
        return await (self._book() if booking is None else self.client.delete(f"/api/bookings/{booking}"))

    async def _decide(self) -> httpx.Response:
        request = self._one("requests")
        act, body = self.random.choice(
            [
                ("approve", None),
                ("waitlist", None),
                ("withdraw", None),
                ("cancel", {}),
                ("stop", {"reason_code": "other"}),
            ]
        )
        return await self.client.post(f"/api/requests/{request}/{act}", json=body)

    async def _close(self) -> httpx.Response:
        day = at(6 + self.random.randrange(5), 9).date().isoformat()
        closure = {"first_day": day, "last_day": day, "reason_code": "maintenance"}
        return await self.client.post(f"/api/resources/{self._one('rooms')}/closures", json=closure)


@pytest.mark.faults
@pytest.mark.slow
@pytest.mark.parametrize("seed", [1, 2])
async def test_nothing_breaks_when_everybody_acts_at_once(school: School, database_url: str, seed: int) -> None:
    rooms = [await school.room(100) for _ in range(3)]
    asked = [await school.request(talk(minutes=60), TEST_IN_TWO_ROOMS) for _ in range(20)]
    world = {
        "season": [str(school.season.id)],
        "rooms": [str(room.id) for room in rooms],
        "activities": [str(activity.id) for detail in asked for activity in detail.activities],
        "requests": [str(detail.request.id) for detail in asked],
    }
    organiser = await school.account("organiser")
    with web_server(database_url) as base_url:
        async with httpx.AsyncClient(base_url=base_url, timeout=120) as client:
            await sign_in(client, organiser)
            people = [Person(client, seed * 1000 + number, world) for number in range(PEOPLE)]

            async def work(person: Person) -> list[int]:
                return [(await person.act()).status_code for _ in range(ACTS_EACH)]

            statuses = [status for done in await asyncio.gather(*map(work, people)) for status in done]
            assert max(statuses) < 500
            assert {200, 201, 409} <= set(statuses)
            audit = (await client.get("/api/versions/audit", params={"season_id": world["season"][0]})).json()
            assert audit["violations"] == []
    await _promises_and_events_agree(school)


async def _promises_and_events_agree(school: School) -> None:
    """An activity has one standing booking at most, its request may have one, and the last event says the same."""
    standing = await school.database.pool.fetch(
        """SELECT booking.activity_id, request.state, booking.state AS booking_state FROM booking
        JOIN activity ON activity.id = booking.activity_id JOIN request ON request.id = activity.request_id
        WHERE booking.state <> 'released'"""
    )
    assert len({row["activity_id"] for row in standing}) == len(standing)
    assert {row["state"] for row in standing} <= STATES_OF_STANDING
    last = await school.database.pool.fetch(
        """SELECT DISTINCT ON (payload ->> 'activity_id') payload ->> 'activity_id' AS activity_id, type FROM event
        WHERE type LIKE 'booking.%' ORDER BY payload ->> 'activity_id', id DESC"""
    )
    assert {row["activity_id"] for row in last if row["type"] in STANDING_EVENTS} == {
        str(row["activity_id"]) for row in standing
    }
