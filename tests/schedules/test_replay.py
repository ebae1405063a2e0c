"""`chunzhao solve --replay VERSION` on a real database: what comes out again, and what cannot be repeated."""

import asyncio
import json
import subprocess
from typing import Any
from uuid import UUID, uuid4

from app.schedules import repository
from tests.commands.running import chunzhao
from tests.schedules.drafts import draft
from tests.schedules.test_release import release
from tests.schedules.test_solve import solved
from tests.school import School, talk, window


async def replayed(database_url: str, version_id: UUID) -> subprocess.CompletedProcess[str]:
    variables = {"DATABASE_URL": database_url}
    return await asyncio.to_thread(chunzhao, "solve", "--replay", str(version_id), variables=variables)


async def solved_version(school: School) -> UUID:
    run = await solved(school)
    assert run.version_id is not None
    return run.version_id


async def change(school: School, statement: str, version_id: UUID, *values: Any) -> None:
    await school.database.transact(lambda c: c.execute(statement, version_id, *values))


async def test_a_version_is_solved_again_to_the_same_placements(school: School, database_url: str) -> None:
    await school.room(100)
    windows = (window(15, from_hour=18, until_hour=21), window(16, from_hour=18, until_hour=21))
    for _ in range(6):
        await school.request(talk(windows=windows))
    version_id = await solved_version(school)
    answer = await replayed(database_url, version_id)
    assert answer.returncode == 0, answer.stderr
    figures = json.loads(answer.stdout)
    assert figures["same"]
    assert figures["different"] == []
    assert figures["placements"] == figures["replayed"] > 0
    assert {"seed", "rounds", "sweeps", "processes", "engine_version"} <= set(figures["recipe"])


async def test_a_version_around_standing_bookings_is_replayed_with_them(school: School, database_url: str) -> None:
    await school.room(100)
    first = await school.request(talk(windows=(window(15),)))
    await release(school, await solved_version(school))
    for _ in range(3):
        await school.request(talk(windows=(window(15, 16),)))
    version_id = await solved_version(school)
    async with school.database.read() as connection:
        placements = await repository.list_placements(connection, version_id)
    assert first.activities[0].id in {placement.activity_id for placement in placements}
    assert (await replayed(database_url, version_id)).returncode == 0


async def test_a_replay_names_the_activities_that_differ(school: School, database_url: str) -> None:
    await school.room(100)
    detail = await school.request(talk(windows=(window(15),)))
    version_id = await solved_version(school)
    await change(school, "DELETE FROM version_placement WHERE version_id = $1", version_id)
    answer = await replayed(database_url, version_id)
    assert answer.returncode == 1, answer.stderr
    assert json.loads(answer.stdout)["different"] == [str(detail.activities[0].id)]


async def test_what_cannot_be_repeated_is_said_in_one_line(school: School, database_url: str) -> None:
    await school.room(100)
    await school.request(talk(windows=(window(15),)))
    version_id = await solved_version(school)
    set_parameter = "UPDATE schedule_version SET parameters = parameters || $2::jsonb WHERE id = $1"
    await change(school, set_parameter, version_id, {"cancelled": True})
    cancelled = await replayed(database_url, version_id)
    await change(school, "UPDATE schedule_version SET engine_version = '0.1.0' WHERE id = $1", version_id)
    older = await replayed(database_url, version_id)
    by_hand = await replayed(database_url, await draft(school, []))
    unknown = await replayed(database_url, uuid4())
    for answer, said in ((cancelled, "cancelled"), (older, "0.1.0"), (by_hand, "seed"), (unknown, "no such version")):
        assert (answer.returncode, answer.stdout) == (2, "")
        assert said in answer.stderr
        assert len(answer.stderr.splitlines()) == 1
