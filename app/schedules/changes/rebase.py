"""A draft put on top of what was booked after it was made: newer bookings stay, and what crosses one is a conflict."""

import asyncio
from collections.abc import Sequence
from datetime import datetime
from itertools import permutations
from typing import Final
from uuid import UUID

import msgspec

from app.bookings import repository as bookings
from app.bookings.domain import Booking
from app.clock import Clock
from app.database import Connection
from app.requests import repository as requests
from app.schedules import repository
from app.schedules.audit import season_violations
from app.schedules.changes.difference import booked_placement, difference, same_placement
from app.schedules.domain import Difference, DraftConflict, PlacedActivity, Version
from app.schedules.problem.facts import PLACED_STATES, SeasonFacts, read_season_facts

# Of two activities that want one thing at once.
_OVERLAPS: Final = frozenset({"room_overlap", "channel_overlap", "group_overlap"})


class Rebased(msgspec.Struct, frozen=True, kw_only=True):
    """A draft on top of the standing bookings; `is_newer`: something was booked, ended or decided since it was made."""

    standing: list[Booking]
    placements: list[PlacedActivity]
    difference: Difference
    is_newer: bool


async def rebase(connection: Connection, version: Version, *, now: datetime, locks: bool = False) -> Rebased:
    """Put a draft on top of what stands now; `locks` its requests, for a release.

    What was booked for activities that the draft does not place stays. Placements of requests that ended meanwhile are
    dropped. A conflict is a placement of an activity that was booked elsewhere, given back or answered for since, one
    that has begun, or one that something crosses which does not give way: a booking that stays, or what is held for
    others.
    """
    planned = await repository.list_placements(connection, version.id)
    standing = await bookings.list_changeable(connection, version.season_id)
    requested = {placement.request_id for placement in planned}
    find = requests.lock_in_states if locks else requests.list_in_states
    alive = await find(connection, requested, PLACED_STATES)
    answered = set(await repository.list_answered_since(connection, version.id, sorted(requested)))
    changed = await repository.list_booked_since(connection, version.season_id, version.based_on_sequence)
    placements = [placement for placement in planned if placement.request_id in alive]
    placed = {placement.activity_id for placement in placements}
    before = {booking.activity_id: booking for booking in standing}
    stays = [booking for booking in standing if booking.activity_id in changed - placed]
    gives_way = [booking for booking in standing if booking.activity_id not in changed - placed]
    change = difference(gives_way, placements)
    conflicts = [
        *(_conflict(placement, "answered") for placement in placements if placement.request_id in answered),
        *(
            _conflict(placement, "changed")
            for placement in placements
            if placement.activity_id in changed and not _is_there(placement, before.get(placement.activity_id))
        ),
        *_begun(change, now=now),
        *await _crossed(connection, change, gives_way, now=now),
    ]
    released = await repository.find_released(connection, version.season_id)
    dropped = tuple(sorted(requested - alive))
    return Rebased(
        standing=standing,
        placements=placements,
        difference=msgspec.structs.replace(
            change, kept=change.kept + len(stays), conflicts=conflicts, dropped_request_ids=dropped, newer=len(stays)
        ),
        is_newer=bool(changed or dropped)
        or released != version.based_on_id
        or await repository.has_newer_facts(connection, version.created_at),
    )


async def checked_difference(connection: Connection, version: Version, rebased: Rebased, *, clock: Clock) -> Difference:
    """Give what a draft changes on top of what stands, with every conflict of every kind, broken rules included."""
    change = rebased.difference
    if not rebased.is_newer:
        return change
    broken = await _broken_rules(connection, version, rebased, clock=clock)
    return msgspec.structs.replace(change, conflicts=[*change.conflicts, *broken])


async def _broken_rules(
    connection: Connection, version: Version, rebased: Rebased, *, clock: Clock
) -> list[DraftConflict]:
    """Hold what would stand after the release against the rules; give the placements by which a new one is broken.

    What moves keeps every rule where it comes to, whatever it broke where it was. That two are in one place is not said
    again where a conflict says by whom it is taken.
    """
    facts = await read_season_facts(connection, version.season_id, clock=clock, with_held=False)
    cancelled = {change.activity_id for change in rebased.difference.cancelled}
    placed = {placement.activity_id: placement for placement in rebased.placements}
    after = [
        *(booking for booking in facts.standing if booking.activity_id not in placed.keys() | cancelled),
        *(_as_booking(version, placement) for placement in rebased.placements),
    ]
    names = {str(key) for key in placed}
    broken = await asyncio.to_thread(_violations, msgspec.structs.replace(facts, standing=after), clock)
    later = {(rule, activities) for rule, activities in broken if not names.isdisjoint(activities)}
    # What was broken before is asked only where something is.
    earlier = await asyncio.to_thread(_violations, facts, clock) if later else set()
    moving = {str(entry.activity_id) for entry in rebased.difference.moved}
    excused = {(rule, activities) for rule, activities in earlier if moving.isdisjoint(activities)}
    owners = {str(booking.activity_id): booking.request_id for booking in after}
    taken = {
        (str(one.activity_id), one.other_request_id) for one in rebased.difference.conflicts if one.reason == "taken"
    }
    found: dict[UUID, set[str]] = {}
    for rule, activities in later - excused:
        if rule in _OVERLAPS and any((one, owners[other]) in taken for one, other in permutations(activities, 2)):
            continue
        for name in activities:
            if UUID(name) in placed:
                found.setdefault(UUID(name), set()).add(rule)
    return [
        msgspec.structs.replace(_conflict(placed[key], "rules"), rules=tuple(sorted(rules)))
        for key, rules in found.items()
    ]


def _violations(facts: SeasonFacts, clock: Clock) -> set[tuple[str, tuple[str, ...]]]:
    return {(violation.rule, violation.activities) for violation in season_violations(facts, clock)}


def _as_booking(version: Version, placement: PlacedActivity) -> Booking:
    return Booking(
        id=placement.activity_id,
        season_id=version.season_id,
        activity_id=placement.activity_id,
        request_id=placement.request_id,
        starts_at=placement.starts_at,
        ends_at=placement.ends_at,
        room_ids=placement.room_ids,
        channel_id=placement.channel_id,
        state="confirmed",
        version_id=version.id,
        sequence=0,
    )


def _is_there(placement: PlacedActivity, booking: Booking | None) -> bool:
    return booking is not None and same_placement(booked_placement(booking), placement)


def _conflict(placement: PlacedActivity, reason: str) -> DraftConflict:
    return msgspec.convert(
        {"activity_id": placement.activity_id, "request_id": placement.request_id, "reason": reason}, DraftConflict
    )


def _begun(change: Difference, *, now: datetime) -> list[DraftConflict]:
    """Give what a release would change of the past: what has begun stays as it was promised."""
    return [
        _conflict(placement, "begun")
        for entry in (*change.new, *change.moved, *change.cancelled)
        if (placement := entry.old or entry.new) is not None
        and any(place is not None and place.starts_at <= now for place in (entry.old, entry.new))
    ]


async def _crossed(
    connection: Connection, change: Difference, gives_way: Sequence[Booking], *, now: datetime
) -> list[DraftConflict]:
    """Give the placements that are new or move and that something crosses which does not give way for them."""
    wanted = [entry.new for entry in (*change.new, *change.moved) if entry.new is not None]
    moving = {entry.activity_id for entry in (*change.moved, *change.cancelled)}
    leaving = [booking.id for booking in gives_way if booking.activity_id in moving]
    by_activity = {placement.activity_id: placement for placement in wanted}
    return [
        msgspec.structs.replace(
            _conflict(by_activity[obstacle.activity_id], "taken" if obstacle.held_until is None else "held"),
            held_until=obstacle.held_until,
            other_request_id=obstacle.other_request_id,
        )
        for obstacle in await repository.list_obstacles(connection, wanted, leaving=leaving, now=now)
    ]
