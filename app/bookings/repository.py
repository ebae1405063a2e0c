"""Bookings in PostgreSQL."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

import msgspec

from app.bookings.domain import Booking, BookingNotFound, BookingState, Placement, ResourceClosed, ResourceTaken
from app.database import Connection, load_queries
from app.database.constraints import on_constraint
from app.database.rows import fetch_all, fetch_one
from app.kinds import FAIRS, TALKS, Kind
from app.requests.domain import ActivityNotFound
from app.requests.states import RequestState
from app.seasons.domain import Season

_queries = load_queries(__file__)
on_constraint("resource_already_taken", lambda _: ResourceTaken(what="…"))
on_constraint("resource_already_held", lambda _: ResourceTaken(what="…"))
on_constraint("resource_closed", lambda _: ResourceClosed(what="…"))
on_constraint("booking_one_confirmed", lambda _: ResourceTaken(what="…"))
on_constraint("booking_one_tentative", lambda _: ResourceTaken(what="…"))


class Bookable(msgspec.Struct, frozen=True, kw_only=True):
    """What of an activity and its request decides whether a placement may be booked."""

    id: UUID
    request_id: UUID
    season_id: UUID
    request_state: RequestState
    owner_kind: str
    department_id: UUID | None
    kind: Kind
    duration_minutes: int
    rooms_needed: int
    needs_channel: bool
    attendance: int
    booths: int
    features: tuple[str, ...]
    campus_ids: tuple[UUID, ...]
    asked_room_ids: tuple[UUID, ...]
    team_ids: tuple[UUID, ...]
    filed_at: datetime | None = None
    employer_with_strikes: UUID | None = None  # known where it is booked

    @property
    def capacity_each(self) -> int:
        """Seats needed in each room: several rooms at once share the people."""
        return -(-self.attendance // max(1, self.rooms_needed))


class RoomFacts(msgspec.Struct, frozen=True, kw_only=True):
    """What of a room decides whether an activity may be booked in it."""

    id: UUID
    code: str
    campus_id: UUID
    name_zh: str
    name_en: str
    capacity: int
    booths: int
    features: tuple[str, ...]
    department_id: UUID | None
    max_minutes: int | None
    needs_approval: bool


class BookingRules(msgspec.Struct, frozen=True, kw_only=True):
    """The season's policies that say when and how long somebody may book."""

    booking_horizon_days: int
    start_grace_minutes: int
    room_max_minutes: int


class Step(msgspec.Struct, frozen=True, kw_only=True):
    """One activity of a request in its order, with the times of its booking, if it has one."""

    activity_id: UUID
    ordinal: int
    gap_after_previous_minutes: int
    same_day_as_previous: bool
    starts_at: datetime | None
    ends_at: datetime | None


class BookingFacts(msgspec.Struct, frozen=True, kw_only=True):
    """What decides whether an activity may be booked at a placement.

    `is_shut`: a resource has opening hours that do not cover it; `is_spared`: a closure there spares only what stands
    in it already; `standing_id`: the activity's own booking; `missed_way`: minutes of a way between campuses that its
    people have no time for; `expired_hold_ids`: holds in the way whose time is over;
    `unwished`: what of it is not as the activity asked for, or on a day off; `over_limits`: limits that it breaks, of
    one owner's activities, or of starts on a campus that day.
    """

    activity: Bookable
    season: Season
    rules: BookingRules
    rooms: list[RoomFacts]
    has_channel: bool
    is_shut: bool
    is_spared: bool
    steps: list[Step]
    standing_id: UUID | None
    missed_way: int | None
    expired_hold_ids: tuple[UUID, ...]
    unwished: tuple[str, ...]
    over_limits: tuple[str, ...]


class ExpiredHold(msgspec.Struct, frozen=True, kw_only=True):
    """A hold that made way, and the offer that it belongs to."""

    id: UUID
    season_id: UUID
    offer_id: UUID


class MadeBooking(msgspec.Struct, frozen=True, kw_only=True):
    """A booking that was inserted, and the iCalendar SEQUENCE of the message that tells it."""

    id: UUID
    sequence: int
    invitation_sequence: int


class OccupiedResource(msgspec.Struct, frozen=True, kw_only=True):
    """A resource that another activity occupies, with everything that an organiser may know."""

    resource_id: UUID
    name_zh: str
    name_en: str
    starts_at: datetime
    ends_at: datetime
    activity_id: UUID
    kind: Kind
    department_id: UUID | None
    owner_name_zh: str
    owner_name_en: str


class ClosedResource(msgspec.Struct, frozen=True, kw_only=True):
    """A resource that is closed."""

    resource_id: UUID
    name_zh: str
    name_en: str


class InTheWay(msgspec.Struct, frozen=True, kw_only=True):
    """What is occupied by other activities, the earliest first, and what is closed."""

    occupied: list[OccupiedResource]
    closed: list[ClosedResource]


async def lock_resources(connection: Connection, *, resource_ids: Sequence[UUID], activity_ids: Sequence[UUID]) -> None:
    """Lock rooms, channels and the people of activities: nobody else books them until this transaction ends."""
    await _queries.lock_resources(connection, resource_ids=list(resource_ids), activity_ids=list(activity_ids))


async def lock_staff(connection: Connection, starts: Sequence[tuple[datetime, UUID, UUID]], *, zone: ZoneInfo) -> None:
    """Lock the days of starts in rooms by activities: nobody else starts anything there on that campus until this
    transaction ends, where the season counts that.

    Call it after the resources are locked.
    """
    await _queries.lock_staff(
        connection,
        zone=zone.key,
        starts=[starts_at for starts_at, _, _ in starts],
        room_ids=[room_id for _, room_id, _ in starts],
        activity_ids=[activity_id for _, _, activity_id in starts],
    )


async def lock_for_booking(
    connection: Connection, activity_id: UUID, resource_ids: Sequence[UUID], *, starts_at: datetime, zone: ZoneInfo
) -> None:
    """Lock an activity's request, rooms, channels and people, and the day on the rooms' campus, until the end of this
    transaction.
    """
    await _queries.lock_for_booking(
        connection, activity_id=activity_id, resource_ids=list(resource_ids), starts_at=starts_at, zone=zone.key
    )


async def get_facts(
    connection: Connection,
    activity_id: UUID,
    *,
    starts_at: datetime,
    room_ids: Sequence[UUID],
    channel_id: UUID | None,
    zone: ZoneInfo,
    rules: Mapping[str, Any],
    now: datetime,
    minutes: int | None = None,
) -> BookingFacts:
    """Give what decides whether an activity may be booked at a placement.

    `rules` are the policies of a season that has no others; `minutes` is another length than the activity has.

    Raises ActivityNotFound.
    """
    row = _queries.find_facts(
        connection,
        activity_id=activity_id,
        starts_at=starts_at,
        minutes=minutes,
        room_ids=list(room_ids),
        channel_id=channel_id,
        zone=zone.key,
        rules=dict(rules),
        talks=list(TALKS),
        fairs=list(FAIRS),
        now=now,
    )
    return await fetch_one(BookingFacts, row, missing=ActivityNotFound)


async def insert_booking(
    connection: Connection,
    *,
    season_id: UUID,
    activity_id: UUID,
    kind: str,
    placement: Placement,
    state: BookingState,
    version_id: UUID | None,
    made_by: UUID | None,
    now: datetime,
    agreed_rules: Sequence[str] = (),
) -> MadeBooking:
    """Insert a booking with the resources that it takes, and the rules that its maker agreed that it breaks.

    Raises ResourceTaken, ResourceClosed: at once, or at the end of the transaction where constraints are deferred.
    """
    row = _queries.insert_booking(
        connection,
        season_id=season_id,
        activity_id=activity_id,
        kind=kind,
        starts_at=placement.starts_at,
        ends_at=placement.ends_at,
        state=state,
        version_id=version_id,
        made_by=made_by,
        now=now,
        resource_ids=placement.resource_ids,
        agreed_rules=list(agreed_rules),
    )
    return await fetch_one(MadeBooking, row)


async def update_booking_state(connection: Connection, booking_id: UUID, state: BookingState) -> bool:
    """Change a booking's state; False when it was given back already."""
    return await _queries.update_booking_state(connection, booking_id=booking_id, state=state) is not None


async def release_expired_holds(
    connection: Connection, resource_ids: Sequence[UUID], *, now: datetime
) -> list[ExpiredHold]:
    """Release the holds of some resources whose time is over; lock the resources before."""
    rows = _queries.release_expired_holds(connection, resource_ids=list(resource_ids), now=now)
    return await fetch_all(ExpiredHold, rows)


async def get_booking(connection: Connection, booking_id: UUID) -> Booking:
    """Give a booking, given back or not. Raises BookingNotFound."""
    return await fetch_one(Booking, _queries.find_booking(connection, booking_id=booking_id), missing=BookingNotFound)


async def list_standing(
    connection: Connection, season_id: UUID, *, activity_ids: Sequence[UUID] | None = None
) -> list[Booking]:
    """List the standing bookings of a season, or of some of its activities, by time."""
    ids = None if activity_ids is None else list(activity_ids)
    return await fetch_all(
        Booking, _queries.list_standing(connection, season_id=season_id, activity_ids=ids, request_states=None)
    )


async def list_standing_of(connection: Connection, request_id: UUID) -> list[Booking]:
    """List the standing bookings of a request, by time."""
    return await fetch_all(Booking, _queries.list_standing_of(connection, request_id=request_id))


async def list_changeable(connection: Connection, season_id: UUID) -> list[Booking]:
    """List the standing bookings that a release may change, by time: those of requests that took place stay."""
    return await fetch_all(
        Booking,
        _queries.list_standing(
            connection, season_id=season_id, activity_ids=None, request_states=["approved", "scheduled"]
        ),
    )


async def lock_over(connection: Connection, *, now: datetime, batch: int) -> list[tuple[UUID, UUID]]:
    """Lock scheduled requests whose last standing booking is over; give them with their seasons."""
    return [(row["id"], row["season_id"]) async for row in _queries.lock_over(connection, now=now, batch=batch)]


async def raise_invitation_sequence(connection: Connection, activity_id: UUID) -> int:
    """Give the iCalendar SEQUENCE of the next message about an activity."""
    sequence: int = await _queries.raise_invitation_sequence(connection, activity_id=activity_id)
    return sequence


async def lock_bookable(connection: Connection, activity_id: UUID) -> Bookable:
    """Lock an activity's request until this transaction ends, and give the activity. Raises ActivityNotFound."""
    await _queries.lock_request_of(connection, activity_id=activity_id)
    return await get_bookable(connection, activity_id)


async def get_bookable(connection: Connection, activity_id: UUID) -> Bookable:
    """Give an activity as booking needs it. Raises ActivityNotFound."""
    return await fetch_one(
        Bookable, _queries.find_bookable(connection, activity_id=activity_id), missing=ActivityNotFound
    )


async def list_steps(connection: Connection, request_id: UUID) -> list[Step]:
    """List the steps of a request in their order."""
    return await fetch_all(Step, _queries.list_steps(connection, request_id=request_id))


async def find_in_the_way(
    connection: Connection, resource_ids: Sequence[UUID], *, activity: Bookable, placement: Placement
) -> InTheWay:
    """Give what stands in the way of a placement on some resources."""
    row = _queries.find_in_the_way(
        connection,
        resource_ids=list(resource_ids),
        activity_id=activity.id,
        request_id=activity.request_id,
        kind=activity.kind,
        starts_at=placement.starts_at,
        ends_at=placement.ends_at,
    )
    return await fetch_one(InTheWay, row)


async def check_constraints_now(connection: Connection) -> None:
    """Check deferred constraints now. Raises ResourceTaken."""
    await _queries.check_constraints_now(connection)


async def must_have_turnovers(
    connection: Connection, resource_ids: Sequence[UUID], booking_ids: Sequence[UUID]
) -> None:
    """Give what occupies locked resources the turnovers of now. Raises ResourceTaken where one of these lacks it."""
    await _queries.renew_turnovers(connection, resource_ids=list(resource_ids))
    if await _queries.is_cut_short(connection, booking_ids=list(booking_ids)):
        raise ResourceTaken(what="…")


async def defer_constraints(connection: Connection) -> None:
    """Defer constraints until check_constraints_now or commit, so that a release may swap rooms."""
    await _queries.defer_constraints(connection)


async def list_coming_seasons(connection: Connection, *, now: datetime) -> list[UUID]:
    """List the seasons in which something confirmed begins within six weeks."""
    return [row["season_id"] async for row in _queries.list_coming_seasons(connection, now=now)]


class Reminded(msgspec.Struct, frozen=True):
    """An activity that people are reminded of, and the last SEQUENCE that told of its place."""

    activity_id: UUID
    request_id: UUID
    kind: Kind
    sequence: int


async def note_reminders(
    connection: Connection, season_id: UUID, *, hours: int, now: datetime, batch: int
) -> list[Reminded]:
    """Note of what begins within so many hours, and the rest of its itinerary's day, that people are reminded of it;
    by time.
    """
    rows = _queries.note_reminders(connection, season_id=season_id, hours=hours, now=now, batch=batch)
    return await fetch_all(Reminded, rows)
