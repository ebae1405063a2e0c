"""What leaves the page: times have their zone, and messages say what changed, from what to what.

Elsewhere: body and calendar of a mail give the same instant (tests/notifications/test_composing.py), the files of a
season (tests/exports/test_exports.py).
"""

import csv
import io
from typing import Any
from uuid import UUID

import pytest

from app.notifications.composing import compose
from app.notifications.domain import Recipient, Told
from app.notifications.letters import Composed, Sender
from app.notifications.writing_letters import write_letters
from app.outbox.repository import event_of, list_events
from app.venues.room_repository import get_room
from tests.addresses import JOBS
from tests.behaviours.people import Client, organiser_of, owner_of
from tests.behaviours.test_changes import wish_of
from tests.school import ZONE, School, at, talk, window

LANGUAGES = ("zh-CN", "en")
SENDER = Sender(
    school=None,
    mail_from="jobs@school.example",
    base_url=JOBS,
    zone=ZONE,
    signing_keys=("a key of thirty-two characters or so",),
)
BEIJING = {"zh-CN": "（北京时间）", "en": "(Beijing time)"}


async def told(school: School, event_type: str, locale: str) -> list[Composed]:
    """The mails of some events, as they are sent."""
    async with school.database.read() as connection:
        rows = await connection.fetch("SELECT id FROM event WHERE type = $1 ORDER BY id", event_type)
        stored = await list_events(connection, [row["id"] for row in rows])
        letters = await write_letters(
            connection, [Told(event_of(entry), entry.occurred_at, entry.reason) for entry in stored]
        )
    return [compose(letter, Recipient("hr@employer.example", locale), SENDER) for letter in letters]


async def changed_day(school: School, client: Client) -> tuple[Any, Any, Any]:
    """A talk on a Wednesday in a room; the organiser, the owner and the request."""
    room = await school.room(100)
    detail = await school.request(talk(windows=(window(15),)))
    organiser, owner = await organiser_of(school, client), await owner_of(school, client, detail)
    assert (await organiser.book(detail, at(15, 14), room)).status_code == 201
    return organiser, owner, detail


@pytest.mark.parametrize("locale", LANGUAGES)
async def test_a_time_in_a_mail_has_its_zone(school: School, client: Client, locale: str) -> None:
    organiser, _, detail = await changed_day(school, client)
    offers = await organiser.send("POST", f"/api/requests/{detail.request.id}/offers", json={})
    assert offers.status_code == 201, offers.text
    (confirmed,) = await told(school, "booking.confirmed", locale)
    assert f"14:00-16:00{'' if locale == 'zh-CN' else ' '}{BEIJING[locale]}" in confirmed.text
    (offered,) = await told(school, "offers.made", locale)
    until = [line for line in offered.text.splitlines() if ("保留到" if locale == "zh-CN" else "Kept for") in line]
    assert len(until) == 3
    for line in until:
        assert BEIJING[locale] in line
        assert "2023" in line


async def test_a_time_in_a_file_has_its_zone(school: School, client: Client) -> None:
    organiser, _, _ = await changed_day(school, client)
    path = f"/api/seasons/{school.season.id}/export"
    (row,) = csv.DictReader(io.StringIO((await organiser.send("GET", f"{path}.csv")).content.decode("utf-8-sig")))
    assert (row["Date"], row["Start"], row["End"], row["Time zone"]) == (
        "2023-03-15",
        "14:00",
        "16:00",
        "Asia/Shanghai",
    )
    assert (await organiser.send("GET", f"{path}.json")).json()["time_zone"] == "Asia/Shanghai"
    assert "DTSTART;TZID=Asia/Shanghai:20230315T140000" in (await organiser.send("GET", f"{path}.ics")).text


async def test_a_time_in_a_calendar_feed_and_in_an_invitation_has_its_zone(school: School, client: Client) -> None:
    await changed_day(school, client)
    feed = (await client.get(f"/seasons/{school.season.code}/calendar.ics")).text
    assert "DTSTART;TZID=Asia/Shanghai:20230315T140000" in feed
    assert "BEGIN:VTIMEZONE" in feed
    (confirmed,) = await told(school, "booking.confirmed", "en")
    assert "DTSTART;TZID=Asia/Shanghai:20230315T140000" in (confirmed.calendar or "")


async def test_a_time_of_the_api_has_its_offset(school: School, client: Client) -> None:
    organiser, _, _ = await changed_day(school, client)
    (booking,) = (await organiser.send("GET", f"/api/bookings?season_id={school.season.id}")).json()
    assert booking["starts_at"] == "2023-03-15T06:00:00Z"


@pytest.mark.parametrize("locale", LANGUAGES)
async def test_a_message_about_a_move_names_the_old_and_the_new_place(
    school: School, client: Client, locale: str
) -> None:
    organiser, _, detail = await changed_day(school, client)
    other = await school.room(100)
    (booking,) = (await organiser.send("GET", f"/api/bookings?season_id={school.season.id}")).json()
    to = {"starts_at": at(16, 9).isoformat(), "room_ids": [str(other.id)], "outside_wishes": True}
    assert (await organiser.send("PUT", f"/api/bookings/{booking['id']}", json=to)).status_code == 200
    (moved,) = await told(school, "booking.moved", locale)
    async with school.database.read() as connection:
        old = await get_room(connection, UUID(booking["room_ids"][0]))
    names = (old.name_zh, other.name_zh) if locale == "zh-CN" else (old.name_en, other.name_en)
    for said in ("14:00-16:00", "09:00-11:00", *names, detail.request.title):
        assert said in moved.text, said


@pytest.mark.parametrize(
    ("locale", "said"),
    [
        ("zh-CN", ("人数：80 → 95", "时长（分钟）：120 → 180", "3月15日 08:00-22:00 → 3月15-17日 08:00-22:00")),
        ("en", ("people: 80 → 95", "length in minutes: 120 → 180", "15 Mar 08:00-22:00 → 15-17 Mar 08:00-22:00")),
    ],
)
@pytest.mark.parametrize("decision", ["accepted", "refused"])
async def test_a_message_about_a_decided_change_names_what_was_and_what_is(
    school: School, client: Client, locale: str, said: tuple[str, ...], decision: str
) -> None:
    organiser, owner, detail = await changed_day(school, client)
    days = {"first_day": "2023-03-15", "last_day": "2023-03-17", "from_time": "08:00:00", "until_time": "22:00:00"}
    wish = wish_of(detail, attendance=95, duration_minutes=180, windows=[days])
    asked = await owner.send("PUT", f"/api/requests/{detail.request.id}/amendment", json=wish)
    amendment = asked.json()["amendment"]
    assert amendment["state"] == "awaiting_approval"
    act = "accept" if decision == "accepted" else "refuse"
    reason = None if decision == "accepted" else {"reason_code": "other"}
    decided = await organiser.send("POST", f"/api/amendments/{amendment['id']}/{act}", json=reason)
    assert decided.status_code == 200, decided.text
    (mail,) = await told(school, f"amendment.{decision}", locale)
    for words in said:
        assert words in mail.text, mail.text
