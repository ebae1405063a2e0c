"""Finds free placements that a request could be offered, outside of any transaction: they are checked when offered."""

from collections.abc import Iterable, Sequence
from datetime import date, datetime
from uuid import UUID

import msgspec

from app.bookings import repository as bookings
from app.bookings.alternatives import OFFERED, find_alternatives
from app.bookings.repository import Bookable
from app.clock import Clock, end_minute
from app.database import Connection, Database
from app.offers import repository
from app.offers.domain import OfferedPlacement, PlacementKey, WantedOffer, placement_key
from app.offers.rules import OF_A_WISH, timed_steps
from app.requests import repository as requests
from app.requests.domain import Activity, Request
from app.seasons import repository as seasons
from app.seasons.calendar import each_day
from app.seasons.domain import Season


class DaysAsked(msgspec.Struct, frozen=True, kw_only=True):
    """On how many days a wish could be, and on how many of them what is in the way, as far as that is known."""

    days: int
    in_the_way: dict[str, int]


class Finder:
    """Finds the free placements that are nearest to what is wished, one activity at a time."""

    def __init__(self, database: Database, clock: Clock) -> None:
        self.database, self.clock = database, clock

    async def find(self, request_id: UUID, *, near: datetime | None = None) -> tuple[WantedOffer, ...]:
        """Give free placements for a request, the best first, nearest to its wish or to a moment.

        Of an itinerary only its last step without a place is looked at. Raises RequestNotFound.
        """
        async with self.database.read() as connection:
            request = await requests.get_request(connection, request_id)
            season = await seasons.get_season(connection, request.season_id)
            activities = (await requests.list_activities(connection, [request_id]))[request_id]
            steps = await bookings.list_steps(connection, request_id)
            placed = {step.activity_id for step in steps if step.starts_at is not None}
            missing = [activity for activity in activities if activity.id not in placed]
            if len(activities) > 1 and len(missing) != 1:
                return ()
            activity = (missing or activities)[0]
            known = await known_placements(connection, request_id)
            found = await find_alternatives(
                connection,
                await bookings.get_bookable(connection, activity.id),
                near or _wished(activity, season, self.clock),
                season=season,
                steps=steps,
                clock=self.clock,
                limit=OFFERED + len(known.get(activity.id, ())),
            )
        return tuple(
            WantedOffer(placements=(OfferedPlacement(activity_id=activity.id, **msgspec.structs.asdict(placement)),))
            for placement in found
        )

    async def find_changed(
        self,
        request: Request,
        activities: Sequence[Activity],
        *,
        near: datetime | None = None,
        may_move: bool = True,
    ) -> tuple[WantedOffer, ...]:
        """Give free placements for a request whose steps would be these instead; its own bookings are not in the way.

        Without the desk, of requests of one step only, and nobody moves even if `may_move`.
        """
        if len(activities) > 1:
            return ()
        (activity,) = activities
        async with self.database.read() as connection:
            stored = (await requests.list_activities(connection, [request.id]))[request.id][0]
            bookable = msgspec.structs.replace(
                await bookings.get_bookable(connection, stored.id),
                **{name: getattr(activity, name) for name in OF_A_WISH},
            )
            return await self._find_wished(connection, request, activity, bookable, near=near)

    async def look_at_days(self, request: Request, activities: Sequence[Activity]) -> DaysAsked:
        """Say what is in the way on the days that a wish without a place asks for.

        Without the desk, only which are too near and which are off.
        """
        async with self.database.read() as connection:
            season = await seasons.get_season(connection, request.season_id)
            policies = await seasons.get_policies(connection, request.season_id)
            calendar = await seasons.get_calendar(connection, season.first_day, season.last_day)
        today = self.clock.local(self.clock.now()).date()
        earliest = calendar.add_working_days(today, policies.lead_time_working_days)
        days = self.days_asked(activities[0], each_day(season.first_day, season.last_day))
        near = sum(day < earliest for day in days)
        closed = sum(day >= earliest and not calendar.is_working(day) for day in days)
        return DaysAsked(days=len(days), in_the_way={"near": near, "closed": closed})

    def days_asked(self, activity: Activity, days: Iterable[date]) -> list[date]:
        """Give those of some days that are not over and that an activity may be on."""
        today = self.clock.local(self.clock.now()).date()
        return [
            day
            for day in days
            if day >= today
            and (not activity.windows or any(window.first_day <= day <= window.last_day for window in activity.windows))
        ]

    async def find_elsewhere(self, request: Request, activity: Activity, *, near: datetime) -> tuple[WantedOffer, ...]:
        """Give free placements of one step within its wishes, nearest to a moment; the other steps stay."""
        async with self.database.read() as connection:
            bookable = await bookings.get_bookable(connection, activity.id)
            return await self._find_wished(connection, request, activity, bookable, near=near)

    async def find_beside(
        self, request: Request, activity: Activity, activities: Sequence[Activity], *, near: datetime
    ) -> tuple[WantedOffer, ...]:
        """Give free placements of one of the steps that a request would have; all others stay where they stand."""
        async with self.database.read() as connection:
            stored = (await requests.list_activities(connection, [request.id]))[request.id][0]
            bookable = msgspec.structs.replace(
                await bookings.get_bookable(connection, stored.id),
                id=activity.id,
                **{name: getattr(activity, name) for name in OF_A_WISH},
            )
            times = {
                entry.activity_id: (entry.starts_at, entry.ends_at)
                for entry in await bookings.list_standing_of(connection, request.id)
                if entry.activity_id != activity.id
            }
            steps = timed_steps(activities, times)
            return await self._find_wished(connection, request, activity, bookable, near=near, steps=steps)

    async def _find_wished(
        self,
        connection: Connection,
        request: Request,
        activity: Activity,
        bookable: Bookable,
        *,
        near: datetime | None,
        steps: list[bookings.Step] | None = None,
    ) -> tuple[WantedOffer, ...]:
        season = await seasons.get_season(connection, request.season_id)
        found = await find_alternatives(
            connection,
            bookable,
            near or _wished(activity, season, self.clock),
            season=season,
            steps=await bookings.list_steps(connection, request.id) if steps is None else steps,
            clock=self.clock,
            allowed=lambda starts_at, ends_at: is_wished(activity, starts_at, ends_at, self.clock),
            limit=OFFERED + 1,
        )
        return tuple(
            WantedOffer(placements=(OfferedPlacement(activity_id=activity.id, **msgspec.structs.asdict(placement)),))
            for placement in found
        )


def is_wished(activity: Activity, starts_at: datetime, ends_at: datetime, clock: Clock) -> bool:
    """Whether a time lies in a window of an activity, or it has none."""
    starts, ends = clock.local(starts_at), clock.local(ends_at)
    return not activity.windows or any(
        window.first_day <= starts.date() <= window.last_day
        and window.from_time <= starts.time()
        and end_minute(ends.time()) <= end_minute(window.until_time)
        for window in activity.windows
    )


async def known_placements(connection: Connection, request_id: UUID) -> dict[UUID, set[PlacementKey]]:
    """Give where each activity of a request stands, and what was offered for it and not taken."""
    known: dict[UUID, set[PlacementKey]] = {}
    for booking in await bookings.list_standing_of(connection, request_id):
        known.setdefault(booking.activity_id, set()).add(placement_key(booking.placement()))
    for offer in await repository.list_offers(connection, [request_id]):
        if offer.state in ("open", "declined"):
            for placement in offer.placements:
                known.setdefault(placement.activity_id, set()).add(placement_key(placement.placement))
    return known


def _wished(activity: Activity, season: Season, clock: Clock) -> datetime:
    """Give when the activity is wished most: the start of its best window, else of the season's day."""
    windows = sorted(activity.windows, key=lambda window: (-window.preference, window.first_day))
    if windows:
        return datetime.combine(windows[0].first_day, windows[0].from_time, clock.zone)
    return datetime.combine(season.first_day, season.day_opens, clock.zone)
