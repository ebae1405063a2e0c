"""A solve whose worker died is taken up again; one that lives is left alone."""

from uuid import UUID

from tests.notifications.school import Opened
from tests.workers.conftest import Running
from workers.schedule_jobs import resume_solves
from workers.subscriptions import SOLVER_QUEUE

_RUN = """
INSERT INTO solve_run (season_id, state, parameters, asked_at, started_at, heartbeat_at)
VALUES ($1, 'running', '{}', now(), now(), now() - make_interval(secs => $2)) RETURNING id
"""


async def queued(running: Running) -> list[tuple[str, tuple[str, ...]]]:
    jobs = await running.queue.queued_jobs(queue_name=SOLVER_QUEUE)
    return [(job.function, tuple(job.args)) for job in jobs]


async def test_a_run_without_a_heartbeat_is_continued(school: Opened, running: Running) -> None:
    run_id: UUID = await school.database.pool.fetchval(_RUN, school.season.id, 600.0)
    await resume_solves(running.ctx)
    assert await queued(running) == [("continue_solve", (str(run_id),))]


async def test_a_run_that_lives_is_left_alone(school: Opened, running: Running) -> None:
    await school.database.pool.execute(_RUN, school.season.id, 1.0)
    await resume_solves(running.ctx)
    assert await queued(running) == []
