"""Who asks for certain rooms gets one of those or is told; a department's rooms are given to others only so."""

from typing import Any

import httpx

from app.schedules import repository as schedules
from app.schedules.audit import audit_season
from app.venues.domain import Room
from tests.behaviours.people import Client, Person, organiser_of, wrong
from tests.schedules.test_solve import solved
from tests.school import School, at, talk, window


async def asks(person: Person, school: School, *steps: dict[str, Any]) -> httpx.Response:
    """Send a request for the 16th."""
    days = {"windows": [{"first_day": "2023-03-16", "last_day": "2023-03-16"}]}
    usual = {"kind": "info_session", "attendance": 60, "duration_minutes": 120}
    wish = {"season_id": str(school.season.id), "title": "A talk", "owner_kind": "career_centre"}
    return await person.send(
        "POST", "/api/requests", json={**wish, "activities": [{**usual, **days, **more} for more in steps]}
    )


def rooms(*named: Room) -> dict[str, Any]:
    """The rooms that a step asks for."""
    return {"asked_room_ids": [str(room.id) for room in named]}


async def test_a_solve_places_it_in_a_room_that_it_asks_for_and_others_stay_out(school: School) -> None:
    await school.room(100)
    hall = await school.room(300, department=await school.department())
    guest = await school.request(talk(asked_room_ids=(hall.id,), windows=(window(16),)))
    other = await school.request(talk(attendance=250, windows=(window(16),)))
    both = await school.request(
        talk(asked_room_ids=(hall.id,), windows=(window(17),)), talk(attendance=250, windows=(window(17),))
    )
    run = await solved(school)
    assert run.version_id is not None
    async with school.database.read() as connection:
        placed = await schedules.list_placements(connection, run.version_id)
    assert {(entry.request_id, entry.room_ids) for entry in placed} == {(guest.request.id, (hall.id,))}, (
        other.request.title,
        both.request.title,
    )


async def test_by_hand_it_goes_into_no_other_room_and_a_taken_one_offers_another_time(
    school: School, client: Client
) -> None:
    small = await school.room(100)
    hall = await school.room(300, department=await school.department())
    organiser = await organiser_of(school, client)
    guest = await school.request(talk(asked_room_ids=(hall.id,)))
    assert wrong(await organiser.book(guest, at(16, 14), small)) == [("room_ids", "room")]
    assert (await organiser.book(guest, at(16, 14), hall)).status_code == 201
    second = await school.request(talk(asked_room_ids=(hall.id,)))
    refused = await organiser.book(second, at(16, 14), hall)
    assert refused.status_code == 409
    offered = refused.json()["alternatives"]
    assert {tuple(one["room_ids"]) for one in offered} == {(str(hall.id),)}
    plain = await school.request(talk())
    assert wrong(await organiser.book(plain, at(17, 14), hall)) == [("room_ids", "other-department")]


async def test_it_is_checked_what_is_asked_for(school: School, client: Client) -> None:
    organiser = await organiser_of(school, client)
    room = await school.room(100)
    computing = await school.room(300, department=await school.department("CS"))
    physics = await school.room(300, department=await school.department("PH"))
    unknown = {"asked_room_ids": [str(school.campus.id)]}
    assert wrong(await asks(organiser, school, unknown)) == [("activities[0].asked_room_ids", "unknown-room")]
    online = {"kind": "online_session", **rooms(room)}
    assert wrong(await asks(organiser, school, online)) == [("activities[0].asked_room_ids", "no-room-needed")]
    two = {"kind": "interview_block", "rooms_needed": 2, **rooms(room)}
    assert wrong(await asks(organiser, school, two)) == [("activities[0].asked_room_ids", "too-few-rooms")]
    hosts = (rooms(computing), rooms(physics, room))
    assert wrong(await asks(organiser, school, *hosts)) == [("activities[1].asked_room_ids", "several-hosts")]
    asked = await asks(organiser, school, rooms(computing, room))
    assert asked.status_code == 201, asked.text
    assert asked.json()["activities"][0]["asked_room_ids"] == [str(computing.id), str(room.id)]


async def test_the_form_offers_rooms_and_the_request_says_which(school: School, client: Client) -> None:
    organiser = await organiser_of(school, client)
    room, gone = await school.room(100), await school.room(50)
    retired = await organiser.send("POST", f"/api/resources/{gone.id}/retire", json={"first_day": "2023-02-01"})
    assert retired.is_success, retired.text
    department = await school.department()
    staff = await Person.of(client, await school.account("department_staff", department_id=department.id))
    form = await staff.page("/my/requests/new")
    assert f'name="a0_asked_room_ids" value="{room.id}"' in " ".join(form.text.split())
    assert str(gone.id) not in form.text
    asked = await asks(organiser, school, rooms(room))
    shown = await organiser.page(f"/requests/{asked.json()['request']['id']}")
    assert "Only in:" in shown.text
    assert room.name_en in shown.text


async def test_a_guest_is_still_at_home_in_its_own_rooms(school: School, client: Client) -> None:
    host, guest = await school.department("HO"), await school.department("GU")
    hall, own = await school.room(300, department=host), await school.room(120, department=guest)
    detail = await school.request(
        talk(asked_room_ids=(hall.id,), windows=(window(16),)),
        talk(windows=(window(17),)),
        department=guest,
    )
    organiser = await organiser_of(school, client)
    for step, day, room in zip(detail.activities, (16, 17), (hall, own), strict=True):
        booked = await organiser.send(
            "POST",
            "/api/bookings",
            json={"activity_id": str(step.id), "starts_at": at(day, 14).isoformat(), "room_ids": [str(room.id)]},
        )
        assert booked.status_code == 201, booked.text
    assert await audit_season(school.database, school.season.id, clock=school.clock) == []


async def test_a_solve_places_a_guest_in_its_own_rooms_too_and_not_elsewhere_at_its_hosts(school: School) -> None:
    host, guest = await school.department("HO"), await school.department("GU")
    hall, other = await school.room(300, department=host), await school.room(300, department=host)
    own = await school.room(120, department=guest)
    await school.request(
        talk(asked_room_ids=(hall.id,), windows=(window(16),)), talk(windows=(window(17),)), department=guest
    )
    run = await solved(school)
    assert run.version_id is not None
    async with school.database.read() as connection:
        placed = await schedules.list_placements(connection, run.version_id)
    assert {entry.room_ids for entry in placed} == {(hall.id,), (own.id,)}, f"and not {other.id}"
