"""What tests of offers do again and again, as the use cases do it."""

from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from app.actors import Actor
from app.bookings.domain import Booking, ConfirmPlacement, MovePlacement
from app.bookings.repository import list_standing
from app.bookings.service import confirm_placement, move_booking
from app.clock import Clock
from app.offers import answering, offering, repository, upkeep
from app.offers.domain import AnswerOffer, ChosenPlacement, MakeOffers, Offer
from app.offers.finding import Finder
from app.venues.domain import Room
from tests.school import School, clock_at


def later(school: School, hours: float) -> Clock:
    """The school's clock, so many hours later."""
    return clock_at(school.clock.now() + timedelta(hours=hours))


def finder(school: School) -> Finder:
    """What finds placements without a desk."""
    return Finder(school.database, school.clock)


async def offer(school: School, request_id: UUID, activity_id: UUID, moment: datetime, *rooms: Room) -> Offer:
    """The organiser offers a placement by hand."""
    chosen = ChosenPlacement(activity_id=activity_id, starts_at=moment, room_ids=tuple(room.id for room in rooms))
    command = MakeOffers(placement=chosen)
    (made,) = await offering.offer_placements(
        school.database, finder(school), request_id, command, actor=school.organiser, locale="en", clock=school.clock
    )
    return made


async def offer_nearest(school: School, request_id: UUID) -> list[Offer]:
    """The organiser offers what is nearest to the wish."""
    return await offering.offer_placements(
        school.database,
        finder(school),
        request_id,
        MakeOffers(),
        actor=school.organiser,
        locale="en",
        clock=school.clock,
    )


async def accept(school: School, offer_id: UUID, *, clock: Clock | None = None, actor: Actor | None = None) -> Offer:
    """The owner accepts, by the link unless an actor is named."""
    return await answering.accept_offer(
        school.database, finder(school), offer_id, seen=None, actor=actor, clock=clock or school.clock
    )


async def free_by_hand(school: School, offer_id: Any) -> None:
    """What is held for an offer is free, as no use case does it."""
    async with school.database.pool.acquire() as connection, connection.transaction():
        await connection.execute("SET LOCAL tests.by_hand = 'on'")
        await connection.execute("UPDATE booking SET state = 'released' WHERE offer_id = $1", offer_id)


async def decline(school: School, offer_id: UUID) -> Offer:
    """The owner declines by the link."""
    command, now = AnswerOffer(note="周三更好"), school.clock.now()
    return await school.database.transact(answering.decline_offer, offer_id, command, seen=None, actor=None, now=now)


async def book(
    school: School, activity_id: UUID, moment: datetime, *rooms: Room, clock: Clock | None = None
) -> Booking:
    """The organiser books."""
    wanted = ConfirmPlacement(activity_id=activity_id, starts_at=moment, room_ids=tuple(room.id for room in rooms))
    return await confirm_placement(
        school.database, wanted, actor=school.organiser, locale="en", clock=clock or school.clock
    )


async def book_or_move(
    school: School, activity_id: UUID, moment: datetime, *rooms: Room, clock: Clock | None = None
) -> Booking:
    """The organiser books, or moves what is booked."""
    async with school.database.read() as connection:
        standing = await list_standing(connection, school.season.id, activity_ids=[activity_id])
    if not standing:
        return await book(school, activity_id, moment, *rooms, clock=clock)
    there = MovePlacement(starts_at=moment, room_ids=tuple(room.id for room in rooms))
    given: dict[str, Any] = {"actor": school.organiser, "locale": "en", "clock": clock or school.clock}
    return await move_booking(school.database, standing[0].id, there, **given)


async def expire(school: School, clock: Clock) -> int:
    """What the worker does every half minute."""
    return await school.database.transact(upkeep.settle_over, now=clock.now(), batch=100)


async def states(school: School, request_id: UUID) -> dict[int, str]:
    """The states of a request's offers by number."""
    async with school.database.read() as connection:
        return {made.number: made.state for made in await repository.list_offers(connection, [request_id])}


async def booking_states(school: School, activity_id: UUID) -> list[str]:
    """The states of an activity's bookings in the order in which they were made."""
    async with school.database.read() as connection:
        rows = await connection.fetch("SELECT state FROM booking WHERE activity_id = $1 ORDER BY id", activity_id)
        resources = await connection.fetch(
            "SELECT DISTINCT booking_id, state FROM booking_resource WHERE activity_id = $1", activity_id
        )
        bookings = {row["booking_id"]: row["state"] for row in resources}
        assert sorted(bookings.values()) == sorted(row["state"] for row in rows)
        return [row["state"] for row in rows]


async def event_types(school: School, like: str = "%") -> list[str]:
    """What happened, in order."""
    async with school.database.read() as connection:
        rows = await connection.fetch("SELECT type FROM event WHERE type LIKE $1 ORDER BY id", like)
        return [row["type"] for row in rows]
