"""A room that needs approval takes requests, not bookings: the career centre books it by hand."""

from tests.behaviours.people import Client, organiser_of
from tests.behaviours.test_filing import asked
from tests.blockings.places import Places
from tests.school import School, at
from tests.web.sent_form import SentForm


async def test_a_department_asks_for_it_and_the_centre_books_it(school: School, client: Client) -> None:
    staff, organiser, detail, hall, _ = await asked(school, client)
    path = f"/api/rooms/{hall.id}"
    changed = await organiser.send("PATCH", path, json={"needs_approval": True})
    assert changed.json()["needs_approval"] is True
    refused = await staff.book(detail, at(16, 9), hall)
    assert (refused.status_code, refused.json()["type"]) == (409, "/problems/room-needs-approval")
    assert hall.name_en in refused.json()["title"]
    kept = (await staff.send("GET", f"/api/requests/{detail.request.id}")).json()["request"]
    assert (kept["state"], kept["filed_at"]) == ("submitted", None), "the request is kept as one"
    page = (await staff.page(f"/activities/{detail.activities[0].id}/place")).text
    assert hall.name_en not in page.partition("<select")[2]
    assert (await organiser.send("POST", f"/api/requests/{detail.request.id}/approve", json={})).status_code == 200
    still = await staff.book(detail, at(16, 9), hall)
    assert (still.status_code, still.json()["type"]) == (409, "/problems/room-needs-approval")
    assert (await organiser.book(detail, at(16, 9), hall)).status_code == 201


async def test_no_such_room_is_named_to_a_department_as_free(school: School, client: Client) -> None:
    staff, organiser, detail, hall, department = await asked(school, client)
    other = await school.room(300, department=department, booths=80, needs_approval=True)
    await organiser.send("POST", f"/api/resources/{hall.id}/closures", json={"first_day": "2023-03-16"})
    refused = await staff.book(detail, at(16, 9), hall)
    assert refused.json()["type"] == "/problems/place-closed"
    offered = {room for one in refused.json()["alternatives"] for room in one["room_ids"]}
    assert str(other.id) not in offered


async def test_a_department_does_not_block_it_by_itself(school: School, client: Client) -> None:
    places = await Places.of(school, client)
    hall = await school.room(300, department=places.department, booths=80, needs_approval=True)
    blocking = await places.asked(places.staff, hall, 15)
    assert (blocking["state"], blocking["counts"]) == ("asked", False)


async def test_a_move_into_it_is_refused_too(school: School, client: Client) -> None:
    staff, _, detail, hall, department = await asked(school, client)
    strict = await school.room(300, department=department, booths=80, needs_approval=True)
    booked = (await staff.book(detail, at(16, 9), hall)).json()
    body = {"starts_at": at(16, 9).isoformat(), "room_ids": [str(strict.id)]}
    moved = await staff.send("PUT", f"/api/bookings/{booked['id']}", json=body)
    assert (moved.status_code, moved.json()["type"]) == (409, "/problems/room-needs-approval")


async def test_the_form_of_a_room_says_so_and_takes_it_back(school: School, client: Client) -> None:
    room, organiser = await school.room(100), await organiser_of(school, client)
    page = f"/venues/rooms/{room.id}"
    headers = {**organiser.headers, "content-type": "application/x-www-form-urlencoded"}
    for body, needs in (("&needs_approval=true", True), ("", False)):
        form = SentForm((await organiser.page(page)).text, page).body()
        form = "&".join(part for part in form.split("&") if not part.startswith("needs_approval"))
        sent = await organiser.client.post(page, content=form + body, headers=headers, follow_redirects=False)
        assert sent.status_code == 303, sent.text
        assert (await organiser.send("GET", f"/api/rooms/{room.id}")).json()["needs_approval"] is needs


async def test_a_department_does_not_close_it_by_the_api_either(school: School, client: Client) -> None:
    places = await Places.of(school, client)
    hall = await school.room(300, department=places.department, booths=80, needs_approval=True)
    refused = await places.staff.send("POST", f"/api/resources/{hall.id}/closures", json={"first_day": "2023-03-15"})
    assert (refused.status_code, refused.json()["type"]) == (403, "/problems/closing-needs-approval")
    assert await places.closures(hall) == []
    own = await places.staff.send("POST", f"/api/resources/{places.hall.id}/closures", json={"first_day": "2023-03-15"})
    assert own.status_code == 201, own.text
