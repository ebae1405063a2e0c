"""A blocking counts once accepted, at once where its author approves there; first and last day are both blocked."""

from typing import Any
from uuid import UUID

import pytest

from app.locales import translator
from app.notifications.facts_repository import list_askers
from app.schedules.pages.board_view import read_board
from tests.behaviours.people import Client, organiser_of, wrong
from tests.blockings.places import Places, mailed
from tests.school import School, app_of, at, talk, window


@pytest.fixture
async def places(school: School, client: Client) -> Places:
    return await Places.of(school, client)


async def test_it_counts_on_its_first_and_on_its_last_day(places: Places) -> None:
    school = places.school
    assert (await places.asked(places.centre, places.room, 15, 16))["counts"]
    detail = await school.request(talk())
    for day, hour in ((15, 8), (16, 20)):
        refused = await places.centre.book(detail, at(day, hour), places.room)
        assert (refused.status_code, refused.json()["type"]) == (409, "/problems/place-closed"), (day, hour)
    for day in (14, 17):
        other = await school.request(talk())
        assert (await places.centre.book(other, at(day, 14), places.room)).status_code == 201, day


async def test_hours_are_blocked_on_each_of_its_days(places: Places) -> None:
    hours = {"from_time": "14:00:00", "until_time": "18:00:00"}
    blocking = await places.asked(places.centre, places.room, 15, 17, **hours)
    spans = [(closure["starts_at"], closure["ends_at"]) for closure in await places.closures(places.room)]
    assert spans == [(f"2023-03-{day}T06:00:00Z", f"2023-03-{day}T10:00:00Z") for day in (15, 16, 17)]
    assert (await places.decide(blocking, "withdraw")).status_code == 200
    assert await places.closures(places.room) == []


async def test_a_department_asks_for_the_schools_room_and_it_counts_once_accepted(places: Places) -> None:
    blocking = await places.asked(places.staff, places.room, 15, 16, note="Anniversary")
    assert (blocking["state"], blocking["counts"], await places.closures(places.room)) == ("asked", False, [])
    detail = await places.school.request(talk())
    assert (await places.centre.book(detail, at(15, 14), places.room)).status_code == 201
    (found,) = (await places.centre.send("GET", f"/api/blockings/{blocking['id']}/bookings")).json()
    assert found["request_id"] == str(detail.request.id)
    refused = await places.decide(blocking, "accept")
    assert (refused.status_code, refused.json()["type"]) == (409, "/problems/promises-broken")
    (broken,) = refused.json()["broken"]
    accepted = await places.decide(blocking, "accept", accept_broken=[broken["booking_id"]], note="The rector asked")
    assert accepted.status_code == 200, accepted.text
    assert (accepted.json()["state"], accepted.json()["decision_note"]) == ("accepted", "The rector asked")
    (closure,) = await places.closures(places.room)
    assert closure["blocking_id"] == blocking["id"]
    cases = (await places.centre.send("GET", f"/api/cases?season_id={places.school.season.id}")).json()
    assert [(case["booking_id"], case["reason"]) for case in cases] == [(broken["booking_id"], "The rector asked")]
    (mail,) = await mailed(places.school, "blocking.accepted")
    assert "The rector asked" in mail.text


async def test_in_its_own_rooms_a_department_blocks_at_once(places: Places) -> None:
    blocking = await places.asked(places.staff, places.hall, 15)
    assert (blocking["state"], blocking["counts"]) == ("accepted", True)
    assert len(await places.closures(places.hall)) == 1
    assert await mailed(places.school, "blocking.accepted") == []
    other = await places.school.department("EE")
    theirs = await places.school.room(50, department=other)
    refused = await places.ask(places.staff, theirs, 15)
    assert (refused.status_code, refused.json()["type"]) == (403, "/problems/other-departments-room")


async def test_over_bookings_a_department_does_not_block(places: Places) -> None:
    detail = await places.school.request(talk(), department=places.department)
    assert (await places.centre.book(detail, at(15, 14), places.hall)).status_code == 201
    refused = await places.ask(places.staff, places.hall, 15)
    assert (refused.status_code, refused.json()["type"]) == (409, "/problems/promises-broken")
    booking_id = refused.json()["broken"][0]["booking_id"]
    assert (await places.ask(places.staff, places.hall, 15, accept_broken=[booking_id])).status_code == 403
    assert (await places.staff.send("GET", "/api/blockings")).json() == []


async def test_a_refusal_has_a_reason_and_names_another_free_room(places: Places) -> None:
    alike = await places.school.room(110)
    blocking = await places.asked(places.staff, places.room, 15)
    assert wrong(await places.decide(blocking, "refuse", reason="")) == [("reason", "too-short")]
    refused = await places.decide(blocking, "refuse", reason="Exams are written there")
    assert refused.json()["instead_id"] == str(alike.id)
    assert await places.closures(places.room) == []
    seen = (await places.staff.send("GET", f"/api/blockings/{blocking['id']}")).json()
    assert (seen["state"], seen["decision_note"], seen["acts"]) == ("refused", "Exams are written there", [])
    (mail,) = await mailed(places.school, "blocking.refused")
    assert "Exams are written there" in mail.text
    assert alike.name_en in mail.text
    again = await places.decide(seen, "accept")
    assert (again.status_code, again.json()["type"]) == (409, "/problems/blocking-decided")


async def test_another_room_that_a_refusal_names_is_free(places: Places) -> None:
    alike = await places.school.room(110)
    await places.asked(places.centre, alike, 15)
    blocking = await places.asked(places.staff, places.room, 15)
    assert (await places.centre.send("GET", f"/api/blockings/{blocking['id']}/free-rooms")).json() == []
    named = await places.decide(blocking, "refuse", reason="No", instead_id=str(alike.id))
    assert wrong(named) == [("instead_id", "not-free")]
    assert (await places.decide(blocking, "refuse", reason="No")).json()["instead_id"] is None


async def test_what_has_passed_is_not_asked_for_and_not_accepted(places: Places, database_url: str) -> None:
    past = await places.staff.send(
        "POST", f"/api/resources/{places.room.id}/blockings", json={"first_day": "2023-02-01"}
    )
    assert wrong(past) == [("first_day", "in-the-past")]
    blocking = await places.asked(places.staff, places.room, 15)
    await places.school.go_to(at(16, 9))
    client = places.centre.client
    async with Client(app_of(places.school, database_url), base_url=str(client.base_url)) as later:
        centre = await organiser_of(places.school, later)
        late = await places.decide(blocking, "accept", person=centre)
        assert (late.status_code, late.json()["type"]) == (409, "/problems/blocking-over")
        seen = (await centre.send("GET", f"/api/blockings/{blocking['id']}")).json()
        assert (seen["over"], seen["acts"]) == (True, [])
        assert "Passed without a decision" in (await centre.page("/blockings")).text
        assert f"/blockings/{blocking['id']}" not in (await centre.page("/seasons/spring-2023/inbox")).text


async def test_the_same_house_is_told_of_what_it_blocked_already(places: Places) -> None:
    first = await places.asked(places.staff, places.room, 15, 16)
    refused = await places.ask(places.staff, places.room, 16, 18)
    assert (refused.status_code, refused.json()["type"]) == (409, "/problems/blocked-already")
    assert refused.json()["blocking_id"] == first["id"]
    assert (await places.ask(places.staff, places.room, 17, 18)).status_code == 201
    assert (await places.ask(places.centre, places.room, 16)).status_code == 201, "another house"


async def change(places: Places, person: Any, blocking: Any, **body: Any) -> Any:
    return await person.send("PATCH", f"/api/blockings/{blocking['id']}", seen=blocking["row_version"], json=body)


async def test_it_is_changed_by_whom_it_was_seen(places: Places) -> None:
    blocking = await places.asked(places.staff, places.room, 15, 16)
    changed = await change(places, places.staff, blocking, last_day="2023-03-17", note="Longer")
    assert (changed.status_code, changed.json()["last_day"], changed.headers["etag"]) == (200, "2023-03-17", '"2"')
    assert (await change(places, places.staff, blocking, note="Again")).status_code == 412
    assert (await places.decide(blocking, "accept")).status_code == 412
    assert (await places.decide(changed.json(), "accept")).status_code == 200
    others = await places.school.account("department_staff", department_id=(await places.school.department("EE")).id)
    stranger = await type(places.staff).of(places.staff.client, others)
    assert (await stranger.send("GET", f"/api/blockings/{blocking['id']}")).status_code == 404
    assert (await change(places, stranger, blocking, note="Mine")).status_code == 404


async def test_what_was_accepted_is_made_shorter_by_its_owner_not_longer(places: Places) -> None:
    asked = await places.asked(places.staff, places.room, 15, 17)
    blocking = (await places.decide(asked, "accept")).json()
    longer = await change(places, places.staff, blocking, last_day="2023-03-18")
    assert (longer.status_code, longer.json()["type"]) == (409, "/problems/blocking-grows")
    shorter = await change(places, places.staff, blocking, last_day="2023-03-16")
    assert shorter.status_code == 200, shorter.text
    (closure,) = await places.closures(places.room)
    assert closure["ends_at"] == "2023-03-16T16:00:00Z"
    by_centre = await change(places, places.centre, shorter.json(), last_day="2023-03-20")
    assert by_centre.status_code == 200
    (closure,) = await places.closures(places.room)
    assert closure["ends_at"] == "2023-03-20T16:00:00Z"
    (mail,) = await mailed(places.school, "blocking.changed")
    assert "20 Mar" in mail.text, "only what another house changed is told"


async def test_what_counted_is_lifted_and_who_waits_is_asked(places: Places) -> None:
    asked = await places.asked(places.staff, places.room, 15)
    blocking = (await places.decide(asked, "accept")).json()
    (closure,) = await places.closures(places.room)
    part = await places.centre.send("DELETE", f"/api/closures/{closure['id']}")
    assert (part.status_code, part.json()["blocking_id"]) == (409, blocking["id"])
    detail = await places.school.request(talk(windows=(window(15),)))
    assert wrong(await places.decide(blocking, "withdraw")) == [("reason", "missing")], "the centre says why"
    lifted = await places.decide(blocking, "withdraw", person=places.staff)
    assert (lifted.status_code, lifted.json()["state"]) == (200, "withdrawn")
    removed = "SELECT count(*) FROM event WHERE type = 'closure.removed'"
    assert await places.school.database.pool.fetchval(removed) == 1, "the waitlists are gone through"
    assert (await places.centre.book(detail, at(15, 14), places.room)).status_code == 201


async def test_a_case_settles_when_the_blocking_is_lifted(places: Places) -> None:
    detail = await places.school.request(talk())
    booked = (await places.centre.book(detail, at(15, 14), places.room)).json()
    blocking = await places.asked(places.centre, places.room, 15, accept_broken=[booked["id"]])
    assert (await places.decide(blocking, "withdraw")).status_code == 200
    cases = (await places.centre.send("GET", f"/api/cases?season_id={places.school.season.id}")).json()
    assert [(case["state"], case["outcome"]) for case in cases] == [("settled", "rules_kept")]


async def test_who_asked_is_named_within_the_house_and_to_the_centre_only(places: Places) -> None:
    for_centre = await places.asked(places.centre, places.hall, 15)
    seen = (await places.staff.send("GET", f"/api/blockings/{for_centre['id']}")).json()
    assert (seen["asked_by_name"], seen["acts"]) == (None, []), "the department's own room, the centre's blocking"
    own = await places.asked(places.staff, places.room, 15)
    by_centre = (await places.centre.send("GET", f"/api/blockings/{own['id']}")).json()
    assert (by_centre["asked_by_name"], by_centre["department_en"]) == (own["asked_by_name"], places.department.name_en)


async def test_the_board_draws_every_day_and_what_is_only_asked_for_otherwise(places: Places) -> None:
    await places.asked(places.centre, places.room, 15, 17, reason_code="other")
    await places.asked(places.staff, places.room, 20, 21)
    school = places.school
    async with school.database.read() as connection:
        view = await read_board(connection, school.season, translate=translator("en"), clock=school.clock)
    closed, asked = view.board.paths["b-block"], view.board.paths["b-asked"]
    assert (closed.count("M"), asked.count("M")) == (3, 2)


async def test_where_who_asked_has_left_a_colleague_is_told(places: Places) -> None:
    school = places.school
    blocking = await places.asked(places.staff, places.room, 15)
    colleague = await school.account("department_staff", department_id=places.department.id)
    await school.account("department_staff", department_id=(await school.department("EE")).id)
    close = "UPDATE account SET disabled_at = now() WHERE id = (SELECT asked_by FROM blocking WHERE id = $1)"
    await school.database.pool.execute(close, UUID(blocking["id"]))
    assert (await places.decide(blocking, "accept")).status_code == 200
    async with school.database.read() as connection:
        told = await list_askers(connection, [UUID(blocking["id"])])
    assert [who.email for who in told[UUID(blocking["id"])]] == [colleague.email]


async def test_a_closure_by_the_api_has_an_owner_too(places: Places) -> None:
    path = f"/api/resources/{places.hall.id}/closures"
    own = await places.staff.send("POST", path, json={"first_day": "2023-03-15"})
    by_centre = await places.centre.send("POST", path, json={"first_day": "2023-03-16"})
    assert own.json()[0]["department_id"] == str(places.department.id)
    assert (by_centre.json()[0]["department_id"], own.status_code) == (None, 201)
    names = [one["made_by_name"] for one in (own.json()[0], by_centre.json()[0])]
    assert all(names)
    assert [one["made_by_name"] for one in await places.closures(places.hall)] == names
    span = "?first_day=2023-03-01&last_day=2023-03-31"
    seen = (await places.staff.send("GET", f"{path}{span}")).json()
    assert [one["made_by_name"] for one in seen] == [names[0], None], "who of the centre is the centre's own"
    page = (await places.centre.page(f"/venues/{places.hall.id}/closures")).text
    assert names[0] in page
    assert names[1] in page
