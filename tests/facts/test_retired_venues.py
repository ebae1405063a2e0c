"""A venue is taken out of use for good: what is booked there later is listed, and with a yes becomes cases."""

from typing import Any

from litestar import Litestar
from litestar.testing import AsyncTestClient

from tests.behaviours.people import Person, organiser_of
from tests.behaviours.test_what_leaves import told
from tests.school import School, at, talk, window

Client = AsyncTestClient[Litestar]


async def retire(person: Person, room_id: Any, **body: Any) -> Any:
    """Take a room out of use."""
    return await person.send("POST", f"/api/resources/{room_id}/retire", json={"first_day": "2023-03-14", **body})


async def test_what_is_booked_there_later_is_listed_and_with_a_yes_becomes_a_case(
    school: School, client: Client
) -> None:
    room, other = await school.room(100), await school.room(120)
    early, late = await school.request(talk(windows=(window(10),))), await school.request(talk(windows=(window(15),)))
    organiser = await organiser_of(school, client)
    for detail, day in ((early, 10), (late, 15)):
        assert (await organiser.book(detail, at(day, 14), room)).status_code == 201
    refused = await retire(organiser, room.id)
    assert (refused.status_code, refused.json()["type"]) == (409, "/problems/promises-broken")
    (broken,) = refused.json()["broken"]
    assert broken["request_id"] == str(late.request.id)
    done = await retire(organiser, room.id, accept_broken=[broken["booking_id"]], note="Rebuilt")
    assert (done.status_code, done.json()["reason_code"]) == (201, "retired"), done.text
    cases = (await organiser.send("GET", f"/api/cases?season_id={school.season.id}")).json()
    assert [case["booking_id"] for case in cases] == [broken["booking_id"]]
    assert len(await told(school, "case.opened", "en")) == 1
    third = await school.request(talk())
    taken = await organiser.book(third, at(20, 14), room)
    assert (taken.status_code, taken.json()["type"]) == (409, "/problems/place-closed")
    assert {room_id for place in taken.json()["alternatives"] for room_id in place["room_ids"]} == {str(other.id)}
    assert (await organiser.book(third, at(13, 9, 30), room)).status_code == 201, "before that day it is used"
    listed = (await organiser.send("GET", "/api/rooms")).json()
    assert {entry["id"]: entry["retired_at"] for entry in listed}[str(room.id)].startswith("2023-03-13T16:00")


async def test_it_is_retired_once_and_used_again(school: School, client: Client) -> None:
    room = await school.room(100)
    organiser = await organiser_of(school, client)
    closure = (await retire(organiser, room.id)).json()
    again = await retire(organiser, room.id, first_day="2023-04-01")
    assert (again.status_code, again.json()["type"]) == (409, "/problems/already-retired")
    same = await retire(organiser, room.id)
    assert (same.status_code, same.json()["type"]) == (409, "/problems/already-retired")
    assert (await organiser.send("DELETE", f"/api/closures/{closure['id']}")).status_code == 204
    detail = await school.request(talk())
    assert (await organiser.book(detail, at(15, 14), room)).status_code == 201
    assert (await organiser.send("GET", f"/api/rooms/{room.id}")).json()["retired_at"] is None


async def test_a_department_does_not_retire_its_rooms_nor_undo_it(school: School, client: Client) -> None:
    department = await school.department()
    hall = await school.room(100, department=department)
    organiser = await organiser_of(school, client)
    staff = await Person.of(client, await school.account("department_staff", department_id=department.id))
    assert (await retire(staff, hall.id)).status_code == 403
    closure = (await retire(organiser, hall.id)).json()
    assert (await staff.send("DELETE", f"/api/closures/{closure['id']}")).status_code == 403
    plain = await staff.send(
        "POST", f"/api/resources/{hall.id}/closures", json={"first_day": "2023-03-20", "reason_code": "retired"}
    )
    assert plain.status_code == 422, "a closure of some days is no retirement"


async def test_it_is_not_offered_by_hand_any_more_and_comes_last_in_the_list(school: School, client: Client) -> None:
    rooms = [await school.room(100), await school.room(110)]
    detail = await school.request(talk())
    organiser = await organiser_of(school, client)
    pressed = await organiser.press(f"/venues/{rooms[0].id}/retire", first_day="2023-02-02", note="Torn down")
    assert pressed.headers["location"] == f"/venues/{rooms[0].id}/closures"
    choice = (await organiser.page(f"/activities/{detail.activities[0].id}/place")).text
    assert str(rooms[0].id) not in choice
    assert str(rooms[1].id) in choice
    listed = (await organiser.page("/venues")).text
    assert listed.index(rooms[1].code) < listed.index(rooms[0].code)
    assert "out of use from" in listed
    closures = (await organiser.page(f"/venues/{rooms[0].id}/closures")).text
    assert "Use it again" in closures
    assert "for good" in closures
    wrong = await organiser.press(f"/venues/{rooms[1].id}/retire", first_day="", note="")
    assert wrong.status_code == 422


async def test_no_file_takes_a_venue_out_of_use(school: School, client: Client) -> None:
    room = await school.room(100)
    organiser = await organiser_of(school, client)

    async def send(reason: str, name: str) -> Any:
        lines = f"场地,开始日期,结束日期,原因\r\n{room.code},2023-03-20,2023-03-21,{reason}\r\n"
        return await organiser.send("POST", "/api/imports/closures", files={"file": (name, lines.encode())})

    for word in ("retired", "停止使用"):
        refused = await send(word, "closures.csv")
        assert "unknown-value" in refused.text, refused.text
    plain = await send("exam", "retired")
    assert plain.status_code == 200, plain.text
    assert plain.json()["created"] == 1, plain.text
    assert (await organiser.send("GET", f"/api/rooms/{room.id}")).json()["retired_at"] is None
