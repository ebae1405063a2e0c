"""Release: a draft's placements become bookings in one transaction, and every change becomes an event."""

from collections.abc import Iterable
from datetime import datetime
from uuid import UUID

import msgspec

from app.actors import Actor
from app.bookings import repository as bookings
from app.bookings.domain import Booking, BookingState, Placement
from app.bookings.service import event_placement, release_event, schedule_when_complete
from app.database import Connection
from app.database.rows import must_be_seen
from app.events import BookingConfirmed, BookingMoved, BookingTentative, RequestLeftUnplaced, VersionReleased
from app.outbox import append
from app.permissions import must
from app.requests import repository as requests
from app.schedules import repository
from app.schedules.difference import difference
from app.schedules.domain import Change, Difference, NotADraft, PlacedActivity, Release, StaleDraft, Version
from app.schedules.problem.facts import PLACED_STATES
from app.seasons import repository as seasons


async def release_version(
    connection: Connection,
    version_id: UUID,
    command: Release,
    *,
    expected_version: int | None,
    actor: Actor,
    now: datetime,
) -> Version:
    """Release all of a draft or nothing.

    Raises VersionNotFound, NotADraft, PreconditionFailed, StaleDraft with the difference, ResourceTaken,
    ResourceClosed.
    """
    must(actor, "release")
    version = await repository.get_version(connection, version_id)
    await repository.lock_season(connection, version.season_id)
    version = await repository.lock_version(connection, version_id)
    if version.state != "draft":
        raise NotADraft(number=version.number, extra={"state": version.state})
    must_be_seen(version.row_version, expected_version)
    standing = await bookings.list_changeable(connection, version.season_id)
    placements = await repository.list_placements(connection, version_id)
    change = difference(standing, placements)
    await _must_be_fresh(connection, version, change, placements)
    policies = await seasons.get_policies(connection, version.season_id)
    state: BookingState = "tentative" if policies.employer_confirms else "confirmed"
    await _apply(connection, version, change, standing, state=state, actor=actor, now=now)
    await repository.mark_released(
        connection, version, changelog=command.changelog, released_by=actor.account_id, now=now
    )
    waiting = await _note_unplaced(connection, version)
    told = [request_id for request_id in waiting if request_id in command.tell_unplaced]
    await _tell_unplaced(connection, version, told, actor=actor, now=now)
    event = VersionReleased(
        subject_id=version_id,
        season_id=version.season_id,
        new=len(change.new),
        moved=len(change.moved),
        cancelled=len(change.cancelled),
    )
    await append(connection, event, actor_id=actor.account_id, now=now, reason=command.changelog)
    return await repository.get_version(connection, version_id)


async def _must_be_fresh(
    connection: Connection, version: Version, change: Difference, placements: list[PlacedActivity]
) -> None:
    # The season's lock is held: nobody books between this look and the commit.
    placed = {placement.request_id for placement in placements}
    ended = placed - await requests.lock_in_states(connection, placed, PLACED_STATES)
    answered = await repository.list_answered_since(connection, version.id, sorted(placed))
    sequence = await repository.season_booking_sequence(connection, version.season_id)
    released = await repository.find_released(connection, version.season_id)
    if ended or answered or sequence != version.based_on_sequence or released != version.based_on_id:
        raise StaleDraft(
            extra={
                "difference": msgspec.to_builtins(change),
                "released_version_id": None if released is None else str(released),
                "booking_sequence": sequence,
                "based_on_sequence": version.based_on_sequence,
                "ended_request_ids": [str(request_id) for request_id in sorted(ended)],
                "answered_request_ids": [str(request_id) for request_id in answered],
            }
        )


async def _apply(
    connection: Connection,
    version: Version,
    change: Difference,
    standing: list[Booking],
    *,
    state: BookingState,
    actor: Actor,
    now: datetime,
) -> None:
    by_activity = {booking.activity_id: booking for booking in standing}
    wanted = [entry.new for entry in (*change.moved, *change.new) if entry.new is not None]
    rooms = {room for placement in wanted for room in placement.room_ids}
    channels = {placement.channel_id for placement in wanted if placement.channel_id is not None}
    await bookings.lock_resources(
        connection, resource_ids=[*rooms, *channels], activity_ids=[placement.activity_id for placement in wanted]
    )
    await bookings.defer_constraints(connection)
    for entry in (*change.cancelled, *change.moved):
        await bookings.update_booking_state(connection, by_activity[entry.activity_id].id, "released")
    for entry in change.cancelled:
        await release_event(connection, by_activity[entry.activity_id], actor_id=actor.account_id, reason="", now=now)
    for entry in (*change.moved, *change.new):
        await _book(connection, version, entry, state=state, actor=actor, now=now)
    await bookings.check_constraints_now(connection)
    touched = {entry.request_id for entry in (*change.new, *change.moved)}
    for request_id in sorted(touched):
        await schedule_when_complete(
            connection, request_id, season_id=version.season_id, actor_id=actor.account_id, now=now
        )
    for request_id in sorted({entry.request_id for entry in change.cancelled} - touched):
        if (await requests.get_request(connection, request_id)).state == "scheduled":
            await requests.update_state(connection, request_id, "approved")


async def _book(
    connection: Connection, version: Version, entry: Change, *, state: BookingState, actor: Actor, now: datetime
) -> None:
    if entry.new is None:
        raise ValueError("a booking needs a placement")
    placement = as_placement(entry.new)
    made = await bookings.insert_booking(
        connection,
        season_id=version.season_id,
        activity_id=entry.activity_id,
        kind=entry.new.kind,
        placement=placement,
        state=state,
        version_id=version.id,
        made_by=actor.account_id,
        now=now,
    )
    if entry.old is not None:
        event: BookingMoved | BookingConfirmed | BookingTentative = BookingMoved(
            subject_id=made.id,
            season_id=version.season_id,
            activity_id=entry.activity_id,
            request_id=entry.request_id,
            old=event_placement(as_placement(entry.old)),
            place=event_placement(placement),
            sequence=made.invitation_sequence,
        )
    else:
        kind = BookingConfirmed if state == "confirmed" else BookingTentative
        event = kind(
            subject_id=made.id,
            season_id=version.season_id,
            activity_id=entry.activity_id,
            request_id=entry.request_id,
            place=event_placement(placement),
            sequence=made.invitation_sequence,
        )
    await append(connection, event, actor_id=actor.account_id, now=now)


def as_placement(placed: PlacedActivity) -> Placement:
    """Give a version's placement in the form that bookings take."""
    return Placement(
        starts_at=placed.starts_at, ends_at=placed.ends_at, room_ids=placed.room_ids, channel_id=placed.channel_id
    )


async def _note_unplaced(connection: Connection, version: Version) -> list[UUID]:
    """Keep with each request that the schedule leaves out why; give those that still wait for a placement."""
    left_out = {entry.request_id: entry for entry in await repository.list_unplaced(connection, version.id)}
    # Meanwhile some were withdrawn, refused or put on the waitlist.
    waiting = sorted(await requests.lock_in_states(connection, set(left_out), ("approved",)))
    for request_id in waiting:
        proof = str(left_out[request_id].explanation.get("proof", ""))
        await requests.update_state(connection, request_id, "approved", reason_code=proof)
    return waiting


async def _tell_unplaced(
    connection: Connection, version: Version, request_ids: Iterable[UUID], *, actor: Actor, now: datetime
) -> None:
    for request_id in request_ids:
        event = RequestLeftUnplaced(subject_id=request_id, season_id=version.season_id, version_id=version.id)
        await append(connection, event, actor_id=actor.account_id, now=now)
