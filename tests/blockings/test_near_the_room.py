"""A blocking goes to who has the duty to decide about the room; where its author has it, it counts at once."""

from typing import Any

import pytest

from tests.behaviours.people import Client, Person
from tests.blockings.places import Places, mailed
from tests.school import School, at, talk


@pytest.fixture
async def places(school: School, client: Client) -> Places:
    return await Places.of(school, client)


async def approver_of(places: Places, **scope: str) -> Person:
    """Somebody of the school without a department, who decides about a room or the rooms of a department."""
    account = await places.school.account("staff")
    duty = {"account_id": str(account.id), "first_day": "2023-02-02", "last_day": "2023-04-30", **scope}
    given = await places.centre.send("POST", "/api/duties", json=duty)
    assert given.status_code == 201, given.text
    return await Person.of(places.centre.client, account)


async def test_who_decides_there_is_told_and_accepts_on_the_page(places: Places) -> None:
    approver = await approver_of(places, room_id=str(places.room.id))
    blocking = await places.asked(places.staff, places.room, 15, note="Anniversary")
    assert blocking["state"] == "asked"
    (mail,) = await mailed(places.school, "account.blocking_asked")
    assert f"/blockings/{blocking['id']}" in mail.text
    assert "Anniversary" in mail.text
    duties = (await approver.page("/my/duties")).text
    assert "1 blocking waits for a decision" in duties
    assert f"/blockings/{blocking['id']}" in duties
    assert f"/blockings/{blocking['id']}" in (await approver.page("/blockings")).text
    page = await approver.page(f"/blockings/{blocking['id']}")
    assert page.status_code == 200
    assert "Accept: it counts from now on" in page.text
    pressed = await approver.press(f"/blockings/{blocking['id']}/accept", row_version=str(blocking["row_version"]))
    assert pressed.status_code == 303, pressed.text
    assert len(await places.closures(places.room)) == 1
    assert len(await mailed(places.school, "blocking.accepted")) == 1
    assert "waits for a decision" not in (await approver.page("/my/duties")).text
    assert (await approver.page(f"/blockings/{blocking['id']}")).status_code == 200


async def test_who_decides_there_refuses_by_the_api_and_names_another_room(places: Places) -> None:
    approver = await approver_of(places, room_id=str(places.room.id))
    alike = await places.school.room(110)
    blocking = await places.asked(places.staff, places.room, 15)
    free = (await approver.send("GET", f"/api/blockings/{blocking['id']}/free-rooms")).json()
    assert [room["id"] for room in free] == [str(alike.id)]
    refused = await places.decide(blocking, "refuse", person=approver, reason="Exams are written there")
    assert (refused.status_code, refused.json()["state"]) == (200, "refused")
    (mail,) = await mailed(places.school, "blocking.refused")
    assert "Exams are written there" in mail.text


async def test_of_other_rooms_nothing_is_decided_nor_seen(places: Places) -> None:
    approver = await approver_of(places, department_id=str(places.department.id))
    blocking = await places.asked(places.staff, places.room, 15)
    of_centre = await places.asked(places.centre, places.room, 20)
    assert await mailed(places.school, "account.blocking_asked") == []
    for one in (blocking, of_centre):
        path = f"/api/blockings/{one['id']}"
        assert (await approver.send("GET", path)).status_code == 404
        assert (await places.decide(one, "withdraw", person=approver, reason="x")).status_code == 404
    for act, body in (("accept", {}), ("refuse", {"reason": "No"})):
        answer = await places.decide(blocking, act, person=approver, **body)
        assert (answer.status_code, answer.json()["type"]) == (404, "/problems/blocking-not-found")
        own = await places.decide(blocking, act, person=places.staff, **body)
        assert own.status_code == 403, "who asks does not decide"
    assert (await approver.send("GET", "/api/blockings")).json() == []
    assert (await places.ask(approver, places.room, 22)).status_code == 403


async def test_where_its_author_decides_it_counts_at_once(places: Places) -> None:
    approver = await approver_of(places, department_id=str(places.department.id))
    strict = await places.school.room(80, department=places.department, needs_approval=True)
    by_house = await places.asked(places.staff, strict, 15)
    assert by_house["state"] == "asked", "the department itself asks there"
    made = await places.asked(approver, strict, 17)
    assert (made["state"], made["counts"], made["department_id"]) == ("accepted", True, str(places.department.id))
    assert len(await places.closures(strict)) == 1
    form = (await approver.page("/blockings/new")).text
    assert str(strict.id) in form
    assert str(places.room.id) not in form
    lifted = await places.decide(made, "withdraw", person=approver)
    assert lifted.status_code == 200, lifted.text
    assert await places.closures(strict) == []


async def test_what_is_booked_there_is_the_centres_to_break(places: Places) -> None:
    approver = await approver_of(places, room_id=str(places.room.id))
    blocking = await places.asked(places.staff, places.room, 15)
    detail = await places.school.request(talk())
    assert (await places.centre.book(detail, at(15, 14), places.room)).status_code == 201
    refused = await places.decide(blocking, "accept", person=approver)
    assert (refused.status_code, refused.json()["type"]) == (409, "/problems/promises-broken")
    ids: list[Any] = [one["booking_id"] for one in refused.json()["broken"]]
    assert (await places.decide(blocking, "accept", person=approver, accept_broken=ids)).status_code == 403
    page = (await approver.page(f"/blockings/{blocking['id']}")).text
    assert f"/requests/{detail.request.id}" not in page, "it is not theirs to open"
    assert (await places.decide(blocking, "accept", accept_broken=ids)).status_code == 200
