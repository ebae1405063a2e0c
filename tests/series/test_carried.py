"""A series goes where its requests go: into another entry of its employer, to a colleague, and its dates expire."""

from tests.behaviours.people import Client, organiser_of
from tests.merging.test_merging import double_of, verified
from tests.school import School
from tests.series.acts import asked, contact_of, looked, states


async def test_it_goes_into_the_entry_that_takes_its_employer_in(school: School, client: Client) -> None:
    await school.room(30)
    organiser = await organiser_of(school, client)
    into = await school.employer()
    source = await verified(school, await double_of(school, into, 62_001))
    theirs, ours = await contact_of(school, client, source), await contact_of(school, client, into)
    series = await asked(theirs, school, 14, 15)
    path = f"/api/series/{series['id']}"
    assert (await ours.send("GET", path)).status_code == 404
    merged = await organiser.send("POST", f"/api/employers/{into.id}/merge", json={"from_id": str(source.id)})
    assert merged.status_code == 200, merged.text
    assert (await ours.send("GET", path)).json()["owner_name_zh"] == into.legal_name
    added = await ours.send("POST", f"{path}/days", json={"repeat": {"days": ["2023-03-16"]}})
    assert added.status_code == 201, added.text
    assert {one["request"]["employer_id"] for one in added.json()["dates"]} == {str(into.id)}


async def test_one_date_goes_to_a_colleague_and_the_series_stays_whole(school: School, client: Client) -> None:
    await school.room(30)
    employer = await school.employer()
    person, colleague = await contact_of(school, client, employer), await contact_of(school, client, employer)
    account = await school.account("employer_contact", employer_id=employer.id)
    series = await asked(person, school, 14, 15)
    first = series["dates"][0]["request"]["id"]
    given = await person.press(f"/requests/{first}/hand-over", to_account_id=str(account.id))
    assert given.status_code == 303, given.text
    assert states(await looked(colleague, series)) == {14: "submitted", 15: "submitted"}


async def test_a_departments_series_and_the_career_centres_are_asked_for_as_well(
    school: School, client: Client
) -> None:
    department = await school.department()
    await school.room(60, department=department)
    organiser = await organiser_of(school, client)
    event = {"kind": "guidance_event", "attendance": 50, "duration_minutes": 60}
    body = {"season_id": str(school.season.id), "title": "CV courses", "activities": [event]}
    repeat = {"repeat": {"days": ["2023-03-14", "2023-03-15"]}}
    of_department = {**body, **repeat, "owner_kind": "department", "department_id": str(department.id)}
    asked_for = await organiser.send("POST", "/api/series", json=of_department)
    assert asked_for.status_code == 201, asked_for.text
    # The career centre has no room of its own that is large enough.
    own = await organiser.send("POST", "/api/series", json={**body, **repeat})
    assert [day["reason"] for day in own.json()["days"]] == ["no_room", "no_room"]
    await school.room(60)
    own = await organiser.send("POST", "/api/series", json={**body, **repeat})
    assert own.json()["owner_name_en"] == "Career centre"
