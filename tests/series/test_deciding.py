"""A series is decided in one decision and told in one message; each date can be decided by itself as well."""

import asyncio
from typing import Any

import pytest

from app.decisions.escalating import remind_of_overdue
from app.notifications.recipients import list_recipients
from app.outbox.repository import event_of, list_events
from tests.behaviours.people import Client, organiser_of, set_rule
from tests.behaviours.test_what_leaves import told
from tests.school import School, at, clock_at
from tests.series.acts import act, asked, contact_of, looked, states

DECISION = {"reason_code": "incomplete", "note": "Name the posts, please"}


async def recipients(school: School, like: str) -> list[tuple[str, list[str]]]:
    """Who is told of which events."""
    async with school.database.read() as connection:
        rows = await connection.fetch("SELECT id FROM event WHERE type LIKE $1 ORDER BY id", like)
        stored = await list_events(connection, [row["id"] for row in rows])
        people = await list_recipients(connection, [event_of(entry) for entry in stored])
    return [(entry.type, [who.email for who in some]) for entry, some in zip(stored, people, strict=True)]


async def test_all_is_approved_at_once_and_told_once(school: School, client: Client) -> None:
    await school.room(30)
    person, organiser = await contact_of(school, client), await organiser_of(school, client)
    series = await asked(person, school, 14, 15, 16)
    await set_rule(school, organiser, "approval_told_after_working_days", 0)
    assert (await organiser.send("GET", f"/api/series/{series['id']}")).json()["acts"] == [
        "approve", "return", "refuse", "change", "cancel", "add",
    ]  # fmt: skip
    approved = await act(organiser, series, "approve")
    assert approved.status_code == 200, approved.text
    assert set(states(approved.json()).values()) == {"approved"}
    assert await recipients(school, "%.approved") == [
        *[("request.approved", [])] * 3,
        ("series.approved", ["hr@employer.example"]),
    ]
    for locale, words in (("en", ("3 dates", "14 Mar 2023", "16 Mar 2023")), ("zh-CN", ("3月14日", "系列"))):
        (mail,) = await told(school, "series.approved", locale)
        assert all(word in mail.text and word in mail.html for word in words), mail.text
        assert f"/series/{series['id']}" in mail.text
    assert (await act(organiser, series, "approve")).json()["type"] == "/problems/series-state"


@pytest.mark.parametrize(("name", "state"), [("return", "returned"), ("refuse", "refused")])
async def test_all_is_sent_back_with_one_reason(school: School, client: Client, name: str, state: str) -> None:
    await school.room(30)
    person, organiser = await contact_of(school, client), await organiser_of(school, client)
    series = await asked(person, school, 14, 15)
    answer = await act(organiser, series, name, json=DECISION)
    assert set(states(answer.json()).values()) == {state}
    (mail,) = await told(school, f"series.{state}", "en")
    assert "Name the posts, please" in mail.text
    assert [people for kind, people in await recipients(school, f"%.{state}") if people] == [["hr@employer.example"]]
    again = await act(person, series, "submit")
    assert again.status_code == (200 if name == "return" else 409), again.text


async def test_what_was_looked_at_is_what_is_decided(school: School, client: Client) -> None:
    await school.room(30)
    person, organiser = await contact_of(school, client), await organiser_of(school, client)
    series = await asked(person, school, 14, 15)
    one = series["dates"][1]["request"]
    wish = {
        "title": "Other words",
        "activities": [{"kind": "interview_block", "attendance": 20, "duration_minutes": 60}],
    }
    changed = await person.send("PUT", f"/api/requests/{one['id']}", json=wish)
    assert changed.status_code == 200, changed.text
    path, seen = f"/api/series/{series['id']}", series["row_version"]
    for name in ("approve", "return", "refuse"):
        body: dict[str, Any] = {} if name == "approve" else {"json": DECISION}
        stale = await organiser.send("POST", f"{path}/{name}", seen=seen, **body)
        assert stale.status_code == 412, stale.text
        without = await client.post(f"{path}/{name}", headers=organiser.headers, **body)
        assert without.status_code == 428
    assert set(states(await looked(person, series)).values()) == {"submitted"}


async def test_one_date_can_be_decided_by_itself(school: School, client: Client) -> None:
    await school.room(30)
    person, organiser = await contact_of(school, client), await organiser_of(school, client)
    series = await asked(person, school, 14, 15)
    first = series["dates"][0]["request"]["id"]
    assert (await organiser.send("POST", f"/api/requests/{first}/refuse", json=DECISION)).status_code == 200
    assert states((await act(organiser, series, "approve")).json()) == {14: "refused", 15: "approved"}
    assert ("request.refused", ["hr@employer.example"]) in await recipients(school, "request.%")


async def test_cancelling_the_last_valid_day_cancels_the_whole_and_any_other_leaves_the_rest(
    school: School, client: Client
) -> None:
    room = await school.room(30)
    person, organiser = await contact_of(school, client), await organiser_of(school, client)
    series = await asked(person, school, 14, 15, 16)
    await act(organiser, series, "approve")
    ids = {one["day"][-2:]: one["request"]["id"] for one in (await looked(person, series))["dates"]}
    detail: Any = (await organiser.send("GET", f"/api/requests/{ids['15']}")).json()
    body = {
        "activity_id": detail["activities"][0]["id"],
        "starts_at": at(15, 14).isoformat(),
        "room_ids": [str(room.id)],
    }
    assert (await organiser.send("POST", "/api/bookings", json=body)).status_code == 201
    assert (await person.send("POST", f"/api/requests/{ids['14']}/withdraw")).status_code == 200
    left = await looked(person, series)
    assert (left["state"], states(left)) == ("open", {14: "withdrawn", 15: "scheduled", 16: "approved"})
    assert (await person.send("POST", f"/api/requests/{ids['16']}/withdraw")).status_code == 200
    cancelled = await person.send("POST", f"/api/requests/{ids['15']}/cancel", json={"note": "no need"})
    assert cancelled.status_code == 200, cancelled.text
    whole = await looked(person, series)
    assert (whole["state"], whole["acts"]) == ("cancelled", [])
    more = await person.send("POST", f"/api/series/{series['id']}/days", json={"repeat": {"days": ["2023-03-17"]}})
    assert (more.status_code, more.json()["type"]) == (409, "/problems/series-ended")


async def test_the_rest_is_given_up_at_once_and_the_past_stays(school: School, client: Client) -> None:
    room = await school.room(30)
    person, organiser = await contact_of(school, client), await organiser_of(school, client)
    series = await asked(person, school, 14, 15, 16, 17)
    await act(organiser, series, "approve")
    for one in (await looked(person, series))["dates"][:3]:
        day = int(one["day"][-2:])
        detail = (await organiser.send("GET", f"/api/requests/{one['request']['id']}")).json()
        body = {
            "activity_id": detail["activities"][0]["id"],
            "starts_at": at(day, 14).isoformat(),
            "room_ids": [str(room.id)],
        }
        assert (await organiser.send("POST", "/api/bookings", json=body)).status_code == 201
    kept = await person.send("POST", f"/api/series/{series['id']}/cancel", json={"from_day": "2023-03-20"})
    assert kept.json()["type"] == "/problems/series-state"
    stale = await person.send("POST", f"/api/series/{series['id']}/cancel", json={}, seen=1)
    assert stale.status_code == 412
    given_up = await act(organiser, series, "cancel", json={"from_day": "2023-03-15", "note": "The building is closed"})
    assert states(given_up.json()) == {14: "scheduled", 15: "cancelled", 16: "cancelled", 17: "withdrawn"}
    assert given_up.json()["state"] == "open"
    (mail,) = await told(school, "series.cancelled", "en")
    assert "The building is closed" in mail.text
    assert "3 dates" in mail.text
    assert [mail.method for mail in await told(school, "booking.released", "en")] == ["CANCEL", "CANCEL"]
    assert await recipients(school, "series.cancelled") == [("series.cancelled", ["hr@employer.example"])]


async def test_who_gives_up_their_own_series_is_not_told_of_it(school: School, client: Client) -> None:
    await school.room(30)
    person = await contact_of(school, client)
    series = await asked(person, school, 14, 15)
    assert states((await act(person, series, "cancel", json={})).json()) == {14: "withdrawn", 15: "withdrawn"}
    assert await recipients(school, "series.cancelled") == [("series.cancelled", [])]


async def test_for_others_there_is_no_such_series(school: School, client: Client) -> None:
    await school.room(30)
    person, stranger = await contact_of(school, client), await contact_of(school, client)
    series = await asked(person, school, 14, 15)
    for method, path, body in (
        ("GET", "", None), ("GET", "/history", None), ("POST", "/cancel", {}), ("POST", "/submit", None),
        ("POST", "/days", {"repeat": {"days": ["2023-03-17"]}}),
    ):  # fmt: skip
        given: dict[str, Any] = {} if body is None else {"json": body}
        answer = await stranger.send(method, f"/api/series/{series['id']}{path}", **given)
        assert (answer.status_code, answer.json()["type"]) == (404, "/problems/series-not-found"), path
    assert (await person.send("POST", f"/api/series/{series['id']}/approve")).status_code == 403
    history = (await person.send("GET", f"/api/series/{series['id']}/history")).json()
    assert [line["type"] for line in history] == ["series.made"]


async def test_the_inbox_shows_a_series_once(school: School, client: Client) -> None:
    await school.room(30)
    person, organiser = await contact_of(school, client), await organiser_of(school, client)
    await set_rule(school, organiser, "open_requests_per_employer", 9)
    series = await asked(person, school, 14, 15, 16)
    page = await organiser.page("/seasons/spring-2023/inbox")
    assert page.text.count("Interview days") == 1
    assert f"/series/{series['id']}" in page.text
    assert "3 dates" in page.text
    assert "1 request waits" in page.text


async def test_an_overdue_series_is_one_decision_in_the_reminder(school: School, client: Client) -> None:
    await school.room(30)
    person = await contact_of(school, client)
    await asked(person, school, 14, 15, 16)
    await school.request(approved=False)
    assert await school.database.transact(remind_of_overdue, clock=clock_at(at(10, 9)), batch=100) == 4
    (mail,) = await told(school, "decisions.overdue", "en")
    assert mail.subject == "2 decisions are overdue"


async def test_of_two_who_decide_at_once_one_has_seen_something_else(school: School, client: Client) -> None:
    await school.room(30)
    person, organiser = await contact_of(school, client), await organiser_of(school, client)
    series = await asked(person, school, 14, 15, 16)
    path, seen = f"/api/series/{series['id']}", series["row_version"]
    first = series["dates"][0]["request"]
    answers = await asyncio.gather(
        organiser.send("POST", f"{path}/approve", seen=seen),
        organiser.send("POST", f"{path}/refuse", seen=seen, json=DECISION),
        person.send("POST", f"/api/requests/{first['id']}/withdraw"),
        person.send("POST", f"{path}/cancel", seen=seen, json={}),
    )
    assert {answer.status_code for answer in answers} <= {200, 409, 412}
    assert sum(answer.status_code == 200 for answer in (answers[0], answers[1], answers[3])) <= 1
    found = states(await looked(person, series))
    assert len({found[15], found[16]}) == 1, "all of it or nothing"
