"""Channels against a real server that is slow, refuses, hangs up, dies: in order, within the rate, nothing lost."""

import base64
import hashlib
import hmac
import json
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from ipaddress import ip_address
from typing import Any
from uuid import UUID, uuid4

import msgspec
import pytest

from app.accounts import service as accounts
from app.accounts.domain import CreateAccount
from app.locales import translator
from app.message_channels import repository, service
from app.message_channels.domain import AddMessageChannel, MessageChannel, ResumeMessageChannel
from app.message_channels.repository import DuePost
from app.message_channels.topics import SHORT_TEXTS
from app.message_channels.writing import LONGEST_MARKDOWN, robot_message, short
from app.settings import Settings
from tests.addresses import JOBS
from tests.mail_sink import MailSink
from tests.notifications.school import CLOCK, PASSWORD, Opened
from tests.web_sink import Answer, WebSink
from tests.workers.conftest import Running
from workers.posts.jobs import send_posts
from workers.posts.posting import PAUSE_AFTER_FAILURES, send_due_posts
from workers.posts.web_posts import PostFailed, is_public, post, resolve

SECRET = "whsec_" + base64.b64encode(b"0123456789abcdef0123456789abcdef").decode()
START = datetime(2026, 1, 5, 9, tzinfo=UTC)


@pytest.fixture
def other() -> Iterator[WebSink]:
    """A server of somebody else's."""
    with WebSink().running() as running:
        yield running


@pytest.fixture
def settings(settings: Settings) -> Settings:
    """The test's other server is on this machine."""
    return msgspec.structs.replace(settings, channels_may_be_private=True)


class Killed(Exception):
    """What cuts a teller off."""


class Hours:
    """A real time that the test sets."""

    def __init__(self) -> None:
        self.now = START

    def __call__(self) -> datetime:
        return self.now

    def go_on(self, **span: float) -> None:
        self.now += timedelta(**span)


async def add(school: Opened, other: WebSink, kind: str = "webhook", **more: Any) -> MessageChannel:
    """A channel to the test's server."""
    robot = kind == "wecom_robot"
    address = f"{other.url}/cgi-bin/webhook/send?key=a-secret-key-1234" if robot else f"{other.url}/hook"
    command = AddMessageChannel(
        kind=kind,  # type: ignore[arg-type]
        name=more.pop("name", "Operations"),
        address=address,
        secret="" if robot else SECRET,
        topics=more.pop("topics", ("requests",)),
        locale="en",
    )
    return await school.database.transact(
        service.add_channel, command, may_be_private=True, actor=school.organiser, now=CLOCK.now()
    )


async def write(school: Opened, count: int) -> list[UUID]:
    """Requests that were submitted, and what channels are told of them; nothing is sent."""
    ids = [(await school.ask_for("en", title=f"Talk {number}")).request.id for number in range(count)]
    async with school.database.pool.acquire() as connection:
        rows = await connection.fetch("SELECT id FROM event WHERE type = 'request.submitted' ORDER BY id DESC")
        # In any order: that of the events counts.
        await service.write_posts(connection, [row["id"] for row in rows])
        await connection.execute("UPDATE event SET relayed_at = now()")
    return ids


async def channel_of(school: Opened, channel: MessageChannel) -> MessageChannel:
    async with school.database.read() as connection:
        return await repository.get_channel(connection, channel.id)


def told(other: WebSink) -> list[str]:
    """The requests that webhooks were told of, as far as they took it."""
    return [json.loads(one.body)["data"]["request_id"] for one in other.taken]


async def test_a_webhook_is_signed_as_standard_webhooks_say_and_holds_no_personal_data(
    school: Opened, running: Running, other: WebSink
) -> None:
    await add(school, other)
    await running.until_idle()
    detail = await school.ask_for("en")
    await running.until_idle()
    (one,) = other.posts
    # An implementation of its own.
    key = base64.b64decode(SECRET.removeprefix("whsec_"))
    message = b".".join([one.headers["webhook-id"].encode(), one.headers["webhook-timestamp"].encode(), one.body])
    expected = base64.b64encode(hmac.new(key, message, hashlib.sha256).digest()).decode()
    assert one.headers["webhook-signature"] == f"v1,{expected}"
    assert abs(int(one.headers["webhook-timestamp"]) - datetime.now(UTC).timestamp()) < 60
    told_of = json.loads(one.body)
    assert (told_of["type"], told_of["data"]["request_id"]) == ("request.submitted", str(detail.request.id))
    assert told_of["data"]["url"].endswith(f"/requests/{detail.request.id}")
    assert b"chutian" not in one.body.lower()
    assert b"Spring recruiting" not in one.body


@pytest.mark.parametrize(
    "answers",
    [
        [Answer(status=500), Answer(status=503), Answer(status=200), Answer(status=502)],
        [Answer(status=429, headers={"retry-after": "7"}), Answer(status=302, headers={"location": "/elsewhere"})],
        [Answer(status=None), Answer(status=404)],
    ],
    ids=["errors", "too often and redirections", "hangs up"],
)
async def test_order_is_kept_and_nothing_lost_whatever_the_server_answers(
    school: Opened, running: Running, other: WebSink, answers: list[Answer]
) -> None:
    await add(school, other)
    asked = await write(school, 6)
    other.answers.extend(answers)
    hours = Hours()
    for _ in range(12):
        await send_due_posts(running.context, now=hours)
        hours.go_on(minutes=1)
    assert told(other) == [str(id_) for id_ in asked]
    assert all(one.path == "/hook" for one in other.posts)
    tried = [one.headers["webhook-id"] for one in other.posts]
    assert list(dict.fromkeys(tried)) == [one.headers["webhook-id"] for one in other.taken]


async def test_a_server_that_says_when_is_not_asked_before(school: Opened, running: Running, other: WebSink) -> None:
    await add(school, other)
    await write(school, 1)
    other.answers.append(Answer(status=429, headers={"retry-after": "120"}))
    hours = Hours()
    await send_due_posts(running.context, now=hours)
    hours.go_on(seconds=119)
    await send_due_posts(running.context, now=hours)
    assert len(other.posts) == 1
    hours.go_on(seconds=2)
    await send_due_posts(running.context, now=hours)
    assert len(other.taken) == 1


async def test_a_slow_server_is_left_after_a_while_and_keeps_no_other_channel_waiting(
    school: Opened, running: Running, other: WebSink
) -> None:
    other.answers.append(Answer(seconds=1.0))
    with pytest.raises(PostFailed, match="no answer within"):
        await post(f"{other.url}/hook", b"{}", {}, may_be_private=True, seconds=0.2)
    other.posts.clear()
    with WebSink().running() as quick:
        await add(school, other, name="Slow")
        await add(school, quick, name="Quick")
        asked = await write(school, 2)
        other.usual = Answer(status=503)
        await send_due_posts(running.context, now=Hours())
        assert told(quick) == [str(id_) for id_ in asked]
        assert told(other) == []


async def test_a_robot_gets_bursts_folded_within_its_rate_and_bytes(
    school: Opened, running: Running, other: WebSink
) -> None:
    await add(school, other, "wecom_robot")
    await write(school, 60)
    hours = Hours()
    await send_due_posts(running.context, now=hours)
    texts = [json.loads(one.body)["markdown"]["content"] for one in other.posts]
    assert all(len(text.encode()) <= LONGEST_MARKDOWN for text in texts)
    assert len(texts) < 20
    numbers = [int(part.split()[0]) for text in texts for part in text.split("Talk ")[1:]]
    assert numbers == list(range(60))
    for number in range(60, 100):  # one by one, each at once
        (id_,) = await write(school, 1)
        await send_due_posts(running.context, now=hours)
        hours.go_on(seconds=1)
        assert id_ is not None
        assert number
    assert len(other.posts) <= 20
    hours.go_on(minutes=1)
    await send_due_posts(running.context, now=hours)
    lines = sum(json.loads(one.body)["markdown"]["content"].count("New request") for one in other.posts)
    assert lines == 100


async def test_never_more_than_twenty_in_any_minute(school: Opened, running: Running, other: WebSink) -> None:
    channel = await add(school, other, "wecom_robot")
    hours, times = Hours(), []
    for _ in range(90):
        await write(school, 1)
        before = len(other.posts)
        await send_due_posts(running.context, now=hours)
        times += [hours.now] * (len(other.posts) - before)
        hours.go_on(seconds=2)
    assert max(sum(at <= one < at + timedelta(minutes=1) for one in times) for at in times) == 20
    hours.go_on(minutes=2)
    await send_due_posts(running.context, now=hours)
    assert (await channel_of(school, channel)).waiting == 0


async def test_a_robot_that_refuses_by_its_answer_has_not_taken_it(
    school: Opened, running: Running, other: WebSink
) -> None:
    channel = await add(school, other, "wecom_robot")
    await write(school, 1)
    other.answers.append(Answer(body=b'{"errcode": 45009, "errmsg": "api freq out of limit"}'))
    hours = Hours()
    await send_due_posts(running.context, now=hours)
    assert (await channel_of(school, channel)).last_error == "errcode 45009"
    hours.go_on(seconds=59)
    await send_due_posts(running.context, now=hours)
    assert len(other.posts) == 1
    hours.go_on(seconds=2)
    await send_due_posts(running.context, now=hours)
    assert (await channel_of(school, channel)).waiting == 0


async def test_a_dead_channel_is_paused_and_told_and_goes_on_when_somebody_says_so(
    school: Opened, running: Running, other: WebSink, sink: MailSink
) -> None:
    command = CreateAccount(email="root@school.example", password=PASSWORD, display_name="Root", role="administrator")
    await school.database.transact(accounts.create_account, command, actor=None, now=CLOCK.now())
    channel = await add(school, other)
    asked = await write(school, 3)
    other.usual = Answer(status=500)
    hours = Hours()
    for _ in range(40):
        await send_due_posts(running.context, now=hours)
        hours.go_on(minutes=2)
    paused = await channel_of(school, channel)
    assert (paused.state, paused.waiting, paused.last_error) == ("paused", 3, "HTTP 500")
    assert len(other.posts) >= PAUSE_AFTER_FAILURES
    await school.database.pool.execute("UPDATE event SET relayed_at = NULL WHERE type = 'channel.paused'")
    await running.until_idle()
    (mail,) = sink.of("root@school.example", "channel_paused")
    assert "Operations" in mail.message["Subject"]
    assert f"/message-channels/{channel.id}" in mail.text
    more = await write(school, 1)  # is gathered meanwhile
    other.usual = Answer()
    await send_due_posts(running.context, now=hours)
    assert told(other) == []
    await school.database.transact(
        service.resume_channel,
        channel.id,
        ResumeMessageChannel(),
        seen=paused.row_version,
        actor=school.organiser,
        now=CLOCK.now(),
    )
    await running.until_idle()
    assert told(other) == [str(id_) for id_ in (*asked, *more)]


async def test_a_short_outage_pauses_nothing_and_gone_pauses_at_once(
    school: Opened, running: Running, other: WebSink
) -> None:
    channel = await add(school, other)
    await write(school, 1)
    other.answers.extend([Answer(status=500)] * PAUSE_AFTER_FAILURES)
    hours = Hours()
    for _ in range(PAUSE_AFTER_FAILURES):
        await send_due_posts(running.context, now=hours)
        hours.now = (await school.database.pool.fetchval("SELECT next_attempt_at FROM message_channel")) + timedelta(0)
    assert hours.now - START < timedelta(minutes=60)
    assert (await channel_of(school, channel)).failures == PAUSE_AFTER_FAILURES
    await send_due_posts(running.context, now=hours)
    assert (await channel_of(school, channel)).failures == 0
    await write(school, 1)
    other.answers.append(Answer(status=410))
    await send_due_posts(running.context, now=hours)
    assert (await channel_of(school, channel)).state == "paused"


async def test_a_teller_that_dies_between_answer_and_mark_repeats_the_same_message_and_loses_none(
    school: Opened, running: Running, other: WebSink, monkeypatch: pytest.MonkeyPatch
) -> None:
    await add(school, other)
    asked = await write(school, 2)

    async def die(*arguments: Any, **named: Any) -> None:
        raise Killed

    with monkeypatch.context() as patched:
        patched.setattr("app.message_channels.repository.mark_sent", die)
        with pytest.raises(Killed):
            await send_due_posts(running.context, now=Hours())
    await send_posts(running.ctx)
    assert told(other) == [str(asked[0]), *(str(id_) for id_ in asked)]
    ids = [one.headers["webhook-id"] for one in other.taken]
    assert ids[0] == ids[1] != ids[2]


async def test_a_test_message_reaches_its_channel_alone(school: Opened, running: Running, other: WebSink) -> None:
    channel = await add(school, other)
    await add(school, other, "wecom_robot")
    await school.database.transact(service.try_channel, channel.id, actor=school.organiser, now=CLOCK.now())
    await running.until_idle()
    assert [json.loads(one.body)["type"] for one in other.posts] == ["channel.tested"]


PRIVATE = (
    *("0.0.0.1", "127.0.0.1", "10.1.2.3", "172.16.0.1", "192.168.1.1", "169.254.169.254", "100.64.0.1", "224.0.0.1"),
    *("::1", "fe80::1", "fc00::1", "::ffff:127.0.0.1", "64:ff9b::7f00:1", "2002:7f00:1::", "255.255.255.255"),
)


@pytest.mark.parametrize("address", PRIVATE)
async def test_private_addresses_are_refused_when_connected_to(other: WebSink, address: str) -> None:
    assert not is_public(ip_address(address))

    async def leads_there(host: str, port: int) -> list[Any]:
        return [ip_address("8.8.8.8"), ip_address(address)]

    with pytest.raises(PostFailed, match="private network"):
        await post(f"http://hook.example:{other.port}/", b"{}", {}, may_be_private=False, resolve=leads_there)
    assert other.posts == []


def test_public_addresses_are_public() -> None:
    assert all(is_public(ip_address(address)) for address in ("8.8.8.8", "2606:4700:4700::1111", "114.114.114.114"))


async def test_a_name_that_leads_elsewhere_a_moment_later_leads_nowhere_else(other: WebSink) -> None:
    asked = []

    async def rebinding(host: str, port: int) -> list[Any]:
        asked.append(host)
        return [ip_address("127.0.0.1")] if len(asked) == 1 else [ip_address("127.0.0.9")]

    # This name is not known to any resolver: only the address that was looked at can have been connected to.
    await post(f"http://rebind.invalid:{other.port}/x", b"{}", {}, may_be_private=True, resolve=rebinding)
    assert asked == ["rebind.invalid"]
    assert other.posts[0].headers["host"] == f"rebind.invalid:{other.port}"
    with pytest.raises(PostFailed, match="private network"):
        await post(f"http://localhost:{other.port}/x", b"{}", {}, may_be_private=False, resolve=resolve)
    assert len(other.posts) == 1


async def test_without_the_setting_workers_send_nothing_to_this_machine(
    school: Opened, running: Running, other: WebSink
) -> None:
    channel = await add(school, other)
    await write(school, 1)
    strict = msgspec.structs.replace(running.context.settings, channels_may_be_private=False)
    await send_due_posts(msgspec.structs.replace(running.context, settings=strict), now=Hours())
    assert other.posts == []
    assert "private network" in (await channel_of(school, channel)).last_error


@pytest.mark.parametrize("locale", ["zh-CN", "en"])
def test_short_texts_have_twenty_characters_at_most(locale: str) -> None:
    translate = translator(locale)
    assert all(len(translate(text)) <= 20 for text in SHORT_TEXTS.values())
    assert short("楚天智能装备股份有限公司" * 3) == "楚天智能装备股份有限公司楚天智能装备股…"
    assert short("<@all> [x](http://evil)") == "all x http://evil"


def test_the_longest_fields_fit_into_a_robots_message() -> None:
    posts = [
        DuePost(
            id=uuid4(),
            event_id=number,
            type="request.submitted",
            occurred_at=START,
            season_id=None,
            subject_id=uuid4(),
            request_id=uuid4(),
            activity_id=None,
            title="题" * 200,
            owner="司" * 200,
        )
        for number in range(100)
    ]
    folded = robot_message(posts, translator("zh-CN"), JOBS)
    assert 1 < folded.count < 100
    assert len(folded.markdown.encode()) <= LONGEST_MARKDOWN
    assert f"{folded.count}" in folded.markdown.splitlines()[0]
