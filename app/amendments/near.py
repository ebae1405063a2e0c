"""Changes near the rooms that they ask for: who decides about one, and what somebody decides about.

Whoever decides about a request decides about its change too, where that stays within the rooms of their duty and the
limits of its department, and nobody else has to move for it. Anything else is the career centre's.
"""

from datetime import date, datetime
from uuid import UUID

from app.actors import Actor, account_of
from app.amendments import repository
from app.amendments.domain import Amendment, AmendmentNotFound, DecidedByCentre
from app.amendments.steps import match_steps
from app.clock import Clock
from app.database import Connection
from app.errors import Conflict, Forbidden
from app.events import ChangeAsked, StepChange
from app.offers import repository as offers
from app.outbox import append_all
from app.requests import repository as requests
from app.requests.access import decides_rooms, must_decide
from app.requests.domain import Activity, Request
from app.requests.limits import BeyondLimits, are_within, limits_of
from app.requests.near import list_near
from app.seasons import repository as seasons


def asked_rooms(steps: tuple[Activity, ...]) -> tuple[UUID, ...]:
    """Give the rooms that some steps ask for; none where one of them asks for something else, or for none."""
    if any(step.needs_channel or not step.asked_room_ids for step in steps):
        return ()
    return tuple(sorted({room_id for step in steps for room_id in step.asked_room_ids}))


def concerned_rooms(request: Request, amendment: Amendment) -> tuple[UUID, ...]:
    """Give the rooms that a request asks for and would ask for; none where one of the two asks for others as well."""
    if not request.asked_room_ids or not amendment.asked_room_ids:
        return ()
    return tuple(sorted({*request.asked_room_ids, *amendment.asked_room_ids}))


async def must_decide_change(connection: Connection, request: Request, amendment: Amendment, *, actor: Actor) -> None:
    """Check that somebody decides about a change.

    Raises AmendmentNotFound, Forbidden, DecidedByCentre, BeyondLimits.
    """
    must_decide(actor, request, hidden=AmendmentNotFound)
    if actor.organises:
        return
    rooms = concerned_rooms(request, amendment)
    host_id = await repository.find_host(connection, rooms)
    if not decides_rooms(actor, rooms, host_id):
        raise DecidedByCentre
    why = await _why_not_near(connection, request, amendment, host_id)
    if why is not None:
        raise why


async def _why_not_near(
    connection: Connection, request: Request, amendment: Amendment, host_id: UUID | None
) -> Conflict | None:
    """Give why a change of a host's rooms is not decided there; None where it is."""
    if amendment.offer_id is not None and (await offers.get_offer(connection, amendment.offer_id)).moves:
        return DecidedByCentre()
    limits = await limits_of(connection, host_id, await seasons.get_policies(connection, request.season_id))
    before = (await requests.list_activities(connection, [request.id]))[request.id]
    long_ago = datetime.min.replace(tzinfo=amendment.proposed_at.tzinfo)
    wished, ids = amendment.as_wish().activities, amendment.activity_ids
    after = match_steps(wished, before, {}, now=long_ago, ids=ids).activities
    if are_within([*before, *after], limits):
        return None
    return BeyondLimits(people=limits.people, booths=limits.booths)


async def decides_change(connection: Connection, request: Request, amendment: Amendment, *, actor: Actor) -> bool:
    """Whether somebody decides about a change of a request that they may see."""
    try:
        await must_decide_change(connection, request, amendment, actor=actor)
    except (Forbidden, Conflict):
        return False
    return True


async def list_changes_near(connection: Connection, season_id: UUID, *, actor: Actor) -> list[Amendment]:
    """List the changes that wait for somebody who has the duty to decide about them, the longest waiting first."""
    near = {request.id: request for request in await list_near(connection, season_id, actor=actor)}
    waiting = await repository.list_of_season(connection, season_id, states=["awaiting_approval"]) if near else []
    return [
        amendment
        for amendment in reversed(waiting)
        if amendment.request_id in near
        and await decides_change(connection, near[amendment.request_id], amendment, actor=actor)
    ]


async def list_change_deciders(
    connection: Connection, request: Request, amendment: Amendment, *, today: date
) -> list[UUID]:
    """List who has the duty to decide about a change on a day; nobody where the career centre decides."""
    rooms = concerned_rooms(request, amendment)
    if not rooms or await _why_not_near(connection, request, amendment, await repository.find_host(connection, rooms)):
        return []
    return await repository.list_deciders(connection, rooms, today=today)


async def tell_change_deciders(
    connection: Connection,
    request: Request,
    amendment_id: UUID,
    changes: tuple[StepChange, ...],
    *,
    actor: Actor | None,
    clock: Clock,
) -> None:
    """Tell whoever has the duty to decide about a change that it waits, but for who asks for it."""
    now = clock.now()
    amendment = await repository.get_amendment(connection, amendment_id)
    deciders = await list_change_deciders(connection, request, amendment, today=clock.local(now).date())
    asked = [
        ChangeAsked(
            subject_id=account_id,
            season_id=request.season_id,
            request_id=request.id,
            amendment_id=amendment_id,
            changes=changes,
        )
        for account_id in deciders
        if account_id != account_of(actor)
    ]
    await append_all(connection, asked, actor_id=account_of(actor), now=now, reason=amendment.note)
