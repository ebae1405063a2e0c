"""Versions, placements and what the problem is built from, in PostgreSQL."""

from collections.abc import Iterable, Sequence
from datetime import date, datetime
from typing import Any
from uuid import UUID

import msgspec

from app.database import Connection, load_queries
from app.database.rows import fetch_all, fetch_one
from app.schedules.domain import (
    Excused,
    Figures,
    PlacedActivity,
    PlacedRequest,
    PromisedActivity,
    Unplaced,
    Version,
    VersionNotFound,
)
from scheduling import Recipe

_queries = load_queries(__file__)


class ForbiddenPlacement(msgspec.Struct, frozen=True, kw_only=True):
    """Days, starts and rooms that an organiser forbade to an activity; None means any."""

    activity_id: UUID
    day: date | None
    starts_at: datetime | None
    room_id: UUID | None


class OutsideOccupancy(msgspec.Struct, frozen=True, kw_only=True):
    """A stretch in which an activity outside the problem occupies a resource."""

    resource_id: UUID
    starts_at: datetime
    ends_at: datetime


async def list_outside_occupancies(
    connection: Connection,
    activity_ids: Sequence[UUID],
    *,
    starts_at: datetime,
    ends_at: datetime,
    request_id: UUID | None = None,
    with_held: bool = True,
) -> list[OutsideOccupancy]:
    """List what activities other than the named ones occupy in a stretch, without what is held for a request."""
    rows = _queries.list_outside_occupancies(
        connection,
        activity_ids=list(activity_ids),
        request_id=request_id,
        with_held=with_held,
        starts_at=starts_at,
        ends_at=ends_at,
    )
    return await fetch_all(OutsideOccupancy, rows)


async def list_forbidden(connection: Connection, activity_ids: Sequence[UUID]) -> list[ForbiddenPlacement]:
    """List what organisers forbade to some activities."""
    return await fetch_all(ForbiddenPlacement, _queries.list_forbidden(connection, activity_ids=list(activity_ids)))


async def insert_forbidden(connection: Connection, placement: ForbiddenPlacement, *, set_by: UUID, reason: str) -> None:
    """Forbid a placement to an activity."""
    await _queries.insert_forbidden(connection, **msgspec.structs.asdict(placement), set_by=set_by, reason=reason)


async def list_key_group_ids(connection: Connection, season_id: UUID) -> frozenset[UUID]:
    """List the requests that have the key-group weight."""
    return frozenset([row["id"] async for row in _queries.list_key_group_ids(connection, season_id=season_id)])


async def list_excused(connection: Connection, season_id: UUID) -> list[Excused]:
    """List what bookings of a season may break, by a case that is open or was agreed to."""
    return await fetch_all(Excused, _queries.list_excused(connection, season_id=season_id))


async def list_pins(connection: Connection, season_id: UUID) -> list[PlacedActivity]:
    """List the placements that the organiser pinned in the season's newest draft."""
    return await fetch_all(PlacedActivity, _queries.list_pins(connection, season_id=season_id))


async def list_promised(connection: Connection, season_id: UUID) -> list[PromisedActivity]:
    """List the standing bookings of a season as placements, by time."""
    return await fetch_all(PromisedActivity, _queries.list_promised(connection, season_id=season_id))


async def list_placed_requests(
    connection: Connection, season_id: UUID, draft_id: UUID | None
) -> dict[UUID, PlacedRequest]:
    """Give the requests that have standing bookings or a place in a draft, by id."""
    rows = _queries.list_placed_requests(connection, season_id=season_id, version_id=draft_id)
    return {request.id: request for request in await fetch_all(PlacedRequest, rows)}


async def list_requests_of_ids(connection: Connection, request_ids: Iterable[UUID]) -> dict[UUID, PlacedRequest]:
    """Give what lists of placements say of some requests, by id."""
    rows = _queries.list_requests_of_ids(connection, request_ids=list(request_ids))
    return {request.id: request for request in await fetch_all(PlacedRequest, rows)}


class Obstacle(msgspec.Struct, frozen=True, kw_only=True):
    """What another request occupies where an activity is to be; `held_until` of an offer's."""

    activity_id: UUID
    other_request_id: UUID
    held_until: datetime | None


async def list_booked_since(connection: Connection, season_id: UUID, sequence: int) -> set[UUID]:
    """Give the activities of a season whose bookings changed after one of its sequence numbers."""
    rows = _queries.list_booked_since(connection, season_id=season_id, sequence=sequence)
    return {row["activity_id"] async for row in rows}


async def has_newer_facts(connection: Connection, since: datetime) -> bool:
    """Whether a fact that the rules read was changed after a moment."""
    return bool(await _queries.has_newer_facts(connection, since=since))


async def list_obstacles(
    connection: Connection, placements: Sequence[PlacedActivity], *, leaving: Sequence[UUID], now: datetime
) -> list[Obstacle]:
    """List what stands or is held in the way of some placements, but for bookings that are `leaving`, one a request."""
    taken = [
        (placement.activity_id, resource)
        for placement in placements
        for resource in (*placement.room_ids, *((placement.channel_id,) if placement.channel_id else ()))
    ]
    rows = _queries.list_obstacles(
        connection,
        activity_ids=[placement.activity_id for placement in placements],
        starts=[placement.starts_at for placement in placements],
        ends=[placement.ends_at for placement in placements],
        taking_ids=[activity_id for activity_id, _ in taken],
        resource_ids=[resource for _, resource in taken],
        leaving=list(leaving),
        now=now,
    )
    return await fetch_all(Obstacle, rows)


async def season_booking_sequence(connection: Connection, season_id: UUID) -> int:
    """Give the number of the last change to a season's bookings; writers wait until this transaction ends."""
    sequence: int = await _queries.season_booking_sequence(connection, season_id=season_id)
    return sequence


async def lock_numbering(connection: Connection, season_id: UUID) -> None:
    """Lock a season's row, so that its versions are numbered one at a time."""
    await _queries.lock_numbering(connection, season_id=season_id)


async def lock_season_of(connection: Connection, version_id: UUID) -> None:
    """Take the season of a version alone, before any row: nobody books meanwhile. Raises VersionNotFound."""
    if await _queries.lock_season_of(connection, version_id=version_id) is None:
        raise VersionNotFound


async def insert_version(
    connection: Connection,
    *,
    season_id: UUID,
    based_on_id: UUID | None,
    based_on_sequence: int,
    figures: Figures,
    problem: bytes,
    parameters: dict[str, Any],
    engine_version: str,
    created_by: UUID | None,
    now: datetime,
) -> UUID:
    """Insert a draft with the next number; the caller has locked the season."""
    version_id: UUID = await _queries.insert_version(
        connection,
        season_id=season_id,
        based_on_id=based_on_id,
        based_on_sequence=based_on_sequence,
        figures=msgspec.to_builtins(figures),
        problem=problem,
        parameters=parameters,
        engine_version=engine_version,
        created_by=created_by,
        now=now,
    )
    return version_id


async def insert_placements(connection: Connection, version_id: UUID, placements: Sequence[PlacedActivity]) -> None:
    """Insert the placements of a version, in one statement."""
    await _queries.insert_placements(
        connection,
        version_id=version_id,
        activity_ids=[placement.activity_id for placement in placements],
        starts=[placement.starts_at for placement in placements],
        ends=[placement.ends_at for placement in placements],
        rooms=[",".join(str(room) for room in placement.room_ids) for placement in placements],
        channels=[placement.channel_id for placement in placements],
        pins=[placement.pinned for placement in placements],
    )


async def upsert_placement(connection: Connection, version_id: UUID, placement: PlacedActivity) -> None:
    """Insert or change one placement of a draft."""
    await _queries.upsert_placement(
        connection,
        version_id=version_id,
        activity_id=placement.activity_id,
        starts_at=placement.starts_at,
        ends_at=placement.ends_at,
        room_ids=list(placement.room_ids),
        channel_id=placement.channel_id,
        pinned=placement.pinned,
    )


async def delete_placements_of_request(connection: Connection, version_id: UUID, request_id: UUID) -> None:
    """Delete all placements of a request from a draft."""
    await _queries.delete_placements_of_request(connection, version_id=version_id, request_id=request_id)


async def insert_unplaced(
    connection: Connection, version_id: UUID, request_id: UUID, explanation: dict[str, Any]
) -> None:
    """Keep why a version does not place a request."""
    await _queries.insert_unplaced(connection, version_id=version_id, request_id=request_id, explanation=explanation)


async def delete_unplaced(connection: Connection, version_id: UUID, request_id: UUID) -> None:
    """Forget why a version did not place a request: it does now."""
    await _queries.delete_unplaced(connection, version_id=version_id, request_id=request_id)


async def get_version(connection: Connection, version_id: UUID) -> Version:
    """Give a version. Raises VersionNotFound."""
    return await fetch_one(Version, _queries.find_version(connection, version_id=version_id), missing=VersionNotFound)


async def list_answered_since(connection: Connection, version_id: UUID, request_ids: Sequence[UUID]) -> list[UUID]:
    """List those of some requests whose other employers answered since a version's solve began."""
    rows = _queries.list_answered_since(connection, version_id=version_id, request_ids=list(request_ids))
    return [row["request_id"] async for row in rows]


async def lock_version(connection: Connection, version_id: UUID) -> Version:
    """Lock a version until this transaction ends, and give it. Raises VersionNotFound."""
    return await fetch_one(Version, _queries.lock_version(connection, version_id=version_id), missing=VersionNotFound)


async def list_versions(connection: Connection, season_id: UUID) -> list[Version]:
    """List the versions of a season, the newest first."""
    return await fetch_all(Version, _queries.list_versions(connection, season_id=season_id))


async def get_problem(connection: Connection, version_id: UUID) -> bytes:
    """Give the gzipped JSON that a version was solved from. Raises VersionNotFound."""
    problem: bytes | None = await _queries.find_problem(connection, version_id=version_id)
    if problem is None:
        raise VersionNotFound
    return problem


async def get_recipe(connection: Connection, version_id: UUID) -> Recipe | None:
    """Give what a version was solved with; None where it did not come from a solve. Raises VersionNotFound."""
    row = await _queries.find_recipe(connection, version_id=version_id)
    if row is None:
        raise VersionNotFound
    try:
        return msgspec.convert({**row["parameters"], "engine_version": row["engine_version"]}, Recipe)
    except msgspec.ValidationError:
        return None


async def list_placements(connection: Connection, version_id: UUID) -> list[PlacedActivity]:
    """List the placements of a version, by time."""
    return await fetch_all(PlacedActivity, _queries.list_placements(connection, version_id=version_id))


async def list_unplaced(connection: Connection, version_id: UUID) -> list[Unplaced]:
    """List the requests that a version does not place, and why."""
    return await fetch_all(Unplaced, _queries.list_unplaced(connection, version_id=version_id))


async def update_figures(connection: Connection, version_id: UUID, figures: Figures) -> None:
    """Keep the new figures of a draft that was corrected by hand."""
    await _queries.update_figures(connection, version_id=version_id, figures=msgspec.to_builtins(figures))


async def update_problem(connection: Connection, version_id: UUID, problem: bytes) -> None:
    """Keep a draft's problem with a wish that was added by hand."""
    await _queries.update_problem(connection, version_id=version_id, problem=problem)


async def find_released(connection: Connection, season_id: UUID) -> UUID | None:
    """Give the id of a season's released version; None where nothing was released."""
    version_id: UUID | None = await _queries.find_released(connection, season_id=season_id)
    return version_id


async def mark_released(
    connection: Connection, version: Version, *, changelog: str, released_by: UUID, now: datetime
) -> Version:
    """Mark a draft as released, and what was released before as superseded; give it as it is then."""
    await _queries.supersede_released(connection, season_id=version.season_id)
    row = _queries.mark_released(
        connection, version_id=version.id, changelog=changelog, released_by=released_by, now=now
    )
    return await fetch_one(Version, row)


async def mark_discarded(connection: Connection, version_id: UUID) -> None:
    """Mark a draft as discarded."""
    await _queries.mark_discarded(connection, version_id=version_id)
