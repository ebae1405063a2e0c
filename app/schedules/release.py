"""Release: a draft's placements become bookings in one transaction, and every change becomes an event."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

import msgspec

from app.actors import Actor
from app.bookings import bulk_repository as bulk
from app.bookings import repository as bookings
from app.bookings.bulk import give_back, move_requests
from app.bookings.domain import Booking, Placement, event_placement
from app.bookings.holds import release_expired_holds
from app.bookings.repository import MadeBooking
from app.clock import Clock
from app.database import Connection
from app.database.rows import must_be_seen
from app.events import BookingConfirmed, BookingMoved, BookingTentative, Event, RequestLeftUnplaced, VersionReleased
from app.offers.domain import OfferedPlacement, WantedOffer
from app.offers.making import Wishes, make_offers
from app.outbox import append_all
from app.permissions import must
from app.requests import repository as requests
from app.schedules import repository
from app.schedules.changes.rebase import checked_difference, rebase
from app.schedules.domain import Change, Difference, NotADraft, PlacedActivity, Release, StaleDraft, Unplaced, Version
from app.schedules.explanations import read_explanation
from app.schedules.offers import takes_as_asked
from app.seasons import repository as seasons
from app.seasons.policies import Policies


async def release_version(
    connection: Connection,
    version_id: UUID,
    command: Release,
    *,
    expected_version: int | None,
    actor: Actor,
    clock: Clock,
) -> Version:
    """Release all of a draft or nothing.

    Raises VersionNotFound, NotADraft, PreconditionFailed, StaleDraft with the difference, ResourceTaken,
    ResourceClosed.
    """
    must(actor, "release")
    now = clock.now()
    await repository.lock_season_of(connection, version_id)
    version = await repository.lock_version(connection, version_id)
    if version.state != "draft":
        raise NotADraft(number=version.number, extra={"state": version.state})
    must_be_seen(version.row_version, expected_version)
    rebased = await rebase(connection, version, now=now, locks=True)
    # The season is this release's alone: nobody books between this look and the commit.
    change = await checked_difference(connection, version, rebased, clock=clock)
    if change.conflicts:
        raise StaleDraft(extra={"difference": msgspec.to_builtins(change)})
    policies = await seasons.get_policies(connection, version.season_id)
    answer_until = now + timedelta(hours=policies.employer_answer_hours) if policies.employer_confirms else None
    waiting = await _note_unplaced(connection, version)
    wishes = _offered_instead(version, {key: waiting[key] for key in command.tell_unplaced if key in waiting})
    events = await _apply(
        connection, version, change, rebased.standing, wishes, answer_until=answer_until, actor=actor, now=now
    )
    released = await repository.mark_released(
        connection, version, changelog=command.changelog, released_by=actor.account_id, now=now
    )
    events += await _tell_unplaced(connection, version, wishes, policies=policies, actor=actor, now=now)
    released_event = VersionReleased(
        subject_id=version_id,
        season_id=version.season_id,
        new=len(change.new),
        moved=len(change.moved),
        cancelled=len(change.cancelled),
    )
    reasons = [*([""] * len(events)), command.changelog]
    await append_all(connection, [*events, released_event], actor_id=actor.account_id, now=now, reason=reasons)
    return released


async def _apply(
    connection: Connection,
    version: Version,
    change: Difference,
    standing: list[Booking],
    wishes: Sequence[Wishes],
    *,
    answer_until: datetime | None,
    actor: Actor,
    now: datetime,
) -> list[Event]:
    by_activity = {booking.activity_id: booking for booking in standing}
    wanted = {entry.activity_id: as_placement(entry.new) for entry in (*change.moved, *change.new) if entry.new}
    resources = {resource for placement in wanted.values() for resource in placement.resource_ids}
    resources |= {resource for wish in wishes for resource in wish.resource_ids}
    activities = [*wanted, *(activity for wish in wishes for activity in wish.activity_ids)]
    await bookings.lock_resources(connection, resource_ids=sorted(resources), activity_ids=activities)
    await release_expired_holds(connection, sorted(resources), now=now)
    await bookings.defer_constraints(connection)
    events = await give_back(connection, [by_activity[entry.activity_id] for entry in change.cancelled])
    await bulk.release_bookings(connection, [by_activity[entry.activity_id].id for entry in change.moved])
    made = await bulk.insert_bookings(
        connection,
        wanted,
        season_id=version.season_id,
        state="confirmed" if answer_until is None else "tentative",
        version_id=version.id,
        made_by=actor.account_id,
        now=now,
        answer_until=answer_until,
    )
    await bookings.check_constraints_now(connection)
    events += [
        _booked(version, entry, wanted[entry.activity_id], made[entry.activity_id], answer_until=answer_until)
        for entry in (*change.moved, *change.new)
    ]
    events += await move_requests(
        connection,
        booked={entry.request_id for entry in (*change.new, *change.moved)},
        given_back={entry.request_id for entry in change.cancelled},
        season_id=version.season_id,
    )
    return events


def _booked(
    version: Version, entry: Change, placement: Placement, made: MadeBooking, *, answer_until: datetime | None
) -> Event:
    if entry.old is not None:
        return BookingMoved(
            subject_id=made.id,
            season_id=version.season_id,
            activity_id=entry.activity_id,
            request_id=entry.request_id,
            old=event_placement(as_placement(entry.old)),
            place=event_placement(placement),
            sequence=made.invitation_sequence,
            tentative=answer_until is not None,
            answer_until=answer_until,
        )
    common: dict[str, Any] = {
        "subject_id": made.id,
        "season_id": version.season_id,
        "activity_id": entry.activity_id,
        "request_id": entry.request_id,
        "place": event_placement(placement),
        "sequence": made.invitation_sequence,
    }
    return BookingConfirmed(**common) if answer_until is None else BookingTentative(**common, answer_until=answer_until)


def as_placement(placed: PlacedActivity) -> Placement:
    """Give a version's placement in the form that bookings take."""
    return Placement(
        starts_at=placed.starts_at, ends_at=placed.ends_at, room_ids=placed.room_ids, channel_id=placed.channel_id
    )


async def _note_unplaced(connection: Connection, version: Version) -> dict[UUID, Unplaced]:
    """Keep with each request that the schedule leaves out why; give those that still wait for a placement."""
    left_out = {entry.request_id: entry for entry in await repository.list_unplaced(connection, version.id)}
    # Meanwhile some were withdrawn, refused or put on the waitlist.
    waiting = sorted(await requests.lock_in_states(connection, set(left_out), ("approved",)))
    proofs = {request_id: str(left_out[request_id].explanation.get("proof", "")) for request_id in waiting}
    await requests.update_states(connection, dict.fromkeys(waiting, "approved"), reason_codes=proofs)
    return {request_id: left_out[request_id] for request_id in waiting}


def _offered_instead(version: Version, told: dict[UUID, Unplaced]) -> list[Wishes]:
    """Give what the version found for the requests whose owners are told that they are unplaced.

    What asks for less than they asked for, or moves others, cannot be accepted as it is: it is told, and not held.
    """
    return [
        Wishes(
            request_id=request_id,
            season_id=version.season_id,
            offers=tuple(
                WantedOffer(
                    placements=tuple(OfferedPlacement(**msgspec.structs.asdict(placed)) for placed in offer.places),
                    costs=offer.relaxed,
                )
                for offer in read_explanation(entry.explanation).offers
                if takes_as_asked(offer)
            ),
        )
        for request_id, entry in told.items()
    ]


async def _tell_unplaced(
    connection: Connection,
    version: Version,
    wishes: Sequence[Wishes],
    *,
    policies: Policies,
    actor: Actor,
    now: datetime,
) -> list[Event]:
    """Offer what is still free, and give the event of each request whose owner is told."""
    made: dict[UUID, tuple[UUID, ...]] = {}
    if policies.offers_hold_after_release:
        by = actor.account_id
        offered = await make_offers(connection, wishes, origin="release", policies=policies, made_by=by, now=now)
        made = {event.subject_id: event.offer_ids for event in offered}
    return [
        RequestLeftUnplaced(
            subject_id=wish.request_id,
            season_id=version.season_id,
            version_id=version.id,
            offer_ids=made.get(wish.request_id, ()),
        )
        for wish in wishes
    ]
