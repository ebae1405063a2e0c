"""Cases in PostgreSQL."""

from collections.abc import Iterable, Sequence
from datetime import datetime
from uuid import UUID

import msgspec

from app.cases.domain import BookingLine, CaseNotFound, CaseRow, CaseState, Outcome
from app.database import Connection, load_queries
from app.database.rows import fetch_all
from app.schedules.domain import Break

_queries = load_queries(__file__)


class OpenCase(msgspec.Struct, frozen=True, kw_only=True):
    """An open case: which booking breaks what, and whether it still stands."""

    id: UUID
    booking_id: UUID
    activity_id: UUID
    request_id: UUID
    breaks: tuple[Break, ...]
    stands: bool


class ResourceName(msgspec.Struct, frozen=True):
    """The names of a room, channel or campus."""

    id: str
    name_zh: str
    name_en: str


async def list_promising_seasons(connection: Connection, *, now: datetime) -> list[UUID]:
    """List the seasons with bookings that have not begun, or with open cases."""
    return [row["id"] async for row in _queries.list_promising_seasons(connection, now=now)]


async def list_seasons_with_open_cases(connection: Connection) -> list[UUID]:
    """List the seasons with open cases."""
    return [row["season_id"] async for row in _queries.list_seasons_with_open_cases(connection)]


async def list_closures_with_exceptions(connection: Connection) -> frozenset[UUID]:
    """List the closures in which something may be."""
    return frozenset([row["id"] async for row in _queries.list_closures_with_exceptions(connection)])


async def list_exemptions(connection: Connection) -> frozenset[str]:
    """List what may be in a closure because somebody said so."""
    return frozenset([row["exemption"] async for row in _queries.list_exemptions(connection)])


async def list_booking_lines(connection: Connection, booking_ids: Iterable[UUID]) -> list[BookingLine]:
    """List whose some bookings are, when and where, by time."""
    return await fetch_all(BookingLine, _queries.list_booking_lines(connection, booking_ids=list(booking_ids)))


async def list_resource_names(connection: Connection) -> dict[str, ResourceName]:
    """Give the names of rooms, channels and campuses by their ids as text."""
    return {name.id: name for name in await fetch_all(ResourceName, _queries.list_resource_names(connection))}


async def list_cases(
    connection: Connection,
    *,
    season_id: UUID | None = None,
    states: Sequence[CaseState] | None = None,
    request_id: UUID | None = None,
    on_board: bool = False,
) -> list[CaseRow]:
    """List cases, the most urgent first; `on_board`: of the kept ones only what stands and was asked about."""
    wanted = None if states is None else list(states)
    rows = _queries.list_cases(
        connection, season_id=season_id, states=wanted, case_id=None, request_id=request_id, on_board=on_board
    )
    return await fetch_all(CaseRow, rows)


async def get_case(connection: Connection, case_id: UUID) -> CaseRow:
    """Give a case. Raises CaseNotFound."""
    rows = _queries.list_cases(
        connection, season_id=None, states=None, case_id=case_id, request_id=None, on_board=False
    )
    found = await fetch_all(CaseRow, rows)
    if not found:
        raise CaseNotFound
    return found[0]


async def count_cases(connection: Connection, season_id: UUID) -> dict[str, int]:
    """Count the cases that a season's board shows in each state."""
    return {row["state"]: row["cases"] async for row in _queries.count_cases(connection, season_id=season_id)}


async def get_season_of_case(connection: Connection, case_id: UUID) -> UUID:
    """Give the season that a case is of. Raises CaseNotFound."""
    found: UUID | None = await _queries.find_season_of_case(connection, case_id=case_id)
    if found is None:
        raise CaseNotFound
    return found


async def list_open(connection: Connection, season_id: UUID) -> list[OpenCase]:
    """List the open cases of a season."""
    return await fetch_all(OpenCase, _queries.list_open(connection, season_id=season_id))


async def has_open_case(connection: Connection, request_id: UUID) -> bool:
    """Whether a standing booking of a request has an open case."""
    found: bool = await _queries.has_open_case(connection, request_id=request_id)
    return found


async def insert_case(
    connection: Connection,
    *,
    season_id: UUID,
    booking_id: UUID,
    breaks: Sequence[Break],
    reason: str,
    opened_by: UUID | None,
    now: datetime,
    due_at: datetime,
) -> UUID:
    """Open a case of a booking."""
    case_id: UUID = await _queries.insert_case(
        connection,
        season_id=season_id,
        booking_id=booking_id,
        breaks=msgspec.to_builtins(breaks),
        reason=reason,
        opened_by=opened_by,
        now=now,
        due_at=due_at,
    )
    return case_id


async def add_breaks(connection: Connection, case_id: UUID, breaks: Sequence[Break]) -> None:
    """Note that the booking of an open case breaks more rules."""
    await _queries.add_breaks(connection, case_id=case_id, breaks=msgspec.to_builtins(breaks))


async def end_case(
    connection: Connection,
    case_id: UUID,
    state: CaseState,
    outcome: Outcome,
    *,
    ended_by: UUID | None,
    agreed_reason: str = "",
    now: datetime,
) -> None:
    """End a case, if it is open."""
    await _queries.end_case(
        connection,
        case_id=case_id,
        state=state,
        outcome=outcome,
        ended_by=ended_by,
        agreed_reason=agreed_reason,
        now=now,
    )


async def follow_booking(connection: Connection, case_id: UUID, booking_id: UUID) -> None:
    """Note that an open case is about another booking of the same activity."""
    await _queries.follow_booking(connection, case_id=case_id, booking_id=booking_id)


async def forget_exceptions(connection: Connection, booking_id: UUID) -> None:
    """Let closures make no exception any more for the activity of a booking, where it no longer is."""
    await _queries.forget_exceptions(connection, booking_id=booking_id)
