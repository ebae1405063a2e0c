"""Whether a placement that a person chose fits an activity: rules of rooms, channels and hours."""

from datetime import datetime, timedelta
from uuid import UUID

from app.actors import Actor
from app.bookings import repository
from app.bookings.domain import UNWISHED, ConfirmPlacement, OutsideWishes, Placement
from app.bookings.itinerary_rules import check_itinerary
from app.bookings.repository import Bookable, BookingFacts, RoomFacts
from app.clock import Clock, end_minute, start_minute
from app.database import Connection
from app.errors import N_, Forbidden, Invalid
from app.seasons.domain import Season
from app.seasons.policies import DEFAULT_POLICIES

_STAFF_RULES = ("activities_per_campus_day", "activities_per_campus_evening", "evening_from")


async def read_facts(connection: Connection, wanted: ConfirmPlacement, clock: Clock) -> BookingFacts:
    """Read what decides whether a placement may be booked. Raises ActivityNotFound."""
    return await repository.get_facts(
        connection,
        wanted.activity_id,
        starts_at=wanted.starts_at,
        room_ids=wanted.room_ids,
        channel_id=wanted.channel_id,
        zone=clock.zone,
        otherwise=DEFAULT_POLICIES.travel_minutes_between_campuses,
        usual_starts=DEFAULT_POLICIES.usual_starts,
        staff={name: getattr(DEFAULT_POLICIES, name) for name in _STAFF_RULES},
        now=clock.now(),
    )


def checked_placement(facts: BookingFacts, wanted: ConfirmPlacement, *, actor: Actor | None, clock: Clock) -> Placement:
    """Give the wanted placement if it keeps every rule but being free; `actor` is None for what the school offered.

    Raises Invalid, Forbidden.
    """
    activity = facts.activity
    placement = Placement(
        starts_at=wanted.starts_at,
        ends_at=wanted.starts_at + timedelta(minutes=activity.duration_minutes),
        room_ids=wanted.room_ids,
        channel_id=wanted.channel_id,
    )
    _check_time(placement, facts.season, clock)
    _check_rooms(activity, placement, facts.rooms)
    if (
        actor is not None
        and not actor.organises
        and any(room.department_id != actor.department_id for room in facts.rooms)
    ):
        raise Forbidden
    _check_channel(activity, placement.channel_id, exists=facts.has_channel)
    if facts.is_shut:
        raise Invalid.at("starts_at", N_("A room is not open at that time."), "not-open")
    check_itinerary(facts, placement, clock)
    return placement


def must_be_wished(facts: BookingFacts, wanted: ConfirmPlacement) -> tuple[str, ...]:
    """Give the rules of wishes and working days that a placement breaks, to which its maker said yes.

    Raises OutsideWishes where nobody was asked.
    """
    if facts.unwished and not wanted.outside_wishes:
        raise OutsideWishes(what=UNWISHED[facts.unwished[0]], extra={"rules": list(facts.unwished)})
    return facts.unwished


def _check_time(placement: Placement, season: Season, clock: Clock) -> None:
    if placement.starts_at <= clock.now():
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
        sentence = N_("This is not on the grid of {minutes} minutes.")
        raise Invalid.at("starts_at", sentence, "off-grid", minutes=season.grid_minutes)


def _check_rooms(activity: Bookable, placement: Placement, rooms: list[RoomFacts]) -> None:
    if len(rooms) != len(placement.room_ids) or len(set(placement.room_ids)) != len(placement.room_ids):
        raise Invalid.at("room_ids", N_("There is no such room."), "unknown-room")
    if len(rooms) != activity.rooms_needed:
        sentence = N_("The activity takes {needed} rooms at once, {given} were named.")
        raise Invalid.at("room_ids", sentence, "rooms", needed=activity.rooms_needed, given=len(rooms))
    if len({room.campus_id for room in rooms}) > 1:
        raise Invalid.at("room_ids", N_("Rooms at the same time are always on one campus."), "several-campuses")
    for room in rooms:
        _check_room(activity, room)


def _check_room(activity: Bookable, room: RoomFacts) -> None:
    if room.capacity < activity.capacity_each:
        sentence = N_("{room} seats {capacity}, {needed} are needed.")
        values = {"room": room.code, "capacity": room.capacity, "needed": activity.capacity_each}
        raise Invalid.at("room_ids", sentence, "too-small-room", **values)
    if room.booths < activity.booths:
        sentence = N_("{room} has {booths} booths, {needed} are needed.")
        values = {"room": room.code, "booths": room.booths, "needed": activity.booths}
        raise Invalid.at("room_ids", sentence, "too-few-booths", **values)
    if missing := set(activity.features) - set(room.features):
        sentence = N_("{room} lacks something that was asked for: {features}.")
        raise Invalid.at("room_ids", sentence, "missing-feature", room=room.code, features=", ".join(sorted(missing)))
    if activity.campus_ids and room.campus_id not in activity.campus_ids:
        raise Invalid.at("room_ids", N_("{room} is not on a campus that was asked for."), "campus", room=room.code)
    if room.department_id is not None and room.department_id != activity.department_id:
        sentence = N_("{room} belongs to a department and is for its own activities.")
        raise Invalid.at("room_ids", sentence, "other-department", room=room.code)


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
