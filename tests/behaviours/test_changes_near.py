"""Changes near the room: who decides about a request decides about its change, where that stays within their rooms."""

from typing import Any

from app.amendments.escalating import remind_of_overdue_changes
from app.requests.domain import RequestDetail
from tests.behaviours.people import Client, Person, owner_of
from tests.behaviours.test_near_and_changed import wish
from tests.behaviours.test_near_the_room import Hall, state
from tests.behaviours.test_what_leaves import told
from tests.school import School, at, clock_at


async def booked(near: Hall, **more: Any) -> tuple[RequestDetail, Person]:
    """A talk in the hall on the 16th at 14:00, and its owner."""
    detail = await near.asked(**more)
    assert (await near.organiser.send("POST", f"/api/requests/{detail.request.id}/approve")).status_code == 200
    assert (await near.organiser.book(detail, at(16, 14), near.hall)).status_code == 201
    return detail, await owner_of(near.school, near.client, detail)


def larger(detail: RequestDetail, near: Hall, attendance: int = 250) -> dict[str, Any]:
    """The same talk for many more people: it fits where it is, and somebody has to agree."""
    changed = wish(detail, near.hall)
    changed["activities"][0]["attendance"] = attendance
    return changed


async def change(owner: Person, detail: RequestDetail, body: dict[str, Any]) -> dict[str, Any]:
    """Ask for a change."""
    answer = await owner.send("PUT", f"/api/requests/{detail.request.id}/amendment", json=body)
    assert answer.status_code == 200, answer.text
    found: dict[str, Any] = answer.json()["amendment"]
    return found


async def people_of(person: Person, detail: RequestDetail) -> int:
    """For how many the talk is, as somebody sees it."""
    answer = await person.send("GET", f"/api/requests/{detail.request.id}")
    return int(answer.json()["activities"][0]["attendance"])


async def test_who_decides_there_is_told_sees_old_and_new_and_accepts(school: School, client: Client) -> None:
    near = await Hall(school, client).open()
    detail, owner = await booked(near)
    asked = await change(owner, detail, {**larger(detail, near), "note": "More signed up"})
    assert asked["state"] == "awaiting_approval"
    (mail,) = await told(school, "account.change_asked", "en")
    assert f"/requests/{detail.request.id}" in mail.text
    assert "80" in mail.text
    assert "250" in mail.text
    assert "More signed up" in mail.text
    (chinese,) = await told(school, "account.change_asked", "zh-CN")
    assert "改动" in chinese.subject
    listed = (await near.approver.send("GET", f"/api/amendments?season_id={school.season.id}")).json()
    assert [entry["id"] for entry in listed] == [asked["id"]]
    duties = (await near.approver.page("/my/duties")).text
    assert "Changes to decide" in duties
    assert "1 change waits for approval" in duties
    page = (await near.approver.page(f"/requests/{detail.request.id}")).text
    for words in ("80 people", "250 people", "Approve the change", "Refuse the change…", "More signed up"):
        assert words in page, words
    assert "Take the change back" not in page
    path = f"/requests/{detail.request.id}/amendments/{asked['id']}"
    withdrawn = await near.approver.send("POST", f"/api/amendments/{asked['id']}/withdraw")
    assert withdrawn.status_code in (403, 404)
    assert (await near.approver.press(f"{path}/accept", row_version="9")).status_code == 422, "another version"
    pressed = await near.approver.press(f"{path}/accept", row_version=str(asked["row_version"]))
    assert pressed.status_code == 303, pressed.text
    assert await people_of(owner, detail) == 250
    assert len(await told(school, "amendment.accepted", "en")) == 1
    assert "Changes to decide" not in (await near.approver.page("/my/duties")).text


async def test_it_is_refused_near_the_room_with_a_reason(school: School, client: Client) -> None:
    near = await Hall(school, client).open(of_room=True)
    detail, owner = await booked(near)
    asked = await change(owner, detail, larger(detail, near))
    refusal = {"reason_code": "unsuitable", "note": "Too loud"}
    answer = await near.approver.send("POST", f"/api/amendments/{asked['id']}/refuse", json=refusal)
    assert answer.status_code == 200, answer.text
    assert answer.json()["state"] == "refused"
    assert await people_of(owner, detail) == 80
    (mail,) = await told(school, "amendment.refused", "en")
    assert "Too loud" in mail.text


async def test_a_place_that_was_chosen_is_decided_there_too(school: School, client: Client) -> None:
    near = await Hall(school, client).open()
    detail, owner = await booked(near)
    other = wish(detail, near.hall)
    other["activities"][0]["windows"] = [
        {"first_day": "2023-03-17", "last_day": "2023-03-17", "from_time": "09:00:00", "until_time": "12:00:00"}
    ]
    asked = await change(owner, detail, other)
    assert asked["state"] == "proposed"
    assert await told(school, "account.change_asked", "en") == []
    offers = (await owner.send("GET", f"/api/requests/{detail.request.id}/offers")).json()
    chosen = await owner.send("POST", f"/api/offers/{offers[0]['id']}/accept")
    assert chosen.status_code == 200, chosen.text
    assert len(await told(school, "account.change_asked", "en")) == 1
    accepted = await near.approver.send("POST", f"/api/amendments/{asked['id']}/accept")
    assert accepted.status_code == 200, accepted.text
    assert accepted.json()["state"] == "accepted"
    bookings = (await near.organiser.send("GET", f"/api/bookings?season_id={school.season.id}")).json()
    assert [booking["starts_at"][:10] for booking in bookings] == ["2023-03-17"]


async def test_what_leaves_the_rooms_or_the_limits_is_the_centres(school: School, client: Client) -> None:
    near = await Hall(school, client).open()
    elsewhere = await school.room(300)
    detail, owner = await booked(near)
    away = wish(detail, elsewhere)
    asked = await change(owner, detail, away)
    refused = await near.approver.send("POST", f"/api/amendments/{asked['id']}/refuse", json={"reason_code": "other"})
    assert (refused.status_code, refused.json()["type"]) == (409, "/problems/decided-by-centre")
    page = (await near.approver.page(f"/requests/{detail.request.id}")).text
    assert "Approve the change" not in page
    assert (await owner.send("POST", f"/api/amendments/{asked['id']}/withdraw")).status_code == 200
    limits = {"kinds": ["info_session"], "people": 200, "booths": 0}
    path = f"/api/departments/{near.department.id}/limits"
    assert (await near.organiser.send("PUT", path, seen=0, json=limits)).status_code == 200
    asked = await change(owner, detail, larger(detail, near))
    refused = await near.approver.send("POST", f"/api/amendments/{asked['id']}/accept")
    assert (refused.status_code, refused.json()["type"]) == (409, "/problems/beyond-limits")
    assert (await near.approver.send("GET", f"/api/amendments?season_id={school.season.id}")).json() == []
    page = (await near.approver.page(f"/requests/{detail.request.id}")).text
    assert "The career centre decides about it" in page
    assert await told(school, "account.change_asked", "en") == []
    assert (await near.organiser.send("POST", f"/api/amendments/{asked['id']}/accept")).status_code == 200


async def test_of_others_rooms_a_change_does_not_exist(school: School, client: Client) -> None:
    near = await Hall(school, client).open()
    detail = await near.asked(await school.room(300))
    assert (await near.organiser.send("POST", f"/api/requests/{detail.request.id}/approve")).status_code == 200
    owner = await owner_of(school, client, detail)
    asked = await change(owner, detail, wish(detail, near.hall))
    for act, body in (("accept", None), ("refuse", {"reason_code": "other"})):
        answer = await near.approver.send("POST", f"/api/amendments/{asked['id']}/{act}", json=body)
        assert (answer.status_code, answer.json()["type"]) == (404, "/problems/amendment-not-found")
    assert await state(near.approver, detail) == "404"
    answer = await owner.send("POST", f"/api/amendments/{asked['id']}/accept")
    assert answer.status_code == 403, "an owner does not approve"


async def test_the_deputy_decides_about_changes_while_somebody_is_away(school: School, client: Client) -> None:
    near = await Hall(school, client).open(deputy=True)
    detail, owner = await booked(near)
    await near.approver.press("/my/absences", first_day="2023-02-01", last_day="2023-02-03")
    asked = await change(owner, detail, larger(detail, near))
    assert len(await told(school, "account.change_asked", "en")) == 2
    accepted = await near.deputy.send("POST", f"/api/amendments/{asked['id']}/accept")
    assert accepted.status_code == 200, accepted.text


async def test_what_waits_too_long_is_said_once_to_who_decides(school: School, client: Client) -> None:
    near = await Hall(school, client).open()
    detail, owner = await booked(near)
    await change(owner, detail, larger(detail, near))
    early, late = clock_at(at(3, 9, month=2)), clock_at(at(20, 9, month=2))
    assert await school.database.transact(remind_of_overdue_changes, clock=early, batch=100) == 0
    assert await school.database.transact(remind_of_overdue_changes, clock=late, batch=100) == 1
    assert await school.database.transact(remind_of_overdue_changes, clock=late, batch=100) == 0
    for event_type in ("account.decisions_late", "decisions.overdue"):
        (mail,) = await told(school, event_type, "en")
        assert detail.request.reference in mail.text
        assert "a change" in mail.text
