"""Whatever the queue loses, the database knows."""

from tests.mail_sink import MailSink
from tests.notifications.school import Opened
from tests.workers.conftest import Running
from workers.maintenance_jobs import drive_again, drive_all_again, resume_mails, sweep
from workers.relay import relay_batch


async def lose_everything(running: Running) -> None:
    await running.queue.flushall()


async def test_events_whose_jobs_were_lost_are_driven_again_after_a_while(
    school: Opened, running: Running, sink: MailSink
) -> None:
    await school.ask_for("en")
    await relay_batch(school.database, running.queue)
    await lose_everything(running)
    await drive_again(running.ctx)
    await running.until_idle()
    assert sink.received == []
    await school.database.pool.execute("UPDATE event SET relayed_at = now() - interval '20 seconds'")
    await drive_again(running.ctx)
    await running.until_idle()
    assert len(sink.received) == 1


async def test_an_event_of_long_ago_is_driven_again_by_the_rare_round(
    school: Opened, running: Running, sink: MailSink
) -> None:
    await school.ask_for("en")
    await relay_batch(school.database, running.queue)
    await lose_everything(running)
    await school.database.pool.execute("UPDATE event SET relayed_at = now() - interval '40 days'")
    await drive_again(running.ctx)
    await running.until_idle()
    assert sink.received == []
    await drive_all_again(running.ctx)
    await running.until_idle()
    assert len(sink.received) == 1


async def test_a_message_whose_job_was_lost_is_taken_up(school: Opened, running: Running, sink: MailSink) -> None:
    sink.refused.add("hr@chutian.test")
    await school.ask_for("en")
    await running.until_idle()
    sink.refused.clear()
    await school.database.pool.execute("UPDATE delivery SET state = 'due', next_attempt_at = now()")
    await lose_everything(running)
    await resume_mails(running.ctx)
    await resume_mails(running.ctx)
    await running.until_idle()
    assert len(sink.received) == 1


async def test_the_sweep_ends_what_has_ended(school: Opened, running: Running) -> None:
    pool = school.database.pool
    await pool.execute(
        "INSERT INTO session (token_hash, account_id, expires_at) VALUES ('x', $1, now() - interval '1 hour')",
        school.organiser.account_id,
    )
    await sweep(running.ctx)
    assert await pool.fetchval("SELECT count(*) FROM session") == 0
