"""A fair is a step of a request: what happens to the one happens to the other, and takes nothing away."""

from tests.fairs.conftest import Faculty
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
