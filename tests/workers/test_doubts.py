"""A message that may have gone out is sent again and counted, whatever comes between; a season's limit is kept."""

import contextlib

import pytest
from arq import Retry

from app.notifications import service
from app.notifications.domain import DeliveryCounts
from app.seasons import service as seasons
from tests.mail_sink import MailSink
from tests.notifications.school import CLOCK, Opened
from tests.workers.conftest import Running
from tests.workers.deliveries import counts, deliveries, due_message
from workers.mail_jobs import send_mails


async def test_a_sending_that_was_cut_off_is_repeated_and_counted(
    school: Opened, running: Running, sink: MailSink
) -> None:
    await school.ask_for("en")
    await running.until_idle()
    # As a worker leaves it that was killed between the server's 250 and the mark.
    await school.database.pool.execute("UPDATE delivery SET state = 'due', sent_at = NULL, next_attempt_at = now()")
    await send_mails(running.ctx)
    assert set(sink.counts().values()) == {2}
    assert await counts(school) == DeliveryCounts(sent=1, repeats=1)


async def allow_a_message_a_minute(school: Opened) -> None:
    await school.database.transact(
        seasons.set_policy,
        school.season.id,
        "smtp_messages_per_minute",
        1,
        reason="",
        actor=school.organiser,
        now=CLOCK.now(),
    )


async def fill_this_minute(school: Opened) -> None:
    """This minute has no room for another message, nor the next one, should it begin meanwhile."""
    await school.database.pool.execute(
        "INSERT INTO rate_limit (bucket, window_start, hits) "
        "SELECT 'smtp', date_trunc('minute', now()) + later * interval '1 minute', 9 "
        "FROM generate_series(0, 1) AS later ON CONFLICT (bucket, window_start) DO UPDATE SET hits = 9"
    )


async def leave_in_doubt(school: Opened) -> None:
    """Leave every message as a worker does that was killed while it sent them."""
    await school.database.pool.execute(
        "UPDATE delivery SET state = 'due', sent_at = NULL, claimed_at = now(), next_attempt_at = now()"
    )


async def test_a_doubt_outlasts_a_server_that_is_away(school: Opened, running: Running, sink: MailSink) -> None:
    for _ in range(2):
        await school.ask_for("en")
        await running.until_idle()
    await leave_in_doubt(school)
    sink.is_closing = True
    with pytest.raises(Retry):
        await send_mails(running.ctx)
    assert {line.last_error for line in await deliveries(school)} == {"421 4.3.2 closing down for a while"}
    sink.is_closing = False
    await school.database.pool.execute("UPDATE delivery SET next_attempt_at = now()")
    await send_mails(running.ctx)
    assert [line.repeats for line in await deliveries(school)] == [1, 1]


async def test_a_doubt_outlasts_a_full_minute(school: Opened, running: Running, sink: MailSink) -> None:
    await allow_a_message_a_minute(school)
    await due_message(school, running, sink)
    await leave_in_doubt(school)
    await fill_this_minute(school)
    with pytest.raises(Retry):
        await send_mails(running.ctx)
    await school.database.pool.execute("DELETE FROM rate_limit")
    await school.database.pool.execute("UPDATE delivery SET next_attempt_at = now()")
    await send_mails(running.ctx)
    assert await counts(school) == DeliveryCounts(sent=1, repeats=1)


async def test_a_doubt_outlasts_giving_up_and_sending_again(school: Opened, running: Running, sink: MailSink) -> None:
    for _ in range(2):
        await school.ask_for("en")
        await running.until_idle()
    await leave_in_doubt(school)
    await school.database.pool.execute("UPDATE delivery SET created_at = created_at - interval '4 days'")
    sink.is_closing = True
    with contextlib.suppress(Retry):
        await send_mails(running.ctx)
    sink.is_closing = False
    assert {line.state for line in await deliveries(school)} == {"failed"}
    for line in await deliveries(school):
        await school.database.transact(service.resend, line.id, actor=school.organiser, clock=CLOCK)
    await running.until_idle()
    assert [line.repeats for line in await deliveries(school)] == [1, 1]


async def test_a_season_may_send_only_so_many_messages_a_minute(
    school: Opened, running: Running, sink: MailSink
) -> None:
    await allow_a_message_a_minute(school)
    await due_message(school, running, sink)
    await fill_this_minute(school)
    with pytest.raises(Retry):
        await send_mails(running.ctx)
    assert sink.received == []
