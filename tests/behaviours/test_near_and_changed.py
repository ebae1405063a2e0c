"""What changes after rooms were asked for: who decides is told, and nobody gets a department's rooms unasked."""

import re
from typing import Any

from app.requests.domain import RequestDetail
from app.schedules.audit import audit_season
from tests.behaviours.people import Client, Person, owner_of
from tests.behaviours.test_near_the_room import Hall, state
from tests.behaviours.test_what_leaves import told
from tests.school import School, at, talk, window
from tests.series.acts import act, asked, contact_of, states

DAY = {"first_day": "2023-03-16", "last_day": "2023-03-16"}


def wish(detail: RequestDetail, *rooms: Any, **more: Any) -> dict[str, Any]:
    """The talk of a request, in some rooms."""
    step = {
        "id": str(detail.activities[0].id),
        "kind": "info_session",
        "attendance": 80,
        "duration_minutes": 120,
        "windows": [DAY],
        "asked_room_ids": [str(room.id) for room in rooms],
    }
    given = {"title": detail.request.title, "contact_email": detail.request.contact_email}
    return {**given, "contact_name": detail.request.contact_name, "activities": [step], **more}


async def test_a_change_to_other_rooms_is_decided(school: School, client: Client) -> None:
    near = await Hall(school, client).open()
    own = await school.room(100)
    for booked in (False, True):
        detail = await school.request(talk(windows=(window(16),)))
        owner = await owner_of(school, client, detail)
        if booked:
            assert (await near.organiser.book(detail, at(16, 14), own)).status_code == 201
        answer = await owner.send(
            "PUT",
            f"/api/requests/{detail.request.id}/amendment",
            json=wish(detail, *([own] if booked else []), near.hall),
        )
        assert answer.status_code == 200, answer.text
        assert answer.json()["amendment"]["state"] in ("awaiting_approval", "proposed"), booked
        now = (await owner.send("GET", f"/api/requests/{detail.request.id}")).json()
        assert now["activities"][0]["asked_room_ids"] == [], booked


async def test_who_asks_for_a_hall_no_more_does_not_stay_in_it(school: School, client: Client) -> None:
    near = await Hall(school, client).open()
    await school.room(100)
    detail = await near.asked()
    assert (await near.approver.send("POST", f"/api/requests/{detail.request.id}/approve")).status_code == 200
    assert (await near.organiser.book(detail, at(16, 14), near.hall)).status_code == 201
    owner = await owner_of(school, client, detail)
    answer = await owner.send("PUT", f"/api/requests/{detail.request.id}/amendment", json=wish(detail))
    assert answer.status_code == 200, answer.text
    assert answer.json()["amendment"]["outcome"] != "fits"
    now = (await owner.send("GET", f"/api/requests/{detail.request.id}")).json()
    assert now["activities"][0]["asked_room_ids"] == [str(near.hall.id)]
    assert await audit_season(school.database, school.season.id, clock=school.clock) == []


async def test_who_decides_only_since_a_change_is_told(school: School, client: Client) -> None:
    near = await Hall(school, client).open()
    detail = await school.request(talk(windows=(window(16),)), approved=False)
    owner = await owner_of(school, client, detail)
    assert await told(school, "account.decision_asked", "en") == []
    path = f"/api/requests/{detail.request.id}"
    assert (await owner.send("PUT", path, json=wish(detail, near.hall))).status_code == 200
    assert len(await told(school, "account.decision_asked", "en")) == 1
    assert await state(near.approver, detail) == "submitted"
    now = (await owner.send("GET", path)).json()
    again = wish(detail, near.hall, title="Another title")
    again["activities"][0]["id"] = now["activities"][0]["id"]
    assert (await owner.send("PUT", path, json=again)).status_code == 200
    assert len(await told(school, "account.decision_asked", "en")) == 1, "they know of it"


async def test_drafts_of_a_series_are_told_as_one(school: School, client: Client) -> None:
    near = await Hall(school, client).open()
    person = await contact_of(school, client)
    step = {"kind": "info_session", "attendance": 20, "duration_minutes": 120, "asked_room_ids": [str(near.hall.id)]}
    series = await asked(person, school, 14, 15, 16, activities=[step], draft=True)
    sent = await act(person, series, "submit")
    assert sent.status_code == 200, sent.text
    assert set(states(sent.json()).values()) == {"submitted"}
    assert len(await told(school, "account.decision_asked", "en")) == 1


async def test_the_weight_stays_the_centres(school: School, client: Client) -> None:
    near = await Hall(school, client).open()
    decision = {"reason_code": "unsuitable"}
    for name, body in (("return", decision), ("waitlist", {}), ("approve", None), ("refuse", decision)):
        detail = await near.asked()
        path = f"/api/requests/{detail.request.id}"
        weighed = await near.organiser.send("PUT", f"{path}/weight", json={"weight": 77, "reason": "Inner matters"})
        assert weighed.status_code == 200, weighed.text
        answer = await near.approver.send("POST", f"{path}/{name}", json=body)
        assert answer.status_code == 200, answer.text
        assert "Inner matters" not in answer.text, name
        assert (answer.json()["weight"], answer.json()["weight_set_by_name"]) == (None, None), name


async def test_the_page_of_who_decides_leads_nowhere_they_may_not_go(school: School, client: Client) -> None:
    near = await Hall(school, client).open()
    account = await school.account("department_staff", department_id=near.department.id)
    days = {"first_day": "2023-02-02", "last_day": "2023-04-30"}
    duty = {"account_id": str(account.id), "department_id": str(near.department.id), **days}
    assert (await near.organiser.send("POST", "/api/duties", json=duty)).status_code == 201
    staff = await Person.of(client, account)
    waits, placed = await near.asked(), await near.asked()
    for detail in (waits, placed):
        path = f"/api/requests/{detail.request.id}/attachments"
        owner = await owner_of(school, client, detail)
        added = await owner.send("POST", path, params={"name": "notice.pdf"}, content=b"%PDF-1.7 a notice")
        assert added.is_success, added.text
    assert (await staff.send("POST", f"/api/requests/{placed.request.id}/approve")).status_code == 200
    assert (await near.organiser.book(placed, at(16, 14), near.hall)).status_code == 201
    limits = {"kinds": ["info_session"], "people": 300, "booths": 0}
    assert (
        await near.organiser.send("PUT", f"/api/departments/{near.department.id}/limits", seen=0, json=limits)
    ).status_code == 200
    for reader in (staff, near.approver):
        for detail in (waits, placed):
            page = await reader.page(f"/requests/{detail.request.id}")
            assert page.status_code == 200
            main = page.text.partition("<main")[2]
            for link in sorted(set(re.findall(r'href="(/[^"#]*)"', main))):
                assert (await reader.page(link)).status_code == 200, link
            for words in ("Book one of our rooms", "Swap with another", "Campus entry", "Invitation (PDF)"):
                assert words not in main, words


async def test_by_hand_the_rooms_that_are_asked_for_can_be_chosen(school: School, client: Client) -> None:
    near = await Hall(school, client).open()
    other = await school.room(300)
    detail, plain = await near.asked(), await school.request(talk(windows=(window(16),)))
    assert (await near.organiser.send("POST", f"/api/requests/{detail.request.id}/approve")).status_code == 200
    for asked_for, path in (
        (detail, f"/activities/{detail.activities[0].id}/place"),
        (detail, f"/requests/{detail.request.id}"),
        (plain, f"/activities/{plain.activities[0].id}/place"),
        (plain, f"/requests/{plain.request.id}"),
    ):
        page = (await near.organiser.page(path)).text
        offered = [room.id for room in (near.hall, other) if f'value="{room.id}"' in page]
        assert offered == [near.hall.id if asked_for is detail else other.id], path


async def test_rooms_that_went_to_another_department_are_not_decided_by_the_first(
    school: School, client: Client
) -> None:
    near = await Hall(school, client).open()
    second = await school.room(300, department=near.department)
    detail = await near.asked(near.hall, second)
    assert await state(near.approver, detail) == "submitted"
    others = [await school.department(code) for code in ("PH", "ZZ")]
    for other in others:
        moved = await near.organiser.send("PATCH", f"/api/rooms/{second.id}", json={"department_id": str(other.id)})
        assert moved.is_success, moved.text
        assert await state(near.approver, detail) == "404"
