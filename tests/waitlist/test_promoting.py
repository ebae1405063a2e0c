"""What becomes free is kept for the first in line whom it suits, once however many causes come."""

import asyncio
from contextlib import suppress
from datetime import timedelta
from random import Random
from typing import Any
from uuid import UUID

import pytest

from app.bookings.service import release_booking
from app.decisions import decide
from app.offers.domain import Offer
from app.offers.finding import Finder
from app.offers.repository import list_offers
from app.requests.domain import Decision, RequestDetail
from app.schedules.audit import audit_season
from app.venues.domain import Room
from app.waitlist import promoting, repository
from app.waitlist.ranking import rank_waiting
from tests.offers.acts import accept, book, decline, event_types, expire, finder, later, offer_nearest
from tests.school import School, at, talk, window

SLOT = {"from_hour": 14, "until_hour": 16}


async def waiting(school: School, *days: int, **more: Any) -> RequestDetail:
    """A talk on the waitlist that can only be from two to four on some days of March."""
    detail = await school.request(talk(windows=tuple(window(day, **SLOT) for day in days)), **more)
    given: dict[str, Any] = {"seen": None, "actor": school.organiser, "now": school.clock.now()}
    await school.database.transact(decide.waitlist_request, detail.request.id, **given)
    return detail


async def taken(school: School, room: Room, *days: int) -> list[UUID]:
    """Bookings from two to four on some days."""
    return [(await book(school, (await school.request(talk())).activities[0].id, at(day, 14), room)).id for day in days]


async def give_back(school: School, booking_id: UUID) -> None:
    """A place becomes free."""
    given: dict[str, Any] = {"reason": "", "actor": school.organiser, "now": school.clock.now()}
    await school.database.transact(release_booking, booking_id, **given)


async def walk(school: School, *, hours: float = 0, searcher: Finder | None = None) -> int:
    """What the worker does once something may be free."""
    async with school.database.pool.acquire() as connection:
        await repository.ask_walk(connection, [school.season.id])
    clock = later(school, hours)
    return await promoting.walk_asked(school.database, searcher or finder(school), clock=clock)


async def kept(school: School, detail: RequestDetail) -> list[Offer]:
    """What is kept for a request, and was."""
    async with school.database.read() as connection:
        return await list_offers(connection, [detail.request.id])


async def test_the_first_in_line_gets_it_for_a_day(school: School) -> None:
    room = await school.room(100)
    (booking_id,) = await taken(school, room, 15)
    large = await school.employer(size="large")
    second, first = [await waiting(school, 15, employer=large), await waiting(school, 15)]
    assert await walk(school) == 0
    await give_back(school, booking_id)
    assert await walk(school) == 1
    (made,) = await kept(school, first)
    assert (made.origin, made.state, made.held, made.begins_at) == ("waitlist", "open", True, at(15, 14))
    assert made.held_until - made.made_at == timedelta(hours=24)
    assert await kept(school, second) == [], "small employers weigh more"
    assert await walk(school) == 0, "it is kept for one"
    await accept(school, made.id)
    assert await audit_season(school.database, school.season.id, clock=school.clock) == []


async def test_who_does_not_answer_gives_it_to_the_next(school: School) -> None:
    await school.room(100)
    first, second = [await waiting(school, 15) for _ in range(2)]
    assert await walk(school) == 1
    await expire(school, later(school, 25))
    assert await walk(school, hours=25) == 1
    assert [offer.state for offer in await kept(school, first)] == ["expired"]
    assert [offer.state for offer in await kept(school, second)] == ["open"]
    async with school.database.read() as connection:
        order = await rank_waiting(connection, school.season.id)
    assert [(entry.waiting.request_id, entry.waiting.missed) for entry in order] == [
        (second.request.id, 0),
        (first.request.id, 1),
    ]
    await expire(school, later(school, 50))
    assert await walk(school, hours=50) == 0, "nobody is asked for the same again"


async def test_who_declines_waits_on_for_another(school: School) -> None:
    await school.room(100)
    first, second = [await waiting(school, 15, 16) for _ in range(2)]
    assert await walk(school) == 2
    (one,), (other,) = await kept(school, first), await kept(school, second)
    await decline(school, one.id)
    await accept(school, other.id)
    await walk(school)
    assert [offer.state for offer in await kept(school, first)] == ["declined"]


@pytest.mark.parametrize("act", [decide.withdraw_request, decide.refuse_request])
async def test_who_leaves_the_line_frees_what_was_kept(school: School, act: Any) -> None:
    """Nothing was booked, so no booking says that the place is free again."""
    await school.room(100)
    first, second = [await waiting(school, 15) for _ in range(2)]
    assert await walk(school) == 1
    given: dict[str, Any] = {"seen": None, "actor": school.organiser, "now": school.clock.now()}
    decision = [Decision(reason_code="other")] if act is decide.refuse_request else []
    await school.database.transact(act, first.request.id, *decision, **given)
    last = (await event_types(school))[-1]
    assert last in {kind.type for kind in promoting.FREEING}
    assert await walk(school) == 1
    assert [offer.state for offer in await kept(school, second)] == ["open"]


async def test_who_is_put_on_it_keeps_what_was_offered_before(school: School) -> None:
    """Other places were offered and may still be accepted; what was asked for comes beside them."""
    room = await school.room(100)
    (booking_id,) = await taken(school, room, 15)
    detail = await school.request(talk(windows=(window(15, **SLOT),)))
    others = await offer_nearest(school, detail.request.id)
    given: dict[str, Any] = {"seen": None, "actor": school.organiser, "now": school.clock.now()}
    await school.database.transact(decide.waitlist_request, detail.request.id, **given)
    assert {offer.state for offer in await kept(school, detail)} == {"open"}
    await give_back(school, booking_id)
    assert await walk(school) == 1
    made = [offer for offer in await kept(school, detail) if offer.state == "open"]
    assert (len(made), made[0].origin, made[0].begins_at) == (len(others) + 1, "waitlist", at(15, 14))
    await accept(school, made[0].id)
    assert {offer.state for offer in await kept(school, detail)} == {"accepted", "withdrawn"}


async def test_nobody_is_promoted_into_a_clash_with_their_own(school: School) -> None:
    employer = await school.employer()
    hall, other = await school.room(100), await school.room(100)
    mine = await school.request(talk(), employer=employer)
    await book(school, mine.activities[0].id, at(15, 15), hall)
    blocked, free = await waiting(school, 15, employer=employer), await waiting(school, 15)
    await walk(school)
    assert await kept(school, blocked) == []
    assert [offer.placements[0].room_ids for offer in await kept(school, free)] == [(other.id,)]


async def test_two_of_one_employer_are_not_kept_at_one_time(school: School) -> None:
    employer = await school.employer()
    for _ in range(2):
        await school.room(100)
    both = [await waiting(school, 15, employer=employer) for _ in range(2)]
    assert await walk(school) == 1
    assert sorted([len(await kept(school, detail)) for detail in both]) == [0, 1]


async def test_many_causes_at_once_keep_one_place_for_one(school: School) -> None:
    await school.room(100)
    details = [await waiting(school, 15) for _ in range(4)]
    assert sum(await asyncio.gather(*(walk(school) for _ in range(5)))) == 1
    assert sorted([len(await kept(school, detail)) for detail in details]) == [0, 0, 0, 1]
    async with school.database.read() as connection:
        assert await repository.list_asked_walks(connection) == []


class Killed(Exception):
    """The end of a worker."""


class Dies(Finder):
    """A worker that is killed at its so-maniest question."""

    def __init__(self, school: School, *, after: int) -> None:
        super().__init__(school.database, school.clock)
        self._left = after

    async def find_changed(self, *args: Any, **options: Any) -> Any:
        """Answer, or die."""
        self._left -= 1
        if self._left < 0:
            raise Killed
        return await super().find_changed(*args, **options)


async def test_where_a_worker_dies_another_goes_on(school: School) -> None:
    await school.room(100)
    details = [await waiting(school, day) for day in (13, 14, 15)]
    with pytest.raises(Killed):
        await walk(school, searcher=Dies(school, after=1))
    assert await promoting.walk_asked(school.database, finder(school), clock=school.clock) == 2
    assert [len(await kept(school, detail)) for detail in details] == [1, 1, 1]


class FreesMeanwhile(Finder):
    """A place becomes free after the first in line was asked, and before the second is."""

    def __init__(self, school: School, booking_id: UUID) -> None:
        super().__init__(school.database, school.clock)
        self._school, self._booking_id, self._asked = school, booking_id, 0

    async def find_changed(self, *args: Any, **options: Any) -> Any:
        """Answer; the second time something became free just before."""
        self._asked += 1
        if self._asked == 2:
            await give_back(self._school, self._booking_id)
        return await super().find_changed(*args, **options)


async def test_nobody_is_passed_over_because_it_became_free_a_moment_later(school: School) -> None:
    (booking_id,) = await taken(school, await school.room(100), 15)
    first, second = [await waiting(school, 15) for _ in range(2)]
    assert await walk(school, searcher=FreesMeanwhile(school, booking_id)) == 1
    assert (len(await kept(school, first)), await kept(school, second)) == (1, [])


@pytest.mark.parametrize("seed", [1, 2, 3, 4])
async def test_places_come_free_at_random_and_at_once(school: School, seed: int) -> None:
    """Each place is given once, and nobody has one while somebody before them waits whom it would suit."""
    rng = Random(seed)
    room = await school.room(100)
    days = [13, 14, 15, 16, 17, 20, 21, 22]
    booked = dict(zip(days, await taken(school, room, *days), strict=True))
    employers = [await school.employer(size=rng.choice(["small", "large"])) for _ in range(5)]
    details = [
        await waiting(school, *rng.sample(days, rng.randint(1, 3)), employer=rng.choice(employers)) for _ in range(14)
    ]
    async with school.database.read() as connection:
        order = [entry.waiting.request_id for entry in await rank_waiting(connection, school.season.id)]
    freed = rng.sample(days, 5)

    async def free_and_walk(day: int) -> None:
        await give_back(school, booked[day])
        if rng.random() < 0.3:
            with suppress(Killed):  # unless another one walks
                await walk(school, searcher=Dies(school, after=0))
        await walk(school)

    await asyncio.gather(*(free_and_walk(day) for day in freed))
    await walk(school)
    given = {detail.request.id: await kept(school, detail) for detail in details}
    by_day = [offer.begins_at for offers in given.values() for offer in offers]
    assert len(by_day) == len(set(by_day)), "no place is given twice"
    wishes = {detail.request.id: {one.first_day.day for one in detail.activities[0].windows} for detail in details}
    owner = {detail.request.id: detail.request.employer_id for detail in details}
    holder = {school.clock.local(offers[0].begins_at).day: key for key, offers in given.items() if offers}
    assert holder
    for key, offers in given.items():
        for day in wishes[key] & set(freed) if not offers else ():
            assert day in holder, "nothing stays free that somebody waits for"
            same_people = owner[holder[day]] == owner[key]
            assert same_people or order.index(holder[day]) < order.index(key), "and nobody is passed over"
    assert await audit_season(school.database, school.season.id, clock=school.clock) == []
