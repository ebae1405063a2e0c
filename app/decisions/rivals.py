"""Rivals: who else asks for the same rooms at the same time, and who would lose them by an approval.

An approval that leaves others without a place says so first. With an explicit yes it gives the request the place that
leaves the fewest without one, and refuses these with the reason and the nearest free places, all as one act.
"""

from collections.abc import Sequence
from datetime import datetime, time, timedelta
from typing import Annotated, Final
from uuid import UUID

import msgspec
from msgspec import Meta

from app.actors import Actor
from app.bookings import repository as bookings
from app.bookings.alternatives import find_alternatives
from app.bookings.domain import ConfirmPlacement, Placement
from app.bookings.free_repository import list_free_placements
from app.bookings.placement_rules import USUAL_RULES, grid_starts
from app.bookings.service import book_placement
from app.clock import Clock
from app.database import Connection, Database
from app.decisions import repository
from app.decisions.decide import approve_request, refuse_request
from app.decisions.repository import Rival
from app.errors import N_, Conflict
from app.offers.domain import OfferedPlacement, WantedOffer
from app.offers.finding import is_wished
from app.requests import repository as requests
from app.requests.access import decides_near, must_decide
from app.requests.domain import Activity, RefuseRequest, Request
from app.requests.limits import is_within_limits
from app.seasons import repository as seasons
from app.seasons.calendar import Calendar, each_day
from app.seasons.domain import Season
from app.texts import Command

RIVALS_SHOWN: Final = 30
# Starts looked at of each step: a wish with more of them is hardly in anybody's way.
_STARTS: Final = 600
_REASON: Final = "place_given"


class Rivals(msgspec.Struct, frozen=True, kw_only=True):
    """Who else asks, and where the request would be booked if others lose by it; None where nobody does."""

    place: Placement | None
    rivals: tuple[Rival, ...]

    @property
    def losers(self) -> tuple[Rival, ...]:
        """Give those that would be left without a place."""
        return tuple(rival for rival in self.rivals if rival.loses)


class Settled(Command, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A rival as it was looked at."""

    request_id: UUID
    row_version: int


class ApproveRequest(Command, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """An approval; `settles` names the rivals that lose by it, as a yes to refusing exactly these as they are."""

    settles: Annotated[tuple[Settled, ...], Meta(max_length=RIVALS_SHOWN)] = ()


class RivalsLose(Conflict):
    """Others would be left without a place: that needs a yes."""

    type = "rivals-lose"
    sentence = N_(
        "Approving this leaves {count} others without the rooms that they ask for. Look at them and say yes to "
        "refusing them, with other places offered."
    )


async def read_rivals(connection: Connection, request: Request, *, actor: Actor, clock: Clock) -> Rivals:
    """Say who else asks for the rooms of a request, and who would lose by its approval.

    Of an itinerary it is only said who asks. An approver's rivals lose only where they decide about them too.
    """
    found = await repository.list_rivals(connection, request.id, batch=RIVALS_SHOWN)
    if not found:
        return Rivals(place=None, rivals=())
    steps = (await requests.list_activities(connection, [request.id]))[request.id]
    if len(steps) != 1 or request.state not in ("submitted", "waitlisted"):
        return Rivals(place=None, rivals=tuple(found))
    season = await seasons.get_season(connection, request.season_id)
    calendar = await seasons.get_calendar(connection, season.first_day, season.last_day)
    look = _Look(connection, season, calendar, clock)
    wished = await look.wished(steps[0])
    theirs = await requests.list_activities(connection, [rival.request_id for rival in found])
    ways = {
        activity_id: _Ways(look, step, await look.free(step, step.asked_room_ids))
        for rival in found
        if await _may_settle(connection, rival, actor)
        for activity_id in rival.activity_ids
        for step in theirs[rival.request_id]
        if step.id == activity_id
    }
    best: tuple[Placement, set[UUID]] | None = None
    for place in wished:
        lost = {activity_id for activity_id, way in ways.items() if await way.is_lost(place)}
        if best is None or len(lost) < len(best[1]):
            best = (place, lost)
        if not lost:
            break
    if best is None or not best[1]:
        return Rivals(place=None, rivals=tuple(found))
    place, lost = best
    return Rivals(
        place=place,
        rivals=tuple(msgspec.structs.replace(rival, loses=bool(lost & set(rival.activity_ids))) for rival in found),
    )


async def approve_and_settle(
    database: Database,
    request_id: UUID,
    command: ApproveRequest,
    *,
    seen: int | None,
    actor: Actor,
    clock: Clock,
) -> Request:
    """Approve a request; where others lose by it, only with a yes to exactly these, and then it is booked at once.

    Raises RivalsLose, ResourceTaken where somebody was faster, PreconditionFailed, and what approve_request raises.
    """
    async with database.read() as connection:
        request = await requests.get_request(connection, request_id)
        must_decide(actor, request)
        rivals = await read_rivals(connection, request, actor=actor, clock=clock)
        agreed = {settled.request_id: settled.row_version for settled in command.settles}
        if rivals.place is not None and {rival.request_id: rival.row_version for rival in rivals.losers} != agreed:
            raise RivalsLose(count=len(rivals.losers), extra={"rivals": msgspec.to_builtins(rivals.losers)})
        offers = {
            rival.request_id: await _elsewhere(connection, rival.request_id, rivals.place, clock=clock)
            for rival in rivals.losers
        }
    return await database.transact(_approve, request_id, rivals, offers, seen=seen, actor=actor, clock=clock)


async def _approve(
    connection: Connection,
    request_id: UUID,
    rivals: Rivals,
    offers: dict[UUID, tuple[WantedOffer, ...]],
    *,
    seen: int | None,
    actor: Actor,
    clock: Clock,
) -> Request:
    now = clock.now()
    approved = await approve_request(connection, request_id, seen=seen, actor=actor, now=now)
    if rivals.place is None:
        return approved
    (step,) = (await requests.list_activities(connection, [request_id]))[request_id]
    wanted = ConfirmPlacement(
        activity_id=step.id,
        starts_at=rivals.place.starts_at,
        room_ids=rivals.place.room_ids,
        channel_id=rivals.place.channel_id,
    )
    await book_placement(connection, wanted, actor=actor, clock=clock, by_decision=True)
    for rival in rivals.losers:
        await refuse_request(
            connection,
            rival.request_id,
            RefuseRequest(reason_code=_REASON),
            seen=rival.row_version,
            actor=actor,
            now=now,
            instead=offers[rival.request_id],
        )
    return await requests.get_request(connection, request_id)


async def _may_settle(connection: Connection, rival: Rival, actor: Actor) -> bool:
    """Whether somebody could refuse a rival."""
    if actor.organises:
        return True
    request = await requests.get_request(connection, rival.request_id)
    return decides_near(actor, request) and await is_within_limits(connection, request)


async def _elsewhere(
    connection: Connection, request_id: UUID, place: Placement | None, *, clock: Clock
) -> tuple[WantedOffer, ...]:
    """Give the nearest free places of a rival of one step, at other times than a place that is given away."""
    steps = (await requests.list_activities(connection, [request_id]))[request_id]
    if len(steps) != 1 or place is None:
        return ()
    (step,) = steps
    season = await seasons.get_season(connection, (await requests.get_request(connection, request_id)).season_id)
    minutes = await repository.list_turnovers(connection, list(place.room_ids))
    turnover = timedelta(minutes=max(minutes.values(), default=0))
    found = await find_alternatives(
        connection,
        await bookings.get_bookable(connection, step.id),
        place.ends_at + turnover,
        season=season,
        steps=await bookings.list_steps(connection, request_id),
        clock=clock,
        allowed=lambda starts, ends: ends + turnover <= place.starts_at or starts >= place.ends_at + turnover,
    )
    return tuple(
        WantedOffer(placements=(OfferedPlacement(activity_id=step.id, **msgspec.structs.asdict(other)),))
        for other in found
    )


class _Look:
    """Looks for the free places of steps within their wishes, room by room."""

    def __init__(self, connection: Connection, season: Season, calendar: Calendar, clock: Clock) -> None:
        self._connection, self._season, self._calendar, self._clock = connection, season, calendar, clock
        self._turnovers: dict[UUID, timedelta] = {}

    async def wished(self, step: Activity) -> list[Placement]:
        """Give every free place of a step in the rooms that it asks for, the most wished day first."""
        asked_for = step.asked_room_ids
        choices = [(room,) for room in asked_for] if step.rooms_needed == 1 else [asked_for]
        found = [place for rooms in choices for place in await self.free(step, rooms)]
        order = {start: position for position, start in enumerate(self._starts(step))}
        return sorted(found, key=lambda place: order.get(place.starts_at.astimezone(self._clock.zone), _STARTS))

    async def free(self, step: Activity, rooms: tuple[UUID, ...]) -> list[Placement]:
        """Give when a step could be in some rooms; of several that are free at a time, in some of them."""
        starts = self._starts(step)
        if not starts or len(rooms) < step.rooms_needed:
            return []
        activity = await bookings.get_bookable(self._connection, step.id)
        found = await list_free_placements(
            self._connection,
            msgspec.structs.replace(activity, asked_room_ids=rooms),
            [(start, start) for start in starts],
            calendar=self._calendar,
            own_rooms_only=False,
            rules=USUAL_RULES,
            zone=self._clock.zone,
            batch=_STARTS,
        )
        await self._learn(found)
        return found

    def clash(self, one: Placement, other: Placement) -> bool:
        """Whether two places cannot both be given."""
        return any(
            one.starts_at < other.ends_at + self._turnovers[room]
            and other.starts_at < one.ends_at + self._turnovers[room]
            for room in set(one.room_ids) & set(other.room_ids)
        )

    def _starts(self, step: Activity) -> list[datetime]:
        windows = sorted(step.windows, key=lambda window: (-window.preference, window.first_day))
        days = {
            day: None
            for window in windows
            for day in each_day(
                max(window.first_day, self._season.first_day), min(window.last_day, self._season.last_day)
            )
            if self._calendar.is_working(day)
        }
        midnights = [datetime.combine(day, time(), self._clock.zone) for day in days]
        length = timedelta(minutes=step.duration_minutes)
        return [
            start
            for midnight in midnights
            for start in grid_starts(self._season, midnight, [midnight], step.duration_minutes)
            if start > self._clock.now() and is_wished(step, start, start + length, self._clock)
        ][:_STARTS]

    async def _learn(self, places: Sequence[Placement]) -> None:
        unknown = {room for place in places for room in place.room_ids} - self._turnovers.keys()
        if unknown:
            minutes = await repository.list_turnovers(self._connection, list(unknown))
            self._turnovers |= {room: timedelta(minutes=count) for room, count in minutes.items()}


class _Ways:
    """Where a rival's step could be; whether a place that is given away leaves it none of them."""

    def __init__(self, look: _Look, step: Activity, places: Sequence[Placement]) -> None:
        self._look, self._step, self._places = look, step, places
        self._beside: dict[tuple[UUID, ...], list[Placement]] = {}

    async def is_lost(self, place: Placement) -> bool:
        """Whether it has places, and none is left beside this one: at another time, or in other rooms."""
        if not self._places or any(not self._look.clash(place, other) for other in self._places):
            return False
        others = tuple(room for room in self._step.asked_room_ids if room not in place.room_ids)
        if others not in self._beside:
            self._beside[others] = await self._look.free(self._step, others)
        return not self._beside[others]
