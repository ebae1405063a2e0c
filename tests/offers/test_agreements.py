"""What an organiser says yes to with an offer is kept until its owner accepts, and then with the booking."""

from datetime import date

import msgspec
import pytest

from app.cases.domain import CaseRow
from app.cases.repository import list_cases
from app.offers import offering
from app.offers.domain import ChosenPlacement, MakeOffers, Offer, PlacementGone
from app.requests.domain import RequestDetail
from app.schedules.audit import audit_season
from app.seasons import service as seasons
from app.seasons.calendar import CalendarDay
from app.venues.domain import Room
from tests.bookings.test_limits import limit
from tests.offers.acts import accept, book, finder, later
from tests.school import School, at, talk, window


async def offer(school: School, detail: RequestDetail, room: Room, day: int, hour: int, **yes: bool) -> Offer:
    """The organiser offers a place by hand, and says yes where asked."""
    activity_id = detail.activities[0].id
    given = {"activity_id": activity_id, "starts_at": at(day, hour), "room_ids": (room.id,)}
    command = MakeOffers(placement=msgspec.convert({**given, **yes}, ChosenPlacement))
    (made,) = await offering.offer_placements(
        school.database,
        finder(school),
        detail.request.id,
        command,
        actor=school.organiser,
        locale="en",
        clock=school.clock,
    )
    return made


async def agreements(school: School, detail: RequestDetail) -> list[tuple[list[str], str | None]]:
    """What the booking of a request breaks by agreement, and whose that is."""
    async with school.database.read() as connection:
        kept: list[CaseRow] = await list_cases(connection, states=["kept"], request_id=detail.request.id)
    return sorted(([one.rule for one in case.breaks], case.ended_by_name) for case in kept)


async def audited(school: School) -> list[str]:
    found = await audit_season(school.database, school.season.id, clock=school.clock)
    return [violation.rule for violation in found]


async def declare_off(school: School, day: date) -> None:
    off, now = CalendarDay(day=day, is_working=False), school.clock.now()
    await school.database.transact(seasons.set_calendar_day, off, actor=school.organiser, now=now)


@pytest.mark.parametrize("by_link", [True, False])
async def test_one_too_many_that_an_organiser_offered_is_agreed_by_the_organiser(school: School, by_link: bool) -> None:
    employer, room = await school.employer(), await school.room(100)
    first, second = [await school.request(talk(), employer=employer) for _ in range(2)]
    await book(school, first.activities[0].id, at(15, 9), room)
    made = await offer(school, second, room, 15, 14, over_limits=True)
    owner = (await school.account("employer_contact", employer_id=employer.id)).actor()
    await accept(school, made.id, clock=later(school, 1), actor=None if by_link else owner)
    assert await agreements(school, second) == [(["group_max_per_day"], school.organiser.display_name)]
    assert await audited(school) == []
    async with school.database.read() as connection:
        (kept,) = await list_cases(connection, states=["kept"], request_id=second.request.id)
    assert kept.ended_at == made.made_at, "when the yes was said"


async def test_a_day_off_is_the_organisers_yes_and_the_other_hours_are_the_owners(school: School) -> None:
    room, detail = await school.room(100), await school.request(talk(windows=(window(15),)))
    await declare_off(school, date(2023, 3, 16))
    made = await offer(school, detail, room, 16, 14, outside_wishes=True)
    owner = (await school.account("employer_contact", employer_id=detail.request.employer_id)).actor()
    await accept(school, made.id, actor=owner)
    assert await agreements(school, detail) == [
        (["day_off"], school.organiser.display_name),
        (["start_not_allowed"], owner.display_name),
    ]
    assert await audited(school) == []


async def test_a_limit_that_nobody_was_asked_about_loses_the_offer(school: School) -> None:
    employer, room = await school.employer(), await school.room(100)
    first, second = [await school.request(talk(), employer=employer) for _ in range(2)]
    made = await offer(school, second, room, 15, 14, over_limits=True)
    await book(school, first.activities[0].id, at(15, 9), room)
    with pytest.raises(PlacementGone):
        await accept(school, made.id)
    assert await agreements(school, second) == []


async def test_one_yes_is_none_to_another_limit(school: School) -> None:
    employer, room = await school.employer(), await school.room(100)
    first, second = [await school.request(talk(), employer=employer) for _ in range(2)]
    await book(school, first.activities[0].id, at(15, 9), room)
    made = await offer(school, second, room, 15, 14, over_limits=True)
    await limit(school, "activities_per_campus_day", 1)
    with pytest.raises(PlacementGone):
        await accept(school, made.id)
