"""Who is told what of a joint session, in whose language."""

import pytest

from app.accounts import service as accounts
from app.accounts.domain import CreateAccount
from app.actors import Actor
from app.employers.domain import Employer
from app.participations import service
from app.requests import service as requests
from app.requests.domain import ActivityWish, RequestDetail, SubmitRequest
from tests.mail_sink import MailSink
from tests.notifications.calendars import read_calendar
from tests.notifications.school import CLOCK, PASSWORD, Opened, at
from tests.workers.conftest import Running

HOST, GUEST = "host@chutian.test", "guest@riverside.test"


async def person_of(school: Opened, employer: Employer, email: str, locale: str) -> Actor:
    """Somebody who signs in for an employer."""
    command = CreateAccount(
        email=email,
        password=PASSWORD,
        display_name="Li",
        role="employer_contact",
        employer_id=employer.id,
        locale=locale,  # type: ignore[arg-type]
    )
    return (await school.database.transact(accounts.create_account, command, actor=None, now=CLOCK.now())).actor()


@pytest.fixture
async def host(school: Opened) -> Actor:
    return await person_of(school, school.chinese, HOST, "zh-CN")


@pytest.fixture
async def guest(school: Opened) -> Actor:
    return await person_of(school, school.english, GUEST, "en")


async def ask(school: Opened, host: Actor) -> RequestDetail:
    """The host names the guest."""
    command = SubmitRequest(
        season_id=school.season.id,
        title="联合宣讲",
        activities=(ActivityWish(kind="info_session", attendance=120, duration_minutes=120),),
        contact_email=HOST,
        participant_codes=(school.english.credit_code,),
    )
    return await school.database.transact(requests.submit_request, command, actor=host, clock=CLOCK)


async def test_both_sides_are_told_of_each_step_once(
    school: Opened, host: Actor, guest: Actor, running: Running, sink: MailSink
) -> None:
    detail = await ask(school, host)
    await running.until_idle()
    (asked,) = sink.of(GUEST, "participation_asked")
    assert asked.message["Subject"].startswith("楚天智能装备有限公司 asks you to take part")
    assert f"/requests/{detail.request.id}" in asked.text
    await school.database.transact(
        service.accept, detail.request.id, school.english.id, seen=1, actor=guest, clock=CLOCK
    )
    await running.until_idle()
    (accepted,) = sink.of(HOST, "participation_accepted")
    assert "同意参加" in accepted.message["Subject"]
    await school.database.pool.execute("UPDATE request SET state = 'approved' WHERE id = $1", detail.request.id)
    booking = await school.confirm(detail, 0, at(8, 14))
    await running.until_idle()
    (of_guest,), (of_host,) = sink.of(GUEST, "booking_confirmed"), sink.of(HOST, "booking_confirmed")
    assert "Wed 8 Mar 2023 14:00-16:00" in of_guest.text
    assert "3月8日" in of_host.text
    await school.database.transact(
        service.decline, detail.request.id, school.english.id, seen=2, actor=guest, clock=CLOCK
    )
    await school.release(booking)
    await running.until_idle()
    assert len(sink.of(HOST, "participation_declined")) == 1
    assert len(sink.of(HOST, "booking_released")) == 1
    (left,) = sink.of(GUEST, "booking_released")
    first, last = read_calendar(of_guest.calendar), read_calendar(left.calendar)
    assert (last.method, last.uid) == ("CANCEL", first.uid)
    assert last.sequence > first.sequence


async def test_a_late_yes_brings_the_place_to_the_guest_alone(
    school: Opened, host: Actor, guest: Actor, running: Running, sink: MailSink
) -> None:
    detail = await ask(school, host)
    await school.database.pool.execute("UPDATE request SET state = 'approved' WHERE id = $1", detail.request.id)
    await school.confirm(detail, 0, at(8, 14))
    await running.until_idle()
    assert (len(sink.of(HOST, "booking_confirmed")), len(sink.of(GUEST, "booking_confirmed"))) == (1, 0)
    await school.database.transact(
        service.accept, detail.request.id, school.english.id, seen=1, actor=guest, clock=CLOCK
    )
    await running.until_idle()
    (told,) = sink.of(GUEST, "booking_confirmed")
    assert read_calendar(told.calendar).starts_at == at(8, 14)
    assert len(sink.of(HOST, "booking_confirmed")) == 1
