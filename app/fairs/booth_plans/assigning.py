"""Booths assigned by the engine: asked for, worked out by a worker, looked at, kept or dropped."""

import asyncio
from datetime import datetime
from uuid import UUID

import msgspec
import structlog

from app.actors import Actor
from app.clock import Clock
from app.database import Connection, Database
from app.database.connection import LIVE_CHANNEL
from app.events.fairs import (
    BoothsAsked,
    BoothsAssigned,
)
from app.fairs import repository as fairs
from app.fairs.access import get_run as get_run_fair
from app.fairs.booth_plans import repository
from app.fairs.booth_plans.domain import (
    AskBooths,
    BasisChanged,
    BoothRun,
    NoHallPlan,
    RunNotFound,
    RunNotKeepable,
)
from app.fairs.booth_plans.engine_facts import EngineFacts, booth_of, facts_of
from app.fairs.booth_plans.halls import copy_room_plans
from app.outbox import append
from app.schedules.engine import ENGINE, EngineFailed
from app.schedules.engine.messages import AssignBooths, BoothsFound
from scheduling.booths.fair import BoothProgress

log = structlog.get_logger(__name__)
REPORT_EVERY_SECONDS = 0.5


async def ask_booths(
    connection: Connection, fair_id: UUID, command: AskBooths, *, actor: Actor, now: datetime
) -> BoothRun:
    """Have booths assigned; what was proposed before is dropped. Raises FairNotFound, NoHallPlan, AlreadyAssigning."""
    fair = await get_run_fair(connection, fair_id, actor=actor, lock=True)
    if not await copy_room_plans(connection, fair):
        raise NoHallPlan
    run_id = await repository.insert_run(
        connection, fair_id, moves=command.moves, seconds=command.seconds, asked_by=actor.account_id, now=now
    )
    event = BoothsAsked(subject_id=fair_id, season_id=fair.season_id, run_id=run_id)
    await append(connection, event, actor_id=actor.account_id, now=now)
    return await repository.get_run(connection, run_id)


async def keep_run(connection: Connection, fair_id: UUID, run_id: UUID, *, actor: Actor, now: datetime) -> BoothRun:
    """Let exhibitors stand as an assignment proposes.

    Raises FairNotFound, RunNotFound, RunNotKeepable, BasisChanged.
    """
    fair = await get_run_fair(connection, fair_id, actor=actor, lock=True)
    run = await _own_run(connection, fair_id, run_id)
    if run.state != "finished" or run.reason:
        raise RunNotKeepable
    facts = await read_facts(connection, fair_id)
    if facts.basis != run.basis:
        raise BasisChanged
    pinned = {UUID(key) for key in facts.pins}
    await repository.place(connection, run.placed, pinned=pinned)
    await repository.mark_run(connection, run_id, "kept")
    event = BoothsAssigned(
        subject_id=fair_id, season_id=fair.season_id, placed=len(run.placed), moved=len(run.moved), score=run.score
    )
    await append(connection, event, actor_id=actor.account_id, now=now)
    return await repository.get_run(connection, run_id)


async def drop_run(connection: Connection, fair_id: UUID, run_id: UUID, *, actor: Actor) -> BoothRun:
    """Leave everything as it is. Raises FairNotFound, RunNotFound, RunNotKeepable."""
    await get_run_fair(connection, fair_id, actor=actor, lock=True)
    run = await _own_run(connection, fair_id, run_id)
    if run.state not in ("queued", "running", "finished"):
        raise RunNotKeepable
    await repository.mark_run(connection, run_id, "dropped")
    return await repository.get_run(connection, run_id)


async def read_facts(connection: Connection, fair_id: UUID) -> EngineFacts:
    """Read what the engine is told of a fair."""
    halls = await repository.list_halls(connection, fair_id)
    return facts_of(halls, await fairs.list_exhibitors(connection, fair_id))


async def run_booths(database: Database, run_id: UUID, *, clock: Clock) -> None:
    """Work an assignment out; this may be called twice, and again after a worker died over it."""
    async with database.pool.acquire() as connection:
        if not await repository.claim_run(connection, run_id):
            return
        run = await repository.get_run(connection, run_id)
        fair = await fairs.get_fair(connection, run.fair_id)
        facts = await read_facts(connection, run.fair_id)
    job = AssignBooths(facts.booths, facts.exhibitors, facts.pins, facts.placed, run.moves, float(run.seconds))
    latest: list[BoothProgress] = []
    try:
        working = asyncio.ensure_future(asyncio.to_thread(ENGINE.ask, job, BoothsFound, on_progress=latest.append))
        while not working.done():
            await asyncio.wait([working], timeout=REPORT_EVERY_SECONDS)
            best = latest[-1] if latest else None
            async with database.pool.acquire() as connection:
                score, bound = (best.score, best.bound) if best else (None, None)
                await repository.report_run(connection, run_id, score=score, bound=bound)
                await _tell_open_pages(connection, fair.season_id, run.fair_id)
        found = await working
    except asyncio.CancelledError:
        ENGINE.give_up(job)
        raise
    except EngineFailed as error:
        log.exception("booths were not assigned", run_id=str(run_id), error=str(error))
        await database.transact(repository.finish_run, run_id, "failed", {"reason": "engine"}, now=clock.now())
        raise
    await database.transact(repository.finish_run, run_id, "finished", _found(found, facts), now=clock.now())
    async with database.pool.acquire() as connection:
        await _tell_open_pages(connection, fair.season_id, run.fair_id)


async def _own_run(connection: Connection, fair_id: UUID, run_id: UUID) -> BoothRun:
    run = await repository.get_run(connection, run_id)
    if run.fair_id != fair_id:
        raise RunNotFound
    return run


def _found(found: BoothsFound, facts: EngineFacts) -> dict[str, object]:
    if found.plan is None:
        return {"reason": found.reason, "who": [UUID(key) for key in found.who], "basis": facts.basis}
    return {
        "score": found.plan.score,
        "bound": found.plan.bound,
        "goals": msgspec.to_builtins(found.plan.goals),
        "placed": {key: [str(part) for part in booth_of(booth)] for key, booth in found.plan.booths.items()},
        "moved": [UUID(key) for key in found.plan.moved],
        "basis": facts.basis,
    }


async def _tell_open_pages(connection: Connection, season_id: UUID, fair_id: UUID) -> None:
    news = {"type": "booths", "season_id": str(season_id), "subject_id": str(fair_id)}
    await connection.execute("SELECT pg_notify($1, $2)", LIVE_CHANNEL, msgspec.json.encode(news).decode())
