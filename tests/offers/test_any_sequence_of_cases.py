"""Closures with an explicit yes among offers, bookings and changes: each opens a case, which ends as it should."""

from datetime import time
from itertools import count
from typing import Any
from uuid import UUID

import msgspec
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from app.cases import repository as cases
from app.cases.domain import KeepCase
from app.cases.opening import settle_everywhere
from app.cases.service import keep_case
from app.cases.writing import OpenFacts
from app.errors import DomainError
from app.facts.domain import PromisesBroken
from app.facts.writing import Author
from app.locales import translator
from app.schedules.audit import audit_season
from app.venues import closures
from app.venues.closure_domain import AddClosure
from app.venues.domain import Room
from tests.amendments.test_amendments import standing
from tests.offers.acts import later
from tests.offers.test_any_sequence import ACTS, STARTS, WHO, Asking, World
from tests.school import School, at, talk

_days = count(1)
ENGLISH = translator("en")
WITH_CASES = st.one_of(
    st.tuples(st.just("close"), st.none(), st.sampled_from(["early", "late"])),
    st.tuples(st.just("keep"), WHO, st.none()),
    ACTS,
)
# A place that stands and then a closure over it, so that most sequences have a case.
BEGINNINGS = st.tuples(
    st.just(("book", 0, "early")),
    st.sampled_from([("close", None, "early"), ("offer", 0, "late"), ("book", 1, "late")]),
    st.just(("close", None, "early")),
)
_AFTER_A_MOVE = {"open": "settled", "kept here": "kept"}


def meet(one: tuple[int, int], other: tuple[int, int]) -> bool:
    """Whether two stretches overlap."""
    return one[0] < other[1] and other[0] < one[1]


class CaseWorld(World):
    """The room is closed for parts of the day, over what stands there."""

    def __init__(self, school: School, room: Room, day: int, asking: list[Asking]) -> None:
        super().__init__(school, room, day, asking)
        self.closed: list[tuple[int, int]] = []
        self.cases: list[list[str]] = [[] for _ in asking]

    def is_free(self, who: int, hours: tuple[int, int]) -> bool:
        return super().is_free(who, hours) and not any(meet(hours, closed) for closed in self.closed)

    def _expect_book(self, who: int, slot: str) -> bool:
        # Where it stands already it stays, closed or not.
        mine = self.asking[who]
        return super()._expect_book(who, slot) or (not mine.ended and mine.stands == mine.hours(slot))

    async def act(self, name: str, who: int | None, what: Any) -> None:
        if name == "close":
            await self._close(what)
            return
        if name == "keep":
            assert who is not None
            await self._keep(who)
            return
        before = [mine.stands for mine in self.asking]
        await super().act(name, who, what)
        for number, mine in enumerate(self.asking):
            if mine.stands != before[number]:
                self.cases[number] = [_AFTER_A_MOVE.get(state, state) for state in self.cases[number]]
        if name == "sweep":
            author = Author(actor=None, clock=later(self.school, self.hours), translate=ENGLISH)
            await self.school.database.transact(settle_everywhere, author)

    def _agreed_or_asked(self, who: int) -> bool:
        """Whether what stands has a case that is open or was agreed to."""
        return bool(self.cases[who]) and self.cases[who][-1] in ("open", "kept here")

    async def _close(self, slot: str) -> None:
        hours = (STARTS[slot], STARTS[slot] + 2)
        if hours in self.closed or any(mine.changing for mine in self.asking):
            return
        await self._sweep()
        broken = [
            who
            for who, mine in enumerate(self.asking)
            if mine.stands and meet(mine.stands, hours) and not self._agreed_or_asked(who)
        ]
        spoilt = [
            entry for mine in self.asking for entry in mine.offers if entry.state == "open" and meet(entry.hours, hours)
        ]
        ids = {booking.id for who in broken for booking in await standing(self.school, self.asking[who].detail)}
        ids |= await self._held_between(*hours)
        clock = later(self.school, self.hours)
        command = AddClosure(
            first_day=at(self.day, 0).date(), from_time=time(hours[0]), until_time=time(hours[1]), reason_code="exam"
        )

        async def close(connection: Any) -> Any:
            return await closures.add_closure(
                connection,
                self.room.id,
                command,
                zone=clock.zone,
                actor=self.school.organiser,
                now=clock.now(),
                over_bookings=True,
            )

        facts, author = (
            OpenFacts(self.school.database),
            Author(actor=self.school.organiser, clock=clock, translate=ENGLISH),
        )
        assert len(ids) == len(broken) + len(spoilt)
        if ids:
            with pytest.raises(PromisesBroken) as refused:
                await facts.write(close, author)
            assert {entry.booking_id for entry in refused.value.extra["broken"]} == ids
            await self.compare()
        await facts.write(close, msgspec.structs.replace(author, accepted=frozenset(ids)))
        self.closed.append(hours)
        for who in broken:
            self.cases[who].append("open")
        for entry in spoilt:
            entry.state = "withdrawn"

    async def _held_between(self, begins: int, ends: int) -> set[UUID]:
        """What is held in the room between two hours."""
        async with self.school.database.read() as connection:
            rows = await connection.fetch(
                "SELECT booking_id FROM booking_resource "
                "WHERE resource_id = $1 AND state = 'held' AND span && tstzrange($2, $3)",
                self.room.id,
                at(self.day, begins),
                at(self.day, ends),
            )
            return {row["booking_id"] for row in rows}

    async def _keep(self, who: int) -> None:
        async with self.school.database.read() as connection:
            listed = await cases.list_cases(connection, season_id=self.school.season.id, states=["open"])
        found = [row for row in listed if row.request_id == self.asking[who].detail.request.id]
        is_open = bool(self.cases[who]) and self.cases[who][-1] == "open"
        assert bool(found) == is_open
        if is_open:
            by: dict[str, Any] = {
                "actor": self.school.organiser,
                "translate": ENGLISH,
                "now": later(self.school, self.hours).now(),
            }
            agree = KeepCase(reason="They sit elsewhere")
            await self.school.database.transact(keep_case, found[0].id, agree, seen=None, **by)
            with pytest.raises(DomainError):
                await self.school.database.transact(keep_case, found[0].id, agree, seen=None, **by)
            self.cases[who][-1] = "kept here"

    async def compare(self) -> None:
        await super().compare()
        async with self.school.database.read() as connection:
            rows = await cases.list_cases(connection, season_id=self.school.season.id, states=None)
        for who, mine in enumerate(self.asking):
            own = sorted((row for row in rows if row.request_id == mine.detail.request.id), key=lambda row: row.id)
            assert [row.state for row in own] == [state.removesuffix(" here") for state in self.cases[who]]


@settings(max_examples=60, deadline=None, database=None, derandomize=True, suppress_health_check=list(HealthCheck))
@given(beginning=BEGINNINGS, steps=st.lists(WITH_CASES, min_size=3, max_size=9))
async def test_any_sequence_with_cases_ends_as_the_model_says(
    school: School, beginning: tuple[Any, ...], steps: list[tuple[str, int | None, Any]]
) -> None:
    room = await school.room(100, turnover_minutes=0)
    asking = [Asking(await school.request(talk())) for _ in range(2)]
    world = CaseWorld(school, room, 6 + next(_days) % 24, asking)
    for name, who, what in (*beginning, *steps):
        await world.act(name, who, what)
        await world.compare()
    # Every broken promise has a case, or somebody agreed to it.
    assert await audit_season(school.database, school.season.id, clock=school.clock) == []
