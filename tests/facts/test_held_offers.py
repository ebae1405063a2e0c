"""What is held for offers is a promise too: a change of facts lists it, and takes it back only with a yes."""

from datetime import date, timedelta
from typing import Any
from uuid import UUID

import pytest

from app.amendments.answering import choose_again
from app.amendments.repository import get_amendment
from app.cases.writing import OpenFacts
from app.decisions.decide import waitlist_request
from app.facts.domain import BrokenPromise, PromisesBroken
from app.facts.writing import Author
from app.locales import translator
from app.offers.offering import offer_instead
from app.offers.repository import list_offers
from app.requests.domain import ActivityWish
from app.schedules.audit import audit_season
from app.seasons import service as seasons
from app.seasons.calendar import CalendarDay
from app.venues import closures, rooms
from app.venues import service as venues
from app.venues.closure_domain import AddClosure
from app.venues.commands import ChangeRoom
from app.venues.domain import ChangeCampus, Room
from app.venues.room_repository import list_rooms
from tests.amendments.test_amendments import as_wish, booked_talk, choose, owner_of, propose
from tests.offers.acts import accept, book, event_types, finder, offer, states
from tests.school import School, at, talk, window
from tests.waitlist.test_promoting import walk


class Offered:
    """A request with a place offered on 15 March at ten, and what facts are changed under it."""

    def __init__(self, school: School, hall: Room, request_id: UUID, activity_id: UUID) -> None:
        self.school, self.hall, self.request_id, self.activity_id = school, hall, request_id, activity_id

    async def write(self, use_case: Any, *accepted: UUID, reason: str = "") -> Any:
        """Change a fact in the open."""
        author = Author(
            actor=self.school.organiser,
            clock=self.school.clock,
            translate=translator("en"),
            accepted=frozenset(accepted),
            reason=reason,
        )
        return await OpenFacts(self.school.database).write(use_case, author)

    async def listed(self, use_case: Any) -> list[BrokenPromise]:
        """What a change would break."""
        with pytest.raises(PromisesBroken) as refused:
            await self.write(use_case)
        broken: list[BrokenPromise] = refused.value.extra["broken"]
        return broken

    def close(self, day: int) -> Any:
        """Close the hall for a day."""
        who: dict[str, Any] = {"actor": self.school.organiser, "now": self.school.clock.now()}
        command = AddClosure(first_day=date(2023, 3, day), reason_code="maintenance")
        zone = self.school.clock.zone
        return lambda c: closures.add_closure(c, self.hall.id, command, zone=zone, over_bookings=True, **who)

    def change(self, **change: Any) -> Any:
        """Change the hall."""
        who: dict[str, Any] = {"actor": self.school.organiser, "now": self.school.clock.now()}
        command = ChangeRoom(**change)
        return lambda c: rooms.change_room(c, self.hall.id, command, expected_version=None, **who)

    def day_off(self, day: int) -> Any:
        """Declare a day off."""
        entry = CalendarDay(day=date(2023, 3, day), source="school", is_working=False)
        who: dict[str, Any] = {"actor": self.school.organiser, "now": self.school.clock.now()}
        return lambda c: seasons.set_calendar_day(c, entry, **who)


@pytest.fixture
async def offered(school: School) -> Offered:
    hall = await school.room(100)
    detail = await school.request(talk())
    await offer(school, detail.request.id, detail.activities[0].id, at(15, 10), hall)
    return Offered(school, hall, detail.request.id, detail.activities[0].id)


@pytest.mark.parametrize(
    ("change", "rule"),
    [
        (lambda o: o.close(15), "room_blocked"),
        (lambda o: o.change(capacity=10), "room_capacity"),
        (lambda o: o.change(max_minutes=30), "room_not_allowed"),
        (lambda o: o.day_off(15), "day_off"),
    ],
    ids=["closed", "smaller", "given for less", "a day off"],
)
async def test_it_is_listed_taken_back_with_a_yes_and_another_is_offered(
    offered: Offered, change: Any, rule: str
) -> None:
    o, school = offered, offered.school
    await school.room(100)
    (entry,) = await o.listed(change(o))
    assert (entry.held, entry.request_id, [found.rule for found in entry.rules]) == (True, o.request_id, [rule])
    assert await states(school, o.request_id) == {1: "open"}, "nothing is taken back without a yes"
    await o.write(change(o), entry.booking_id, reason="pipes burst")
    assert await states(school, o.request_id) == {1: "withdrawn"}
    assert (await event_types(school))[-1] == "offers.broken"
    async with school.database.read() as connection:
        (old,) = await list_offers(connection, [o.request_id])
        exempt = await connection.fetchval("SELECT count(*) FROM closure WHERE exempt_activity_ids <> '{}'")
    assert (old.settled_note, exempt) == ("pipes burst", 0)
    near = old.begins_at
    await offer_instead(school.database, finder(school), old, now=school.clock.now())
    async with school.database.read() as connection:
        new = [found for found in await list_offers(connection, [o.request_id]) if found.state == "open"]
    assert new
    assert min(abs(found.begins_at - near) for found in new) <= timedelta(days=1)
    await accept(school, new[0].id)
    assert await audit_season(school.database, school.season.id, clock=school.clock) == []


async def test_who_got_it_from_the_waitlist_waits_for_its_turn_again(school: School) -> None:
    """It gets no other places before those who are in line before it."""
    hall, _ = await school.room(100), await school.room(100)
    detail = await school.request(talk(windows=(window(15, from_hour=14, until_hour=16),)))
    given: dict[str, Any] = {"seen": None, "actor": school.organiser, "now": school.clock.now()}
    await school.database.transact(waitlist_request, detail.request.id, **given)
    assert await walk(school) == 1
    o = Offered(school, hall, detail.request.id, detail.activities[0].id)
    (entry,) = await o.listed(o.close(15))
    await o.write(o.close(15), entry.booking_id)
    async with school.database.read() as connection:
        (gone,) = await list_offers(connection, [detail.request.id])
    await offer_instead(school.database, finder(school), gone, now=school.clock.now())
    assert await states(school, detail.request.id) == {1: "withdrawn"}
    assert await walk(school) == 1, "in the other hall"


async def test_what_it_does_not_touch_is_changed_at_once(offered: Offered) -> None:
    o = offered
    for change in (o.close(16), o.change(capacity=80), o.day_off(18)):
        await o.write(change)
    assert await states(o.school, o.request_id) == {1: "open"}


async def test_an_expired_one_is_in_nobodys_way(offered: Offered) -> None:
    o = offered
    await o.school.go_to(o.school.clock.now() + timedelta(hours=49))
    await o.write(o.close(15))


async def test_it_is_listed_beside_what_is_booked(offered: Offered) -> None:
    o, school = offered, offered.school
    booked = await book(school, (await school.request(talk())).activities[0].id, at(15, 14), o.hall)
    listed = await o.listed(o.close(15))
    assert [(entry.booking_id == booked.id, entry.held) for entry in listed] == [(False, True), (True, False)]
    with pytest.raises(PromisesBroken):
        await o.write(o.close(15), booked.id)
    await o.write(o.close(15), *(entry.booking_id for entry in listed))
    assert (await event_types(school))[-2:] == ["offers.broken", "case.opened"]


async def test_a_longer_turnover_is_kept_for_what_is_held(offered: Offered) -> None:
    """Somebody follows half an hour later: the longer turnover has no room, so the offer is spoilt."""
    o, school = offered, offered.school
    await book(school, (await school.request(talk())).activities[0].id, at(15, 12, 30), o.hall)
    (entry,) = await o.listed(o.change(turnover_minutes=60))
    assert (entry.held, entry.rules[0].rule) == (True, "room_overlap")


async def test_of_a_change_that_waits_for_approval_another_place_is_chosen(school: School) -> None:
    """It needs a larger hall; that one is closed after it was chosen, and there is another."""
    detail, _ = await booked_talk(school)
    halls = {hall.id: hall for hall in (await school.room(300), await school.room(300))}
    answer = await propose(school, detail, [as_wish(detail.activities[0], attendance=250)])
    chosen = answer.offers[0]
    await choose(school, chosen.id, await owner_of(school, detail))
    o = Offered(school, halls[chosen.placements[0].room_ids[0]], detail.request.id, detail.activities[0].id)
    (entry,) = await o.listed(o.change(capacity=200))
    assert (entry.held, [found.rule for found in entry.rules]) == (True, ["room_capacity"])
    await o.write(o.change(capacity=200), entry.booking_id)
    async with school.database.read() as connection:
        assert (await get_amendment(connection, answer.amendment.id)).state == "proposed"
    await choose_again(school.database, finder(school), chosen, now=school.clock.now())
    async with school.database.read() as connection:
        open_now = [made for made in await list_offers(connection, [detail.request.id]) if made.state == "open"]
    assert open_now
    assert {made.amendment_id for made in open_now} == {answer.amendment.id}
    assert o.hall.id not in {room for made in open_now for room in made.resource_ids}
    await choose(school, open_now[0].id, school.organiser)
    assert await audit_season(school.database, school.season.id, clock=school.clock) == []


async def test_a_step_that_a_change_would_add(school: School) -> None:
    """Its row is only proposed, and its order beside the other steps counts as the change has it."""
    detail, before = await booked_talk(school)
    more = ActivityWish(kind="written_test", attendance=60, duration_minutes=120, windows=(window(16),))
    answer = await propose(school, detail, [as_wish(detail.activities[0]), more])
    assert answer.amendment.outcome == "placements"
    async with school.database.read() as connection:
        (hall,) = [room for room in await list_rooms(connection) if room.id in before.room_ids]
    o = Offered(school, hall, detail.request.id, detail.activities[0].id)
    await o.write(o.change(capacity=90))
    listed = await o.listed(o.close(16))
    assert {(entry.held, entry.rules[0].rule) for entry in listed} == {(True, "room_blocked")}
    assert len(listed) == len(answer.offers)


async def test_a_campus_further_away_spoils_what_is_offered_beside_another_step(school: School) -> None:
    east = await school.add_campus("east", "东校区", "East campus")
    main, other = await school.room(100), await school.room(100, campus=east)
    test = ActivityWish(kind="written_test", attendance=60, duration_minutes=120)
    detail = await school.request(talk(), test)
    first, second = detail.activities
    await book(school, first.id, at(15, 9), main)
    await offer(school, detail.request.id, second.id, at(15, 13), other)
    o = Offered(school, other, detail.request.id, second.id)
    who: dict[str, Any] = {"actor": school.organiser, "now": school.clock.now()}
    campus = ChangeCampus(name_zh="东校区", name_en="East campus", travel_minutes={"main": 180})
    (entry,) = await o.listed(lambda c: venues.change_campus(c, "east", campus, expected_version=None, **who))
    assert (entry.held, entry.rules[0].rule) == (True, "group_travel")
