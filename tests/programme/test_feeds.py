"""Subscribed calendars: the events of one's invitations under their UIDs, moved and gone together; links that die."""

from typing import Any
from urllib.parse import urlsplit
from uuid import UUID

import icalendar
import pytest
import vobject

from app.accounts.domain import Account
from app.benches.pages import open_application
from app.benches.recording import Recorder
from app.bookings import service as bookings
from app.bookings.domain import ConfirmPlacement
from app.decisions import decide
from app.notifications.domain import invitation_uid
from app.requests import service as requests
from app.requests.domain import ActivityWish, SubmitRequest
from tests.people.mails import Mail, mails_since, newest_event
from tests.people.test_handing_over import booked, by_reader
from tests.people.test_people import owner_of
from tests.school import School, at
from tests.signing_in import sign_in


async def feed_of(client: Any, **wanted: Any) -> dict[str, Any]:
    answer = await client.post("/api/feeds", json=wanted)
    assert answer.status_code == 201, answer.text
    found: dict[str, Any] = answer.json()
    return found


async def events_of(client: Any, link: str) -> dict[str, Any]:
    """The events of a feed by UID; two parsers read it."""
    client.cookies.clear()  # calendar programs sign nobody in
    answer = await client.get(urlsplit(link).path)
    assert answer.status_code == 200, answer.text
    assert answer.headers["content-type"].startswith("text/calendar")
    calendar: Any = icalendar.Calendar.from_ical(answer.text)
    found = {str(event["uid"]): event for event in calendar.walk("VEVENT")}
    read: Any = vobject.readOne(answer.text)
    assert {event.uid.value for event in getattr(read, "vevent_list", [])} == found.keys()
    return found


def same(event: Any, mail: Mail) -> None:
    """A calendar that has both shows one event: same UID, same time and place, and no lower SEQUENCE."""
    for name in ("uid", "status", "summary", "location"):
        assert str(event[name]) == str(mail.calendar[name]), name
    for name in ("dtstart", "dtend"):
        assert event[name].dt == mail.calendar[name].dt
    assert int(event["sequence"]) >= int(mail.calendar["sequence"])


async def booking_of(school: School, request_id: str) -> Any:
    return await school.database.pool.fetchrow(
        "SELECT booking.id, activity.id AS activity_id FROM booking JOIN activity ON activity.id = activity_id "
        "WHERE request_id = $1::uuid AND state = 'confirmed'",
        request_id,
    )


async def test_feed_and_invitation_are_one_event_moved_and_gone_together(school: School, client: Any) -> None:
    _, contact = await owner_of(school)
    before = await newest_event(school)
    request_id = await booked(school, client, contact, 20)
    link = (await feed_of(client))["link"]
    (invited,) = by_reader(await mails_since(school, before), "booking_confirmed").values()
    (event,) = (await events_of(client, link)).values()
    same(event, invited)
    assert "attendee" not in event
    assert "organizer" not in event

    before, booking = await newest_event(school), await booking_of(school, request_id)
    room = await school.room(100)
    await sign_in(client, await school.account("organiser"))
    place = {"starts_at": at(21, 16).isoformat(), "room_ids": [str(room.id)], "over_limits": True}
    answer = await client.put(f"/api/bookings/{booking['id']}", json=place, headers={"If-Match": "*"})
    assert answer.status_code == 200, answer.text
    (moved,) = by_reader(await mails_since(school, before), "booking_moved").values()
    (event,) = (await events_of(client, link)).values()
    same(event, moved)
    assert int(event["sequence"]) > int(invited.calendar["sequence"])

    before = await newest_event(school)
    await sign_in(client, contact)
    gone = await client.post(f"/api/requests/{request_id}/cancel", json={}, headers={"If-Match": "*"})
    assert gone.status_code < 300, gone.text
    (cancelled,) = by_reader(await mails_since(school, before), "booking_released").values()
    assert cancelled.method == "CANCEL"
    assert await events_of(client, link) == {}


async def test_what_is_handed_over_goes_from_one_feed_to_the_other(school: School, client: Any) -> None:
    employer, old = await owner_of(school)
    new = await school.account("employer_contact", employer_id=employer.id)
    request_id = await booked(school, client, old, 22)
    links = {}
    for person in (old, new):
        await sign_in(client, person)
        links[person.id] = (await feed_of(client))["link"]
    assert await events_of(client, links[new.id]) == {}
    await sign_in(client, old)
    before = await newest_event(school)
    handed = {"request_ids": [request_id], "to_account_id": str(new.id)}
    assert (await client.post(f"/api/employers/{employer.id}/handovers", json=handed)).status_code == 201
    (came,) = by_reader(await mails_since(school, before), "booking_taken_over").values()
    assert await events_of(client, links[old.id]) == {}
    (event,) = (await events_of(client, links[new.id])).values()
    same(event, came)


async def test_a_renewed_link_kills_the_old_one_and_an_ended_one_is_dead(school: School, client: Any) -> None:
    _, contact = await owner_of(school)
    await sign_in(client, contact)
    feed = await feed_of(client)
    assert (await feed_of(client))["link"] == feed["link"]  # asked for again it is the same
    assert feed["webcal"].startswith("webcal://")
    assert contact.email not in feed["link"]
    renewed = (await client.post(f"/api/feeds/{feed['id']}/renew", json={})).json()
    assert (await client.get(urlsplit(feed["link"]).path)).status_code == 404
    assert (await client.get(urlsplit(renewed["link"]).path)).status_code == 200
    other = urlsplit(renewed["link"]).path.replace(".", ".A", 1)  # another signature
    assert (await client.get(other)).status_code == 404
    assert (await client.delete(f"/api/feeds/{feed['id']}")).status_code == 204
    assert (await client.get(urlsplit(renewed["link"]).path)).status_code == 404


@pytest.mark.filterwarnings("ignore::litestar.exceptions.LitestarDeprecationWarning")
async def test_a_feed_is_not_sent_twice_and_costs_few_statements(
    school: School, client: Any, database_url: str
) -> None:
    _, contact = await owner_of(school)
    await booked(school, client, contact, 23)
    path = urlsplit((await feed_of(client))["link"]).path
    client.cookies.clear()
    first = await client.get(path)
    again = await client.get(path, headers={"If-None-Match": first.headers["etag"]})
    assert (again.status_code, again.text) == (304, "")
    await booked(school, client, contact, 24)
    client.cookies.clear()
    changed = await client.get(path, headers={"If-None-Match": first.headers["etag"]})
    assert changed.status_code == 200
    recorder = Recorder()
    async with open_application(database_url, recorder) as measured:
        for headers, most in (({}, 9), ({"If-None-Match": changed.headers["etag"]}, 6)):
            recorder.statements = []
            await measured.get(path, headers=headers)
            assert 0 < len(recorder.statements) <= most, recorder.statements


@pytest.mark.parametrize("scope", ["room", "department", "major"])
async def test_feeds_of_rooms_departments_and_majors_show_the_public_uids(
    school: School, client: Any, scope: str
) -> None:
    _, contact = await owner_of(school)
    request_id = await booked(school, client, contact, {"room": 27, "department": 28, "major": 29}[scope])
    booking = await booking_of(school, request_id)
    room_id = await school.database.pool.fetchval(
        "SELECT resource_id FROM booking_resource JOIN room ON room.id = resource_id WHERE booking_id = $1",
        booking["id"],
    )
    department = await school.department(f"F{scope}")
    await school.database.pool.execute("UPDATE room SET department_id = $2 WHERE id = $1", room_id, department.id)
    await school.database.pool.execute(
        "INSERT INTO major (code, catalogue_year, name_zh) VALUES ('080901', 2023, '计算机') ON CONFLICT DO NOTHING"
    )
    wanted = {
        "room": {"resource_id": str(room_id)},
        "department": {"department_id": str(department.id)},
        "major": {"major_code": "080901"},
    }[scope]
    assert (await client.post("/api/feeds", json={"scope": scope, **wanted})).status_code == 404  # not an employer's
    staff = await school.account("department_staff", department_id=department.id)
    await sign_in(client, staff)
    link = (await feed_of(client, scope=scope, **wanted))["link"]
    found = await events_of(client, link)
    assert f"{booking['activity_id']}@{urlsplit(link).hostname}" in found
    # Whoever is no longer of that department reads it no more.
    other = await school.department(f"G{scope}")
    await school.database.pool.execute("UPDATE account SET department_id = $2 WHERE id = $1", staff.id, other.id)
    gone = await client.get(urlsplit(link).path)
    assert gone.status_code == (200 if scope == "major" else 404)


async def test_staff_have_all_of_their_department(school: School, client: Any) -> None:
    department = await school.department("STAFF")
    staff, colleague = [await school.account("department_staff", department_id=department.id) for _ in range(2)]
    activity_id = await guidance_of(school, staff)
    for person in (staff, colleague):
        await sign_in(client, person)
        (event,) = (await events_of(client, (await feed_of(client))["link"])).values()
        assert str(event["uid"]) == invitation_uid(activity_id, person.email)


async def guidance_of(school: School, staff: Account) -> UUID:
    """A booked guidance event of a department."""
    wish = ActivityWish(kind="guidance_event", attendance=50, duration_minutes=60)
    command = SubmitRequest(season_id=school.season.id, title="Guidance", activities=(wish,))
    asked = await school.database.transact(requests.submit_request, command, actor=staff.actor(), clock=school.clock)
    await school.database.transact(
        decide.approve_request, asked.request.id, seen=None, actor=school.organiser, now=school.clock.now()
    )
    room = await school.room(100)
    place = ConfirmPlacement(
        activity_id=asked.activities[0].id, starts_at=at(30, 14), room_ids=(room.id,), over_limits=True
    )
    await bookings.confirm_placement(school.database, place, actor=school.organiser, locale="en", clock=school.clock)
    return asked.activities[0].id


async def test_the_page_makes_renews_and_ends_links(school: School, client: Any) -> None:
    _, contact = await owner_of(school)
    await sign_in(client, contact)
    page = await client.get("/my/calendars")
    assert 'name="scope" value="person"' in page.text
    assert "resource_id" not in page.text
    made = await client.post("/my/calendars", data={"scope": "person"}, follow_redirects=False)
    assert made.status_code == 303
    (feed,) = (await client.get("/api/feeds")).json()
    page = await client.get("/my/calendars")
    assert feed["link"] in page.text
    assert feed["webcal"] in page.text
    await client.post(f"/my/calendars/{feed['id']}/renew", data={})
    (renewed,) = (await client.get("/api/feeds")).json()
    assert renewed["link"] != feed["link"]
    await client.post(f"/my/calendars/{feed['id']}/end", data={})
    assert (await client.get("/api/feeds")).json() == []
