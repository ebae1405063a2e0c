"""What may take place in a closed time nevertheless, while its request is written anew.

Whoever made the exception named a step as it was asked for: it goes on for a step that is still the same. What is
another step now, or none, has it no longer, and that is said: in the request's history, and to whose blocking it is.
"""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

import msgspec

from app.actors import Actor, account_of
from app.database import Connection, load_queries
from app.database.rows import fetch_all
from app.events import BlockingChanged, Event, ExemptionRemoved
from app.outbox import append_all
from app.requests import repository
from app.requests.domain import Activity, Request
from app.requests.wishes import as_wish

_queries = load_queries(__file__)


class TakenException(msgspec.Struct, frozen=True, kw_only=True):
    """An exception of a closure for a step, as it was made."""

    closure_id: UUID
    activity_id: UUID
    resource_id: UUID
    blocking_id: UUID | None
    reason: str
    made_by: UUID | None
    made_at: datetime


async def take_exceptions(connection: Connection, request_id: UUID) -> list[TakenException]:
    """Take the exceptions for the steps of a locked request, which are about to be written anew."""
    return await fetch_all(TakenException, _queries.take_exceptions(connection, request_id=request_id))


async def put_exceptions_back(
    connection: Connection,
    request: Request,
    taken: Sequence[TakenException],
    before: Sequence[Activity],
    *,
    actor: Actor | None,
    now: datetime,
) -> None:
    """Put exceptions back for the steps that are the same as before, and say of the others that they have none."""
    if not taken:
        return
    same = _same_steps(before, (await repository.list_activities(connection, [request.id]))[request.id])
    kept = [
        msgspec.structs.replace(exception, activity_id=same[exception.activity_id])
        for exception in taken
        if exception.activity_id in same
    ]
    if kept:
        await _queries.put_exceptions(connection, exceptions=msgspec.to_builtins(kept))
    gone = [exception for exception in taken if exception.activity_id not in same]
    await append_all(connection, _voided(request, gone), actor_id=account_of(actor), now=now)


def _same_steps(before: Sequence[Activity], after: Sequence[Activity]) -> dict[UUID, UUID]:
    """Give the new ids of the steps that ask for the same as before."""
    free, found = list(after), dict[UUID, UUID]()
    for step in before:
        other = next((one for one in free if as_wish(one) == as_wish(step)), None)
        if other is not None:
            free.remove(other)
            found[step.id] = other.id
    return found


def _voided(request: Request, gone: Sequence[TakenException]) -> list[Event]:
    events: list[Event] = []
    steps = {(exception.activity_id, exception.resource_id, exception.blocking_id) for exception in gone}
    for activity_id, resource_id, blocking_id in sorted(steps, key=str):
        ids = [one.closure_id for one in gone if (one.activity_id, one.resource_id) == (activity_id, resource_id)]
        events.append(
            ExemptionRemoved(
                subject_id=request.id,
                season_id=request.season_id,
                activity_id=activity_id,
                resource_id=resource_id,
                closure_ids=tuple(ids),
                blocking_id=blocking_id,
                voided=True,
            )
        )
        if blocking_id is not None:
            changed = ("exemption_removed",)
            events.append(
                BlockingChanged(subject_id=blocking_id, resource_id=resource_id, changed=changed, by_owner=False)
            )
    return events
