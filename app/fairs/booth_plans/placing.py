"""Booths given by hand: what a move would cost, the move, and telling those who do not know yet where they stand."""

from datetime import datetime
from uuid import UUID

from app.actors import Actor
from app.database import Connection
from app.database.rows import must_be_seen
from app.errors import N_
from app.events.fairs import (
    BoothTold,
    ExhibitorMoved,
)
from app.fairs import repository as fairs
from app.fairs.access import get_run as get_run_fair
from app.fairs.booth_plans import repository
from app.fairs.booth_plans.assigning import read_facts
from app.fairs.booth_plans.domain import (
    BROKEN_NAMES,
    Arrange,
    BoothImpossible,
    FairBooths,
    MoveExhibitor,
    WhatIf,
)
from app.fairs.booth_plans.engine_facts import EngineFacts, booth_id, booth_of, facts_of
from app.fairs.domain import Exhibitor
from app.fairs.errors import ExhibitorNotFound, FairOver
from app.outbox import append, append_all


async def read_booths(connection: Connection, fair_id: UUID, *, actor: Actor) -> FairBooths:
    """Give the halls of a fair with what its booths are worth. Raises FairNotFound."""
    await get_run_fair(connection, fair_id, actor=actor)
    halls = await repository.list_halls(connection, fair_id)
    facts = facts_of(halls, await fairs.list_exhibitors(connection, fair_id))
    return FairBooths(
        halls=tuple(halls),
        value=facts.value(),
        without_booth=tuple(UUID(one.id) for one in facts.exhibitors if one.id not in facts.placed),
        not_told=tuple(one.id for one in await repository.list_to_tell(connection, fair_id)),
        run=await repository.find_latest_run(connection, fair_id),
    )


async def what_if(
    connection: Connection, fair_id: UUID, exhibitor_id: UUID, command: MoveExhibitor, *, actor: Actor
) -> WhatIf:
    """Give what a move would cost; nothing moves. Raises FairNotFound, ExhibitorNotFound, BoothImpossible."""
    await get_run_fair(connection, fair_id, actor=actor)
    facts = await read_facts(connection, fair_id)
    after, other = _after(facts, exhibitor_id, command)
    return WhatIf(before=facts.value(), after=facts.value(after), swaps_with=other)


async def move_exhibitor(
    connection: Connection,
    fair_id: UUID,
    exhibitor_id: UUID,
    command: MoveExhibitor,
    *,
    seen: int | None,
    actor: Actor,
    now: datetime,
) -> Exhibitor:
    """Let an exhibitor stand in a booth; whoever stands there gets the one that it leaves, if it leaves one.

    Raises FairNotFound, ExhibitorNotFound, PreconditionFailed, BoothImpossible.
    """
    fair = await get_run_fair(connection, fair_id, actor=actor, lock=True)
    exhibitor = await _of_fair(connection, fair_id, exhibitor_id)
    must_be_seen(exhibitor.row_version, seen)
    facts = await read_facts(connection, fair_id)
    after, other = _after(facts, exhibitor_id, command)
    if str(exhibitor_id) in after and (new := facts.broken(after) - facts.broken(facts.placed)):
        raise BoothImpossible(why=BROKEN_NAMES[min(new)[0]])
    if other is not None and str(other) in facts.pins:
        raise BoothImpossible(why=N_("Whoever stands there is pinned to this booth."))
    moving = {UUID(key): booth_of(after[key]) for key in _moving(exhibitor_id, other) if key in after}
    await repository.unplace(connection, [key for key in (exhibitor_id, other) if key is not None])
    await repository.place(connection, moving, pinned={exhibitor_id} if command.pinned else set())
    event = ExhibitorMoved(subject_id=fair_id, season_id=fair.season_id, exhibitor_id=exhibitor_id)
    await append(connection, event, actor_id=actor.account_id, now=now)
    return await fairs.get_exhibitor(connection, exhibitor_id)


async def arrange(
    connection: Connection,
    fair_id: UUID,
    exhibitor_id: UUID,
    command: Arrange,
    *,
    seen: int | None,
    actor: Actor,
) -> Exhibitor:
    """Say what assignments heed of an exhibitor. Raises FairNotFound, ExhibitorNotFound, PreconditionFailed."""
    await get_run_fair(connection, fair_id, actor=actor, lock=True)
    exhibitor = await _of_fair(connection, fair_id, exhibitor_id)
    must_be_seen(exhibitor.row_version, seen)
    there = {one.id for one in await fairs.list_exhibitors(connection, fair_id)}
    if not set(command.apart_from) <= there - {exhibitor_id}:
        raise ExhibitorNotFound
    await repository.arrange(connection, exhibitor_id, crowd=command.crowd, apart_from=command.apart_from)
    return await fairs.get_exhibitor(connection, exhibitor_id)


async def tell_booths(connection: Connection, fair_id: UUID, *, actor: Actor, now: datetime) -> int:
    """Tell those whose booth is another one than they know; give how many. Raises FairNotFound, FairOver."""
    fair = await get_run_fair(connection, fair_id, actor=actor, lock=True)
    if not fair.is_held:
        raise FairOver
    told = await repository.list_to_tell(connection, fair_id)
    await repository.mark_told(connection, told)
    events = [
        BoothTold(
            subject_id=fair_id,
            season_id=fair.season_id,
            exhibitor_id=one.id,
            booth=one.booth,
            old_booth=one.told_booth,
        )
        for one in told
    ]
    await append_all(connection, events, actor_id=actor.account_id, now=now)
    return len(told)


async def _of_fair(connection: Connection, fair_id: UUID, exhibitor_id: UUID) -> Exhibitor:
    exhibitor = await fairs.get_exhibitor(connection, exhibitor_id)
    if exhibitor.fair_id != fair_id:
        raise ExhibitorNotFound
    return exhibitor


def _after(facts: EngineFacts, exhibitor_id: UUID, command: MoveExhibitor) -> tuple[dict[str, str], UUID | None]:
    """Give where all would stand, and who would get the booth that becomes free. Raises BoothImpossible."""
    key = str(exhibitor_id)
    if key not in {one.id for one in facts.exhibitors}:
        raise ExhibitorNotFound
    after = {one: booth for one, booth in facts.placed.items() if one != key}
    if command.hall_id is None or command.booth is None:
        return after, None
    booth = booth_id(command.hall_id, command.booth)
    if booth not in {one.id for one in facts.booths}:
        raise BoothImpossible(why=BROKEN_NAMES["unknown_booth"])
    holder = next((one for one, its in after.items() if its == booth), None)
    after[key] = booth
    if holder is None:
        return after, None
    if key in facts.placed:
        after[holder] = facts.placed[key]
    else:
        del after[holder]
    return after, UUID(holder)


def _moving(exhibitor_id: UUID, other: UUID | None) -> list[str]:
    return [str(exhibitor_id), *([] if other is None else [str(other)])]
