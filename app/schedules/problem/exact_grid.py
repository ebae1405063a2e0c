"""The season on a grid so fine that nothing is rounded: what stands is judged by the minute, as it was booked."""

from collections.abc import Iterator
from datetime import datetime, time
from math import gcd
from zoneinfo import ZoneInfo

import msgspec

from app.clock import end_minute, start_minute
from app.schedules.problem.facts import SeasonFacts
from app.venues.domain import Channel, Room


def on_exact_grid(facts: SeasonFacts, zone: ZoneInfo) -> SeasonFacts:
    """Give the facts with the coarsest grid, at most the season's own, on which all of their times lie."""
    minutes = gcd(facts.season.grid_minutes, *_minutes(facts, zone))
    return msgspec.structs.replace(facts, season=msgspec.structs.replace(facts.season, grid_minutes=minutes))


def _minutes(facts: SeasonFacts, zone: ZoneInfo) -> Iterator[int]:
    """Give every length, and every time of day from the opening of the season's day."""
    opens = start_minute(facts.season.day_opens)
    yield end_minute(facts.season.day_closes) - opens
    yield from _venue_minutes(facts, opens)
    for activities in facts.activities.values():
        for activity in activities:
            yield activity.duration_minutes
            yield activity.gap_after_previous_minutes
            for window in activity.windows:
                yield start_minute(window.from_time) - opens
                yield _end(window.until_time) - opens
    spans = [(booking.starts_at, booking.ends_at) for booking in facts.standing]
    spans += [(occupancy.starts_at, occupancy.ends_at) for occupancy in facts.outside]
    spans += [(closed.starts_at, closed.ends_at) for of_venue in facts.venues.closures.values() for closed in of_venue]
    for starts_at, ends_at in spans:
        yield _minute(starts_at, zone) - opens
        yield _minute(ends_at, zone) - opens
    hour, minute = facts.policies.evening_from.split(":")
    yield int(hour) * 60 + int(minute) - opens


def _venue_minutes(facts: SeasonFacts, opens: int) -> Iterator[int]:
    venues = facts.venues
    listed: list[Room | Channel] = [*venues.rooms, *venues.channels]
    for venue in listed:
        yield venue.turnover_minutes
        yield from venue.turnover_by_kind.values()
        for hours in venue.opening_hours:
            yield start_minute(hours.opens) - opens
            yield end_minute(hours.closes) - opens
    otherwise = facts.policies.travel_minutes_between_campuses
    for origin in venues.campuses:
        for other in venues.campuses:
            yield venues.travel_minutes(origin, other, otherwise=otherwise)


def _minute(moment: datetime, zone: ZoneInfo) -> int:
    local = moment.astimezone(zone)
    return local.hour * 60 + local.minute


def _end(until: time) -> int:
    # 23:59 says "until midnight" too.
    return end_minute(until) + (1 if until >= time(23, 59) else 0)
