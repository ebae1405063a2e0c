import importlib

from app.events import EVENTS
from app.notifications.purposes import PURPOSES
from workers.relay import live_messages
from workers.settings import QUEUE_MODULES
from workers.subscriptions import JOB_QUEUES, SUBSCRIPTIONS


def test_every_event_is_a_key_of_the_one_table() -> None:
    assert set(SUBSCRIPTIONS) == set(EVENTS.values())


def test_every_job_of_the_table_has_a_queue_that_knows_it() -> None:
    wanted = {job for jobs in SUBSCRIPTIONS.values() for job in jobs}
    assert wanted == set(JOB_QUEUES)
    queues = [importlib.import_module(module).QUEUE for module in QUEUE_MODULES.values()]
    known = {(job.name, queue.name) for queue in queues for job in queue.jobs}
    assert set(JOB_QUEUES.items()) <= known


def test_an_event_starts_mail_exactly_where_a_letter_exists() -> None:
    assert {event for event, jobs in SUBSCRIPTIONS.items() if "write_mails" in jobs} == set(PURPOSES)


def test_nothing_happened_tells_nobody() -> None:
    assert live_messages([]) == []
