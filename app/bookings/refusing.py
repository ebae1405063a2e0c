"""What somebody is told whose place is not to be had: who has it until when, and what is free instead."""

from collections.abc import Awaitable, Callable
from typing import Any, TypeVar

import msgspec

from app.actors import Actor
from app.blockings import repository as blockings
from app.bookings import repository
from app.bookings.alternatives import find_alternatives
from app.bookings.domain import ConfirmPlacement, Occupant, OverLimits, PeopleTaken, ResourceClosed, ResourceTaken
from app.bookings.placement_rules import checked_placement, horizon_ends, read_facts
from app.bookings.repository import ClosedResource, OccupiedResource
from app.clock import Clock
from app.database import Connection, Database
from app.errors import Invalid
from app.venues.named import read_code_entries

T = TypeVar("T")


async def or_say_what_is_free(
    database: Database,
    wanted: ConfirmPlacement,
    use_case: Callable[[Connection], Awaitable[T]],
    *,
    actor: Actor,
    locale: str,
    clock: Clock,
) -> T:
    """Carry out what takes a placement; ResourceTaken, ResourceClosed and OverLimits say what is free instead, and
    Invalid names what a room lacks as its reader does.
    """
    try:
        return await database.transact(use_case)
    except Invalid as error:
        async with database.read() as connection:
            raise await _with_names(connection, error) from error
    except (ResourceTaken, ResourceClosed, OverLimits) as error:
        # The transaction is over: what stands in the way and what is free is read as it is now.
        async with database.pool.acquire() as connection:
            raise await refusal_of(connection, error, wanted, actor=actor, locale=locale, clock=clock) from error


async def refusal_of(
    connection: Connection,
    error: ResourceTaken | ResourceClosed | OverLimits,
    wanted: ConfirmPlacement,
    *,
    actor: Actor,
    locale: str,
    clock: Clock,
) -> ResourceTaken | ResourceClosed | OverLimits:
    """Give a refusal with who is in the way, as far as its reader may know, and up to three free placements."""
    facts = await read_facts(connection, wanted, clock)
    activity, placement = facts.activity, checked_placement(facts, wanted, actor=actor, clock=clock)
    latest = horizon_ends(clock.now(), facts.rules.booking_horizon_days, clock)
    alternatives = await find_alternatives(
        connection,
        activity,
        placement.starts_at,
        season=facts.season,
        steps=facts.steps,
        own_rooms_only=actor.role == "department_staff",
        allowed=None if actor.organises else lambda _, ends: ends <= latest,
        clock=clock,
    )
    if isinstance(error, OverLimits):
        return OverLimits(**error.values, extra={**error.extra, "alternatives": msgspec.to_builtins(alternatives)})
    resources = [*placement.resource_ids, *activity.team_ids]
    found = await repository.find_in_the_way(connection, resources, activity=activity, placement=placement)
    in_the_way: list[OccupiedResource | ClosedResource] = [*found.occupied, *found.closed]
    # What was in the way may be gone by now: then it is the rooms that were asked for.
    named = [item.name_en if locale == "en" else item.name_zh for item in in_the_way or facts.rooms]
    extra: dict[str, Any] = {
        "conflicts": [_occupant(occupant, actor, locale) for occupant in found.occupied],
        "alternatives": alternatives,
    }
    if found.closed and actor.organises:
        extra["closures"] = await blockings.list_closures_in_the_way(
            connection, activity.id, placement.resource_ids, placement.starts_at, placement.ends_at
        )
    only_people = bool(in_the_way) and {item.resource_id for item in in_the_way} <= set(activity.team_ids)
    taken = PeopleTaken if only_people else ResourceTaken
    kind = taken if found.occupied else ResourceClosed if found.closed else type(error)
    return kind(what=", ".join(dict.fromkeys(named)) or "…", extra=msgspec.to_builtins(extra))


async def _with_names(connection: Connection, error: Invalid) -> Invalid:
    if not any(field.code == "missing-feature" for field in error.fields):
        return error
    known = await read_code_entries(connection, "feature")
    fields = [
        msgspec.structs.replace(
            field, values={**field.values, "features": tuple(known.get(code, code) for code in codes)}
        )
        if (codes := field.values.get("features"))
        else field
        for field in error.fields
    ]
    return Invalid(*fields, extra=error.extra, **error.values)


def _occupant(taken: OccupiedResource, actor: Actor, locale: str) -> Occupant:
    english = locale == "en"
    known = actor.organises or (taken.department_id is not None and taken.department_id == actor.department_id)
    return Occupant(
        resource_id=taken.resource_id,
        resource_name=taken.name_en if english else taken.name_zh,
        starts_at=taken.starts_at,
        ends_at=taken.ends_at,
        activity_id=taken.activity_id if known else None,
        owner_name=(taken.owner_name_en if english else taken.owner_name_zh) if known else None,
        kind=taken.kind if known else None,
    )
