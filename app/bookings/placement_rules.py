"""Whether a placement that a person chose fits an activity: rules of rooms, channels and hours."""

from collections.abc import Sequence
from datetime import datetime, time, timedelta
from typing import Any, Final
from uuid import UUID

import msgspec

from app.actors import Actor
from app.bookings import repository
from app.bookings.domain import (
    LIMITS,
    UNWISHED,
    ConfirmPlacement,
    OutsideWishes,
    OverLimits,
    Placement,
    RoomNeedsApproval,
)
from app.bookings.itinerary_rules import check_itinerary
from app.bookings.repository import Bookable, BookingFacts, BookingRules, RoomFacts
from app.clock import Clock, end_minute, start_minute
from app.database import Connection
from app.errors import N_, Forbidden, Invalid
from app.seasons.domain import Season, off_grid
from app.seasons.policies import DEFAULT_POLICIES

# What a season has whose rules nobody set.
USUAL_RULES: Final[dict[str, Any]] = {
    name: msgspec.to_builtins(getattr(DEFAULT_POLICIES, name))
    for name in (
        "travel_minutes_between_campuses",
        "usual_starts",
        "only_usual_starts",
        "talks_per_day_per_employer",
        "fairs_per_month_per_employer",
        "fairs_minimum_gap_days",
        "fairs_per_day_per_department",
        "activities_per_campus_day",
        "activities_per_campus_evening",
        "evening_from",
        "booking_horizon_days",
        "start_grace_minutes",
        "room_max_minutes",
    )
}


async def read_facts(
    connection: Connection, wanted: ConfirmPlacement, clock: Clock, *, minutes: int | None = None
) -> BookingFacts:
    """Read what decides whether a placement may be booked, with another length where `minutes` says so.

    Raises ActivityNotFound.
    """
    return await repository.get_facts(
        connection,
        wanted.activity_id,
        starts_at=wanted.starts_at,
        room_ids=wanted.room_ids,
        channel_id=wanted.channel_id,
        zone=clock.zone,
        rules=USUAL_RULES,
        now=clock.now(),
        minutes=minutes,
    )


def checked_placement(facts: BookingFacts, wanted: ConfirmPlacement, *, actor: Actor | None, clock: Clock) -> Placement:
    """Give the wanted placement if it keeps every rule but being free; `actor` is None for what the school offered.

    Raises Invalid, Forbidden, RoomNeedsApproval.
    """
    activity = facts.activity
    placement = Placement(
        starts_at=wanted.starts_at,
        ends_at=wanted.starts_at + timedelta(minutes=activity.duration_minutes),
        room_ids=wanted.room_ids,
        channel_id=wanted.channel_id,
    )
    _check_time(placement, facts.season, facts.rules, clock)
    _check_rooms(activity, placement, facts.rooms, facts.rules)
    if actor is not None and not actor.organises:
        if any(room.department_id != actor.department_id for room in facts.rooms):
            raise Forbidden
        check_approval(facts.rooms)
        _check_horizon(placement, facts.rules, clock)
    _check_channel(activity, placement.channel_id, exists=facts.has_channel)
    if facts.is_shut:
        raise Invalid.at("starts_at", N_("A room is not open at that time."), "not-open")
    check_itinerary(facts, placement, clock)
    return placement


def must_agree(facts: BookingFacts, wanted: ConfirmPlacement, *, actor: Actor) -> None:
    """Raise OutsideWishes or OverLimits where a placement breaks wishes, working days or limits, and its maker was not
    asked, or may not say yes to that.
    """
    if facts.over_limits and not (wanted.over_limits and actor.organises):
        raise OverLimits(what=LIMITS[facts.over_limits[0]], extra={"rules": list(facts.over_limits)})
    if facts.unwished and not wanted.outside_wishes:
        raise OutsideWishes(what=UNWISHED[facts.unwished[0]], extra={"rules": list(facts.unwished)})


def horizon_ends(now: datetime, days: int, clock: Clock) -> datetime:
    """Give until when at the latest what is booked now has ended: the midnight after the last of so many days."""
    return datetime.combine(clock.local(now).date() + timedelta(days=days + 1), time(), clock.zone)


def check_approval(rooms: Sequence[RoomFacts]) -> None:
    """Check that rooms take bookings of whoever does not approve there. Raises RoomNeedsApproval."""
    asked_for = [room for room in rooms if room.needs_approval]
    if asked_for:
        raise RoomNeedsApproval(room=asked_for[0], extra={"room_ids": [str(room.id) for room in asked_for]})


def _check_horizon(placement: Placement, rules: BookingRules, clock: Clock) -> None:
    ends = horizon_ends(clock.now(), rules.booking_horizon_days, clock)
    if placement.ends_at > ends:
        values = {"days": rules.booking_horizon_days, "latest": clock.local(ends).date() - timedelta(days=1)}
        sentence = N_("It can be booked up to {days} days ahead, at the moment until {latest}.")
        raise Invalid.at("starts_at", sentence, "horizon", **values)


def _check_time(placement: Placement, season: Season, rules: BookingRules, clock: Clock) -> None:
    if placement.starts_at + timedelta(minutes=rules.start_grace_minutes) <= clock.now():
        raise Invalid.at("starts_at", N_("This time has passed."), "in-the-past")
    start = clock.local(placement.starts_at)
    if not season.first_day <= start.date() <= season.last_day:
        values = {"first": season.first_day, "last": season.last_day}
        sentence = N_("The season runs from {first} to {last}: these days lie outside it.")
        raise Invalid.at("starts_at", sentence, "outside-season", **values)
    begins = start_minute(start.time())
    ends = begins + (placement.ends_at - placement.starts_at) / timedelta(minutes=1)
    if begins < start_minute(season.day_opens) or ends > end_minute(season.day_closes):
        raise Invalid.at("starts_at", N_("This lies outside the hours of the season's day."), "outside-hours")
    if begins % season.grid_minutes or start.second or start.microsecond:
        raise off_grid("starts_at", season.grid_minutes)


def _check_rooms(activity: Bookable, placement: Placement, rooms: list[RoomFacts], rules: BookingRules) -> None:
    if len(rooms) != len(placement.room_ids) or len(set(placement.room_ids)) != len(placement.room_ids):
        raise Invalid.at("room_ids", N_("There is no such room."), "unknown-room")
    if len(rooms) != activity.rooms_needed:
        sentence = N_("The activity takes {needed} rooms at once, {given} were named.")
        raise Invalid.at("room_ids", sentence, "rooms", needed=activity.rooms_needed, given=len(rooms))
    if len({room.campus_id for room in rooms}) > 1:
        raise Invalid.at("room_ids", N_("Rooms at the same time are always on one campus."), "several-campuses")
    for room in rooms:
        _check_room(activity, room, rules)


def _check_room(activity: Bookable, room: RoomFacts, rules: BookingRules) -> None:
    longest = rules.room_max_minutes if room.max_minutes is None else room.max_minutes
    if activity.duration_minutes > longest:
        sentence = N_("{room} is given for {longest} minutes at most, the activity lasts {minutes}.")
        values = {"room": room, "longest": longest, "minutes": activity.duration_minutes}
        raise Invalid.at("room_ids", sentence, "too-long", **values)
    if room.capacity < activity.capacity_each:
        sentence = N_("{room} seats {capacity}, {needed} are needed.")
        values = {"room": room, "capacity": room.capacity, "needed": activity.capacity_each}
        raise Invalid.at("room_ids", sentence, "too-small-room", **values)
    if room.booths < activity.booths:
        sentence = N_("{room} has {booths} booths, {needed} are needed.")
        values = {"room": room, "booths": room.booths, "needed": activity.booths}
        raise Invalid.at("room_ids", sentence, "too-few-booths", **values)
    if missing := set(activity.features) - set(room.features):
        sentence = N_("{room} lacks something that was asked for: {features}.")
        raise Invalid.at("room_ids", sentence, "missing-feature", room=room, features=tuple(sorted(missing)))
    if activity.campus_ids and room.campus_id not in activity.campus_ids:
        raise Invalid.at("room_ids", N_("{room} is not on a campus that was asked for."), "campus", room=room)
    if activity.asked_room_ids and room.id not in activity.asked_room_ids:
        raise Invalid.at("room_ids", N_("{room} is not one of the rooms that were asked for."), "room", room=room)
    if room.department_id not in (None, activity.department_id) and room.id not in activity.asked_room_ids:
        sentence = N_("{room} belongs to a department and is for its own activities.")
        raise Invalid.at("room_ids", sentence, "other-department", room=room)


def _check_channel(activity: Bookable, channel_id: UUID | None, *, exists: bool) -> None:
    if activity.needs_channel != (channel_id is not None):
        sentence = (
            N_("This activity needs a livestream channel.")
            if activity.needs_channel
            else N_("This activity takes no livestream channel.")
        )
        raise Invalid.at("channel_id", sentence, "channel")
    if channel_id is not None and not exists:
        raise Invalid.at("channel_id", N_("There is no such livestream channel."), "unknown-channel")


def grid_starts(season: Season, around: datetime, days: list[datetime], duration_minutes: int) -> list[datetime]:
    """Give every start on the grid of some days (the school's midnights), the nearest to a moment first."""
    opens, closes = start_minute(season.day_opens), end_minute(season.day_closes)
    starts = [
        day + timedelta(minutes=minute)
        for day in days
        for minute in range(opens, closes - duration_minutes + 1, season.grid_minutes)
    ]
    return sorted(starts, key=lambda start: (abs(start - around), start))
