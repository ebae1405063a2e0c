"""Changing a running series keeps the past; its end is told once."""

from datetime import datetime
from typing import Any
from uuid import UUID

from app.series.reminding import remind_of_ends
from tests.behaviours.people import Client, Person, organiser_of, set_rule, wrong
from tests.behaviours.test_what_leaves import told
from tests.offers.acts import event_types
from tests.school import School, at, clock_at
from tests.series.acts import act, asked, contact_of, looked, states
from tests.series.test_deciding import recipients

WISH = {
    "title": "Longer interview days",
    "contact_email": "hr@employer.example",
    "activities": [{"kind": "interview_block", "attendance": 15, "duration_minutes": 120}],
}


async def running(school: School, client: Client, *days: int) -> tuple[Person, Person, dict[str, Any]]:
    """An approved series whose first two dates have a place."""
    room = await school.room(30)
    person, organiser = await contact_of(school, client), await organiser_of(school, client)
    series = await asked(person, school, *days)
    await act(organiser, series, "approve")
    for one in (await looked(person, series))["dates"][:2]:
        detail = (await organiser.send("GET", f"/api/requests/{one['request']['id']}")).json()
        body = {
            "activity_id": detail["activities"][0]["id"],
            "starts_at": at(int(one["day"][-2:]), 14).isoformat(),
            "room_ids": [str(room.id)],
        }
        assert (await organiser.send("POST", "/api/bookings", json=body)).status_code == 201
    return person, organiser, series


async def test_what_has_begun_stays_and_the_rest_is_changed(school: School, client: Client) -> None:
    person, _, series = await running(school, client, 14, 15, 16)
    await school.database.pool.execute(
        "UPDATE business_clock SET offset_seconds = $1", clock_at(at(14, 15)).offset_seconds
    )
    client.app.state.clock.offset_seconds = clock_at(at(14, 15)).offset_seconds
    seen = (await looked(person, series))["row_version"]
    answer = await person.send("PUT", f"/api/series/{series['id']}", json=WISH, seen=seen)
    assert answer.status_code == 200, answer.text
    assert {one["day"][-2:]: one["outcome"] for one in answer.json()["outcomes"]} == {"15": "changed", "16": "changed"}
    titles = {one["day"][-2:]: one["request"]["title"] for one in answer.json()["series"]["dates"]}
    assert titles == {"14": "Interview days", "15": "Longer interview days", "16": "Longer interview days"}
    again = await person.send("PUT", f"/api/series/{series['id']}", json=WISH)
    assert {one["outcome"] for one in again.json()["outcomes"]} == {"unchanged"}
    stale = await person.send("PUT", f"/api/series/{series['id']}", json=WISH, seen=seen)
    assert stale.status_code == 412


async def test_from_a_day_on_and_what_is_not_decided_is_written_anew(school: School, client: Client) -> None:
    await school.room(30)
    person = await contact_of(school, client)
    series = await asked(person, school, 14, 15, 16)
    change = {**WISH, "from_day": "2023-03-15", "from_time": "09:00:00", "until_time": "12:00:00"}
    answer = await person.send("PUT", f"/api/series/{series['id']}", json=change)
    assert [one["outcome"] for one in answer.json()["outcomes"]] == ["changed", "changed"]
    found = {}
    for one in answer.json()["series"]["dates"]:
        detail = (await person.send("GET", f"/api/requests/{one['request']['id']}")).json()
        (window,) = detail["activities"][0]["windows"]
        found[one["day"][-2:]] = (window["first_day"][-2:], window["from_time"], detail["activities"][0]["attendance"])
    assert found == {
        "14": ("14", "14:00:00", 20),
        "15": ("15", "09:00:00", 15),
        "16": ("16", "09:00:00", 15),
    }


async def test_one_that_cannot_follow_keeps_its_place(school: School, client: Client) -> None:
    person, _, series = await running(school, client, 14, 15)
    steps = [{"kind": "interview_block", "attendance": 60, "duration_minutes": 120}]
    large = {**WISH, "activities": steps}
    answer = await person.send("PUT", f"/api/series/{series['id']}", json=large)
    assert {one["outcome"] for one in answer.json()["outcomes"]} == {"impossible"}
    assert [len(one["bookings"]) for one in answer.json()["series"]["dates"]] == [1, 1]
    assert set(states(answer.json()["series"]).values()) == {"scheduled"}


async def remind(school: School, moment: datetime) -> int:
    """What the worker does now and then."""
    return await school.database.transact(remind_of_ends, clock=clock_at(moment), batch=100)


async def test_the_end_of_a_series_is_told_once(school: School, client: Client) -> None:
    person, organiser, series = await running(school, client, 8, 15, 22, 29)
    assert await remind(school, at(7, 9)) == 0, "it has not begun"
    assert await remind(school, at(14, 9)) == 0, "fifteen days before"
    assert await remind(school, at(15, 9)) == 1
    assert await remind(school, at(16, 9)) == 0, "once"
    (mail,) = await told(school, "series.ends_soon", "en")
    assert "29 Mar 2023" in mail.text
    assert f"/series/{series['id']}" in mail.text
    await set_rule(school, organiser, "series_end_notice_days", 0)
    added = await person.send("POST", f"/api/series/{series['id']}/days", json={"repeat": {"days": ["2023-03-30"]}})
    assert added.status_code == 201, added.text
    await act(organiser, series, "approve")
    assert await remind(school, at(20, 9)) == 0, "nobody is told where the rule says so"
    await set_rule(school, organiser, "series_end_notice_days", 14)
    assert await remind(school, at(20, 9)) == 1, "of another end"
    assert await event_types(school, "series.ends_soon") == ["series.ends_soon"] * 2


async def test_the_end_of_one_that_was_given_up_is_not_told(school: School, client: Client) -> None:
    person, _, series = await running(school, client, 8, 15)
    await act(person, series, "cancel", json={})
    assert await remind(school, at(8, 9)) == 0


async def test_what_is_wrong_for_one_date_is_refused_before_any_is_changed(school: School, client: Client) -> None:
    person, _, series = await running(school, client, 14, 15, 16)
    before = await looked(person, series)
    steps = [{"kind": "interview_block", "attendance": 15, "duration_minutes": 180}]
    # Each date keeps its two hours, in which three are not to be had.
    long = {**WISH, "activities": steps}
    refused = await person.send("PUT", f"/api/series/{series['id']}", json=long, seen=before["row_version"])
    assert wrong(refused) == [("activities[0].windows[0].until_time", "window-too-short")]
    after = await looked(person, series)
    assert after["row_version"] == before["row_version"], "what is mended is sent from the same form"
    history = (await person.send("GET", f"/api/series/{series['id']}/history")).json()
    assert "series.changed" not in [line["type"] for line in history]


async def handed(school: School, client: Client, person: Person, request_id: str) -> str:
    """Hand one date on to a colleague; give the colleague's address."""
    employer = (await person.send("GET", f"/api/requests/{request_id}")).json()["request"]["employer_id"]
    account = await school.account("employer_contact", employer_id=UUID(employer))
    given = await person.press(f"/requests/{request_id}/hand-over", to_account_id=str(account.id))
    assert given.status_code == 303, given.text
    return account.email


async def test_a_decision_is_told_to_everybody_who_has_a_date(school: School, client: Client) -> None:
    await school.room(30)
    person, organiser = await contact_of(school, client), await organiser_of(school, client)
    series = await asked(person, school, 14, 15)
    colleague = await handed(school, client, person, series["dates"][0]["request"]["id"])
    await set_rule(school, organiser, "approval_told_after_working_days", 0)
    await act(organiser, series, "approve")
    ((_, told_to),) = await recipients(school, "series.approved")
    assert sorted(told_to) == sorted([colleague, "hr@employer.example"])


async def test_the_end_is_told_to_who_has_the_dates_to_come(school: School, client: Client) -> None:
    person, _, series = await running(school, client, 8, 15, 22)
    colleagues = [await handed(school, client, person, one["request"]["id"]) for one in series["dates"][1:]]
    assert await remind(school, at(9, 9)) == 1
    ((_, told_to),) = await recipients(school, "series.ends_soon")
    assert sorted(told_to) == sorted(colleagues), "not to whose date is over"


async def test_more_days_of_a_draft_are_drafts_also_where_one_was_withdrawn(school: School, client: Client) -> None:
    await school.room(30)
    person = await contact_of(school, client)
    series = await asked(person, school, 14, 15, draft=True)
    first = series["dates"][0]["request"]["id"]
    assert (await person.send("POST", f"/api/requests/{first}/withdraw")).status_code == 200
    added = await person.send("POST", f"/api/series/{series['id']}/days", json={"repeat": {"days": ["2023-03-16"]}})
    assert states(added.json()) == {14: "withdrawn", 15: "draft", 16: "draft"}


async def test_a_step_that_is_dropped_takes_no_other_ones_place(school: School, client: Client) -> None:
    rooms = [await school.room(30), await school.room(30)]
    person, organiser = await contact_of(school, client), await organiser_of(school, client)
    steps = [
        {"kind": "written_test", "attendance": 20, "duration_minutes": 60},
        {"kind": "interview_block", "attendance": 20, "duration_minutes": 60},
    ]
    series = await asked(person, school, 14, 15, activities=steps)
    await act(organiser, series, "approve")
    details = []
    for one in series["dates"]:
        details.append((await organiser.send("GET", f"/api/requests/{one['request']['id']}")).json())
        for number, step in enumerate(details[-1]["activities"]):
            starts_at = at(int(one["day"][-2:]), 14 + number).isoformat()
            body = {"activity_id": step["id"], "starts_at": starts_at, "room_ids": [str(rooms[number].id)]}
            booked = await organiser.send("POST", "/api/bookings", json=body)
            assert booked.status_code == 201, booked.text
    kept = {detail["activities"][1]["id"] for detail in details}
    # The form of the first date names its second step, and that is meant for all.
    change = {**WISH, "activities": [{**steps[1], "id": details[0]["activities"][1]["id"]}]}
    answer = await person.send("PUT", f"/api/series/{series['id']}", json=change)
    assert answer.status_code == 200, answer.text
    assert [one["outcome"] for one in answer.json()["outcomes"]] == ["changed", "changed"]
    left = [booking for one in answer.json()["series"]["dates"] for booking in one["bookings"]]
    assert {booking["activity_id"] for booking in left} == kept
    assert {booking["room_ids"][0] for booking in left} == {str(rooms[1].id)}
    unknown = {**WISH, "activities": [{**steps[1], "id": str(series["id"])}]}
    refused = await person.send("PUT", f"/api/series/{series['id']}", json=unknown)
    assert wrong(refused) == [("activities[0].id", "unknown-step")]


async def test_a_date_that_was_handed_over_stays_with_whom_it_went_to(school: School, client: Client) -> None:
    person, organiser, series = await running(school, client, 14, 15, 16)
    first = series["dates"][0]["request"]["id"]
    colleague = await handed(school, client, person, first)
    answer = await organiser.send("PUT", f"/api/series/{series['id']}", json=WISH)
    assert answer.status_code == 200, answer.text
    emails = [one["request"]["contact_email"] for one in answer.json()["series"]["dates"]]
    assert emails == [colleague, "hr@employer.example", "hr@employer.example"]
    assert {one["request"]["title"] for one in answer.json()["series"]["dates"]} == {"Longer interview days"}
    new = {**WISH, "contact_email": "new@employer.example"}
    answer = await organiser.send("PUT", f"/api/series/{series['id']}", json=new)
    emails = [one["request"]["contact_email"] for one in answer.json()["series"]["dates"]]
    assert emails == ["new@employer.example"] * 3, "who is typed anew is everybody's"
