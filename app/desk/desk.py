"""The desk: seasons in memory that are brought up to date before each answer.

What was committed since the last answer is told by the rows of `fact_change`: bookings are read again and changed in
place, a change of a season's frame forgets the seasons, and so does everything that cannot be followed row by row.
"""

import asyncio
from collections import OrderedDict
from collections.abc import Sequence
from typing import Final
from uuid import UUID

import structlog

from app.clock import Clock
from app.database import Connection, Database
from app.database.facts import FactChange, FactState, get_fact_state, list_fact_changes
from app.desk.domain import LikelyPlacements
from app.desk.messages import MovesQuestion, Question
from app.desk.moving import offers_with_moves
from app.desk.repository import list_occupied, list_occupied_by
from app.desk.warm_season import WarmSeason
from app.offers.domain import WantedOffer
from app.requests import repository as requests
from app.schedules.problem.facts import read_movable_facts, read_season_frame, season_stretch
from app.seasons import repository as seasons

log = structlog.get_logger(__name__)

MOST_SEASONS: Final = 4


class Desk:
    """Answers one question after the other, never from facts that are older than the question."""

    def __init__(self, database: Database, clock: Clock) -> None:
        self._database, self._clock = database, clock
        self._seasons: OrderedDict[UUID, WarmSeason] = OrderedDict()
        self._state: FactState | None = None
        self._known: set[int] = set()
        self._moving = asyncio.Lock()
        self.builds = 0

    async def answer(self, question: Question) -> LikelyPlacements:
        """Answer on facts that are at least as new as the question. Raises SeasonNotFound."""
        revision = await self.refresh(question.season_id)
        season = self._seasons[question.season_id]
        self._seasons.move_to_end(question.season_id)
        return season.answer(question, revision=revision)

    async def answer_with_moves(self, question: MovesQuestion) -> tuple[WantedOffer, ...]:
        """Answer on a season of its own, read for this question, in a thread: one at a time. Raises RequestNotFound."""
        async with self._moving:
            async with self._database.read() as connection:
                asked = await requests.get_request(connection, question.request_id)
                facts = await read_movable_facts(connection, asked, question.activities, clock=self._clock)
            return await asyncio.to_thread(offers_with_moves, facts, clock=self._clock)

    async def warm(self) -> None:
        """Have the seasons that people ask for in memory, and up to date."""
        today = self._clock.local(self._clock.now()).date()
        async with self._database.pool.acquire() as connection:
            listed = await seasons.list_seasons(connection)
        current = [season.id for season in reversed(listed) if season.last_day >= today]
        for season_id in current[:MOST_SEASONS]:
            await self.refresh(season_id)

    async def refresh(self, season_id: UUID) -> int:
        """Bring all seasons up to date, with this one among them; give the fact revision. Raises SeasonNotFound."""
        async with self._database.pool.acquire() as connection:
            state = await get_fact_state(connection)
        if state != self._state or season_id not in self._seasons:
            async with self._database.read() as connection:
                state = await self._follow(connection)
                if season_id not in self._seasons:
                    await self._build(connection, season_id)
        return state.revision

    async def _follow(self, connection: Connection) -> FactState:
        """Take in what was committed; forget every season where that cannot be done in place."""
        state = await get_fact_state(connection)
        if state == self._state:
            return state
        changes = await list_fact_changes(connection, known=self._known)
        if not self._seasons or not _can_follow(self._state, state, changes):
            self._seasons.clear()
        elif booking_ids := {booking_id for change in changes for booking_id in change.booking_ids}:
            for season in self._seasons.values():
                starts_at, ends_at = season_stretch(season.facts.season, self._clock)
                occupied = await list_occupied_by(connection, booking_ids, starts_at=starts_at, ends_at=ends_at)
                season.change(booking_ids, occupied)
        if any(change.kind == "folded" for change in changes) or not self._seasons:
            # What was folded is gone: whoever kept every number would keep them for ever.
            self._known = {change.id for change in await list_fact_changes(connection, known=())}
        else:
            self._known |= {change.id for change in changes}
        self._state = state
        return state

    async def _build(self, connection: Connection, season_id: UUID) -> None:
        facts = await read_season_frame(connection, season_id, clock=self._clock)
        starts_at, ends_at = season_stretch(facts.season, self._clock)
        occupied = await list_occupied(connection, starts_at=starts_at, ends_at=ends_at)
        self._seasons[season_id] = WarmSeason(facts, occupied, self._clock)
        self.builds += 1
        log.info("a season is in memory", season=facts.season.code, bookings=len(occupied), builds=self.builds)
        while len(self._seasons) > MOST_SEASONS:
            self._seasons.popitem(last=False)


def _can_follow(before: FactState | None, now: FactState, changes: Sequence[FactChange]) -> bool:
    """Whether the changes are all that was committed, and none of them changed a season's frame.

    Folding leaves the sum as it was: where it is more than what was listed, something was folded before it was seen.
    """
    if before is None or before.server_started_at != now.server_started_at:
        return False
    seen = [change for change in changes if change.kind != "folded"]
    if any(change.kind == "frame" for change in seen):
        return False
    return before.revision + sum(change.changes for change in seen) == now.revision
