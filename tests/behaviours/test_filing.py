"""Filing by doing: a department books its own small events at once, and the career centre can object for some days."""

from typing import Any

import pytest

from app.bookings.domain import BookingBegun
from app.decisions.objecting import object_to_request
from app.requests.domain import ActivityWish, Decision, RequestDetail
from app.venues.domain import Department, Room
from tests.behaviours.people import Client, Person, organiser_of, set_rule
from tests.behaviours.test_what_leaves import told
from tests.school import School, at, clock_at, talk, window

FAIR: Any = {"kind": "department_fair", "attendance": 200, "duration_minutes": 240, "booths": 20}


async def asked(
    school: School, client: Client, **changes: Any
) -> tuple[Person, Person, RequestDetail, Room, Department]:
    """A department's fair that nobody has approved; its staff, the organiser, its hall."""
    department = await school.department()
    hall = await school.room(300, department=department, booths=80)
    wish = ActivityWish(**{**FAIR, "windows": (window(16),), **changes})
    detail = await school.request(wish, department=department, approved=False)
    staff = await Person.of(client, await school.account("department_staff", department_id=department.id))
    return staff, await organiser_of(school, client), detail, hall, department


async def state(person: Person, detail: RequestDetail) -> Any:
    """The request as the API has it."""
    return (await person.send("GET", f"/api/requests/{detail.request.id}")).json()["request"]


async def test_a_department_books_its_fair_at_once_and_that_files_it(school: School, client: Client) -> None:
    staff, organiser, detail, hall, _ = await asked(school, client)
    page = await staff.page(f"/activities/{detail.activities[0].id}/place")
    assert "booking it files it with the career centre" in page.text
    booked = await staff.book(detail, at(16, 9), hall)
    assert booked.status_code == 201, booked.text
    assert ((await state(staff, detail))["state"], (await state(staff, detail))["filed_at"] is not None) == (
        "scheduled",
        True,
    )
    listed = (await organiser.send("GET", f"/api/requests/filed?season_id={school.season.id}")).json()
    assert [(entry["request"]["id"], entry["until"][:16]) for entry in listed] == [
        (str(detail.request.id), "2023-02-06T17:00")
    ], "filed on Thursday the 2nd: two working days later, at the end of the day"
    assert detail.request.title in (await organiser.page("/seasons/spring-2023/inbox")).text
    assert (await staff.send("GET", f"/api/requests/filed?season_id={school.season.id}")).status_code == 403


async def test_an_objection_gives_the_place_back_and_says_why(school: School, client: Client) -> None:
    staff, organiser, detail, hall, _ = await asked(school, client)
    await staff.book(detail, at(16, 9), hall)
    shown = await organiser.page(f"/requests/{detail.request.id}")
    assert "Object to it" in shown.text
    pressed = await organiser.press(
        f"/requests/{detail.request.id}/object",
        reason_code="other",
        note="The gate is closed that day",
        row_version=str((await state(organiser, detail))["row_version"]),
    )
    assert pressed.status_code == 303, pressed.text
    assert (await state(staff, detail))["state"] == "approved"
    (mail,) = await told(school, "request.objected", "en")
    assert "The gate is closed that day" in mail.text
    assert [mail.method for mail in await told(school, "booking.released", "en")] == ["CANCEL"]
    again = await staff.book(detail, at(16, 9), hall)
    assert again.status_code == 201
    listed = (await organiser.send("GET", f"/api/requests/filed?season_id={school.season.id}")).json()
    assert len(listed) == 1, "what is booked anew is filed anew"


async def test_later_there_is_no_objection_and_what_was_approved_is_stopped_instead(
    school: School, client: Client
) -> None:
    staff, organiser, detail, hall, department = await asked(school, client)
    await staff.book(detail, at(16, 9), hall)
    decision = {"reason_code": "other"}
    await set_rule(school, organiser, "filing_objection_working_days", 0)
    late = await organiser.send("POST", f"/api/requests/{detail.request.id}/object", json=decision)
    # Zero working days: until the end of the same day.
    assert late.status_code == 200
    approved = await school.request(talk(), department=department)
    assert (await staff.book(approved, at(17, 9), hall)).status_code == 201
    refused = await organiser.send("POST", f"/api/requests/{approved.request.id}/object", json=decision)
    assert refused.json()["type"] == "/problems/not-filed"


@pytest.mark.parametrize(
    ("rule", "value"), [("filing_people", 100), ("filing_booths", 10), ("filing_kinds", ["guidance_event"])]
)
async def test_beyond_the_limits_the_centre_decides_first(
    school: School, client: Client, rule: str, value: object
) -> None:
    staff, organiser, detail, hall, _ = await asked(school, client)
    await set_rule(school, organiser, rule, value)
    refused = await staff.book(detail, at(16, 9), hall)
    assert (refused.status_code, refused.json()["type"]) == (409, "/problems/not-filable")
    assert (await state(staff, detail))["state"] == "submitted"
    page = await staff.page(f"/activities/{detail.activities[0].id}/place")
    assert "has not approved this request yet" in page.text
    assert (await organiser.send("POST", f"/api/requests/{detail.request.id}/approve")).status_code == 200
    assert (await staff.book(detail, at(16, 9), hall)).status_code == 201


async def test_only_own_events_in_own_rooms_are_filed_and_not_by_organisers(school: School, client: Client) -> None:
    staff, organiser, detail, hall, _ = await asked(school, client)
    other = await school.room(300, booths=80)
    assert (await staff.book(detail, at(16, 9), other)).status_code == 403
    assert (await state(staff, detail))["state"] == "submitted"
    by_centre = await organiser.book(detail, at(16, 9), hall)
    assert by_centre.json()["type"] == "/problems/not-bookable", "the centre approves before it books"


async def test_the_time_to_object_counts_days_off_that_are_still_to_come(school: School, client: Client) -> None:
    staff, organiser, detail, hall, _ = await asked(school, client)
    day = {"is_working": False, "name_zh": "校庆", "name_en": "Anniversary"}
    put = await organiser.send("PUT", "/api/seasons/calendar/2023-02-03", json=day)
    assert put.status_code < 300, put.text
    assert (await staff.book(detail, at(16, 9), hall)).status_code == 201
    listed = (await organiser.send("GET", f"/api/requests/filed?season_id={school.season.id}")).json()
    assert [entry["until"][:16] for entry in listed] == ["2023-02-07T17:00"]


async def test_only_what_was_filed_has_an_objection_among_its_acts(school: School, client: Client) -> None:
    staff, organiser, detail, hall, department = await asked(school, client)
    await staff.book(detail, at(16, 9), hall)
    approved = await school.request(talk(), department=department)
    assert (await staff.book(approved, at(17, 9), hall)).status_code == 201
    for one, listed in ((detail, True), (approved, False)):
        shown = (await organiser.send("GET", f"/api/requests/{one.request.id}")).json()
        assert ("object" in shown["acts"]) is listed


async def test_what_was_filed_stays_within_the_limits_when_it_is_booked_again(school: School, client: Client) -> None:
    staff, organiser, detail, hall, _ = await asked(school, client)
    await staff.book(detail, at(16, 9), hall)
    objected = await organiser.send("POST", f"/api/requests/{detail.request.id}/object", json={"reason_code": "other"})
    assert objected.status_code == 200
    await set_rule(school, organiser, "filing_people", 100)
    again = await staff.book(detail, at(17, 9), hall)
    assert (again.status_code, again.json()["type"]) == (409, "/problems/not-filable")


async def test_what_has_begun_is_not_objected_to(school: School, client: Client) -> None:
    staff, organiser, detail, hall, _ = await asked(school, client)
    await staff.book(detail, at(16, 9), hall)
    await set_rule(school, organiser, "filing_objection_working_days", 400)
    decision = Decision(reason_code="other")
    with pytest.raises(BookingBegun):
        await school.database.transact(
            object_to_request,
            detail.request.id,
            decision,
            seen=None,
            actor=school.organiser,
            clock=clock_at(at(16, 10)),
        )
