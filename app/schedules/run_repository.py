"""Solve runs in PostgreSQL."""

from datetime import datetime
from typing import Any
from uuid import UUID

from app.database import Connection, load_queries
from app.database.constraints import on_constraint
from app.database.rows import fetch_one, find_one
from app.schedules.domain import AlreadySolving, RunState, SolveRun, SolveRunNotFound

_queries = load_queries(__file__)
on_constraint("solve_run_one_active", lambda _: AlreadySolving())

# A worker reports every second or so; a run that was silent so long has lost its worker.
DEAD_AFTER_SECONDS = 30.0


async def insert_run(
    connection: Connection, *, season_id: UUID, parameters: dict[str, Any], asked_by: UUID | None, now: datetime
) -> SolveRun:
    """Insert a run. Raises AlreadySolving."""
    return await fetch_one(
        SolveRun,
        _queries.insert_run(connection, season_id=season_id, parameters=parameters, asked_by=asked_by, now=now),
    )


async def get_run(connection: Connection, run_id: UUID) -> SolveRun:
    """Give a run. Raises SolveRunNotFound."""
    return await fetch_one(SolveRun, _queries.find_run(connection, run_id=run_id), missing=SolveRunNotFound)


async def find_latest_run(connection: Connection, season_id: UUID) -> SolveRun | None:
    """Give the season's latest run."""
    return await find_one(SolveRun, _queries.find_latest_run(connection, season_id=season_id))


async def claim_run(connection: Connection, run_id: UUID, *, now: datetime) -> SolveRun | None:
    """Start a run that waits, or continue one whose worker died; None when another worker has it or it is over."""
    return await find_one(
        SolveRun, _queries.claim_run(connection, run_id=run_id, now=now, dead_after_seconds=DEAD_AFTER_SECONDS)
    )


async def report_progress(connection: Connection, run_id: UUID, progress: dict[str, Any]) -> bool:
    """Keep a run's progress; True when somebody asked to stop it, or another worker has it."""
    return await _queries.report_progress(connection, run_id=run_id, progress=progress) is not False


async def ask_cancel(connection: Connection, run_id: UUID, *, now: datetime) -> RunState | None:
    """Ask a run to stop; give its state then, None when it is over."""
    state: RunState | None = await _queries.ask_cancel(connection, run_id=run_id, now=now)
    return state


async def finish_run(
    connection: Connection, run_id: UUID, state: RunState, *, version_id: UUID | None, error: str, now: datetime
) -> None:
    """Note that a run ended."""
    await _queries.finish_run(connection, run_id=run_id, state=state, version_id=version_id, error=error, now=now)


async def list_dead_runs(connection: Connection) -> list[UUID]:
    """List the runs whose worker died."""
    rows = _queries.list_dead_runs(connection, dead_after_seconds=DEAD_AFTER_SECONDS)
    return [row["id"] async for row in rows]
