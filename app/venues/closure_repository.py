"""Closures in PostgreSQL."""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

import asyncpg
import msgspec

from app.database import Connection, load_queries
from app.database.constraints import on_constraint
from app.database.rows import fetch_all, fetch_one
from app.errors import NotFound
from app.venues.closure_domain import (
    AlreadyRetired,
    Closure,
    ClosureNotFound,
    ClosureOverBooking,
    EventClosure,
    EventOrigin,
    EventVersion,
    StandingBooking,
)

Spans = Sequence[tuple[datetime, datetime]]

_queries = load_queries(__file__)


def _over_booking(_: asyncpg.PostgresError) -> ClosureOverBooking:
    # The use case looks before it writes and names the booking; this is the last guarantee.
    return ClosureOverBooking()


on_constraint("closure_over_booking", _over_booking)
on_constraint("closure_retires_once", lambda _: AlreadyRetired())


class ClosableResource(msgspec.Struct, frozen=True):
    """A room, channel or team, and whose room it is."""

    kind: str
    label: str
    department_id: UUID | None
    needs_approval: bool = False


async def get_resource(connection: Connection, resource_id: UUID) -> ClosableResource:
    """Give a resource. Raises NotFound."""
    return await fetch_one(
        ClosableResource, _queries.find_resource(connection, resource_id=resource_id), missing=NotFound
    )


async def lock_resource(connection: Connection, resource_id: UUID) -> ClosableResource:
    """Lock a resource until this transaction ends: nobody books or closes it. Raises NotFound."""
    return await fetch_one(
        ClosableResource, _queries.lock_resource(connection, resource_id=resource_id), missing=NotFound
    )


async def list_closures(
    connection: Connection, *, starts_at: datetime, ends_at: datetime, resource_id: UUID | None = None
) -> list[Closure]:
    """List the closures that touch a span, of one resource or of all."""
    return await fetch_all(
        Closure, _queries.list_closures(connection, resource_id=resource_id, starts_at=starts_at, ends_at=ends_at)
    )


async def get_closure(connection: Connection, closure_id: UUID) -> Closure:
    """Give a closure. Raises ClosureNotFound."""
    return await fetch_one(Closure, _queries.find_closure(connection, closure_id=closure_id), missing=ClosureNotFound)


async def insert_closures(
    connection: Connection,
    resource_id: UUID,
    spans: Spans,
    *,
    reason_code: str,
    note: str,
    source: str,
    origin: EventOrigin | None = None,
    exempt_activity_ids: Sequence[UUID] = (),
    blocking_id: UUID | None = None,
    made_by: UUID | None = None,
    department_id: UUID | None = None,
) -> list[Closure]:
    """Close a resource for several spans but to some activities; give the new closures. Raises ClosureOverBooking."""
    return await fetch_all(
        Closure,
        _queries.insert_closures(
            connection,
            resource_id=resource_id,
            starts=[starts_at for starts_at, _ in spans],
            ends=[ends_at for _, ends_at in spans],
            reason_code=reason_code,
            note=note,
            source=source,
            event_uid=None if origin is None else origin.uid,
            event_occurrence=None if origin is None else origin.occurrence,
            exempt_activity_ids=list(exempt_activity_ids),
            blocking_id=blocking_id,
            made_by=made_by,
            department_id=department_id,
        ),
    )


async def list_event_closures(
    connection: Connection, event_uids: Sequence[str], *, starts_at: datetime, ends_at: datetime
) -> list[EventClosure]:
    """List what some events of calendars closed in a span."""
    return await fetch_all(
        EventClosure,
        _queries.list_event_closures(connection, event_uids=event_uids, starts_at=starts_at, ends_at=ends_at),
    )


async def update_closure_event(connection: Connection, closure_id: UUID, origin: EventOrigin) -> None:
    """Note that another event closes the same."""
    await _queries.update_closure_event(
        connection, closure_id=closure_id, event_uid=origin.uid, event_occurrence=origin.occurrence
    )


async def list_event_versions(
    connection: Connection, season_id: UUID, event_uids: Sequence[str]
) -> dict[str, EventVersion]:
    """Give the newest versions that a season knows of some events, by their UIDs."""
    rows = _queries.list_event_versions(connection, season_id=season_id, event_uids=event_uids)
    return {version.uid: version for version in await fetch_all(EventVersion, rows)}


async def upsert_event_versions(connection: Connection, season_id: UUID, versions: Sequence[EventVersion]) -> None:
    """Keep these versions as the newest ones of a season."""
    await _queries.upsert_event_versions(
        connection,
        season_id=season_id,
        uids=[version.uid for version in versions],
        sequences=[version.sequence for version in versions],
        stamps=[version.stamped_at for version in versions],
    )


async def delete_closure(connection: Connection, closure_id: UUID) -> None:
    """Delete a closure."""
    await _queries.delete_closure(connection, closure_id=closure_id)


class MadeWay(msgspec.Struct, frozen=True):
    """A hold that made way, and the offer that it belongs to."""

    id: UUID
    season_id: UUID
    offer_id: UUID


async def release_expired_holds_in(
    connection: Connection, resource_id: UUID, spans: Spans, *, now: datetime
) -> list[MadeWay]:
    """Release the holds of a locked resource in some spans whose time is over."""
    rows = _queries.release_expired_holds_in(
        connection,
        resource_id=resource_id,
        starts=[starts_at for starts_at, _ in spans],
        ends=[ends_at for _, ends_at in spans],
        now=now,
    )
    return await fetch_all(MadeWay, rows)


async def list_bookings_in(connection: Connection, resource_id: UUID, spans: Spans) -> list[StandingBooking]:
    """List the standing bookings of a resource that touch one of the spans, the earliest first."""
    return await fetch_all(
        StandingBooking,
        _queries.list_bookings_in(
            connection,
            resource_id=resource_id,
            starts=[starts_at for starts_at, _ in spans],
            ends=[ends_at for _, ends_at in spans],
        ),
    )
