"""A solve whose worker died is taken up again, one that lives is left alone; the relay sends solvers their work."""

from uuid import UUID

from app.events import AdditionsAsked
from app.outbox import append
from tests.notifications.school import CLOCK, Opened
from tests.workers.conftest import Running
from workers.relay import relay_batch
from workers.schedule_jobs import find_additions, resume_solves
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


async def test_asking_what_would_help_most_is_a_solvers_job_and_leaves_a_receipt(
    school: Opened, running: Running
) -> None:
    pool, asked_by = school.database.pool, school.organiser.account_id
    version_id: UUID = await pool.fetchval(
        "INSERT INTO schedule_version (season_id, number, state, based_on_sequence, created_at)"
        " VALUES ($1, 1, 'draft', 0, now()) RETURNING id",
        school.season.id,
    )
    event = AdditionsAsked(subject_id=version_id, season_id=school.season.id)
    await school.database.transact(append, event, actor_id=asked_by, now=CLOCK.now())
    event_id: int = await pool.fetchval("SELECT id FROM event WHERE type = 'additions.asked'")
    await relay_batch(school.database, running.queue)
    [(job, _)] = await queued(running)
    assert job == "find_additions"
    await find_additions(running.ctx, [event_id])  # the draft was corrected meanwhile: there is nothing left to do
    assert await pool.fetchval("SELECT job FROM event_receipt WHERE event_id = $1", event_id) == "find_additions"
