"""Which bookings the simulation takes for unchanged: those of which nothing but the plain way was told."""

from typing import Any

import pytest
from litestar import Litestar
from litestar.testing import AsyncTestClient

from app.bookings.domain import MovePlacement
from app.bookings.reminding import remind_of_bookings
from app.bookings.service import move_booking, release_booking
from app.database import load_queries
from app.simulation import counting
from tests.behaviours.people import organiser_of, owner_of
from tests.offers.acts import book
from tests.school import School, at, talk

Client = AsyncTestClient[Litestar]
_queries = load_queries(counting.__file__)


async def unchanged(school: School) -> list[Any]:
    """The activities."""
    async with school.database.read() as connection:
        return [row["activity_id"] async for row in _queries.list_unchanged(connection, season_id=school.season.id)]


async def test_approved_booked_and_reminded_is_unchanged(school: School) -> None:
    detail = await school.request(talk())
    assert await unchanged(school) == []
    await book(school, detail.activities[0].id, at(15, 14), await school.room(100))
    await school.database.transact(remind_of_bookings, now=at(15, 9), batch=100)
    assert await unchanged(school) == [detail.activities[0].id]


async def test_moved_or_given_back_is_not_but_the_other_step_is(school: School) -> None:
    room, other = await school.room(100), await school.room(100)
    detail = await school.request(talk(), talk())
    moved = await book(school, detail.activities[0].id, at(15, 14), room)
    await book(school, detail.activities[1].id, at(16, 14), room)
    given: dict[str, Any] = {"actor": school.organiser, "locale": "en", "clock": school.clock}
    await move_booking(school.database, moved.id, MovePlacement(starts_at=at(15, 14), room_ids=(other.id,)), **given)
    assert await unchanged(school) == [detail.activities[1].id]
    gone = await book(school, (await school.request(talk())).activities[0].id, at(17, 14), room)
    now = school.clock.now()
    await school.database.transact(release_booking, gone.id, reason="", actor=school.organiser, now=now)
    assert await unchanged(school) == [detail.activities[1].id]


@pytest.mark.parametrize("act", ["waitlist", "offers"])
async def test_nor_what_had_another_answer_first(school: School, client: Client, act: str) -> None:
    room = await school.room(100)
    detail = await school.request(talk())
    organiser = await organiser_of(school, client)
    path = f"/api/requests/{detail.request.id}/{act}"
    assert (await organiser.send("POST", path, json={})).is_success
    await book(school, detail.activities[0].id, at(20, 14), room)
    assert await unchanged(school) == []


async def test_nor_what_its_owner_gave_up(school: School, client: Client) -> None:
    detail = await school.request(talk())
    await book(school, detail.activities[0].id, at(15, 14), await school.room(100))
    owner = await owner_of(school, client, detail)
    cancelled = await owner.send("POST", f"/api/requests/{detail.request.id}/cancel", json={"note": "No time"})
    assert cancelled.is_success, cancelled.text
    assert await unchanged(school) == []
