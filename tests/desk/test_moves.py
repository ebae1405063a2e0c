"""Offers for which others move: nobody has confirmed their places yet, they keep to their wishes, and they are told."""

import asyncio
from datetime import timedelta

import pytest
from litestar import Litestar
from litestar.testing import AsyncTestClient

from app.amendments import proposing
from app.amendments.answering import AmendmentAnswering
from app.amendments.domain import Amendment, ChoiceGone, ProposeAmendment
from app.amendments.repository import get_amendment
from app.bookings import repository as bookings
from app.bookings.domain import Booking
from app.desk.asking import DeskLine
from app.desk.desk import Desk
from app.desk.domain import LikelyPlacements
from app.desk.finding import DeskFinder
from app.desk.messages import MovesQuestion, Question
from app.errors import PreconditionFailed
from app.offers import offering
from app.offers.domain import MakeOffers, NothingElse, Offer, PlacementGone, WantedOffer
from app.offers.repository import list_offers
from app.requests.domain import RequestDetail
from app.requests.repository import get_request
from app.schedules.audit import audit_season
from app.venues.domain import Room
from tests.offers.acts import book, event_types
from tests.offers.test_answers import owner_confirms, release, say_yes
from tests.schedules.drafts import draft, placed
from tests.school import School, at, talk, window
from tests.signing_in import sign_in


class NearDesk(DeskLine):
    """The way to a desk that is in this process."""

    def __init__(self, school: School) -> None:
        super().__init__(None)
        self.desk = Desk(school.database, school.clock)

    async def ask(self, question: Question) -> LikelyPlacements | None:
        return await self.desk.answer(question)

    async def ask_with_moves(self, question: MovesQuestion) -> tuple[WantedOffer, ...]:
        return await self.desk.answer_with_moves(question)


class Place:
    """One room; `first` is kept there on the 15th at two, and would do with any time of two days."""

    def __init__(self, school: School) -> None:
        self.school = school
        self.finder = DeskFinder(school.database, school.clock, NearDesk(school))
        self.answers = AmendmentAnswering(school.database, self.finder)

    async def fill(self) -> None:
        await owner_confirms(self.school)
        self.room: Room = await self.school.room(100)
        self.first = await self.school.request(talk(windows=(window(15, 16),)))
        await release(
            self.school, await draft(self.school, [placed(self.first.activities[0], at(15, 14), self.room.id)])
        )

    async def asked(self) -> RequestDetail:
        """A request that could only be where the first is."""
        return await self.school.request(talk(windows=(window(15, from_hour=14, until_hour=16),)))

    async def offer(self, detail: RequestDetail) -> list[Offer]:
        return await offering.offer_placements(
            self.school.database,
            self.finder,
            detail.request.id,
            MakeOffers(),
            actor=self.school.organiser,
            locale="en",
            clock=self.school.clock,
        )

    async def accept(self, offer: Offer) -> Offer:
        return await self.answers.accept(offer.id, seen=None, actor=None, clock=self.school.clock)

    async def standing(self, detail: RequestDetail) -> list[Booking]:
        async with self.school.database.read() as connection:
            return await bookings.list_standing_of(connection, detail.request.id)


@pytest.fixture
async def place(school: School) -> Place:
    made = Place(school)
    await made.fill()
    return made


async def test_who_confirmed_nothing_moves_within_their_wish_and_is_asked_anew(place: Place) -> None:
    school, asked = place.school, await place.asked()
    (offer, *_) = await place.offer(asked)
    assert (offer.held, offer.moving) == (False, 1)
    assert offer.moves[0].activity_id == place.first.activities[0].id
    async with school.database.read() as connection:
        seen = (await get_request(connection, place.first.request.id)).row_version
    assert (await place.accept(offer)).state == "accepted"
    ((moved,), (booked,)) = await place.standing(place.first), await place.standing(asked)
    assert (booked.state, booked.starts_at, booked.room_ids) == ("confirmed", at(15, 14), (place.room.id,))
    assert moved.state == "tentative"
    assert moved.starts_at != at(15, 14)
    assert moved.starts_at.date() in {at(15, 8).date(), at(16, 8).date()}
    assert moved.answer_until is not None
    assert moved.answer_until - school.clock.now() > timedelta(hours=71)
    assert await event_types(school, "booking.moved") == ["booking.moved"]
    with pytest.raises(PreconditionFailed):
        await say_yes(school, place.first, seen=seen)
    await say_yes(place.school, place.first)
    assert [booking.state for booking in await place.standing(place.first)] == ["confirmed"]
    assert await audit_season(school.database, school.season.id, clock=school.clock) == []


async def test_whoever_confirmed_meanwhile_stays_and_the_offer_is_lost(place: Place) -> None:
    asked = await place.asked()
    (offer, *_) = await place.offer(asked)
    await say_yes(place.school, place.first)
    with pytest.raises(PlacementGone):
        await place.accept(offer)
    assert [(booking.state, booking.starts_at) for booking in await place.standing(place.first)] == [
        ("confirmed", at(15, 14))
    ]
    assert await place.standing(asked) == []
    async with place.school.database.read() as connection:
        assert {entry.state for entry in await list_offers(connection, [asked.request.id])} == {"lost"}
    with pytest.raises(NothingElse):
        await place.offer(asked)


async def test_two_who_would_move_the_same_one_get_one_success(place: Place) -> None:
    asked = [await place.asked(), await place.asked()]
    offers = [(await place.offer(detail))[0] for detail in asked]
    found = await asyncio.gather(*(place.accept(offer) for offer in offers), return_exceptions=True)
    assert sorted(type(entry).__name__ for entry in found) == ["Offer", "PlacementGone"]
    assert sorted([len(await place.standing(detail)) for detail in asked]) == [0, 1]
    assert len(await place.standing(place.first)) == 1
    assert await audit_season(place.school.database, place.school.season.id, clock=place.school.clock) == []


async def change(place: Place, detail: RequestDetail) -> tuple[Amendment, Offer]:
    """Ask to be on the 15th at two instead."""
    answer = await proposing.propose_amendment(
        place.school.database,
        place.finder,
        detail.request.id,
        ProposeAmendment(
            title=detail.request.title,
            activities=(talk(windows=(window(15, from_hour=14, until_hour=16),), id=detail.activities[0].id),),
        ),
        seen=None,
        actor=place.school.organiser,
        clock=place.school.clock,
    )
    assert answer.amendment.outcome == "placements"
    return answer.amendment, answer.offers[0]


async def test_others_move_for_a_change_when_it_is_approved(place: Place) -> None:
    school, asked = place.school, await place.school.request(talk(windows=(window(20),)))
    await book(school, asked.activities[0].id, at(20, 9), place.room)
    amendment, offer = await change(place, asked)
    await place.accept(offer)
    assert [booking.starts_at for booking in await place.standing(asked)] == [at(20, 9)]
    await place.answers.approve(amendment.id, seen=None, actor=school.organiser, clock=school.clock)
    assert [booking.starts_at for booking in await place.standing(asked)] == [at(15, 14)]
    (moved,) = await place.standing(place.first)
    assert (moved.state, moved.starts_at == at(15, 14)) == ("tentative", False)
    assert await audit_season(school.database, school.season.id, clock=school.clock) == []


async def test_a_chosen_change_for_which_nobody_moves_any_more_is_chosen_again(place: Place) -> None:
    school, asked = place.school, await place.school.request(talk(windows=(window(20),)))
    await book(school, asked.activities[0].id, at(20, 9), place.room)
    amendment, offer = await change(place, asked)
    await place.accept(offer)
    await say_yes(place.school, place.first)
    with pytest.raises(ChoiceGone):
        await place.answers.approve(amendment.id, seen=None, actor=school.organiser, clock=school.clock)
    assert [booking.starts_at for booking in await place.standing(asked)] == [at(20, 9)]
    async with school.database.read() as connection:
        assert (await get_amendment(connection, amendment.id)).state == "proposed"
        assert (await list_offers(connection, [asked.request.id]))[0].state == "lost"


async def test_an_owner_sees_how_many_would_move_and_the_career_centre_who(
    place: Place, asking: AsyncTestClient[Litestar], desk: None
) -> None:
    asked, school = await place.asked(), place.school
    organiser = await school.account("organiser")
    contact = await school.account("employer_contact", employer_id=asked.request.employer_id)
    await sign_in(asking, organiser)
    made = await asking.post(f"/api/requests/{asked.request.id}/offers", json={})
    assert made.status_code == 201, made.text
    (offer, *_) = made.json()
    assert (offer["moving"], offer["moves"][0]["activity_id"]) == (1, str(place.first.activities[0].id))
    page = (await asking.get(f"/requests/{asked.request.id}")).text
    assert place.first.request.reference in page
    await sign_in(asking, contact)
    (seen, *_) = (await asking.get(f"/api/requests/{asked.request.id}/offers")).json()
    assert (seen["moving"], seen["moves"]) == (1, [])
    page = (await asking.get(f"/requests/{asked.request.id}")).text
    assert place.first.request.reference not in page
    taken = await asking.post(f"/api/offers/{offer['id']}/accept", headers={"If-Match": "*"})
    assert (taken.status_code, taken.json()["state"], taken.json()["moves"]) == (200, "accepted", [])
