"""Solves a version again from what is stored with it, and tells what comes out differently."""

from uuid import UUID
from zoneinfo import ZoneInfo

import msgspec

from app.database import Database
from app.errors import N_, Conflict
from app.schedules import repository
from app.schedules.problem.file import unpack_problem
from app.schedules.problem.placements import engine_placement
from app.schedules.problem.season_grid import grid_of_problem
from scheduling import Placement, Recipe
from scheduling import replay as replay_solve


class NotReplayable(Conflict):
    """The version stores no solve that this engine could repeat; `reason` says why."""

    type = "not-replayable"
    sentence = N_("This version cannot be solved again: {reason}.")


class Replayed(msgspec.Struct, frozen=True, kw_only=True):
    """The recipe, how many placements are stored and came out again, and the activities that are `different`."""

    recipe: Recipe
    placements: int
    replayed: int
    different: tuple[str, ...]


async def replay_version(database: Database, version_id: UUID, *, zone: ZoneInfo) -> Replayed:
    """Solve a version again and compare. Raises VersionNotFound, NotReplayable."""
    async with database.read() as connection:
        recipe = await repository.get_recipe(connection, version_id)
        problem = unpack_problem(await repository.get_problem(connection, version_id))
        stored = await repository.list_placements(connection, version_id)
    if recipe is None:
        raise NotReplayable(reason="it stores no seed, rounds, sweeps and processes")
    grid = grid_of_problem(problem, zone)
    before = {str(placement.activity_id): _comparable(engine_placement(grid, placement)) for placement in stored}
    try:
        result = replay_solve(problem, recipe)
    except ValueError as error:
        raise NotReplayable(reason=str(error)) from None
    after = {placement.activity: _comparable(placement) for placement in result.solution.placements}
    different = sorted(key for key in before.keys() | after.keys() if before.get(key) != after.get(key))
    return Replayed(recipe=recipe, placements=len(before), replayed=len(after), different=tuple(different))


def _comparable(placement: Placement) -> Placement:
    """Give a placement with its rooms sorted: rooms at once have no order."""
    return msgspec.structs.replace(placement, rooms=tuple(sorted(placement.rooms)))
