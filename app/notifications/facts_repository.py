"""What letters say and to whom they go, read for many events in a few queries."""

from collections import defaultdict
from collections.abc import AsyncIterator, Callable, Iterable, Sequence
from datetime import date, datetime, time
from typing import Any
from uuid import UUID

import msgspec

from app.clock import end_text
from app.database import Connection, load_queries
from app.database.rows import struct_of
from app.events import EventPlacement
from app.kinds import Kind
from app.notifications.domain import Recipient
from app.notifications.letters import Blocked, ChannelName, Named, RoomName, StopState

_queries = load_queries(__file__)


async def _rows(query: Callable[..., AsyncIterator[Any]], connection: Connection, **lists: list[Any]) -> list[Any]:
    """Give a query's rows for some things; for none it is not sent."""
    return [row async for row in query(connection, **lists)] if all(lists.values()) else []


class AccountFacts(msgspec.Struct, frozen=True):
    """An account that is not closed."""

    id: UUID
    email: str
    locale: str
    display_name: str


class EmployerFacts(Named, frozen=True):
    """An employer's names and until when it is suspended."""

    suspended_until: date | None = None


class InvitationFacts(msgspec.Struct, frozen=True):
    """Who was asked to act for an employer, by whom, until when."""

    recipient: Recipient
    invited_by: str
    expires_at: datetime


class HandoverFacts(msgspec.Struct, frozen=True):
    """From whom to whom requests went; the old contact may have no address."""

    old: tuple[Recipient, ...]
    old_name: str
    new: Recipient
    new_name: str

    @property
    def both(self) -> tuple[Recipient, ...]:
        """Give everybody who is told."""
        return (*self.old, self.new)


class RequestFacts(msgspec.Struct, frozen=True):
    """The names by which a letter calls a request."""

    id: UUID
    reference: str
    title: str
    season: Named
    owner: Named
    series_id: UUID | None = None
    series_day: date | None = None


class ItineraryRow(msgspec.Struct, frozen=True):
    """An activity and its standing booking, if it has one."""

    id: UUID
    request_id: UUID
    ordinal: int
    is_step: bool
    kind: Kind
    attendance: int
    state: StopState | None
    starts_at: datetime | None
    ends_at: datetime | None
    resource_ids: tuple[UUID, ...]
    first_day: date | None
    last_day: date | None
    from_time: time | None
    until_time: time | None
    host: str
    has_visitors: bool

    @property
    def placement(self) -> EventPlacement | None:
        """Give when and where it stands; which of the resources are rooms shows when they are named."""
        if self.starts_at is None or self.ends_at is None:
            return None
        return EventPlacement(starts_at=self.starts_at, ends_at=self.ends_at, room_ids=self.resource_ids)


def _named(row: Any, prefix: str = "") -> Named:
    return Named(row[f"{prefix}name_zh"], row[f"{prefix}name_en"])


async def list_accounts(connection: Connection, account_ids: Iterable[UUID]) -> dict[UUID, AccountFacts]:
    """Give accounts by id; closed ones are left out."""
    rows = await _rows(_queries.list_account_facts, connection, account_ids=list(account_ids))
    return {row["id"]: struct_of(AccountFacts, row) for row in rows}


class DutyFacts(Named, frozen=True, kw_only=True):
    """A duty as letters name it."""

    first_day: date
    last_day: date


async def list_duties(connection: Connection, duty_ids: Iterable[UUID]) -> dict[UUID, DutyFacts]:
    """Give duties by id."""
    rows = await _rows(_queries.list_duty_facts, connection, duty_ids=list(duty_ids))
    return {row["id"]: struct_of(DutyFacts, row) for row in rows}


async def list_askers(connection: Connection, blocking_ids: Iterable[UUID]) -> dict[UUID, list[Recipient]]:
    """Give who asked for some blockings, by blocking; where the account is closed, the others of the house."""
    found: dict[UUID, list[Recipient]] = defaultdict(list)
    for row in await _rows(_queries.list_askers, connection, blocking_ids=list(blocking_ids)):
        found[row["id"]].append(Recipient(row["email"], row["locale"]))
    return found


async def list_blocked(connection: Connection, blocking_ids: Iterable[UUID]) -> dict[UUID, Blocked]:
    """Give what some blockings are about, by blocking."""
    rows = await _rows(_queries.list_blocked, connection, blocking_ids=list(blocking_ids))
    return {
        row["id"]: Blocked(
            place=Named(row["place_zh"], row["place_en"]),
            first_day=row["first_day"],
            last_day=row["last_day"],
            hours=_hours(row["from_time"], row["until_time"]),
            reason=Named(row["reason_zh"], row["reason_en"]),
            note=row["note"],
            instead=None if row["instead_zh"] is None else Named(row["instead_zh"], row["instead_en"]),
        )
        for row in rows
    }


def _hours(from_time: time | None, until_time: time | None) -> str:
    if from_time is None and until_time is None:
        return ""
    return f"{from_time or time():%H:%M}-{end_text(until_time or time())}"


async def list_centre(connection: Connection) -> list[tuple[Recipient, bool]]:
    """List the people of the career centre, each with whether they are an administrator."""
    rows = _queries.list_centre(connection)
    return [(Recipient(row["email"], row["locale"]), row["role"] == "administrator") async for row in rows]


async def list_employers(connection: Connection, employer_ids: Iterable[UUID]) -> dict[UUID, EmployerFacts]:
    """Give employers by id."""
    rows = await _rows(_queries.list_employer_facts, connection, employer_ids=list(employer_ids))
    return {row["id"]: EmployerFacts(row["name_zh"], row["name_en"], row["suspended_until"]) for row in rows}


async def list_invitations(connection: Connection, invitation_ids: Iterable[UUID]) -> dict[UUID, InvitationFacts]:
    """Give open invitations by id."""
    rows = await _rows(_queries.list_invitation_facts, connection, invitation_ids=list(invitation_ids))
    return {
        row["id"]: InvitationFacts(Recipient(row["email"], row["locale"]), row["invited_by"], row["expires_at"])
        for row in rows
    }


async def list_owners(connection: Connection, employer_ids: Iterable[UUID]) -> dict[UUID, list[Recipient]]:
    """Give who answers for the people of employers; of one without people there is nobody."""
    rows = await _rows(_queries.list_owner_recipients, connection, employer_ids=list(employer_ids))
    return {row["employer_id"]: [Recipient(row["email"], row["locale"])] for row in rows}


async def list_handovers(connection: Connection, handover_ids: Iterable[UUID]) -> dict[UUID, HandoverFacts]:
    """Give handovers by id."""
    rows = await _rows(_queries.list_handover_facts, connection, handover_ids=list(handover_ids))
    return {
        row["id"]: HandoverFacts(
            (Recipient(row["from_email"], row["from_locale"]),) if row["from_email"] else (),
            row["from_name"],
            Recipient(row["to_email"], row["to_locale"]),
            row["to_name"],
        )
        for row in rows
    }


async def list_requests(connection: Connection, request_ids: Iterable[UUID]) -> dict[UUID, RequestFacts]:
    """Give requests by id."""
    rows = await _rows(_queries.list_request_facts, connection, request_ids=list(request_ids))
    return {
        row["id"]: RequestFacts(
            row["id"],
            row["reference"],
            row["title"],
            _named(row, "season_"),
            _named(row, "owner_"),
            row["series_id"],
            row["series_day"],
        )
        for row in rows
    }


async def list_itineraries(connection: Connection, request_ids: Iterable[UUID]) -> dict[UUID, list[ItineraryRow]]:
    """Give the activities of requests, in their order."""
    found: dict[UUID, list[ItineraryRow]] = defaultdict(list)
    for row in await _rows(_queries.list_itineraries, connection, request_ids=list(request_ids)):
        found[row["request_id"]].append(struct_of(ItineraryRow, row))
    return found


async def list_activity_ids(connection: Connection, request_ids: Iterable[UUID]) -> dict[UUID, list[UUID]]:
    """Give the ids of requests' activities."""
    rows = await _rows(_queries.list_activity_ids, connection, request_ids=list(request_ids))
    return {row["id"]: row["activity_ids"] for row in rows}


async def list_answers_due(connection: Connection, request_ids: Iterable[UUID]) -> dict[UUID, datetime]:
    """Give until when the owners of requests answer what is kept for them."""
    rows = await _rows(_queries.list_answers_due, connection, request_ids=list(request_ids))
    return {row["request_id"]: row["answer_until"] for row in rows}


async def list_rooms(connection: Connection, resource_ids: Iterable[UUID]) -> dict[UUID, RoomName]:
    """Give rooms by id, in the order of their codes."""
    rows = await _rows(_queries.list_rooms, connection, resource_ids=list(resource_ids))
    return {row["id"]: RoomName(row["name_zh"], row["name_en"], _named(row, "campus_")) for row in rows}


async def list_channels(connection: Connection, resource_ids: Iterable[UUID]) -> dict[UUID, ChannelName]:
    """Give channels by id."""
    rows = await _rows(_queries.list_channels, connection, resource_ids=list(resource_ids))
    return {row["id"]: ChannelName(row["name_zh"], row["name_en"], row["url"]) for row in rows}


async def list_reasons(connection: Connection, codes: Sequence[str]) -> dict[str, Named]:
    """Give what reason codes mean; each code is written `table/code`."""
    rows = await _rows(_queries.list_reasons, connection, codes=list(codes))
    return {row["code"]: _named(row) for row in rows}


async def list_explanations(
    connection: Connection, wanted: Sequence[tuple[UUID, UUID]]
) -> dict[tuple[UUID, UUID], dict[str, Any]]:
    """Give explanations by (version, request)."""
    rows = await _rows(
        _queries.list_explanations,
        connection,
        version_ids=[version for version, _ in wanted],
        request_ids=[request for _, request in wanted],
    )
    return {(row["version_id"], row["request_id"]): row["explanation"] for row in rows}


async def list_activity_recipients(connection: Connection, activity_ids: Iterable[UUID]) -> dict[UUID, list[Recipient]]:
    """Give who is told of activities: the request's contact; for fairs and guidance the owner's staff."""
    found: dict[UUID, list[Recipient]] = defaultdict(list)
    for row in await _rows(_queries.list_activity_recipients, connection, activity_ids=list(activity_ids)):
        found[row["activity_id"]].append(Recipient(row["email"], row["locale"]))
    return found


async def list_participants(connection: Connection, request_ids: Iterable[UUID]) -> dict[UUID, list[UUID]]:
    """Give the other employers that take part in requests."""
    rows = await _rows(_queries.list_participants, connection, request_ids=list(request_ids))
    return {row["request_id"]: row["employer_ids"] for row in rows}


async def list_deciders(connection: Connection) -> list[Recipient]:
    """Give the organisers; where there is none the administrators."""
    return [Recipient(row["email"], row["locale"]) async for row in _queries.list_deciders(connection)]


async def list_employer_recipients(connection: Connection, employer_ids: Iterable[UUID]) -> dict[UUID, list[Recipient]]:
    """Give who is told of employers."""
    found: dict[UUID, list[Recipient]] = defaultdict(list)
    for row in await _rows(_queries.list_employer_recipients, connection, employer_ids=list(employer_ids)):
        found[row["employer_id"]].append(Recipient(row["email"], row["locale"]))
    return found
