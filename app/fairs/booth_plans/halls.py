"""The halls of a fair: copied from its rooms' plans, changed for this fair alone."""

from datetime import datetime
from uuid import UUID

from app.actors import Actor
from app.database import Connection
from app.database.rows import must_be_seen
from app.events.fairs import (
    FairHallChanged,
)
from app.fairs.access import get_run
from app.fairs.booth_plans import repository
from app.fairs.booth_plans.domain import BoothLost, FairHall, HallNotFound, PutSectors
from app.fairs.domain import Fair
from app.halls.domain import HallPlan
from app.halls.drafting import PutHallPlan, drawn_plan
from app.outbox import append


async def copy_room_plans(connection: Connection, fair: Fair, *, from_fair_id: UUID | None = None) -> list[FairHall]:
    """Give a fair the plans of its rooms that it has not yet: as another fair drew them, else the rooms' own.

    Halls of rooms in which the fair is no more go, if nobody stands in them.
    """
    rooms = await repository.list_rooms_of(connection, fair.id)
    if from_fair_id is not None:
        await repository.copy_halls(connection, fair.id, from_id=from_fair_id, room_ids=[room.id for room in rooms])
    known = {hall.room_id: hall for hall in await repository.list_halls(connection, fair.id)}
    for room in rooms:
        if room.id not in known and room.plan is not None:
            await repository.upsert_hall(connection, fair.id, room.id, room.plan)
    there = {room.id for room in rooms}
    for room_id, hall in known.items():
        if there and room_id not in there and not await repository.count_lost(connection, hall.id, but=()):
            await repository.delete_hall(connection, hall.id)
    return await repository.list_halls(connection, fair.id)


async def put_hall(
    connection: Connection,
    fair_id: UUID,
    room_id: UUID,
    command: PutHallPlan,
    *,
    takes_booths: bool,
    seen: int | None,
    actor: Actor,
    now: datetime,
) -> FairHall:
    """Keep the plan of one of a fair's rooms, for this fair alone; `seen` is 0 where it had none.

    `takes_booths`: also where somebody stands in a booth that the new plan has not.

    Raises FairNotFound, HallNotFound, PreconditionFailed, BoothLost, NoBoothLeft, Invalid, PlanQuestioned.
    """
    fair = await get_run(connection, fair_id, actor=actor, lock=True)
    if room_id not in {room.id for room in await repository.list_rooms_of(connection, fair_id)}:
        raise HallNotFound
    before = next((hall for hall in await repository.list_halls(connection, fair_id) if hall.room_id == room_id), None)
    must_be_seen(0 if before is None else before.row_version, seen)
    plan = drawn_plan(command, None if before is None else before.plan)
    await _take_booths(connection, before, plan, takes_booths=takes_booths)
    hall_id = await repository.upsert_hall(connection, fair_id, room_id, plan)
    await repository.update_capacity(connection, fair_id)
    event = FairHallChanged(subject_id=fair_id, season_id=fair.season_id, hall_id=hall_id, booths=len(plan.names))
    await append(connection, event, actor_id=actor.account_id, now=now)
    return await repository.get_hall(connection, fair_id, hall_id)


async def put_sectors(
    connection: Connection,
    fair_id: UUID,
    hall_id: UUID,
    command: PutSectors,
    *,
    seen: int | None,
    actor: Actor,
    now: datetime,
) -> FairHall:
    """Say which industries stand in a hall. Raises FairNotFound, HallNotFound, PreconditionFailed."""
    fair = await get_run(connection, fair_id, actor=actor, lock=True)
    hall = await repository.get_hall(connection, fair_id, hall_id)
    must_be_seen(hall.row_version, seen)
    await repository.update_sectors(connection, hall_id, command.sectors)
    event = FairHallChanged(subject_id=fair_id, season_id=fair.season_id, hall_id=hall_id, booths=len(hall.names))
    await append(connection, event, actor_id=actor.account_id, now=now)
    return await repository.get_hall(connection, fair_id, hall_id)


async def _take_booths(connection: Connection, before: FairHall | None, plan: HallPlan, *, takes_booths: bool) -> None:
    """Let nobody stand in booths that the new plan has not. Raises BoothLost."""
    if before is None:
        return
    lost = await repository.count_lost(connection, before.id, but=plan.names)
    if lost and not takes_booths:
        raise BoothLost(count=lost)
    await repository.clear_booths(connection, before.id, but=plan.names)
