"""The solver's queue: one solve at a time."""

from workers import schedule_jobs
from workers.settings import Queue, job, regularly
from workers.subscriptions import SOLVER_QUEUE

QUEUE = Queue(
    name=SOLVER_QUEUE,
    jobs=(
        job(schedule_jobs.start_solve),
        job(schedule_jobs.continue_solve),
        job(schedule_jobs.find_additions),
        job(schedule_jobs.assign_booths),
        job(schedule_jobs.continue_booths),
    ),
    crons=(regularly(schedule_jobs.resume_solves, second={0, 15, 30, 45}, run_at_startup=True),),
    at_once=1,
    # A solve brings its own limit, at most an hour.
    timeout_seconds=2 * 3600,
)
