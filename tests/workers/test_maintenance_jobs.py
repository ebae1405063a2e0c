"""Whatever the queue loses, the database knows."""

import msgspec

from app.decisions.endings import stop_request
from app.requests.domain import Decision
from tests.mail_sink import MailSink
from tests.notifications.school import Opened, at
from tests.school import clock_at
from tests.workers.conftest import Running
from workers.maintenance_jobs import drive_again, drive_all_again, finish, resume_mails, sweep
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


async def test_a_request_took_place_when_its_last_activity_is_over(school: Opened, running: Running) -> None:
    detail = await school.ask_for("en")
    for index, moment in enumerate((at(8, 14), at(9, 14))):
        await school.confirm(detail, index, moment)
    state = "SELECT state FROM request WHERE id = $1"
    for moment, expected in ((at(9, 15), "scheduled"), (at(9, 16), "took_place")):
        later = msgspec.structs.replace(running.context, clock=clock_at(moment))
        await finish({**running.ctx, "context": later})
        assert await school.database.pool.fetchval(state, detail.request.id) == expected


async def test_a_stopped_request_is_told_and_leaves_the_calendar(
    school: Opened, running: Running, sink: MailSink
) -> None:
    detail = await school.ask_for("zh-CN")
    await school.confirm(detail, 0, at(8, 14))
    await running.until_idle()
    sink.received.clear()
    decision, now = Decision(reason_code="unsuitable", note="收取费用"), running.context.clock.now()
    await school.database.transact(stop_request, detail.request.id, decision, actor=school.organiser, now=now)
    await running.until_idle()
    told = {message.message["X-Chunzhao-Purpose"]: message for message in sink.received}
    assert set(told) == {"request_stopped", "booking_released"}
    assert "活动内容不适合进校" in told["request_stopped"].text
    assert "收取费用" in told["request_stopped"].text
    assert "活动内容不适合进校" in told["booking_released"].text
    assert "收取费用" in told["booking_released"].text
    assert "METHOD:CANCEL" in told["booking_released"].calendar
