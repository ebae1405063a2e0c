"""A fair is a step of a request: what happens to the one happens to the other, and takes nothing away."""

from app.fairs.following import follow_fairs
from tests.fairs.conftest import Faculty, mails_of
from tests.people.mails import newest_event
from tests.school import at
from tests.signing_in import sign_in


async def test_a_changed_wish_leaves_a_fair_its_exhibitors(faculty: Faculty) -> None:
    school, client = faculty.school, faculty.client
    fair = await faculty.open(room_ids=[], starts_at=None, first_day="2023-03-08", last_day="2023-03-17")
    employer = await school.employer()
    (exhibitor,) = await faculty.invite(fair, employer)
    await sign_in(client, await faculty.person_of(employer))
    assert (await client.post(f"/api/exhibitors/{exhibitor}/accept", json={})).status_code == 200
    await faculty.as_staff()
    found = await client.get(f"/api/requests/{fair['request_id']}")
    step = found.json()["activities"][0]
    wish = {
        "title": "改名的专场",
        "activities": [{"kind": step["kind"], "attendance": 450, "duration_minutes": 240, "booths": 12}],
    }
    changed = await client.put(
        f"/api/requests/{fair['request_id']}", json=wish, headers={"If-Match": found.headers["etag"]}
    )
    assert changed.status_code == 200, changed.text
    assert (changed.json()["activities"][0]["attendance"], changed.json()["activities"][0]["windows"]) == (450, [])
    assert (await faculty.look(fair))["fair"]["title"] == "改名的专场"
    assert await faculty.states(fair) == {exhibitor: "accepted"}
    teams = "SELECT count(*) FROM activity_team WHERE activity_id = $1"
    assert await school.database.pool.fetchval(teams, fair["id"]) == 2  # the department's and the employer's people


async def test_a_step_that_is_dropped_is_a_fair_that_is_called_off(faculty: Faculty) -> None:
    fair, pool = await faculty.open(), faculty.school.database.pool
    (exhibitor,) = await faculty.invite(fair, await faculty.school.employer())
    await follow_fairs(faculty.school.database, clock=faculty.school.clock)
    before = await newest_event(faculty.school)
    await pool.execute("UPDATE activity SET status = 'dropped', kind = 'info_session' WHERE id = $1", fair["id"])
    await follow_fairs(faculty.school.database, clock=faculty.school.clock)
    told = "SELECT count(*) FROM event WHERE type = 'exhibitor.called_off' AND id > $1"
    assert await pool.fetchval(told, before) == 1
    late = await faculty.client.post(
        f"/api/fairs/{fair['id']}/exhibitors/{exhibitor}/accept", json={}, headers={"If-Match": "*"}
    )
    assert (late.status_code, late.json()["type"].rsplit("/", 1)[-1]) == (409, "fair-over")


async def test_a_fair_in_another_hall_at_the_same_time_is_told(faculty: Faculty) -> None:
    school, client = faculty.school, faculty.client
    fair, employer = await faculty.open(), await school.employer()
    person = await faculty.person_of(employer)
    (exhibitor,) = await faculty.invite(fair, employer)
    await sign_in(client, person)
    said = await client.post(f"/api/exhibitors/{exhibitor}/accept", json={"starts_at": at(8, 10).isoformat()})
    assert said.status_code == 200, said.text
    other = await school.room(600, department=faculty.department, booths=60)
    await school.database.pool.execute("UPDATE activity SET asked_room_ids = '{}' WHERE id = $1", fair["id"])
    await faculty.as_staff()
    move = {"starts_at": at(8, 10).isoformat(), "room_ids": [str(other.id)], "outside_wishes": True}
    moved = await client.put(f"/api/bookings/{fair['booking_id']}", json=move)
    assert moved.status_code == 200, moved.text
    before = await newest_event(school)
    assert [await follow_fairs(school.database, clock=school.clock) for _ in range(2)] == [1, 0]
    (told,) = await mails_of(school, before, "exhibitor_asked_again")
    assert (told.to, told.method, other.name_zh in told.text) == (person.email, "REQUEST", True)
    await sign_in(client, person)
    assert "agree" not in (await client.get(f"/my/fairs/{exhibitor}")).text  # it said yes to this time
