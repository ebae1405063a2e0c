"""Use cases of deciding: approve, return, refuse, waitlist, weigh; and the owner's withdrawal.

A decision of the career centre carries the version that was looked at (`seen`), so that what was read is what is
decided. One that is of a whole series carries its id: then the series tells its owner. When a request leaves the
queue, what was booked for it by hand is given back.
"""

from collections.abc import Sequence
from datetime import datetime
from typing import Final
from uuid import UUID

from app.actors import Actor
from app.database import Connection, Database
from app.database.rows import must_be_seen
from app.decisions.endings import coming, end_request
from app.employers import repository as employers
from app.events import (
    Event,
    RequestApproved,
    RequestRefused,
    RequestReturned,
    RequestWaitlisted,
    RequestWeighted,
    RequestWithdrawn,
)
from app.offers.domain import WantedOffer
from app.offers.finding import Finder
from app.outbox import append
from app.permissions import must, must_at_all
from app.requests import repository
from app.requests.access import parts_in
from app.requests.domain import (
    Decision,
    EmployerNotVerified,
    Participant,
    ParticipantNotVerified,
    RefuseRequest,
    Request,
    SetWeight,
)
from app.requests.limits import must_be_within_limits
from app.requests.participants import ask_participants
from app.requests.repository import Owner
from app.requests.states import Act, must_be_possible

_DECISIONS: Final[frozenset[Act]] = frozenset({"approve", "return", "refuse", "waitlist"})
_LEAVE_THE_QUEUE: Final[frozenset[Act]] = frozenset({"refuse", "withdraw", "waitlist"})


async def approve_request(
    connection: Connection,
    request_id: UUID,
    *,
    seen: int | None,
    actor: Actor,
    now: datetime,
    series_id: UUID | None = None,
) -> Request:
    """Approve a request, so that the next solve may place it. Raises MoveImpossible, EmployerNotVerified,
    ParticipantNotVerified, PreconditionFailed.
    """
    must_at_all(actor, "approve")
    request = await repository.lock_request(connection, request_id)
    if request.employer_id is not None:
        employer = await employers.get_employer(connection, request.employer_id)
        if employer.state != "verified":
            raise EmployerNotVerified(extra={"employer_id": str(employer.id), "employer_state": employer.state})
    participants = (await repository.list_participants(connection, [request_id]))[request_id]
    await _must_be_verified(connection, participants)
    event = RequestApproved(subject_id=request_id, season_id=request.season_id, series_id=series_id)
    approved = await _move(connection, request, "approve", event, seen=seen, actor=actor, now=now)
    if any(participant.waits_to_be_asked for participant in participants):
        owner = Owner(kind=request.owner_kind, employer_id=request.employer_id, department_id=request.department_id)
        await ask_participants(connection, request_id, owner=owner, season_id=request.season_id, actor=actor, now=now)
    return approved


async def _must_be_verified(connection: Connection, participants: list[Participant]) -> None:
    accepted = {participant.employer_id: participant for participant in participants if participant.state == "accepted"}
    unverified = set(accepted) - await employers.list_known(connection, list(accepted), states=["verified"])
    if unverified:
        first = min((accepted[employer_id] for employer_id in unverified), key=lambda participant: participant.name_zh)
        raise ParticipantNotVerified(employer=first.name_zh, extra={"employer_id": str(first.employer_id)})


async def return_request(
    connection: Connection,
    request_id: UUID,
    decision: Decision,
    *,
    seen: int | None,
    actor: Actor,
    now: datetime,
    series_id: UUID | None = None,
) -> Request:
    """Return a request for changes. Raises MoveImpossible, PreconditionFailed."""
    must_at_all(actor, "return")
    request = await repository.lock_request(connection, request_id)
    event = RequestReturned(
        subject_id=request_id, season_id=request.season_id, reason_code=decision.reason_code, series_id=series_id
    )
    return await _move(connection, request, "return", event, seen=seen, actor=actor, now=now, decision=decision)


async def refuse_and_offer(
    database: Database,
    finder: Finder,
    request_id: UUID,
    command: RefuseRequest,
    *,
    seen: int | None,
    actor: Actor,
    now: datetime,
) -> Request:
    """Refuse a request, with the reason, and offer the nearest free places where that is asked for.

    One message tells both. Raises RequestNotFound, MoveImpossible, PreconditionFailed.
    """
    must_at_all(actor, "refuse")
    instead = await finder.find(request_id) if command.offers else ()
    return await database.transact(
        refuse_request, request_id, command, seen=seen, actor=actor, now=now, instead=instead
    )


async def refuse_request(
    connection: Connection,
    request_id: UUID,
    decision: Decision,
    *,
    seen: int | None,
    actor: Actor,
    now: datetime,
    instead: Sequence[WantedOffer] = (),
    series_id: UUID | None = None,
) -> Request:
    """Refuse a request, with the reason; of what was found `instead`, what is free is offered.

    Raises MoveImpossible, PreconditionFailed.
    """
    must_at_all(actor, "refuse")
    request = await repository.lock_request(connection, request_id)
    event = RequestRefused(
        subject_id=request_id, season_id=request.season_id, reason_code=decision.reason_code, series_id=series_id
    )
    return await _move(
        connection, request, "refuse", event, seen=seen, actor=actor, now=now, decision=decision, instead=instead
    )


async def waitlist_request(
    connection: Connection, request_id: UUID, *, seen: int | None, actor: Actor, now: datetime
) -> Request:
    """Keep a request for when something becomes free; what it was offered it may still accept.

    Raises MoveImpossible, PreconditionFailed.
    """
    must_at_all(actor, "waitlist")
    request = await repository.lock_request(connection, request_id)
    event = RequestWaitlisted(subject_id=request_id, season_id=request.season_id)
    return await _move(connection, request, "waitlist", event, seen=seen, actor=actor, now=now)


async def withdraw_request(
    connection: Connection, request_id: UUID, *, seen: int | None = None, actor: Actor, now: datetime
) -> Request:
    """Withdraw a request for its owner. Raises RequestNotFound, MoveImpossible, PreconditionFailed."""
    request = await repository.lock_request(connection, request_id)
    event = RequestWithdrawn(subject_id=request_id, season_id=request.season_id)
    return await _move(connection, request, "withdraw", event, seen=seen, actor=actor, now=now)


async def set_weight(
    connection: Connection,
    request_id: UUID,
    command: SetWeight,
    *,
    seen: int | None = None,
    actor: Actor,
    now: datetime,
) -> Request:
    """Set an organiser's own weight, shown with who set it and why. Raises PreconditionFailed."""
    must(actor, "weigh")
    request = await repository.lock_request(connection, request_id)
    must_be_seen(request.row_version, seen)
    await repository.update_weight(
        connection,
        request_id,
        command.weight,
        key_group=command.key_group,
        set_by=actor.account_id,
        reason=command.reason,
    )
    event = RequestWeighted(subject_id=request_id, season_id=request.season_id, weight=command.weight)
    await append(connection, event, actor_id=actor.account_id, now=now, reason=command.reason)
    return await repository.get_request(connection, request_id)


async def _move(
    connection: Connection,
    request: Request,
    act: Act,
    event: Event,
    *,
    actor: Actor,
    now: datetime,
    seen: int | None = None,
    decision: Decision | None = None,
    instead: Sequence[WantedOffer] = (),
) -> Request:
    parts = parts_in(actor, request)
    move = must_be_possible(act, request.state, *parts)
    if "approver" in parts and act in _DECISIONS:
        await must_be_within_limits(connection, request)
    must_be_seen(request.row_version, seen)
    after = move.after or request.state
    note, code = (decision.note, decision.reason_code) if decision else ("", "")
    if act in _LEAVE_THE_QUEUE:
        not_begun = await coming(connection, request, now=now)
        return await end_request(
            connection,
            request,
            not_begun,
            after,
            event,
            note=note,
            reason_code=code,
            actor=actor,
            now=now,
            ends_participations=act != "waitlist",
            keeps_offers=act == "waitlist",
            instead=instead,
        )
    moved = await repository.move_request(connection, request, after, reason_code=code, note=note)
    await append(connection, event, actor_id=actor.account_id, now=now, reason=note)
    return moved
