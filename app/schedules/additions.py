"""What more would help a version most: a job works it out without a database connection and keeps it with it."""

import asyncio
from datetime import datetime
from uuid import UUID

import structlog

from app.actors import Actor
from app.clock import Clock
from app.database import Connection, Database
from app.events import AdditionsAsked
from app.outbox import append
from app.permissions import must
from app.schedules import additions_repository, repository
from app.schedules.domain import Additions, NothingToAdd
from app.schedules.engine import ENGINE, EngineFailed
from app.schedules.engine.messages import AdditionsFound, FindAdditions
from app.schedules.problem.file import unpack_problem
from app.schedules.problem.placements import engine_placement
from app.schedules.problem.season_grid import grid_of_problem
from scheduling import Solution

log = structlog.get_logger(__name__)


async def ask_additions(connection: Connection, version_id: UUID, *, actor: Actor, now: datetime) -> Additions:
    """Ask what more would help. Raises VersionNotFound, NothingToAdd, AlreadyAdding."""
    must(actor, "solve")
    version = await repository.get_version(connection, version_id)
    if not await repository.list_unplaced(connection, version_id):
        raise NothingToAdd
    asked = await additions_repository.insert_additions(connection, version_id, asked_by=actor.account_id, now=now)
    event = AdditionsAsked(subject_id=version_id, season_id=version.season_id)
    await append(connection, event, actor_id=actor.account_id, now=now)
    return asked


async def run_additions(database: Database, version_id: UUID, *, clock: Clock) -> None:
    """Work it out; this may be called twice, and again after a worker died over it."""
    async with database.pool.acquire() as connection:
        asked = await additions_repository.claim_additions(connection, version_id)
    if asked is None:
        return
    try:
        async with database.read() as connection:
            packed = await repository.get_problem(connection, version_id)
            placements = await repository.list_placements(connection, version_id)
        problem = await asyncio.to_thread(unpack_problem, packed)
        grid = grid_of_problem(problem, clock.zone)
        solution = Solution(placements=tuple(engine_placement(grid, placement) for placement in placements))
        found = await _ask_engine(FindAdditions(problem, solution))
    except Exception as error:
        log.exception("additions failed", version_id=str(version_id))
        reason = str(error) if isinstance(error, EngineFailed) else f"{type(error).__name__}: {error}"
        async with database.pool.acquire() as connection:
            await additions_repository.finish_additions(
                connection, asked, "failed", error=reason[:500], now=clock.now()
            )
        raise
    async with database.pool.acquire() as connection:
        await additions_repository.finish_additions(
            connection, asked, "finished", found=found.additions, now=clock.now()
        )


async def _ask_engine(job: FindAdditions) -> AdditionsFound:
    try:
        return await asyncio.to_thread(ENGINE.ask, job, AdditionsFound)
    except asyncio.CancelledError:
        ENGINE.give_up(job)  # the worker ends: another one takes it up again
        raise
