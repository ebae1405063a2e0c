"""What is held for one request is for nobody else until its time is over, and always free for itself."""

import asyncio
from uuid import UUID

import pytest

from app.bookings.domain import ResourceTaken
from app.decisions import endings
from app.locales import translator
from app.locales.moments import moment_text
from app.offers.domain import OfferSettled, OfferTooLate, PlacementGone, TooManyOffers
from app.requests.domain import CancelRequest
from app.requests.repository import get_request
from app.schedules.audit import audit_season
from app.schedules.problem.facts import read_season_facts
from app.venues import closures
from app.venues.closure_domain import AddClosure, ClosureOverBooking
from tests.offers.acts import accept, book, booking_states, event_types, expire, free_by_hand, later, offer, states
from tests.school import School, at, talk, window


async def test_a_held_room_is_refused_to_others_with_what_is_free(school: School) -> None:
    room = await school.room(100)
    lucky, other = await school.request(talk()), await school.request(talk())
    made = await offer(school, lucky.request.id, lucky.activities[0].id, at(15, 14), room)
    assert made.held
    with pytest.raises(ResourceTaken) as refusal:
        await book(school, other.activities[0].id, at(15, 14), room)
    assert refusal.value.extra["conflicts"]
    free = refusal.value.extra["alternatives"]
    assert free
    assert all(place["starts_at"] != at(15, 14).isoformat() for place in free)
    assert await booking_states(school, lucky.activities[0].id) == ["held"]


async def test_a_hold_counts_its_turnover(school: School) -> None:
    room = await school.room(100)
    lucky, other = await school.request(talk()), await school.request(talk())
    await offer(school, lucky.request.id, lucky.activities[0].id, at(15, 14), room)
    with pytest.raises(ResourceTaken):
        await book(school, other.activities[0].id, at(15, 16), room)
    await book(school, other.activities[0].id, at(15, 16, 30), room)


async def test_holds_of_one_request_may_overlap(school: School) -> None:
    room = await school.room(100)
    detail = await school.request(talk())
    for hour in (14, 15, 16):
        await offer(school, detail.request.id, detail.activities[0].id, at(15, hour), room)
    assert await booking_states(school, detail.activities[0].id) == ["held"] * 3
    with pytest.raises(TooManyOffers):
        await offer(school, detail.request.id, detail.activities[0].id, at(15, 17), room)
    await book(school, detail.activities[0].id, at(15, 15, 30), room)


async def test_an_expired_hold_makes_way_for_the_next_booker(school: School) -> None:
    room = await school.room(100)
    late, quick = await school.request(talk()), await school.request(talk())
    await offer(school, late.request.id, late.activities[0].id, at(15, 14), room)
    after = later(school, 49)
    await book(school, quick.activities[0].id, at(15, 14), room, clock=after)
    assert await booking_states(school, late.activities[0].id) == ["released"]
    assert await states(school, late.request.id) == {1: "open"}, "settled from the event, not by the booker"
    assert "offer.hold_released" in await event_types(school)
    assert await expire(school, after) == 1
    assert await states(school, late.request.id) == {1: "expired"}
    with pytest.raises(OfferSettled):
        await accept(school, (await _first(school, late.request.id)), clock=after)


async def test_a_hold_that_nobody_wants_ends_with_its_time(school: School) -> None:
    room = await school.room(100)
    detail = await school.request(talk())
    made = await offer(school, detail.request.id, detail.activities[0].id, at(15, 14), room)
    assert await expire(school, later(school, 47)) == 0
    with pytest.raises(OfferTooLate) as late:
        await accept(school, made.id, clock=later(school, 48))
    said = translator("zh-CN")(late.value.sentence, **late.value.values)
    assert moment_text(made.held_until, school.clock.zone, "zh-CN") in said
    assert await expire(school, later(school, 48)) == 1
    assert await booking_states(school, detail.activities[0].id) == ["released"]
    assert (await event_types(school))[-1] == "offers.expired"


async def test_a_hold_and_its_acceptance_in_the_same_moment_have_one_outcome(school: School) -> None:
    room = await school.room(100)
    for _ in range(6):
        late, quick = await school.request(talk()), await school.request(talk())
        made = await offer(school, late.request.id, late.activities[0].id, at(15, 14), room)
        edge = later(school, 47.9999)
        answers = await asyncio.gather(
            accept(school, made.id, clock=edge),
            book(school, quick.activities[0].id, at(15, 14), room, clock=later(school, 48.01)),
            expire(school, later(school, 48.01)),
            return_exceptions=True,
        )
        own = await booking_states(school, late.activities[0].id)
        others = await booking_states(school, quick.activities[0].id)
        assert (own.count("confirmed"), others.count("confirmed")) in ((1, 0), (0, 1)), answers
        for booked in (late, quick):
            async with school.database.read() as connection:
                request = await get_request(connection, booked.request.id)
            if request.state == "scheduled":
                await school.database.transact(
                    endings.cancel_request, request.id, CancelRequest(), actor=school.organiser, clock=school.clock
                )


async def test_a_closure_over_a_hold_is_refused(school: School) -> None:
    room = await school.room(100)
    detail = await school.request(talk())
    await offer(school, detail.request.id, detail.activities[0].id, at(15, 14), room)
    day = at(15, 14).date()
    with pytest.raises(ClosureOverBooking) as refusal:
        await school.database.transact(
            closures.add_closure,
            room.id,
            AddClosure(first_day=day, last_day=day, reason_code="exam"),
            zone=school.clock.zone,
            actor=school.organiser,
            now=school.clock.now(),
        )
    assert refusal.value.extra["bookings"]


async def test_the_worker_takes_back_an_offer_whose_hold_made_way(school: School) -> None:
    room = await school.room(100)
    detail = await school.request(talk())
    made = await offer(school, detail.request.id, detail.activities[0].id, at(15, 14), room)
    await free_by_hand(school, made.id)
    assert await expire(school, school.clock) == 1
    assert await states(school, detail.request.id) == {1: "withdrawn"}
    assert (await event_types(school))[-1] == "offers.withdrawn"


async def test_what_does_not_fit_any_more_is_not_accepted(school: School) -> None:
    room = await school.room(100)
    detail = await school.request(talk())
    made = await offer(school, detail.request.id, detail.activities[0].id, at(15, 14), room)
    async with school.database.pool.acquire() as connection:
        await connection.execute("UPDATE room SET capacity = 20 WHERE id = $1", room.id)
    await school.room(100)
    with pytest.raises(PlacementGone) as refusal:
        await accept(school, made.id)
    assert refusal.value.extra["new_offer_ids"]
    assert "confirmed" not in await booking_states(school, detail.activities[0].id)


async def test_what_an_offer_gives_up_of_the_wish_is_agreed_by_accepting(school: School) -> None:
    room = await school.room(100)
    detail = await school.request(talk(windows=(window(16, from_hour=14, until_hour=16),)))
    made = await offer(school, detail.request.id, detail.activities[0].id, at(17, 9), room)
    await accept(school, made.id)
    assert await booking_states(school, detail.activities[0].id) == ["confirmed"]
    assert await audit_season(school.database, school.season.id, clock=school.clock) == []


async def test_what_ends_a_request_ends_its_holds(school: School) -> None:
    room = await school.room(100)
    detail, other = await school.request(talk()), await school.request(talk())
    await book(school, detail.activities[0].id, at(15, 9), room)
    await offer(school, detail.request.id, detail.activities[0].id, at(15, 14), room)
    await school.database.transact(
        endings.cancel_request, detail.request.id, CancelRequest(), actor=school.organiser, clock=school.clock
    )
    assert await booking_states(school, detail.activities[0].id) == ["released", "released"]
    assert await states(school, detail.request.id) == {1: "withdrawn"}
    await book(school, other.activities[0].id, at(15, 14), room)


async def test_a_solve_leaves_out_who_looks_at_offers_and_what_is_held(school: School) -> None:
    room = await school.room(100)
    waiting, approved = await school.request(talk()), await school.request(talk())
    await offer(school, waiting.request.id, waiting.activities[0].id, at(15, 14), room)
    async with school.database.read() as connection:
        facts = await read_season_facts(connection, school.season.id, clock=school.clock)
    assert [request.id for request in facts.requests] == [approved.request.id]
    assert (room.id, at(15, 14), at(15, 16, 30)) in [
        (taken.resource_id, taken.starts_at, taken.ends_at) for taken in facts.outside
    ]


async def test_a_hold_beside_its_own_booking_is_outside_only_where_the_booking_is_not(school: School) -> None:
    room = await school.room(100)
    detail = await school.request(talk())
    await book(school, detail.activities[0].id, at(15, 14), room)
    await offer(school, detail.request.id, detail.activities[0].id, at(15, 15), room)
    async with school.database.read() as connection:
        facts = await read_season_facts(connection, school.season.id, clock=school.clock)
    in_room = [(taken.starts_at, taken.ends_at) for taken in facts.outside if taken.resource_id == room.id]
    assert in_room == [(at(15, 16, 30), at(15, 17, 30))]
    assert await audit_season(school.database, school.season.id, clock=school.clock) == []


async def _first(school: School, request_id: UUID) -> UUID:
    async with school.database.read() as connection:
        return UUID(str(await connection.fetchval("SELECT id FROM offer WHERE request_id = $1", request_id)))
