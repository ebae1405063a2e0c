"""Offers, bookings, changes and time in any order, beside a model that a page of paper would hold."""

from datetime import timedelta
from itertools import count
from typing import Any
from uuid import UUID

import msgspec
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from app.amendments import deciding
from app.amendments import repository as amendments
from app.amendments.domain import RefuseAmendment
from app.decisions import endings
from app.errors import DomainError
from app.offers import repository
from app.requests.domain import CancelRequest, RequestDetail
from app.requests.repository import get_request
from app.schedules.audit import audit_season
from app.venues.domain import Room
from tests.amendments.test_amendments import as_wish, propose, standing
from tests.offers.acts import accept, book_or_move, decline, expire, later, offer
from tests.school import School, at, talk

STARTS = {"early": 9, "middle": 10, "late": 14}  # of talks of two hours without turnover: early meets middle
_days = count(1)
WHO, SLOT, NUMBER = st.integers(0, 1), st.sampled_from(sorted(STARTS)), st.integers(1, 4)
ACTS = st.one_of(
    st.tuples(st.just("offer"), WHO, SLOT),
    st.tuples(st.just("accept"), WHO, NUMBER),
    st.tuples(st.just("decline"), WHO, NUMBER),
    st.tuples(st.just("book"), WHO, SLOT),
    st.tuples(st.just("lengthen"), WHO, st.none()),
    st.tuples(st.just("approve"), WHO, st.none()),
    st.tuples(st.just("refuse"), WHO, st.none()),
    st.tuples(st.just("wait"), st.none(), st.sampled_from([1, 30, 60])),
    st.tuples(st.just("sweep"), st.none(), st.none()),
    st.tuples(st.just("cancel"), WHO, st.none()),
)


class Offered(msgspec.Struct):
    """An offer in the model."""

    hours: tuple[int, int]
    until: float
    state: str = "open"
    of_change: bool = False


class Asking(msgspec.Struct):
    """A request in the model: when it stands, its offers, and whether a change waits."""

    detail: RequestDetail
    stands: tuple[int, int] | None = None
    offers: list[Offered] = []
    changing: Offered | None = None
    length: int = 2
    ended: bool = False

    def hours(self, slot: str) -> tuple[int, int]:
        """When it would be."""
        return STARTS[slot], STARTS[slot] + self.length


class World:
    """Two requests for one room on one day, in the database and in the model."""

    def __init__(self, school: School, room: Room, day: int, asking: list[Asking]) -> None:
        self.school, self.room, self.day, self.asking = school, room, day, asking
        self.hours = 0.0

    def is_free(self, who: int, hours: tuple[int, int]) -> bool:
        other = self.asking[1 - who]
        taken = [other.stands] if other.stands else []
        taken += [entry.hours for entry in other.offers if entry.state == "open" and self.hours < entry.until]
        return all(hours[1] <= begins or ends <= hours[0] for begins, ends in taken)

    async def act(self, name: str, who: int | None, what: Any) -> None:
        """Do it in both; what the model forbids is refused."""
        if name == "wait":
            self.hours += what
            return
        if name == "sweep":
            await self._sweep()
            return
        assert who is not None
        expected = getattr(self, f"_expect_{name}")(who, what)
        if not expected:
            with pytest.raises(DomainError):
                await getattr(self, f"_{name}")(who, what)
            return
        await getattr(self, f"_{name}")(who, what)
        getattr(self, f"_note_{name}")(who, what)

    # offers

    def _expect_offer(self, who: int, slot: str) -> bool:
        mine = self.asking[who]
        hours = mine.hours(slot)
        known = {entry.hours[0] for entry in mine.offers if entry.state in ("open", "declined")}
        known |= {mine.stands[0]} if mine.stands else set()
        few = sum(entry.state == "open" for entry in mine.offers) < 3
        return not mine.ended and few and hours[0] not in known and self.is_free(who, hours)

    async def _offer(self, who: int, slot: str) -> None:
        detail = self.asking[who].detail
        await offer(self.later(), detail.request.id, detail.activities[0].id, at(self.day, STARTS[slot]), self.room)

    def _note_offer(self, who: int, slot: str) -> None:
        mine = self.asking[who]
        mine.offers.append(Offered(mine.hours(slot), self.hours + 48))

    def _found(self, who: int, number: int) -> Offered | None:
        offers = self.asking[who].offers
        return offers[number - 1] if number <= len(offers) else None

    def _can_answer(self, who: int, number: int) -> bool:
        found = self._found(who, number)
        return found is not None and found.state == "open" and not found.of_change

    def _expect_accept(self, who: int, number: int) -> bool:
        found = self._found(who, number)
        return self._can_answer(who, number) and found is not None and self.hours < found.until

    async def _accept(self, who: int, number: int) -> None:
        await accept(self.school, await self._offer_id(who, number), clock=later(self.school, self.hours))

    def _note_accept(self, who: int, number: int) -> None:
        mine, found = self.asking[who], self._found(who, number)
        assert found is not None
        for entry in mine.offers:
            if entry.state == "open":
                entry.state = "withdrawn"
        found.state, mine.stands, mine.changing = "accepted", found.hours, None

    def _expect_decline(self, who: int, number: int) -> bool:
        return self._can_answer(who, number)

    async def _decline(self, who: int, number: int) -> None:
        await decline(self.school, await self._offer_id(who, number))

    def _note_decline(self, who: int, number: int) -> None:
        found = self._found(who, number)
        assert found is not None
        found.state = "declined"

    # bookings by hand

    def _expect_book(self, who: int, slot: str) -> bool:
        mine = self.asking[who]
        return not mine.ended and self.is_free(who, mine.hours(slot))

    async def _book(self, who: int, slot: str) -> None:
        activity = self.asking[who].detail.activities[0]
        clock = later(self.school, self.hours)
        await book_or_move(self.school, activity.id, at(self.day, STARTS[slot]), self.room, clock=clock)

    def _note_book(self, who: int, slot: str) -> None:
        mine = self.asking[who]
        mine.stands = mine.hours(slot)

    # a change that needs approval: an hour more where it stands

    def _expect_lengthen(self, who: int, _: None) -> bool:
        mine = self.asking[who]
        if mine.ended or mine.changing or mine.stands is None or mine.length > 2:
            return False
        return self.is_free(who, (mine.stands[0], mine.stands[1] + 1))

    async def _lengthen(self, who: int, _: None) -> None:
        mine = self.asking[who]
        # What the model does not follow is not asked for: without a place, or where other places would be looked for.
        if not self._expect_lengthen(who, None):
            raise DomainError
        longer = as_wish(mine.detail.activities[0], duration_minutes=180)
        answer = await propose(self.school, mine.detail, [longer], clock=later(self.school, self.hours))
        assert answer.amendment.state == "awaiting_approval"

    def _note_lengthen(self, who: int, _: None) -> None:
        mine = self.asking[who]
        assert mine.stands is not None
        mine.changing = Offered((mine.stands[0], mine.stands[1] + 1), float("inf"), of_change=True)
        mine.offers.append(mine.changing)

    def _expect_approve(self, who: int, _: None) -> bool:
        return self.asking[who].changing is not None

    async def _approve(self, who: int, _: None) -> None:
        clock = later(self.school, self.hours)
        await self.school.database.transact(
            deciding.approve_amendment, await self._change_id(who), seen=None, actor=self.school.organiser, clock=clock
        )

    def _note_approve(self, who: int, _: None) -> None:
        mine = self.asking[who]
        assert mine.changing is not None
        mine.stands, mine.length = mine.changing.hours, 3
        for entry in mine.offers:
            if entry.state == "open":
                entry.state = "withdrawn"
        mine.changing.state, mine.changing = "accepted", None

    def _expect_refuse(self, who: int, _: None) -> bool:
        return self.asking[who].changing is not None

    async def _refuse(self, who: int, _: None) -> None:
        await self.school.database.transact(
            deciding.refuse_amendment,
            await self._change_id(who),
            RefuseAmendment(reason_code="other"),
            seen=None,
            actor=self.school.organiser,
            now=later(self.school, self.hours).now(),
        )

    def _note_refuse(self, who: int, _: None) -> None:
        mine = self.asking[who]
        assert mine.changing is not None
        mine.changing.state, mine.changing = "withdrawn", None

    # ends

    def _expect_cancel(self, who: int, _: None) -> bool:
        mine = self.asking[who]
        return not mine.ended and mine.stands is not None

    async def _cancel(self, who: int, _: None) -> None:
        await self.school.database.transact(
            endings.cancel_request,
            self.asking[who].detail.request.id,
            CancelRequest(),
            actor=self.school.organiser,
            clock=later(self.school, self.hours),
        )

    def _note_cancel(self, who: int, _: None) -> None:
        mine = self.asking[who]
        mine.stands, mine.ended, mine.changing = None, True, None
        for entry in mine.offers:
            if entry.state == "open":
                entry.state = "withdrawn"

    async def _sweep(self) -> None:
        clock = later(self.school, self.hours)
        await expire(self.school, clock)
        for mine in self.asking:
            for entry in mine.offers:
                if entry.state == "open" and entry.until <= self.hours:
                    entry.state = "expired"

    # the database beside the model

    def later(self) -> School:
        """The school, so many hours later."""
        shown = School(self.school.database, later(self.school, self.hours))
        shown.season, shown.organiser, shown.campus = self.school.season, self.school.organiser, self.school.campus
        return shown

    async def _offer_id(self, who: int, number: int) -> UUID:
        async with self.school.database.read() as connection:
            listed = await repository.list_offers(connection, [self.asking[who].detail.request.id])
        found = next((entry.id for entry in listed if entry.number == number), None)
        if found is None:
            raise DomainError
        return found

    async def _change_id(self, who: int) -> UUID:
        async with self.school.database.read() as connection:
            listed = await amendments.list_amendments(connection, self.asking[who].detail.request.id)
        found = next((entry.id for entry in listed if entry.state == "awaiting_approval"), None)
        if found is None:
            raise DomainError
        return found

    async def compare(self) -> None:
        """Whatever the model says stands in the database."""
        for mine in self.asking:
            booked = [(booking.starts_at, booking.ends_at) for booking in await standing(self.school, mine.detail)]
            expected = [] if mine.stands is None else [tuple(at(self.day, hour) for hour in mine.stands)]
            assert booked == expected
            async with self.school.database.read() as connection:
                listed = await repository.list_offers(connection, [mine.detail.request.id])
                state = (await get_request(connection, mine.detail.request.id)).state
                held = await connection.fetchval(
                    "SELECT count(*) FROM booking JOIN activity ON activity.id = booking.activity_id "
                    "WHERE activity.request_id = $1 AND booking.state = 'held'",
                    mine.detail.request.id,
                )
            assert [entry.state for entry in reversed(listed)] == [entry.state for entry in mine.offers]
            assert state == ("cancelled" if mine.ended else "scheduled" if mine.stands else "approved")
            assert held <= sum(entry.state == "open" for entry in mine.offers)
            assert held >= sum(entry.state == "open" and self.hours < entry.until for entry in mine.offers)


@settings(max_examples=60, deadline=None, database=None, derandomize=True, suppress_health_check=list(HealthCheck))
@given(steps=st.lists(ACTS, min_size=4, max_size=10))
async def test_any_sequence_ends_as_the_model_says(school: School, steps: list[tuple[str, int | None, Any]]) -> None:
    room = await school.room(100, turnover_minutes=0)
    asking = [Asking(await school.request(talk())) for _ in range(2)]
    world = World(school, room, 6 + next(_days) % 24, asking)
    for name, who, what in steps:
        await world.act(name, who, what)
        await world.compare()
    assert await audit_season(school.database, school.season.id, clock=later(school, timedelta(0).seconds)) == []
