"""Use cases of hall plans: read a room's, keep one, remove it."""

from datetime import datetime
from uuid import UUID

from app.actors import Actor
from app.database import Connection
from app.database.rows import must_be_seen
from app.events.halls import HallPlanRemoved, HallPlanSaved
from app.halls import repository
from app.halls.checking import check_plan
from app.halls.domain import HallPlanNotFound, NoHall, RoomOutOfUse, RoomPlan
from app.halls.drafting import PutHallPlan, drawn_plan
from app.outbox import append
from app.outbox.repository import HistoryLine, list_history
from app.permissions import must
from app.venues import closure_repository, room_repository
from app.venues.domain import Room


async def read_room(connection: Connection, venue_id: UUID, *, actor: Actor) -> Room:
    """Give a room whose plan is somebody's to see and change. Raises NotFound, NoHall, Forbidden."""
    venue = await room_repository.get_venue(connection, venue_id)
    if not isinstance(venue, Room):
        raise NoHall
    must(actor, "change_hall_plans", own=venue.department_id == actor.department_id)
    return venue


async def read_plan(connection: Connection, venue_id: UUID, *, actor: Actor) -> RoomPlan:
    """Give a room's plan. Raises NotFound, NoHall, Forbidden, HallPlanNotFound."""
    await read_room(connection, venue_id, actor=actor)
    return await _get(connection, venue_id)


async def read_history(connection: Connection, venue_id: UUID, *, actor: Actor) -> list[HistoryLine]:
    """List who kept and removed a room's plan, the newest first. Raises NotFound, NoHall, Forbidden."""
    await read_room(connection, venue_id, actor=actor)
    return await list_changes(connection, venue_id)


async def list_changes(connection: Connection, venue_id: UUID) -> list[HistoryLine]:
    """List who kept and removed the plan of a room that somebody may see, the newest first."""
    lines = await list_history(connection, venue_id)
    return [line for line in lines if line.type in (HallPlanSaved.type, HallPlanRemoved.type)]


async def put_plan(
    connection: Connection, venue_id: UUID, command: PutHallPlan, *, seen: int | None, actor: Actor, now: datetime
) -> RoomPlan:
    """Keep a room's plan; `seen` is 0 where it had none.

    Raises NotFound, NoHall, Forbidden, RoomOutOfUse, PreconditionFailed, Invalid, PlanQuestioned.
    """
    before = await _lock(connection, venue_id, seen=seen, actor=actor, now=now)
    plan = drawn_plan(command, None if before is None else before.plan)
    if before is None or before.plan != plan:
        await repository.upsert_plan(connection, venue_id, plan, updated_by=actor.account_id, now=now)
        booths = plan.booths()
        event = HallPlanSaved(
            subject_id=venue_id,
            booths=len(booths),
            powered=sum(booth.power for booth in booths),
            accepted=tuple(finding.code for finding in check_plan(plan)),
        )
        await append(connection, event, actor_id=actor.account_id, now=now)
    return await _get(connection, venue_id)


async def remove_plan(connection: Connection, venue_id: UUID, *, seen: int | None, actor: Actor, now: datetime) -> None:
    """Forget a room's plan; fairs keep their own copies.

    Raises NotFound, NoHall, Forbidden, RoomOutOfUse, PreconditionFailed, HallPlanNotFound.
    """
    if await _lock(connection, venue_id, seen=seen, actor=actor, now=now) is None:
        raise HallPlanNotFound
    await repository.delete_plan(connection, venue_id)
    await append(connection, HallPlanRemoved(subject_id=venue_id), actor_id=actor.account_id, now=now)


async def _get(connection: Connection, venue_id: UUID) -> RoomPlan:
    found = await repository.find_plan(connection, venue_id)
    if found is None:
        raise HallPlanNotFound
    return found


async def _lock(
    connection: Connection, venue_id: UUID, *, seen: int | None, actor: Actor, now: datetime
) -> RoomPlan | None:
    """Give the plan of a room that nobody else changes meanwhile."""
    await closure_repository.lock_resource(connection, venue_id)
    room = await read_room(connection, venue_id, actor=actor)
    if room.retired_at is not None and room.retired_at <= now:
        raise RoomOutOfUse
    before = await repository.find_plan(connection, venue_id)
    must_be_seen(0 if before is None else before.row_version, seen)
    return before
