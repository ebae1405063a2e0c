"""The mails of a release as a test: one mail, to whoever asked, with the texts as they would be."""

from app.events import BookingConfirmed, ReleaseTested
from app.outbox import append
from app.outbox.repository import event_of, list_events
from tests.mail_sink import MailSink
from tests.notifications.school import CLOCK, Opened, at, open_account
from tests.workers.conftest import Running


async def test_the_test_reads_as_the_mails_would(school: Opened, running: Running, sink: MailSink) -> None:
    account_id = await open_account(school, "wang@school.example", role="organiser")
    await school.confirm(await school.ask_for("en"), 0, at(8, 14))
    await running.until_idle()
    (real,) = sink.of("hr@chutian.test", "booking_confirmed")
    async with school.database.read() as connection:
        number = await connection.fetchval("SELECT max(id) FROM event WHERE type = 'booking.confirmed'")
        (stored,) = await list_events(connection, [number])
    sample = event_of(stored)
    assert isinstance(sample, BookingConfirmed)
    event = ReleaseTested(
        subject_id=account_id,
        season_id=school.season.id,
        version_id=sample.subject_id,
        samples=({**sample.payload(), **_ids(sample), "type": sample.type},),
    )
    await school.database.transact(append, event, actor_id=account_id, now=CLOCK.now())
    await school.database.pool.execute("UPDATE account SET locale = 'en'")
    await running.until_idle()
    (tested,) = sink.of("wang@school.example", "release_test")
    assert "Wed 8 Mar 2023 14:00-16:00 (Beijing time)" in tested.text
    assert str(real.message["Subject"]) in tested.text
    assert len(sink.of("hr@chutian.test", "booking_confirmed")) == 1


def _ids(sample: BookingConfirmed) -> dict[str, str | None]:
    return {
        "subject_id": str(sample.subject_id),
        "season_id": None if sample.season_id is None else str(sample.season_id),
    }
