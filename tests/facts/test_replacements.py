"""What a change of facts broke gets other places, held for its owner while the case is open."""

from uuid import UUID

import pytest

from app.bookings.domain import MovePlacement
from app.bookings.service import move_booking
from app.cases import service
from app.cases.domain import KeepCase
from app.cases.replacing import end_replacements, offer_replacements
from app.locales import translator
from app.offers.domain import Offer
from app.offers.repository import list_offers
from app.schedules.audit import audit_season
from tests.facts.test_cases import change_hall, smaller_hall
from tests.facts.world import PromisingSchool
from tests.offers.acts import accept, book, event_types, finder, offer
from tests.school import School, at, talk


@pytest.fixture
async def promising(school: School) -> PromisingSchool:
    world = await PromisingSchool(school).open()
    await smaller_hall(world)
    return world


async def replace(w: PromisingSchool, request_id: UUID) -> None:
    await offer_replacements(w.school.database, finder(w.school), request_id, now=w.school.clock.now())


async def offers_of(w: PromisingSchool, request_id: UUID) -> list[Offer]:
    async with w.school.database.read() as connection:
        return await list_offers(connection, [request_id])


async def test_other_places_are_held_once_and_taking_one_ends_the_case(promising: PromisingSchool) -> None:
    w, school = promising, promising.school
    await school.room(100, features=["projector"])
    request_id = w.early.request_id
    await replace(w, request_id)
    made = await offers_of(w, request_id)
    await replace(w, request_id)
    assert await offers_of(w, request_id) == made
    assert {(offer.origin, offer.held, offer.state) for offer in made} == {("replacement", True, "open")}
    assert await event_types(school, "offers.made") == ["offers.made"]
    await accept(school, made[-1].id)
    assert await audit_season(school.database, school.season.id, clock=school.clock) == []


async def test_what_is_agreed_to_needs_no_other_place(promising: PromisingSchool) -> None:
    w, school = promising, promising.school
    await school.room(100, features=["projector"])
    request_id, now = w.early.request_id, school.clock.now()
    await replace(w, request_id)
    await school.database.transact(end_replacements, request_id, now=now)
    assert {offer.state for offer in await offers_of(w, request_id)} == {"open"}
    (case,) = [case for case in await w.cases() if case.booking_id == w.early.id]
    await school.database.transact(
        service.keep_case,
        case.id,
        KeepCase(reason="they squeeze in"),
        seen=None,
        actor=school.organiser,
        translate=translator("en"),
        now=now,
    )
    await school.database.transact(end_replacements, request_id, now=now)
    assert {offer.state for offer in await offers_of(w, request_id)} == {"withdrawn"}
    await replace(w, request_id)
    assert {offer.state for offer in await offers_of(w, request_id)} == {"withdrawn"}


async def test_where_nothing_is_free_the_case_stays_with_the_centre(promising: PromisingSchool) -> None:
    await replace(promising, promising.early.request_id)
    listed = await offers_of(promising, promising.early.request_id)
    rooms = {room for offer in listed for room in offer.resource_ids}
    assert promising.hall.id not in rooms


async def test_what_is_held_for_its_own_request_is_no_closure_for_what_stands(school: School) -> None:
    """Rounded to the grid, what is left of a hold beside the booking would touch its turnover."""
    room = await school.room(100, turnover_minutes=20)
    detail = await school.request(talk())
    await book(school, detail.activities[0].id, at(15, 10), room)
    await offer(school, detail.request.id, detail.activities[0].id, at(15, 11), room)
    assert await audit_season(school.database, school.season.id, clock=school.clock) == []


async def test_a_step_that_has_another_place_by_now_stays_there(promising: PromisingSchool) -> None:
    """Its own case is settled a little later; only what still is broken gets other places."""
    w, school = promising, promising.school
    detail = await school.request(talk(attendance=40), talk(attendance=40))
    first, second = (activity.id for activity in detail.activities)
    moved, stays = [await book(school, key, at(day, 14), w.hall) for key, day in ((first, 14), (second, 15))]
    await change_hall(w, moved.id, stays.id, capacity=30)
    large = await school.room(100)
    there = MovePlacement(starts_at=moved.starts_at, room_ids=(large.id,))
    await move_booking(school.database, moved.id, there, actor=school.organiser, locale="en", clock=school.clock)
    await replace(w, detail.request.id)
    made = await offers_of(w, detail.request.id)
    assert len(made) == 3
    assert {placed.activity_id for offer in made for placed in offer.placements} == {second}
    assert at(15, 14) in {offer.begins_at for offer in made}, "at its time, in another room"
