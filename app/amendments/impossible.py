"""Why a change is impossible: what no room has, or what is in the way on each day asked for; and what would help."""

from collections import Counter
from collections.abc import Callable, Sequence
from datetime import datetime
from typing import Any, Final
from uuid import UUID

import msgspec

from app.amendments.steps import Steps
from app.database import Connection, Database
from app.offers.finding import Finder
from app.requests.domain import Activity, Request
from app.seasons import repository as seasons
from app.venues import room_repository
from app.venues.domain import Channel, CodeEntry, Room
from app.venues.named import read_code_entries

Reason = dict[str, Any]


class Venues(msgspec.Struct, frozen=True, kw_only=True):
    """What there is for a request, and its department.

    `longest`: minutes that a room without a limit of its own is given for.
    """

    rooms: list[Room]
    department_id: UUID | None
    channels: list[Channel]
    features: dict[str, CodeEntry]
    longest: int

    def are_open(self, activity: Activity) -> list[Room]:
        """Give the rooms that an activity asks for; where it asks for none, those that are not another department's."""
        if activity.asked_room_ids:
            return [room for room in self.rooms if room.id in activity.asked_room_ids]
        return [room for room in self.rooms if room.department_id in (None, self.department_id)]

    def minutes(self, room: Room) -> int:
        """Give for how long a room is given at most."""
        return self.longest if room.max_minutes is None else room.max_minutes


async def why_impossible(
    database: Database, finder: Finder, request: Request, activities: Sequence[Activity], *, near: datetime | None
) -> dict[str, Any]:
    """Give the findings of a wish that has no place: `reasons`, each a code with values, and what `helps`."""
    async with database.read() as connection:
        venues = await _read_venues(connection, request)
    reasons = _lacking(activities, venues)
    if not reasons:
        asked = await finder.look_at_days(request, activities)
        reasons = [{"code": "no_day", "days": asked.days, **asked.in_the_way}] if asked.days else []
    return {"reasons": reasons, "helps": await _what_would_help(finder, request, activities, near)}


async def why_never(database: Database, finder: Finder, request: Request, steps: Steps) -> dict[str, Any]:
    """Give the findings of a wish that waits, if no day could have what a step becomes; else nothing.

    A step that the school has nothing for already waits on, whatever it becomes.
    """
    async with database.read() as connection:
        venues = await _read_venues(connection, request)
    worse = [step for step in steps.steps if step.before is None or not lacking(step.before, venues)]
    if not any(lacking(step.activity, venues) for step in worse):
        return {}
    reasons = _lacking(steps.activities, venues)
    return {"reasons": reasons, "helps": await _what_would_help(finder, request, steps.activities, None)}


def _lacking(activities: Sequence[Activity], venues: Venues) -> list[Reason]:
    return [
        {**reason, "step": number} if len(activities) > 1 else reason
        for number, activity in enumerate(activities, 1)
        for reason in lacking(activity, venues)
    ]


async def _read_venues(connection: Connection, request: Request) -> Venues:
    season = await seasons.get_season(connection, request.season_id)
    rooms = [
        room
        for room in await room_repository.list_rooms(connection)
        if room.retired_at is None or room.retired_at.date() > season.first_day
    ]
    return Venues(
        rooms=rooms,
        department_id=request.department_id,
        channels=await room_repository.list_channels(connection),
        features=await read_code_entries(connection, "feature"),
        longest=(await seasons.get_policies(connection, request.season_id)).room_max_minutes,
    )


def lacking(activity: Activity, venues: Venues) -> list[Reason]:
    """Give what the school has not for a step on any day: of its rooms the first thing that none has."""
    reasons: list[Reason] = []
    if activity.needs_channel and not venues.channels:
        reasons.append({"code": "no_channel"})
    if not activity.rooms_needed:
        return reasons
    left = venues.are_open(activity)
    if not left:
        return [*reasons, {"code": "no_room"}]
    for fits, reason in _looks(activity, venues):
        fitting = [room for room in left if fits(room)]
        if not fitting:
            return [*reasons, reason(left)]
        left = fitting
    at_once = max(Counter(room.campus_id for room in left).values())
    if at_once < activity.rooms_needed:
        reasons.append({"code": "too_few_rooms", "needed": activity.rooms_needed, "fitting": at_once})
    return reasons


_Look = tuple[Callable[[Room], bool], Callable[[list[Room]], Reason]]


def _looks(activity: Activity, venues: Venues) -> tuple[_Look, ...]:
    """What a room must have, one after the other, and what is said of those left where none has it."""
    each = -(-activity.attendance // activity.rooms_needed)
    named = [
        {"code": code, "name_zh": entry.name_zh, "name_en": entry.name_en}
        for code in activity.features
        if (entry := venues.features.get(code)) is not None
    ]
    return (
        (
            lambda room: not activity.campus_ids or room.campus_id in activity.campus_ids,
            lambda _: {"code": "no_room_on_campus"},
        ),
        (
            lambda room: set(activity.features) <= set(room.features),
            lambda _: {"code": "no_room_with_features", "features": named},
        ),
        (
            lambda room: activity.duration_minutes <= venues.minutes(room),
            lambda left: {
                "code": "too_long",
                "needed": activity.duration_minutes,
                "most": max(venues.minutes(room) for room in left),
            },
        ),
        (
            lambda room: room.booths >= activity.booths,
            lambda left: {"code": "too_few_booths", "needed": activity.booths, **_most(left, "booths")},
        ),
        (
            lambda room: room.capacity >= each,
            lambda left: {
                "code": "rooms_too_small",
                "needed": each,
                "rooms": activity.rooms_needed,
                **_most(left, "capacity"),
            },
        ),
    )


def _most(rooms: list[Room], name: str) -> Reason:
    room = max(rooms, key=lambda room: getattr(room, name))
    named = {"code": room.code, "name_zh": room.name_zh, "name_en": room.name_en}
    return {"most": getattr(room, name), "room": named}


# What of a wish can be given up, and what it is called in `helps`.
_PARTS: Final = (
    ("days", {"windows": ()}),
    ("campus", {"campus_ids": ()}),
    ("room", {"asked_room_ids": ()}),
    ("features", {"features": ()}),
)


async def _what_would_help(
    finder: Finder, request: Request, activities: Sequence[Activity], near: datetime | None
) -> list[str]:
    """Say without which part of it an impossible wish is possible."""
    helps = []
    for name, without in _PARTS:
        relaxed = tuple(msgspec.structs.replace(activity, **without) for activity in activities)
        if relaxed != tuple(activities) and await finder.find_changed(request, relaxed, near=near, may_move=False):
            helps.append(name)
    return helps
