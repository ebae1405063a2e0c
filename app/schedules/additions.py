"""What more would help a version most: a job works it out without a database connection and keeps it with it."""

import asyncio
from datetime import datetime
from typing import TYPE_CHECKING
from uuid import UUID

import structlog

import scheduling
from app.actors import Actor
from app.clock import Clock
from app.database import Connection, Database
from app.events import AdditionsAsked
from app.outbox import append
from app.permissions import must
from app.schedules import additions_repository, repository
from app.schedules.domain import Additions, NothingToAdd, ValuableAddition
from app.schedules.problem.file import unpack_problem
from app.schedules.problem.placements import engine_placement
from app.schedules.problem.season_grid import grid_of_problem
from scheduling import Problem, Solution

if TYPE_CHECKING:
    from scheduling import Addition

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
        found = await asyncio.to_thread(_found, problem, solution)
    except Exception as error:
        log.exception("additions failed", version_id=str(version_id))
        reason = f"{type(error).__name__}: {error}"[:500]
        async with database.pool.acquire() as connection:
            await additions_repository.finish_additions(connection, asked, "failed", error=reason, now=clock.now())
        raise
    async with database.pool.acquire() as connection:
        await additions_repository.finish_additions(connection, asked, "finished", found=found, now=clock.now())


def _found(problem: Problem, solution: Solution) -> list[ValuableAddition]:
    """Give the additions that let more in, the best first; the engine also tells of others."""
    return [_kept(addition) for addition in scheduling.valuable_additions(problem, solution) if addition.gain > 0]


def _kept(addition: "Addition") -> ValuableAddition:
    return ValuableAddition(
        kind=addition.kind,  # type: ignore[arg-type]
        campus_id=None if addition.campus is None else UUID(addition.campus),
        capacity=addition.capacity,
        features=addition.features,
        weekday=addition.weekday,
        part=addition.part,
        gain=addition.gain,
        placed=addition.placed,
    )
