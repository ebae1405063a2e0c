"""Offers: made of what is free, accepted at once, and the first acceptance settles the others."""

import asyncio

import pytest

from app.bookings import repository as bookings
from app.decisions import decide
from app.errors import Invalid, PreconditionFailed
from app.offers import answering, offering, repository
from app.offers.domain import MakeOffers, NotOfferable, OfferNotFound, OfferSettled, PlacementGone
from app.requests.domain import Decision
from app.requests.repository import get_request
from tests.offers.acts import (
    accept,
    book,
    booking_states,
    decline,
    event_types,
    finder,
    free_by_hand,
    offer,
    offer_nearest,
    states,
)
from tests.school import School, actor, at, talk


async def test_an_accepted_offer_is_confirmed_at_once_and_ends_the_others(school: School) -> None:
    room = await school.room(100)
    detail = await school.request(talk())
    activity = detail.activities[0]
    offers = [await offer(school, detail.request.id, activity.id, at(15, hour), room) for hour in (9, 14)]
    accepted = await accept(school, offers[1].id)
    assert accepted.state == "accepted"
    assert await states(school, detail.request.id) == {1: "withdrawn", 2: "accepted"}
    assert sorted(await booking_states(school, activity.id)) == ["confirmed", "released"]
    async with school.database.read() as connection:
        assert (await get_request(connection, detail.request.id)).state == "scheduled"
        (booking,) = await bookings.list_standing_of(connection, detail.request.id)
    assert (booking.starts_at, booking.room_ids) == (at(15, 14), (room.id,))
    assert (await event_types(school))[-3:] == ["booking.confirmed", "request.scheduled", "offer.accepted"]
    with pytest.raises(OfferSettled):
        await accept(school, offers[1].id)


async def test_an_offer_in_place_of_a_booking_moves_it(school: School) -> None:
    room = await school.room(100)
    detail = await school.request(talk())
    activity = detail.activities[0]
    await book(school, activity.id, at(15, 14), room)
    made = await offer(school, detail.request.id, activity.id, at(15, 15), room)
    await accept(school, made.id)
    assert await booking_states(school, activity.id) == ["released", "confirmed"]
    assert (await event_types(school, "booking.%")) == ["booking.confirmed", "booking.moved"]


async def test_a_refused_request_gets_its_place_by_an_offer(school: School) -> None:
    await school.room(100)
    detail = await school.request(talk(), approved=False)
    await school.database.transact(
        decide.refuse_request,
        detail.request.id,
        Decision(reason_code="over_limit"),
        seen=None,
        actor=school.organiser,
        now=school.clock.now(),
    )
    (first, *_) = await offer_nearest(school, detail.request.id)
    await accept(school, first.id)
    async with school.database.read() as connection:
        assert (await get_request(connection, detail.request.id)).state == "scheduled"


async def test_what_is_not_decided_gets_no_offer(school: School) -> None:
    await school.room(100)
    detail = await school.request(talk(), approved=False)
    with pytest.raises(NotOfferable):
        await offer_nearest(school, detail.request.id)


async def test_what_stands_or_was_declined_is_not_offered_again(school: School) -> None:
    room = await school.room(100)
    detail = await school.request(talk())
    await book(school, detail.activities[0].id, at(15, 14), room)
    first = await offer_nearest(school, detail.request.id)
    for made in first:
        await decline(school, made.id)
    again = await offer_nearest(school, detail.request.id)
    seen = {made.placements[0].starts_at for made in first} | {at(15, 14)}
    assert len(first) == len(again) == 3
    assert not seen & {made.placements[0].starts_at for made in again}
    assert await booking_states(school, detail.activities[0].id) == ["confirmed", *["released"] * 3, *["held"] * 3]


async def test_a_declined_offer_frees_its_room_and_keeps_the_reason(school: School) -> None:
    room = await school.room(100)
    detail, other = await school.request(talk()), await school.request(talk())
    made = await offer(school, detail.request.id, detail.activities[0].id, at(15, 14), room)
    declined = await decline(school, made.id)
    assert (declined.state, declined.settled_note) == ("declined", "周三更好")
    await book(school, other.activities[0].id, at(15, 14), room)


async def test_an_offer_taken_back_is_told(school: School) -> None:
    room = await school.room(100)
    detail = await school.request(talk())
    made = await offer(school, detail.request.id, detail.activities[0].id, at(15, 14), room)
    await school.database.transact(
        answering.take_back_offer, made.id, seen=1, actor=school.organiser, now=school.clock.now()
    )
    assert (await event_types(school))[-1] == "offers.withdrawn"
    with pytest.raises(OfferSettled):
        await accept(school, made.id)


async def test_what_replaces_a_broken_promise_is_named_so(school: School) -> None:
    room = await school.room(100)
    detail = await school.request(talk())
    await book(school, detail.activities[0].id, at(15, 14), room)
    command = MakeOffers(origin="replacement")
    made = await offering.offer_placements(
        school.database,
        finder(school),
        detail.request.id,
        command,
        actor=school.organiser,
        locale="en",
        clock=school.clock,
    )
    assert {offer.origin for offer in made} == {"replacement"}


async def test_another_version_than_was_looked_at_is_not_decided(school: School) -> None:
    room = await school.room(100)
    detail = await school.request(talk())
    made = await offer(school, detail.request.id, detail.activities[0].id, at(15, 14), room)
    with pytest.raises(PreconditionFailed):
        await answering.accept_offer(school.database, finder(school), made.id, seen=2, actor=None, clock=school.clock)


async def test_the_offers_of_others_do_not_exist(school: School) -> None:
    room = await school.room(100)
    detail = await school.request(talk())
    made = await offer(school, detail.request.id, detail.activities[0].id, at(15, 14), room)
    stranger = actor("employer_contact", employer_id=(await school.employer()).id)
    with pytest.raises(OfferNotFound):
        await accept(school, made.id, actor=stranger)


async def test_an_offer_by_hand_keeps_the_rules(school: School) -> None:
    small = await school.room(20)
    detail, other = await school.request(talk()), await school.request(talk())
    with pytest.raises(Invalid):
        await offer(school, detail.request.id, detail.activities[0].id, at(15, 14), small)
    with pytest.raises(Invalid):
        await offer(school, detail.request.id, other.activities[0].id, at(15, 14), await school.room(100))


async def test_an_offer_that_was_not_held_can_be_lost_and_something_else_is_offered(school: School) -> None:
    room = await school.room(100)
    detail, quick = await school.request(talk()), await school.request(talk())
    made = await offer(school, detail.request.id, detail.activities[0].id, at(15, 14), room)
    await free_by_hand(school, made.id)
    await school.database.pool.execute("UPDATE offer SET held = false WHERE id = $1", made.id)
    await book(school, quick.activities[0].id, at(15, 14), room)
    with pytest.raises(PlacementGone) as refusal:
        await accept(school, made.id)
    assert len(refusal.value.extra["new_offer_ids"]) == 3
    assert (await states(school, detail.request.id))[1] == "lost"
    async with school.database.read() as connection:
        new = [one for one in await repository.list_offers(connection, [detail.request.id]) if one.state == "open"]
    assert all(one.held for one in new)
    assert (await event_types(school))[-2:] == ["offer.lost", "offers.made"]


async def test_many_accept_at_once_and_each_request_gets_one_place(school: School) -> None:
    room, other = await school.room(100), await school.room(100)
    requests = [await school.request(talk()) for _ in range(5)]
    offers = []
    for number, detail in enumerate(requests):
        activity = detail.activities[0].id
        for hall in (room, other):
            moment = at(15 + number % 3, 9 + 3 * (number // 3))
            offers += [await offer(school, detail.request.id, activity, moment, hall)]
    answers = await asyncio.gather(*(accept(school, made.id) for made in offers), return_exceptions=True)
    assert sum(not isinstance(answer, BaseException) for answer in answers) == len(requests)
    assert all(isinstance(answer, OfferSettled) for answer in answers if isinstance(answer, BaseException)), answers
    for detail in requests:
        assert sorted(await booking_states(school, detail.activities[0].id)) == ["confirmed", "released"]
