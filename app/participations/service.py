"""Use cases of participants: accept, decline, change one's mind.

The career centre answers for those without accounts.
"""

from datetime import datetime
from typing import Any
from uuid import UUID

from app.accounts.domain import EmailNotVerified
from app.actors import Actor
from app.bookings import repository as bookings
from app.bookings.domain import event_placement
from app.clock import Clock
from app.database import Connection
from app.database.rows import must_be_seen
from app.employers import repository as employers
from app.events import BookingJoined, BookingLeft, Event, ParticipationAccepted, ParticipationDeclined
from app.outbox import append
from app.participations import repository
from app.participations.domain import (
    AlreadyElsewhere,
    AnswerTooLate,
    MayNotTakePart,
    Participation,
    ParticipationNotFound,
)
from app.permissions import may
from app.requests import repository as requests
from app.requests.domain import ParticipantState
from app.seasons import repository as seasons


async def get_own(connection: Connection, request_id: UUID, *, actor: Actor) -> Participation:
    """Give the reader's own part in somebody else's request. Raises ParticipationNotFound."""
    if actor.employer_id is None:
        raise ParticipationNotFound
    return await repository.get_participation(connection, request_id, actor.employer_id)


async def is_asked(connection: Connection, request_id: UUID, *, actor: Actor) -> bool:
    """Whether the reader's employer was asked to take part in a request."""
    try:
        await get_own(connection, request_id, actor=actor)
    except ParticipationNotFound:
        return False
    return True


async def list_own(connection: Connection, season_id: UUID, *, actor: Actor) -> list[Participation]:
    """List where the reader's employer was asked to take part."""
    if actor.employer_id is None:
        return []
    return await repository.list_participations(connection, actor.employer_id, season_id=season_id)


async def accept(
    connection: Connection, request_id: UUID, employer_id: UUID, *, seen: int | None, actor: Actor, clock: Clock
) -> Participation:
    """Take part: from now on the employer's people are there and nowhere else.

    Raises ParticipationNotFound, AnswerTooLate, MayNotTakePart, AlreadyElsewhere, PreconditionFailed, EmailNotVerified.
    """
    now = clock.now()
    participation = await _open(connection, request_id, employer_id, seen=seen, actor=actor, now=now)
    if participation.state == "accepted":
        return participation
    await _must_be_able(connection, participation, clock)
    await repository.add_people(connection, request_id, employer_id)
    await _tell_places(connection, participation, joins=True, actor=actor, now=now)
    event = ParticipationAccepted(subject_id=request_id, season_id=participation.season_id, employer_id=employer_id)
    return await _answered(connection, participation, event, actor=actor, now=now)


async def decline(
    connection: Connection, request_id: UUID, employer_id: UUID, *, seen: int | None, actor: Actor, clock: Clock
) -> Participation:
    """Take no part, or no longer: the employer's people are free again.

    Raises ParticipationNotFound, AnswerTooLate, PreconditionFailed, EmailNotVerified.
    """
    now = clock.now()
    participation = await _open(connection, request_id, employer_id, seen=seen, actor=actor, now=now)
    if participation.state == "declined":
        return participation
    if participation.state == "accepted":
        await repository.remove_people(connection, request_id, employer_id)
        await _tell_places(connection, participation, joins=False, actor=actor, now=now)
    event = ParticipationDeclined(subject_id=request_id, season_id=participation.season_id, employer_id=employer_id)
    return await _answered(connection, participation, event, actor=actor, now=now)


async def _open(
    connection: Connection, request_id: UUID, employer_id: UUID, *, seen: int | None, actor: Actor, now: datetime
) -> Participation:
    """Give a participation that its answerer may answer now; its request is locked."""
    if not may(actor, "answer_participation", own=actor.employer_id == employer_id):
        raise ParticipationNotFound
    if not actor.organises and not actor.email_verified:
        raise EmailNotVerified
    await requests.lock_request(connection, request_id)
    participation = await repository.get_participation(connection, request_id, employer_id)
    if not participation.is_open(now):
        raise AnswerTooLate
    must_be_seen(participation.row_version, seen)
    return participation


async def _must_be_able(connection: Connection, participation: Participation, clock: Clock) -> None:
    """Check that the employer is verified, and its people could be where the request's bookings are."""
    request_id, employer_id = participation.request_id, participation.employer_id
    employer = await employers.get_employer(connection, employer_id)
    if employer.state != "verified":
        raise MayNotTakePart
    activities = (await requests.list_activities(connection, [request_id]))[request_id]
    ids = [activity.id for activity in activities]
    # Locked before it is looked at, as for a booking.
    await bookings.lock_resources(connection, resource_ids=[employer.team_id], activity_ids=ids)
    policies = await seasons.get_policies(connection, participation.season_id)
    usual = policies.travel_minutes_between_campuses
    clash = await repository.find_clash(connection, request_id, employer_id, otherwise=usual)
    if clash is not None:
        starts, ends = map(clock.local, clash)
        raise AlreadyElsewhere(when=f"{starts:%Y-%m-%d %H:%M}–{ends:%H:%M}")


async def _tell_places(
    connection: Connection, participation: Participation, *, joins: bool, actor: Actor, now: datetime
) -> None:
    """Tell the employer of each confirmed booking of the request that it has joined, or left."""
    activities = (await requests.list_activities(connection, [participation.request_id]))[participation.request_id]
    ids = [activity.id for activity in activities]
    for booking in await bookings.list_standing(connection, participation.season_id, activity_ids=ids):
        if booking.state != "confirmed":
            continue
        place = event_placement(booking.placement())
        common: dict[str, Any] = {
            "subject_id": booking.id,
            "season_id": booking.season_id,
            "activity_id": booking.activity_id,
            "request_id": participation.request_id,
            "employer_id": participation.employer_id,
            "sequence": await bookings.raise_invitation_sequence(connection, booking.activity_id),
        }
        event = BookingJoined(**common, place=place) if joins else BookingLeft(**common, old=place)
        await append(connection, event, actor_id=actor.account_id, now=now)


async def _answered(
    connection: Connection, participation: Participation, event: Event, *, actor: Actor, now: datetime
) -> Participation:
    request_id, employer_id = participation.request_id, participation.employer_id
    state: ParticipantState = "accepted" if isinstance(event, ParticipationAccepted) else "declined"
    await repository.update_answer(connection, request_id, employer_id, state, answered_by=actor.account_id, now=now)
    await append(connection, event, actor_id=actor.account_id, now=now)
    return await repository.get_participation(connection, request_id, employer_id)
