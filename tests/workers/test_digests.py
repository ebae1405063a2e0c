"""What is told once a day: every message in one digest, true when it is read; what waits for the centre."""

import asyncio
from datetime import datetime
from typing import Any

import msgspec
import pytest

from app.clock import Clock
from app.decisions import decide
from app.notifications.choices import service as choices
from app.notifications.choices.domain import ChooseMessages
from app.notifications.digests import gathering
from app.outbox import append
from app.requests.domain import ActivityWish, SubmitRequest
from tests.mail_sink import MailSink
from tests.notifications.school import CLOCK, SHANGHAI, Opened, open_account
from tests.workers.conftest import Running
from tests.workers.test_choices import EMAIL, client, link_of, person, sign_in  # noqa: F401 - a fixture among them

HOUR = 8


def clock_at(day: int, hour: int, minute: int = 0) -> Clock:
    """The business clock at a moment of February 2023; the school opens on Thursday the 2nd at 9."""
    moment = datetime(2023, 2, day, hour, minute, tzinfo=SHANGHAI)
    return Clock(round((moment - CLOCK.now()).total_seconds()) + CLOCK.offset_seconds + 1, SHANGHAI)


async def gather(school: Opened, running: Running, day: int, hour: int, minute: int = 0) -> int:
    """Let the workers gather at a moment, and send."""
    count = await gathering.gather_digests(school.database, clock=clock_at(day, hour, minute), hour=HOUR, batch=2)
    await running.until_idle()
    return count


async def choose_digest(school: Opened, email: str = EMAIL, **ways: str) -> None:
    """Let approvals come once a day."""
    await person(school, email)
    account_id = await school.database.pool.fetchval("SELECT id FROM account WHERE email = $1", email)
    who = msgspec.structs.replace(school.organiser, account_id=account_id, role="employer_contact")
    command = ChooseMessages(choices=ways or {"request_approved": "digest"})  # type: ignore[arg-type]
    await school.database.transact(choices.choose, command, seen=None, actor=who, now=CLOCK.now())


async def test_what_is_chosen_so_comes_in_one_mail_a_day_each_with_its_link(
    school: Opened, running: Running, sink: MailSink
) -> None:
    await choose_digest(school)
    asked = [await school.ask_for("en", title=f"Talk {number}") for number in range(3)]
    await running.until_idle()
    assert sink.of(EMAIL, "request_approved") == []
    assert await gather(school, running, 2, 20) == 0  # what happened after today's hour is for tomorrow
    await gather(school, running, 3, HOUR - 1, 58)
    assert sink.of(EMAIL, "digest") == []
    await gather(school, running, 3, HOUR)
    (digest,) = sink.of(EMAIL, "digest")
    assert digest.message["Subject"] == "3 messages since yesterday"
    for number, detail in enumerate(asked):
        assert digest.text.count(f"Approved: Talk {number}") == 1
        assert f"/requests/{detail.request.id}" in digest.text
    assert "now: Approved" in digest.text
    await gather(school, running, 3, HOUR + 4)
    await gather(school, running, 4, HOUR)
    assert len(sink.of(EMAIL, "digest")) == 1


async def test_a_line_is_true_when_it_is_read(school: Opened, running: Running, sink: MailSink) -> None:
    await choose_digest(school)
    detail = await school.ask_for("en")
    await running.until_idle()
    await school.database.transact(
        decide.withdraw_request, detail.request.id, seen=None, actor=school.organiser, now=CLOCK.now()
    )
    await gather(school, running, 3, HOUR)
    (digest,) = sink.of(EMAIL, "digest")
    assert "Approved: Spring recruiting" in digest.text
    assert "now: Withdrawn" in digest.text


async def test_nothing_is_lost_or_doubled_when_a_worker_dies_midway(
    school: Opened, running: Running, sink: MailSink, monkeypatch: pytest.MonkeyPatch
) -> None:
    people = [f"p{number}@chutian.test" for number in range(5)]
    for email in people:
        await choose_digest(school, email)
        await school.ask_for("en", email=email)
    await running.until_idle()
    died: list[int] = []

    async def die_at_the_third(*arguments: Any, **named: Any) -> int:
        died.append(1)
        if len(died) == 3:
            raise KeyboardInterrupt
        return await append(*arguments, **named)

    monkeypatch.setattr(gathering, "append", die_at_the_third)
    with pytest.raises(KeyboardInterrupt):
        await gather(school, running, 3, HOUR)
    monkeypatch.undo()
    # Two other workers go on at the same time.
    await asyncio.gather(
        *(gathering.gather_digests(school.database, clock=clock_at(3, 9), hour=HOUR, batch=2) for _ in range(2))
    )
    await running.until_idle()
    assert [len(sink.of(email, "digest")) for email in people] == [1] * 5
    assert all(sink.of(email, "digest")[0].text.count("Approved:") == 1 for email in people)


async def test_an_event_worked_on_twice_stands_in_its_digest_once_whatever_was_chosen_meanwhile(
    school: Opened, running: Running, sink: MailSink
) -> None:
    await choose_digest(school)
    await school.ask_for("en")
    await running.until_idle()
    await school.database.pool.execute("UPDATE message_choice SET way = 'at_once'")
    await school.database.pool.execute("UPDATE event SET relayed_at = NULL WHERE type = 'request.approved'")
    await running.until_idle()
    assert sink.of(EMAIL, "request_approved") == []
    await gather(school, running, 3, HOUR)
    assert len(sink.of(EMAIL, "digest")) == 1


async def test_a_digest_says_how_to_turn_off_all_that_comes_in_it(
    school: Opened,
    running: Running,
    sink: MailSink,
    client: Any,  # noqa: F811
) -> None:
    await choose_digest(school, request_approved="digest", request_waitlisted="digest", booking_reminder="off")
    await school.ask_for("en")
    await running.until_idle()
    await gather(school, running, 3, HOUR)
    await school.ask_for("en")
    await running.until_idle()
    link = link_of(sink.of(EMAIL, "digest")[0].message)
    answer = await client.post(link, data={"List-Unsubscribe": "One-Click"})
    assert "Request approved" in answer.text
    assert "On the waitlist" in answer.text
    await gather(school, running, 4, HOUR)  # what waited for the next one is dropped
    assert len(sink.of(EMAIL, "digest")) == 1
    await client.post(link.replace("/unsubscribe", "/unsubscribe/undo"))
    rows = await school.database.pool.fetch("SELECT purpose, way FROM message_choice ORDER BY purpose")
    assert [tuple(row) for row in rows] == [
        ("booking_reminder", "off"),
        ("request_approved", "digest"),
        ("request_waitlisted", "digest"),
    ]


async def test_the_centre_is_told_on_working_days_what_waits_unless_it_turned_that_off(
    school: Opened,
    running: Running,
    sink: MailSink,
    client: Any,  # noqa: F811
) -> None:
    for name in ("wang", "zhao"):
        await open_account(school, f"{name}@school.example", role="organiser")
    await school.database.pool.execute("UPDATE event SET relayed_at = now()")
    await sign_in(client, "zhao@school.example")
    off = {"choices": {"inbox_waiting": "off"}}
    assert (await client.put("/api/message-choices", json=off, headers={"If-Match": "*"})).status_code == 200
    talk = ActivityWish(kind="info_session", attendance=100, duration_minutes=120)
    wish = SubmitRequest(
        season_id=school.season.id,
        title="Talk",
        activities=(talk,),
        employer_id=school.english.id,
        contact_email=EMAIL,
    )
    await school.ask(wish, approve=False)
    for day in (3, 4, 5):  # the 5th is a Sunday that is off, the 4th a Saturday
        await gather(school, running, day, 9)
        await gather(school, running, day, 10)
    (told,) = sink.of("wang@school.example", "inbox_waiting")
    assert "1" in told.message["Subject"]
    assert f"/seasons/{school.season.code}/inbox" in told.text
    assert "/unsubscribe?token=" in told.text
    assert sink.of("zhao@school.example", "inbox_waiting") == []
    await gather(school, running, 6, 9)
    assert len(sink.of("wang@school.example", "inbox_waiting")) == 2


async def test_closed_accounts_get_no_digest(school: Opened, running: Running, sink: MailSink) -> None:
    await choose_digest(school)
    await school.ask_for("en")
    await running.until_idle()
    await school.database.pool.execute("UPDATE account SET disabled_at = now() WHERE email = $1", EMAIL)
    await gather(school, running, 3, HOUR)
    assert sink.of(EMAIL, "digest") == []
