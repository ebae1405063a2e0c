"""From a use case to a mail server and back into the row: every message once, whatever happens twice."""

import asyncio
import re
from datetime import UTC, datetime
from urllib.parse import quote

import msgspec
import pytest
from arq import Retry

from app.accounts import service as accounts
from app.accounts.domain import RegisterAccount
from app.notifications import service
from app.notifications.domain import DeliveryCounts
from app.notifications.purposes import PURPOSES
from app.requests.domain import ActivityWish, SubmitRequest
from tests.addresses import JOBS
from tests.mail_sink import MailSink
from tests.notifications.calendars import read_calendar
from tests.notifications.school import CLOCK, PASSWORD, Opened, at, open_account
from tests.workers.conftest import Running
from tests.workers.deliveries import counts, deliveries, due_message
from workers.context import Sending
from workers.mail_jobs import send_mails
from workers.sending import BATCH
from workers.smtp import MailServer


async def test_a_confirmed_booking_becomes_one_mail_whose_body_equals_its_calendar(
    school: Opened, running: Running, sink: MailSink
) -> None:
    detail = await school.ask_for("en")
    booking = await school.confirm(detail, 0, at(8, 14))
    await running.until_idle()
    (approved,) = sink.of("hr@chutian.test", "request_approved")
    (confirmed,) = sink.of("hr@chutian.test", "booking_confirmed")
    assert approved.message["Subject"] == "Approved: Spring recruiting"
    entry = read_calendar(confirmed.calendar)
    assert (entry.starts_at, entry.ends_at) == (booking.starts_at, booking.ends_at)
    assert "Wed 8 Mar 2023 14:00-16:00 (Beijing time)" in confirmed.text
    kinds = [part.get_content_type() for part in confirmed.message.walk()]
    assert kinds == [
        "multipart/mixed",
        "multipart/alternative",
        "text/plain",
        "text/html",
        "text/calendar",
        "application/ics",
    ]
    calendar_part = next(part for part in confirmed.message.walk() if part.get_content_type() == "text/calendar")
    assert calendar_part.get_param("method") == "REQUEST"
    assert confirmed.message["Content-Language"] == "en"
    assert confirmed.message["From"] == "Jiangcheng University Career centre <jobs@school.example>"
    lines = await deliveries(school)
    assert {line.message_id for line in lines} == {approved.message_id, confirmed.message_id}
    assert {(line.state, line.attempts, line.repeats) for line in lines} == {("sent", 1, 0)}
    assert lines[0].reference == detail.request.reference


async def test_a_move_and_a_release_follow_with_the_same_uid(school: Opened, running: Running, sink: MailSink) -> None:
    detail = await school.ask_for("zh-CN")
    await school.confirm(detail, 1, at(8, 14))
    await running.until_idle()
    moved = await school.confirm(detail, 1, at(9, 9))
    await running.until_idle()
    await school.release(moved)
    await running.until_idle()
    entries = [
        read_calendar(received.calendar)
        for purpose in ("booking_confirmed", "booking_moved", "booking_released")
        for received in sink.of("renshi@chutian.test", purpose)
    ]
    assert len({entry.uid for entry in entries}) == 1
    assert [(entry.method, entry.sequence) for entry in entries] == [("REQUEST", 0), ("REQUEST", 1), ("CANCEL", 2)]
    assert [entry.status for entry in entries] == ["CONFIRMED", "CONFIRMED", "CANCELLED"]
    assert [entry.starts_at for entry in entries] == [at(8, 14), at(9, 9), at(9, 9)]


async def test_an_event_relayed_and_worked_on_twice_is_one_message(
    school: Opened, running: Running, sink: MailSink
) -> None:
    await school.ask_for("en")
    await running.until_idle()
    await school.database.pool.execute("UPDATE event SET relayed_at = NULL")
    await running.until_idle()
    assert len(sink.received) == 1 + 1  # the request's, and the administrator's own account, relayed for the first time
    assert set(sink.counts().values()) == {1}


async def test_a_refusal_for_good_is_listed_and_sent_again_as_the_same_message(
    school: Opened, running: Running, sink: MailSink
) -> None:
    sink.refused.add("hr@chutian.test")
    await school.ask_for("en")
    await running.until_idle()
    (line,) = await deliveries(school)
    assert (line.state, line.last_error) == ("failed", "550 5.1.1 <hr@chutian.test>: no such mailbox")
    assert await counts(school) == DeliveryCounts(failed=1)
    sink.refused.clear()
    await school.database.transact(service.resend, line.id, actor=school.organiser, clock=CLOCK)
    await running.until_idle()
    (received,) = sink.received
    assert received.message_id == line.message_id
    (line,) = await deliveries(school)
    assert (line.state, line.last_error, line.repeats) == ("sent", "", 0)


async def test_a_server_that_puts_off_gets_the_message_later(school: Opened, running: Running, sink: MailSink) -> None:
    sink.put_off["hr@chutian.test"] = 1
    await school.ask_for("en")
    await running.until_idle()
    assert len(sink.received) == 1
    (line,) = await deliveries(school)
    assert (line.state, line.attempts, line.repeats) == ("sent", 2, 0)


async def test_while_the_mail_server_is_away_a_message_waits_with_its_reason(
    school: Opened, running: Running, sink: MailSink
) -> None:
    line = await due_message(school, running, sink)
    away = MailServer("smtp://127.0.0.1:9", our_name="school.example")
    ctx = {**running.ctx, "context": msgspec.structs.replace(running.context, mail_server=away)}
    with pytest.raises(Retry):
        await send_mails(ctx)
    (line,) = await deliveries(school)
    assert (line.state, line.repeats) == ("due", 0)
    assert "127.0.0.1" in line.last_error
    assert line.next_attempt_at > datetime.now(UTC)


async def test_two_workers_at_one_message_send_it_once(school: Opened, running: Running, sink: MailSink) -> None:
    await due_message(school, running, sink)
    workers = [msgspec.structs.replace(running.context, sending=Sending()) for _ in range(5)]
    await asyncio.gather(*(send_mails({**running.ctx, "context": worker}) for worker in workers))
    assert len(sink.received) == 1


class CountingServer(MailServer):
    """A worker's own way to the mail server, which counts; confirmations take a while."""

    sent = 0

    async def send(self, message: bytes, *, sender: str, recipient: str) -> None:
        await asyncio.sleep(0.03 if b"booking_confirmed" in message else 0.002)
        await super().send(message, sender=sender, recipient=recipient)
        self.sent += 1


async def write_rows(school: Opened, running: Running) -> None:
    """Write the rows of everything that happened, and send none."""
    async with school.database.pool.acquire() as connection, connection.transaction():
        types = [event.type for event in PURPOSES]
        rows = await connection.fetch("SELECT id FROM event WHERE type = ANY($1) AND relayed_at IS NULL", types)
        await service.write_deliveries(connection, [row["id"] for row in rows], settings=running.context.settings)
        await connection.execute("UPDATE event SET relayed_at = now()")


async def send_with_two_workers(running: Running) -> tuple[int, int]:
    """Let two workers send what is due; give how many messages each of them sent."""
    servers = [CountingServer(running.context.settings.smtp_url, our_name="school.example") for _ in range(2)]
    await asyncio.gather(
        *(
            send_mails({"context": msgspec.structs.replace(running.context, mail_server=server, sending=Sending())})
            for server in servers
        )
    )
    for server in servers:
        await server.close()
    return servers[0].sent, servers[1].sent


async def test_two_workers_share_what_one_job_has_written(school: Opened, running: Running, sink: MailSink) -> None:
    for number in range(60):
        await school.ask_for("en", title=f"Talk {number}")
    await write_rows(school, running)
    shares = await send_with_two_workers(running)
    assert sum(shares) == len(sink.received) == len(sink.counts()) == 60
    assert min(shares) >= BATCH


async def test_the_mails_of_an_activity_keep_their_order_with_two_workers(
    school: Opened, running: Running, sink: MailSink
) -> None:
    for _ in range(8):
        detail = await school.ask_for("en")
        await school.confirm(detail, 1, at(8, 14))
        await school.release(await school.confirm(detail, 1, at(9, 9)))
    await write_rows(school, running)
    await send_with_two_workers(running)
    told: dict[str, list[str]] = {}
    for received in sink.received:
        if activity := received.message["X-Chunzhao-Activity"]:
            told.setdefault(str(activity), []).append(str(received.message["X-Chunzhao-Purpose"]))
    assert len(told) == 8
    assert {tuple(purposes) for purposes in told.values()} == {
        ("booking_confirmed", "booking_moved", "booking_released")
    }


async def test_a_message_that_cannot_be_written_stops_no_other(
    school: Opened, running: Running, sink: MailSink
) -> None:
    for _ in range(3):
        await school.ask_for("en")
    await write_rows(school, running)
    await school.database.pool.execute(
        "UPDATE delivery SET purpose = 'verify_email' WHERE event_id = ("
        "SELECT min(event_id) FROM delivery WHERE purpose = 'request_approved')"
    )
    await send_mails(running.ctx)
    waiting = [(line.state, line.last_error) for line in await deliveries(school) if line.state != "sent"]
    assert waiting == [("due", "could not be written: KeyError")]
    assert len(sink.of("hr@chutian.test", "request_approved")) == 2


@pytest.mark.parametrize("locale", ["zh-CN", "en"])
async def test_links_of_accounts_work_and_stand_in_no_table(
    school: Opened, running: Running, sink: MailSink, locale: str
) -> None:
    wanted = RegisterAccount(email="li@chutian.test", password=PASSWORD, display_name="li", locale=locale)  # type: ignore[arg-type]
    await school.database.transact(accounts.register_account, wanted, now=CLOCK.now())
    await school.database.transact(accounts.ask_password_reset, "li@chutian.test", now=CLOCK.now())
    await running.until_idle()
    links = [re.findall(rf"{re.escape(JOBS)}/(\S+)", received.text)[0] for received in sink.received]
    tokens = {path.partition("?")[0]: path.partition("token=")[2] for path in links}
    assert set(tokens) == {"verify-email", "new-password"}
    verified = await school.database.transact(accounts.verify_email, tokens["verify-email"], now=CLOCK.now())
    assert verified.email_verified_at is not None
    await school.database.transact(accounts.reset_password, tokens["new-password"], "another long one", now=CLOCK.now())
    stored = await school.database.pool.fetchval(
        "SELECT string_agg(event.payload::text || coalesce(delivery.last_error, ''), '') "
        "FROM event LEFT JOIN delivery ON delivery.event_id = event.id"
    )
    assert not any(token in stored for token in tokens.values())


@pytest.mark.parametrize(
    ("email", "told"),
    [
        ("li@例子.中国", "li@xn--fsqu00a.xn--fiqs8s"),
        ("名字@example.com", "名字@example.com"),
        ("名字@例子.中国", "名字@xn--fsqu00a.xn--fiqs8s"),
    ],
)
async def test_addresses_in_other_scripts_are_reached_and_no_header_encodes_them(
    school: Opened, running: Running, sink: MailSink, email: str, told: str
) -> None:
    detail = await school.ask_for("en", email=email)
    await school.confirm(detail, 0, at(8, 14))
    await running.until_idle()
    (confirmed,) = sink.of(told, "booking_confirmed")
    assert confirmed.raw_header("To") == told
    assert (await deliveries(school))[0].recipient == email
    attendee = f"mailto:{quote(told, safe='@')}"
    assert attendee in confirmed.calendar.replace("\r\n ", "").replace("\n ", "")


async def test_fairs_and_guidance_events_are_told_to_the_owners_staff(
    school: Opened, running: Running, sink: MailSink
) -> None:
    department = str(school.department.id)
    for email in ("zhao@school.example", "qian@school.example"):
        await open_account(school, email, role="department_staff", department_id=department)
    gone = await open_account(school, "gone@school.example", role="department_staff", department_id=department)
    await school.database.pool.execute("UPDATE account SET disabled_at = now() WHERE id = $1", gone)
    await school.database.pool.execute("UPDATE event SET relayed_at = now()")
    fair = ActivityWish(kind="department_fair", attendance=200, duration_minutes=240)
    guidance = ActivityWish(kind="guidance_event", attendance=100, duration_minutes=120)
    talk = ActivityWish(kind="info_session", attendance=100, duration_minutes=120)
    for activity, owner in ((fair, school.department.id), (guidance, None), (talk, school.department.id)):
        wish = SubmitRequest(
            season_id=school.season.id,
            title="Fair",
            activities=(activity,),
            department_id=owner,
            contact_email="contact@school.example",
        )
        await school.ask(wish)
    await running.until_idle()
    assert sorted(received.recipient for received in sink.received) == [
        "contact@school.example",
        "head@school.example",
        "qian@school.example",
        "zhao@school.example",
    ]


async def test_an_owner_without_staff_is_told_through_its_contact(
    school: Opened, running: Running, sink: MailSink
) -> None:
    fair = ActivityWish(kind="department_fair", attendance=200, duration_minutes=240)
    await school.ask(
        SubmitRequest(
            season_id=school.season.id,
            title="Fair",
            activities=(fair,),
            department_id=school.department.id,
            contact_email="contact@school.example",
        )
    )
    await running.until_idle()
    assert [received.recipient for received in sink.received] == ["contact@school.example"]
