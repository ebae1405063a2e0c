"""What somebody chose of messages counts for the next ones; what a server says of an address is shown."""

import re
import warnings
from collections.abc import AsyncIterator
from email.message import EmailMessage
from typing import Any, get_args
from urllib.parse import urlsplit

import pytest
from litestar import Litestar
from litestar.exceptions import LitestarDeprecationWarning
from litestar.testing import AsyncTestClient

from app.accounts import service as accounts
from app.accounts.domain import CreateAccount
from app.asgi import create_app
from app.notifications import service
from app.notifications.choices.domain import ALWAYS, OF_THE_CENTRE, OPTIONAL, WAYS
from app.notifications.purposes import Purpose
from app.settings import Settings
from tests.addresses import JOBS
from tests.mail_sink import MailSink
from tests.notifications.school import CLOCK, PASSWORD, Opened, at
from tests.workers.conftest import Running
from tests.workers.deliveries import deliveries

EMAIL = "hr@chutian.test"
NEVER_OFF = (
    *("verify_email", "reset_password", "account_created", "request_refused", "offers_made", "answer_reminder"),
    *("booking_confirmed", "booking_tentative", "booking_moved", "booking_released", "booking_lapsed", "case_opened"),
)


@pytest.fixture
async def client(school: Opened, settings: Settings) -> AsyncIterator[AsyncTestClient[Litestar]]:
    """The application on the workers' database, in English."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", LitestarDeprecationWarning)
        app = create_app(settings)
    async with AsyncTestClient(app, base_url=JOBS) as opened:
        opened.headers["accept-language"] = "en"
        yield opened


async def person(school: Opened, email: str = EMAIL) -> None:
    """The contact of the English employer, with an account."""
    command = CreateAccount(
        email=email,
        password=PASSWORD,
        locale="en",
        display_name="Li",
        role="employer_contact",
        employer_id=school.english.id,
    )
    await school.database.transact(accounts.create_account, command, actor=None, now=CLOCK.now())
    await school.database.pool.execute("UPDATE event SET relayed_at = now() WHERE type = 'account.created'")


async def sign_in(client: Any, email: str = EMAIL) -> None:
    answer = await client.post("/api/session", json={"email": email, "password": PASSWORD})
    assert answer.status_code == 201, answer.text


def link_of(message: EmailMessage) -> str:
    """Where a mail program unsubscribes: path and query."""
    parts = urlsplit(str(message["List-Unsubscribe"]).strip("<>"))
    return f"{parts.path}?{parts.query}"


def test_every_kind_has_its_ways_and_promises_have_one() -> None:
    assert set(WAYS) == set(get_args(Purpose))
    assert all(WAYS[purpose] == ALWAYS for purpose in NEVER_OFF)  # type: ignore[index]
    assert all(ways[0] != "off" for ways in WAYS.values())


async def test_only_what_can_be_turned_off_says_so(school: Opened, running: Running, sink: MailSink) -> None:
    await school.confirm(await school.ask_for("en"), 0, at(8, 14))
    await running.until_idle()
    (approved,) = sink.of(EMAIL, "request_approved")
    (confirmed,) = sink.of(EMAIL, "booking_confirmed")
    assert approved.message["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    address = str(approved.message["List-Unsubscribe"])
    assert re.fullmatch(rf"<{re.escape(JOBS)}/unsubscribe\?token=[\w.\-]+>", address)
    assert address.strip("<>") in approved.text
    assert EMAIL not in address
    assert confirmed.message["List-Unsubscribe"] is None
    assert "unsubscribe" not in confirmed.text


async def test_one_click_of_a_mail_program_turns_a_kind_off_without_a_session(
    school: Opened, running: Running, sink: MailSink, client: Any
) -> None:
    await school.ask_for("en")
    await running.until_idle()
    link = link_of(sink.of(EMAIL, "request_approved")[0].message)
    shown = await client.get(link)
    assert "Turn messages off" in shown.text
    assert EMAIL not in shown.text
    assert "h…@chutian.test" in shown.text
    answer = await client.post(link, data={"List-Unsubscribe": "One-Click"}, follow_redirects=False)
    assert answer.status_code == 200
    assert "Turned off" in answer.text
    await school.confirm(await school.ask_for("en"), 0, at(8, 14))
    await running.until_idle()
    assert len(sink.of(EMAIL, "request_approved")) == 1
    assert len(sink.of(EMAIL, "booking_confirmed")) == 1
    undone = await client.post(link.replace("/unsubscribe", "/unsubscribe/undo"))
    assert "Turn messages off" in undone.text
    await school.ask_for("en")
    await running.until_idle()
    assert len(sink.of(EMAIL, "request_approved")) == 2


async def test_opening_a_link_and_wrong_links_turn_nothing_off(
    school: Opened, running: Running, sink: MailSink, client: Any
) -> None:
    await school.ask_for("en")
    await running.until_idle()
    link = link_of(sink.of(EMAIL, "request_approved")[0].message)
    await client.get(link)
    await client.head(link)
    assert (await client.post(f"{link}x", data={"List-Unsubscribe": "One-Click"})).status_code == 404
    assert (await client.post("/unsubscribe")).status_code == 404
    assert await school.database.pool.fetchval("SELECT count(*) FROM message_choice") == 0


async def test_pressing_twice_is_one_change_in_the_history(
    school: Opened, running: Running, sink: MailSink, client: Any
) -> None:
    await school.ask_for("en")
    await running.until_idle()
    link = link_of(sink.of(EMAIL, "request_approved")[0].message)
    for _ in range(2):
        assert (await client.post(link)).status_code == 200
    rows = await school.database.pool.fetch("SELECT payload, actor_id FROM event WHERE type = 'messages.chosen'")
    assert [(row["payload"], row["actor_id"]) for row in rows] == [({"choices": {"request_approved": "off"}}, None)]


async def test_choices_are_read_and_changed_over_http(
    school: Opened, running: Running, sink: MailSink, client: Any
) -> None:
    assert (await client.get("/api/message-choices")).status_code == 401
    await person(school)
    await sign_in(client)
    read = await client.get("/api/message-choices")
    assert {kind["purpose"] for kind in read.json()["kinds"]} == {*OPTIONAL} - OF_THE_CENTRE
    assert "booking_confirmed" in read.json()["always"]
    wanted = {"choices": {"request_approved": "off", "booking_reminder": "off"}}
    assert (await client.put("/api/message-choices", json=wanted)).status_code == 428
    saved = await client.put("/api/message-choices", json=wanted, headers={"If-Match": read.headers["etag"]})
    assert {kind["purpose"]: kind["way"] for kind in saved.json()["kinds"]}["request_approved"] == "off"
    late = await client.put("/api/message-choices", json=wanted, headers={"If-Match": read.headers["etag"]})
    assert late.status_code == 412
    await school.ask_for("en")
    await running.until_idle()
    assert sink.of(EMAIL, "request_approved") == []


@pytest.mark.parametrize(
    ("purpose", "way"), [("booking_confirmed", "off"), ("booking_reminder", "digest"), ("case_opened", "digest")]
)
async def test_a_promise_cannot_be_turned_off(school: Opened, client: Any, purpose: str, way: str) -> None:
    await person(school)
    await sign_in(client)
    wanted = {"choices": {"request_approved": "off", purpose: way}}
    answer = await client.put("/api/message-choices", json=wanted, headers={"If-Match": "*"})
    assert answer.status_code == 422
    assert f"choices.{purpose}" in answer.text
    assert await school.database.pool.fetchval("SELECT count(*) FROM message_choice") == 0


async def test_the_page_chooses_and_an_old_page_is_refused(school: Opened, client: Any) -> None:
    await person(school)
    await sign_in(client)
    page = await client.get("/my/messages")
    version = re.search(r'name="row_version" value="(\d+)"', page.text)
    assert version is not None
    form = {"row_version": version[1], "request_approved": "digest"}
    saved = await client.post("/my/messages", data=form)
    assert "Saved." in saved.text
    old = await client.post("/my/messages", data=form)
    assert old.status_code == 422
    assert "Somebody changed this" in old.text
    assert re.search(r'name="request_approved" value="digest"\s+checked', saved.text)


async def test_an_address_that_is_refused_is_told_where_it_matters_until_a_mail_is_taken(
    school: Opened, running: Running, sink: MailSink, client: Any
) -> None:
    await person(school)
    sink.refused.add(EMAIL)
    detail = await school.ask_for("en")
    await running.until_idle()
    await sign_in(client)
    told = f"Messages to {EMAIL} do not arrive"
    paths = ("/my/messages", "/my/requests", f"/requests/{detail.request.id}")
    for path in paths:
        assert told in (await client.get(path)).text, path
    assert (await client.get("/api/message-choices")).json()["refused_at"] is not None
    (line,) = await deliveries(school)
    assert line.address_refused
    sink.refused.clear()
    assert (await client.post("/api/message-choices/test")).status_code == 202
    await running.until_idle()
    assert len(sink.of(EMAIL, "address_test")) == 1
    for path in paths:
        assert told not in (await client.get(path)).text, path


async def test_staff_see_whom_mails_do_not_reach(school: Opened, running: Running, sink: MailSink, client: Any) -> None:
    await person(school)
    command = CreateAccount(
        email="root@school.example", password=PASSWORD, locale="en", display_name="Root", role="administrator"
    )
    await school.database.transact(accounts.create_account, command, actor=None, now=CLOCK.now())
    sink.refused.add(EMAIL)
    detail = await school.ask_for("en")
    await running.until_idle()
    await sign_in(client, "root@school.example")
    for path in ("/accounts?tab=employers", f"/seasons/{school.season.code}/mails"):
        assert "Mails do not arrive" in (await client.get(path)).text, path
    for path in (f"/employers/{school.english.id}", f"/requests/{detail.request.id}"):
        assert f"Messages to {EMAIL} do not arrive" in (await client.get(path)).text, path


async def test_what_a_server_holds_against_us_or_the_content_says_nothing_of_the_address(
    school: Opened, running: Running, sink: MailSink
) -> None:
    sink.refusal = "550 5.7.1 <{address}>: your network is on a list"
    sink.refused.add(EMAIL)
    await school.ask_for("en")
    await running.until_idle()
    (line,) = await deliveries(school)
    assert (line.state, line.address_refused) == ("failed", False)


async def test_resending_by_hand_clears_the_mark_too(school: Opened, running: Running, sink: MailSink) -> None:
    sink.refused.add(EMAIL)
    await school.ask_for("en")
    await running.until_idle()
    (line,) = await deliveries(school)
    assert line.address_refused
    sink.refused.clear()
    await school.database.transact(service.resend, line.id, actor=school.organiser, clock=CLOCK)
    await running.until_idle()
    (line,) = await deliveries(school)
    assert (line.state, line.address_refused) == ("sent", False)
