"""What two people do at the same moment is done one after the other."""

import asyncio
from typing import Any
from uuid import UUID

from app.facts.locks import lock_season
from app.fairs.answering import accept
from app.fairs.domain import AcceptInvitation
from tests.fairs.conftest import Faculty
from tests.school import at


async def answer(faculty: Faculty, exhibitor: str, **more: Any) -> str:
    said = AcceptInvitation(starts_at=at(8, 10), own_team=True, **more)
    database, clock = faculty.school.database, faculty.school.clock
    return (await database.transact(accept, UUID(exhibitor), said, actor=None, clock=clock)).state


async def test_an_answer_waits_for_whoever_has_the_season_alone(faculty: Faculty) -> None:
    fair, school = await faculty.open(), faculty.school
    (exhibitor,) = await faculty.invite(fair, await school.employer())
    async with school.database.pool.acquire() as connection, connection.transaction():
        await lock_season(connection, school.season.id)
        said = asyncio.ensure_future(answer(faculty, exhibitor))
        done, _ = await asyncio.wait([said], timeout=0.5)
        assert not done
    assert await said == "accepted"


async def test_an_employers_answers_to_two_fairs_wait_for_each_other(faculty: Faculty) -> None:
    fair, school = await faculty.open(), faculty.school
    employer = await school.employer()
    (exhibitor,) = await faculty.invite(fair, employer)
    async with school.database.pool.acquire() as connection, connection.transaction():
        await connection.execute("SELECT FROM resource WHERE id = $1 FOR NO KEY UPDATE", employer.team_id)
        said = asyncio.ensure_future(answer(faculty, exhibitor))
        done, _ = await asyncio.wait([said], timeout=0.5)
        assert not done
    assert await said == "accepted"
