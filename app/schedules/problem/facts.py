"""Everything of a season that the engine's problem is made of, read in one transaction."""

from collections.abc import Sequence
from datetime import datetime, time, timedelta
from typing import Final
from uuid import UUID

import msgspec

from app.bookings import repository as bookings
from app.bookings.domain import Booking
from app.clock import Clock
from app.database import Connection
from app.offers import repository as offers
from app.requests import repository as requests
from app.requests.domain import Activity, Request
from app.requests.states import RequestState
from app.schedules import repository
from app.schedules.domain import PlacedActivity
from app.schedules.repository import ForbiddenPlacement, OutsideOccupancy
from app.seasons import repository as seasons
from app.seasons.calendar import Calendar
from app.seasons.domain import Season
from app.seasons.policies import Policies
from app.venues.schedule_view import SchoolVenues, get_school_venues

PLACED_STATES: Final[tuple[RequestState, ...]] = ("approved", "scheduled")


class SeasonFacts(msgspec.Struct, frozen=True, kw_only=True):
    """A season as it is in the database."""

    season: Season
    calendar: Calendar
    policies: Policies
    venues: SchoolVenues
    requests: list[Request]
    activities: dict[UUID, list[Activity]]
    standing: list[Booking]
    outside: list[OutsideOccupancy]  # by activities that are not in `activities`
    forbidden: list[ForbiddenPlacement]
    pins: list[PlacedActivity]
    key_group_ids: frozenset[UUID]


async def read_season_facts(
    connection: Connection, season_id: UUID, *, clock: Clock, only_booked: bool = False, with_held: bool = True
) -> SeasonFacts:
    """Read a season; call it in one transaction, so that the facts agree. Raises SeasonNotFound.

    `only_booked` leaves out the requests without a standing booking; without `with_held` so is what is held for offers:
    the database keeps it apart from what stands, and rounded to the grid it could still touch its own request's.
    """
    frame = await read_season_frame(connection, season_id, clock=clock)
    booked = await bookings.list_standing(connection, season_id) if only_booked else []
    ids = list({booking.request_id for booking in booked}) if only_booked else None
    # Their owners are looking at offers: a place in the schedule would cross them.
    waiting = await offers.list_waiting_requests(connection, season_id)
    listed = [
        request
        for request in await requests.list_requests(connection, season_id, states=PLACED_STATES, request_ids=ids)
        if request.id not in waiting
    ]
    activities = await requests.list_activities(connection, [request.id for request in listed])
    inside = [activity.id for of_request in activities.values() for activity in of_request]
    starts_at, ends_at = season_stretch(frame.season, clock)
    return msgspec.structs.replace(
        frame,
        requests=listed,
        activities=activities,
        standing=await bookings.list_standing(connection, season_id, activity_ids=inside),
        outside=await repository.list_outside_occupancies(
            connection, inside, starts_at=starts_at, ends_at=ends_at, with_held=with_held
        ),
        forbidden=await repository.list_forbidden(connection, inside),
        pins=await repository.list_pins(connection, season_id),
        key_group_ids=await repository.list_key_group_ids(connection, season_id),
    )


async def read_movable_facts(
    connection: Connection, asked: Request, activities: Sequence[Activity], *, clock: Clock
) -> SeasonFacts:
    """Read what stands beside a request, and the request itself as if it had no place; call it in one transaction.

    What others hold, and what is booked for those who look at offers, is outside: it does not move.
    """
    facts = await read_season_facts(connection, asked.season_id, clock=clock, only_booked=True)
    own = {activity.id for activity in activities}
    own |= {activity.id for activity in (await requests.list_activities(connection, [asked.id]))[asked.id]}
    inside = {activity.id for of_request in facts.activities.values() for activity in of_request}
    starts_at, ends_at = season_stretch(facts.season, clock)
    return msgspec.structs.replace(
        facts,
        requests=[*(request for request in facts.requests if request.id != asked.id), asked],
        activities={**facts.activities, asked.id: list(activities)},
        standing=[booking for booking in facts.standing if booking.request_id != asked.id],
        pins=[],
        outside=await repository.list_outside_occupancies(
            connection, list(inside | own), starts_at=starts_at, ends_at=ends_at, request_id=asked.id
        ),
        forbidden=await repository.list_forbidden(connection, list(inside | own)),
    )


async def read_season_frame(connection: Connection, season_id: UUID, *, clock: Clock) -> SeasonFacts:
    """Read a season with its calendar, rules and venues, and with nothing in it. Raises SeasonNotFound."""
    season = await seasons.get_season(connection, season_id)
    starts_at, ends_at = season_stretch(season, clock)
    return SeasonFacts(
        season=season,
        calendar=await seasons.get_calendar(connection, season.first_day, season.last_day + timedelta(days=60)),
        policies=await seasons.get_policies(connection, season_id),
        venues=await get_school_venues(connection, starts_at=starts_at, ends_at=ends_at),
        requests=[],
        activities={},
        standing=[],
        outside=[],
        forbidden=[],
        pins=[],
        key_group_ids=frozenset(),
    )


def season_stretch(season: Season, clock: Clock) -> tuple[datetime, datetime]:
    """Give the first moment of a season, and the one after its last day."""
    starts_at = datetime.combine(season.first_day, time(), clock.zone)
    return starts_at, datetime.combine(season.last_day + timedelta(days=1), time(), clock.zone)
