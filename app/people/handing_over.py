"""Requests go from one contact to another: both are told, and calendars follow."""

from collections.abc import Sequence
from datetime import datetime
from itertools import groupby
from typing import Any
from uuid import UUID

from app.actors import Actor
from app.bookings import repository as bookings
from app.bookings.domain import Booking, event_placement
from app.database import Connection
from app.events import BookingHandedOn, BookingTakenOver, RequestHandedOver, RequestsHandedOver
from app.outbox import append
from app.people import repository
from app.people.access import must_see_people
from app.people.domain import HandOver, HandsToThemselves, People, Person, PersonNotFound
from app.people.repository import HandedRequest
from app.requests.domain import RequestNotFound


async def hand_over(
    connection: Connection, employer_id: UUID, command: HandOver, *, actor: Actor, now: datetime
) -> int:
    """Make a person the contact of some requests, or of all that a colleague has; give how many went over.

    Raises EmployerNotFound, PersonNotFound, RequestNotFound, HandsToThemselves.
    """
    must_see_people(actor, employer_id)
    people = await repository.lock_people(connection, employer_id)
    taker = person_of(people, command.to_account_id)
    email = None if command.from_account_id is None else person_of(people, command.from_account_id).email
    if email == taker.email:
        raise HandsToThemselves
    found = await repository.lock_requests(connection, employer_id, request_ids=command.request_ids, email=email)
    if not {*command.request_ids} <= {request.id for request in found}:
        raise RequestNotFound
    changed = [request for request in found if request.contact_email != taker.email]
    if command.request_ids and not changed:
        raise HandsToThemselves
    return await give(connection, employer_id, changed, taker, actor=actor, now=now)


async def give(
    connection: Connection,
    employer_id: UUID,
    requests: Sequence[HandedRequest],
    taker: Person,
    *,
    actor: Actor,
    now: datetime,
) -> int:
    """Give locked requests to a person; tell old and new, and let their calendars follow."""
    by_contact = sorted(requests, key=lambda request: (request.contact_email, request.id))
    for _, given in groupby(by_contact, key=lambda request: request.contact_email):
        await _give_those_of_one(connection, employer_id, list(given), taker, actor=actor, now=now)
    return len(by_contact)


async def _give_those_of_one(
    connection: Connection,
    employer_id: UUID,
    given: list[HandedRequest],
    taker: Person,
    *,
    actor: Actor,
    now: datetime,
) -> None:
    ids = tuple(request.id for request in given)
    await repository.update_contact(connection, ids, taker)
    handover_id = await repository.insert_handover(
        connection, employer_id, given[0], to_account_id=taker.account_id, now=now
    )
    told = RequestsHandedOver(subject_id=employer_id, handover_id=handover_id, request_ids=ids)
    await append(connection, told, actor_id=actor.account_id, now=now)
    for request in given:
        event = RequestHandedOver(subject_id=request.id, season_id=request.season_id, handover_id=handover_id)
        await append(connection, event, actor_id=actor.account_id, now=now)
        for booking in await bookings.list_standing_of(connection, request.id):
            if booking.starts_at > now:
                await _follow(connection, booking, request.id, handover_id, actor=actor, now=now)


async def _follow(
    connection: Connection, booking: Booking, request_id: UUID, handover_id: UUID, *, actor: Actor, now: datetime
) -> None:
    """Take a booking out of the old contact's calendar, and put it into the new one's."""
    place = event_placement(booking.placement())
    common: dict[str, Any] = {
        "subject_id": booking.id,
        "season_id": booking.season_id,
        "activity_id": booking.activity_id,
        "request_id": request_id,
        "handover_id": handover_id,
        "sequence": await bookings.raise_invitation_sequence(connection, booking.activity_id),
    }
    await append(connection, BookingHandedOn(**common, old=place), actor_id=actor.account_id, now=now)
    taken = BookingTakenOver(**common, place=place, tentative=booking.state == "tentative")
    await append(connection, taken, actor_id=actor.account_id, now=now)


def person_of(people: People, account_id: UUID) -> Person:
    """Give one of an employer's people. Raises PersonNotFound."""
    for person in people.people:
        if person.account_id == account_id:
            return person
    raise PersonNotFound
