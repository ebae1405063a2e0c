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


async def test_a_place_is_told_once_whoever_holds_the_fair_has_said_yes_to_it(faculty: Faculty) -> None:
    fair, pool = await faculty.open(), faculty.school.database.pool
    database, clock = faculty.school.database, faculty.school.clock
    await pool.execute("UPDATE fair SET told_starts_at = NULL, told_ends_at = NULL, told_room_ids = '{}'")
    for state, told in (("tentative", 0), ("confirmed", 1)):
        await pool.execute("UPDATE booking SET state = $2 WHERE activity_id = $1", fair["id"], state)
        assert await follow_fairs(database, clock=clock) == told


async def test_who_takes_no_part_in_the_request_still_stands_at_the_fair(faculty: Faculty) -> None:
    fair, school = await faculty.open(), faculty.school
    employer = await school.employer()
    await faculty.invite(fair, employer, accepted=True)
    await school.database.pool.execute(
        "INSERT INTO request_participant (request_id, employer_id, state, asked_at, answered_at) "
        "VALUES ($1, $2, 'accepted', $3, $3)",
        fair["request_id"],
        employer.id,
        school.clock.now(),
    )
    await sign_in(faculty.client, await faculty.person_of(employer))
    path = f"/api/requests/{fair['request_id']}/participants/{employer.id}/decline"
    said = await faculty.client.post(path, json={}, headers={"If-Match": "*"})
    assert said.status_code == 200, said.text
    taken = "SELECT count(*) FROM booking_resource WHERE activity_id = $1 AND resource_id = $2"
    assert await school.database.pool.fetchval(taken, fair["id"], employer.team_id) == 1


async def test_a_merged_entry_stands_under_the_name_that_is_kept(faculty: Faculty) -> None:
    fair, school = await faculty.open(), faculty.school
    into, source = await school.employer(), await school.employer()
    (exhibitor,) = await faculty.invite(fair, source, accepted=True)
    await sign_in(faculty.client, await school.account("organiser"))
    merged = await faculty.client.post(
        f"/api/employers/{into.id}/merge", json={"from_id": str(source.id)}, headers={"If-Match": "*"}
    )
    assert merged.status_code == 200, merged.text
    (entry,) = (await faculty.look(fair))["exhibitors"]
    assert (entry["id"], entry["legal_name"], entry["employer_id"]) == (exhibitor, into.legal_name, str(into.id))
