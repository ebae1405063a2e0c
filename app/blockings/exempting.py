"""Exceptions of closures: activities that may take place there nevertheless, by somebody's word and with a reason."""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from app.actors import Actor
from app.blockings import repository
from app.blockings.domain import Exempt, Exemption, RemoveExemption
from app.blockings.reading import approves_there, is_of
from app.blockings.repository import ClosureInTheWay, NamedActivity
from app.database import Connection
from app.errors import N_, Invalid
from app.events import ActivityExempted, BlockingChanged, CaseKept, Event, ExemptionRemoved
from app.facts.locks import lock_every_season
from app.outbox import append_all
from app.permissions import must_at_all
from app.requests.access import must_see
from app.requests.domain import RequestNotFound
from app.requests.repository import get_request
from app.venues import closure_repository
from app.venues.closure_domain import Closure, ClosureNotFound


async def exempt(
    connection: Connection, closure_id: UUID, command: Exempt, *, actor: Actor, now: datetime
) -> list[Exemption]:
    """Let an activity, or those of a request, be in a closure, and in all of its blocking; give every exception.

    Raises ClosureNotFound, Invalid.
    """
    closures = await _lock_closures(connection, closure_id, actor)
    activities = await _named(connection, command, closures, actor)
    events: list[Event] = []
    for activity in activities:
        new = await repository.insert_exemptions(
            connection,
            [closure.id for closure in closures],
            activity.id,
            reason=command.reason,
            made_by=actor.account_id,
            now=now,
        )
        if new:
            events.append(_exempted(activity, closures[0], new))
            events += await _end_cases(connection, activity, closures[0], command.reason, actor=actor, now=now)
    if events and (blocking_id := closures[0].blocking_id) is not None:
        events.append(await _told(connection, blocking_id, closures[0].resource_id, "exempted", actor))
    await append_all(connection, events, actor_id=actor.account_id, now=now, reason=command.reason)
    return await repository.list_exemptions(connection, [closure.id for closure in closures])


async def remove_exemption(
    connection: Connection,
    closure_id: UUID,
    activity_id: UUID,
    command: RemoveExemption,
    *,
    actor: Actor,
    now: datetime,
) -> list[Exemption]:
    """Take an exception back, in all of a blocking; what stands there has to be settled. Raises ClosureNotFound."""
    closures = await _lock_closures(connection, closure_id, actor)
    ids = [closure.id for closure in closures]
    gone = await repository.delete_exemptions(connection, ids, activity_id)
    if gone:
        (activity,) = await repository.list_activities_named(connection, activity_id=activity_id)
        first = closures[0]
        events: list[Event] = [
            ExemptionRemoved(
                subject_id=activity.request_id,
                season_id=activity.season_id,
                activity_id=activity_id,
                resource_id=first.resource_id,
                closure_ids=tuple(gone),
                blocking_id=first.blocking_id,
            )
        ]
        if first.blocking_id is not None:
            events.append(await _told(connection, first.blocking_id, first.resource_id, "exemption_removed", actor))
        await append_all(connection, events, actor_id=actor.account_id, now=now, reason=command.reason)
    return await repository.list_exemptions(connection, ids)


async def list_exemptions(connection: Connection, closure_id: UUID, *, actor: Actor) -> list[Exemption]:
    """List what may be in a closure, or in its blocking. Raises ClosureNotFound."""
    must_at_all(actor, "block_venues")
    closures = await _closures_of(connection, closure_id, actor)
    return await repository.list_exemptions(connection, [closure.id for closure in closures])


async def book_nevertheless(
    connection: Connection,
    activity: NamedActivity,
    closures: Sequence[ClosureInTheWay],
    *,
    reason: str,
    actor: Actor,
    now: datetime,
) -> None:
    """Let an activity be in the closures in which it is about to be booked; the booking has locked their resources."""
    events: list[Event] = []
    for closure in closures:
        await repository.insert_exemptions(
            connection, [closure.id], activity.id, reason=reason, made_by=actor.account_id, now=now
        )
        events.append(_exempted(activity, closure, [closure.id], booking=True))
    for blocking_id, resource_id in {
        closure.blocking_id: closure.resource_id for closure in closures if closure.blocking_id is not None
    }.items():
        events.append(await _told(connection, blocking_id, resource_id, "exempted", actor))
    await append_all(connection, events, actor_id=actor.account_id, now=now, reason=reason)


async def _end_cases(
    connection: Connection, activity: NamedActivity, closure: Closure, reason: str, *, actor: Actor, now: datetime
) -> list[Event]:
    """What stood there with a case stays now, because somebody said so."""
    kept = await repository.keep_cases(
        connection, activity.id, closure.resource_id, reason=reason, ended_by=actor.account_id, now=now
    )
    return [
        CaseKept(
            subject_id=activity.request_id,
            season_id=activity.season_id,
            case_id=one.case_id,
            activity_id=activity.id,
            booking_id=one.booking_id,
        )
        for one in kept
    ]


def _exempted(
    activity: NamedActivity, closure: Closure | ClosureInTheWay, new: Sequence[UUID], *, booking: bool = False
) -> ActivityExempted:
    return ActivityExempted(
        subject_id=activity.request_id,
        season_id=activity.season_id,
        activity_id=activity.id,
        resource_id=closure.resource_id,
        closure_ids=tuple(new),
        blocking_id=closure.blocking_id,
        booking=booking,
    )


async def _told(
    connection: Connection, blocking_id: UUID, resource_id: UUID, what: str, actor: Actor
) -> BlockingChanged:
    by_owner = is_of(actor, await repository.get_blocking(connection, blocking_id))
    return BlockingChanged(subject_id=blocking_id, resource_id=resource_id, changed=(what,), by_owner=by_owner)


async def _lock_closures(connection: Connection, closure_id: UUID, actor: Actor) -> list[Closure]:
    must_at_all(actor, "block_venues")
    await lock_every_season(connection)
    return await _closures_of(connection, closure_id, actor)


async def _closures_of(connection: Connection, closure_id: UUID, actor: Actor) -> list[Closure]:
    """Give a closure, or every one of its blocking, to whoever approves there, or whose blocking it is."""
    closure = await closure_repository.get_closure(connection, closure_id)
    if closure.blocking_id is None:
        if not approves_there(
            actor, closure.resource_id, await closure_repository.get_resource(connection, closure.resource_id)
        ):
            raise ClosureNotFound
        return [closure]
    row = await repository.get_blocking(connection, closure.blocking_id)
    if not (actor.organises or is_of(actor, row)):
        raise ClosureNotFound
    return await repository.list_closures_of(connection, closure.blocking_id)


async def _named(
    connection: Connection, command: Exempt, closures: Sequence[Closure], actor: Actor
) -> list[NamedActivity]:
    if (command.activity_id is None) == (command.reference == ""):
        raise Invalid.at("reference", N_("Name a request by its number, or an activity."), "missing")
    named = await repository.list_activities_named(
        connection,
        activity_id=command.activity_id,
        reference=command.reference,
        starts_at=closures[0].starts_at,
        ends_at=closures[-1].ends_at,
    )
    # Each season numbers its requests anew.
    seen = [id_ for id_ in {activity.request_id for activity in named} if await _is_seen(connection, id_, actor)]
    if not seen:
        raise Invalid.at("reference", N_("There is no such request."), "unknown-request")
    if len(seen) > 1:
        sentence = N_("Requests of several seasons have this number. Book it there by hand instead, with the reason.")
        raise Invalid.at("reference", sentence, "several-requests")
    return [activity for activity in named if activity.request_id == seen[0]]


async def _is_seen(connection: Connection, request_id: UUID, actor: Actor) -> bool:
    try:
        must_see(actor, await get_request(connection, request_id))
    except RequestNotFound:
        return False
    return True
