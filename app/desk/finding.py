"""Finds what a request could be offered by asking the desk: whole itineraries, days that differ, others that move."""

from collections import Counter
from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from app.clock import Clock
from app.database import Database
from app.desk.asking import DeskLine
from app.desk.domain import LikelyPlacement, LikelyPlacements
from app.desk.messages import MovesQuestion, Question
from app.desk.service import ask_placements
from app.offers.domain import OfferedPlacement, WantedOffer
from app.offers.finding import DaysAsked, Finder
from app.requests import repository as requests
from app.requests.domain import Activity, Request
from app.requests.repository import Owner


class DeskFinder(Finder):
    """Asks the desk; where that has no answer, the database, which knows one activity at a time."""

    def __init__(self, database: Database, clock: Clock, desk: DeskLine) -> None:
        super().__init__(database, clock)
        self._desk = desk

    async def find(self, request_id: UUID, *, near: datetime | None = None) -> tuple[WantedOffer, ...]:
        """Give free placements for a request, the best first. Raises RequestNotFound."""
        found = await ask_placements(self.database, self._desk, request_id)
        if found is None:
            return await super().find(request_id, near=near)
        async with self.database.read() as connection:
            activities = (await requests.list_activities(connection, [request_id]))[request_id]
        return await self._found(found, request_id, activities, may_move=True)

    async def find_changed(
        self,
        request: Request,
        activities: Sequence[Activity],
        *,
        near: datetime | None = None,
        may_move: bool = True,
    ) -> tuple[WantedOffer, ...]:
        """Give placements for a request whose steps would be these instead, the best first."""
        found = await self._desk.ask(_question(request, activities))
        if found is None:
            return await super().find_changed(request, activities, near=near, may_move=may_move)
        return await self._found(found, request.id, activities, may_move=may_move)

    async def look_at_days(self, request: Request, activities: Sequence[Activity]) -> DaysAsked:
        """Say what is in the way on the days that a wish without a place asks for."""
        found = await self._desk.ask(_question(request, activities))
        if found is None:
            return await super().look_at_days(request, activities)
        no_way = {day.day: day.no_way for day in found.days}
        days = self.days_asked(activities[0], no_way)
        return DaysAsked(days=len(days), in_the_way=Counter(known for day in days if (known := no_way[day])))

    async def _found(
        self, found: LikelyPlacements, request_id: UUID, activities: Sequence[Activity], *, may_move: bool
    ) -> tuple[WantedOffer, ...]:
        """Give what is free; only where nothing is, what is free once others moved, if they may."""
        if found.placements or not may_move:
            return tuple(_wanted(placement, activities) for placement in found.placements)
        return await self._desk.ask_with_moves(MovesQuestion(request_id=request_id, activities=tuple(activities)))


def _question(request: Request, activities: Sequence[Activity]) -> Question:
    owner = Owner(kind=request.owner_kind, employer_id=request.employer_id, department_id=request.department_id)
    return Question(season_id=request.season_id, owner=owner, activities=tuple(activities), request_id=request.id)


def _wanted(placement: LikelyPlacement, activities: Sequence[Activity]) -> WantedOffer:
    return WantedOffer(
        cost=placement.cost,
        placements=tuple(
            OfferedPlacement(
                activity_id=activity.id,
                starts_at=step.starts_at,
                ends_at=step.ends_at,
                room_ids=step.room_ids,
                channel_id=step.channel_id,
            )
            for activity, step in zip(activities, placement.steps, strict=True)
        ),
    )
