"""The default queue: mail, and the jobs that make up for lost ones."""

from workers import case_jobs, fair_jobs, mail_jobs, maintenance_jobs, offer_jobs, waitlist_jobs
from workers.posts import jobs as post_jobs
from workers.settings import Queue, job, regularly
from workers.subscriptions import DEFAULT_QUEUE

_EVERY_FIVE_SECONDS = set(range(0, 60, 5))

QUEUE = Queue(
    name=DEFAULT_QUEUE,
    jobs=(
        job(mail_jobs.write_mails),
        job(mail_jobs.send_again),
        job(mail_jobs.send_mails),
        job(post_jobs.write_posts),
        job(post_jobs.send_posts_on),
        job(offer_jobs.settle_offers),
        job(offer_jobs.offer_instead),
        job(case_jobs.offer_replacements),
        job(case_jobs.take_back_replacements),
        job(waitlist_jobs.go_through_waitlists),
        job(fair_jobs.give_booths),
        job(fair_jobs.accept_verified),
    ),
    crons=(
        regularly(maintenance_jobs.drive_again, second=_EVERY_FIVE_SECONDS, run_at_startup=True),
        regularly(maintenance_jobs.resume_mails, second=_EVERY_FIVE_SECONDS, run_at_startup=True),
        regularly(post_jobs.send_posts, second=_EVERY_FIVE_SECONDS, run_at_startup=True),
        regularly(maintenance_jobs.fold_facts, second=_EVERY_FIVE_SECONDS),
        regularly(maintenance_jobs.drive_all_again, minute=7, second=30),
        regularly(maintenance_jobs.finish, second=20),
        regularly(maintenance_jobs.remind, minute=set(range(2, 60, 5)), second=15),
        regularly(maintenance_jobs.gather, minute=set(range(3, 60, 5)), second=5),
        regularly(maintenance_jobs.look_at_licences, minute={7, 37}, second=20),
        regularly(maintenance_jobs.lapse, minute=set(range(0, 60, 5)), second=45),
        regularly(maintenance_jobs.tell_series_ends, minute={9, 39}, second=10),
        regularly(maintenance_jobs.tell_of_approvals, second=40),
        regularly(maintenance_jobs.escalate, minute=set(range(4, 60, 10)), second=5),
        regularly(maintenance_jobs.reinstate, minute=set(range(1, 60, 5)), second=5),
        regularly(offer_jobs.look_at_clocks, second={10, 40}),
        regularly(fair_jobs.look_at_fairs, second={0, 15, 30, 45}),
        regularly(waitlist_jobs.go_on, second={25, 55}),
        regularly(waitlist_jobs.go_through_all, minute=27, second=35),
        regularly(maintenance_jobs.watch_large, second=35),
        regularly(maintenance_jobs.settle, minute=set(range(0, 60, 5)), second=50),
        regularly(maintenance_jobs.forget, minute=37, second=40),
        regularly(maintenance_jobs.sweep, minute=17, second=40),
    ),
    at_once=4,
    # A job starts messages for 5 s; the rest is for a mail server that is slow to answer. Not longer than needed:
    # arq asks about the jobs of a killed worker twenty times a second until this is over.
    timeout_seconds=120,
)
