"""Who gets a free booth, who is asked again and when, and what is forgotten."""

from typing import Any

import pytest

from app.employers import service as employers
from app.fairs.following import accept_verified, follow_fairs, forget_people, go_through_fairs, remind_silent
from tests.fairs.conftest import Faculty, entity, link_of, mails_of
from tests.people.mails import newest_event
from tests.school import at, clock_at
from tests.signing_in import sign_in

YES = {"starts_at": at(8, 10).isoformat()}


async def by_link(faculty: Faculty, link: str, act: str, **body: Any) -> Any:
    return await faculty.client.post(f"/api/exhibitor-links/{link.rsplit('/', 1)[1]}/{act}", json=body)


async def test_nobody_who_says_yes_passes_those_who_wait(faculty: Faculty) -> None:
    school, client = faculty.school, faculty.client
    fair = await faculty.open(booths=1)
    asked = [await school.employer() for _ in range(3)]
    people = [await faculty.person_of(employer) for employer in asked]
    ids = await faculty.invite(fair, *asked)
    for number in (0, 1):
        await sign_in(client, people[number])
        assert (await client.post(f"/api/exhibitors/{ids[number]}/accept", json=YES)).status_code == 200
    await sign_in(client, people[0])
    assert (await client.post(f"/api/exhibitors/{ids[0]}/withdraw", json={})).status_code == 200
    await sign_in(client, people[2])
    assert (await client.post(f"/api/exhibitors/{ids[2]}/accept", json=YES)).json()["state"] == "waitlisted"
    assert await go_through_fairs(school.database, clock=school.clock) == 1
    assert await faculty.states(fair) == dict(zip(ids, ("withdrawn", "invited", "waitlisted"), strict=True))


async def test_nobody_is_reminded_of_what_can_no_longer_be_answered(faculty: Faculty) -> None:
    school = faculty.school
    fair = await faculty.open(answer_days=5, remind_days=2)
    await faculty.invite(fair, await school.employer())
    assert await school.database.transact(remind_silent, clock=clock_at(at(1, 10, month=3))) == 0
    assert await school.database.transact(remind_silent, clock=clock_at(at(6, 11))) == 0
    assert await school.database.transact(remind_silent, clock=clock_at(at(2, 11))) == 1


async def test_who_comes_is_forgotten_though_a_fair_never_had_a_place(faculty: Faculty) -> None:
    fair = await faculty.open(room_ids=[], starts_at=None, first_day="2023-03-08", last_day="2023-03-17")
    await faculty.client.post(f"/api/fairs/{fair['id']}/invitations", json={"entities": [entity(73001)]})
    pool = faculty.school.database.pool
    await pool.execute("INSERT INTO exhibitor_person (exhibitor_id, ordinal, name) SELECT id, 1, '王来' FROM exhibitor")
    people = "SELECT count(*) FROM exhibitor_person"
    for moment, left in ((at(8, 9), 1), (at(1, 9, month=12), 0)):
        await faculty.school.database.transact(forget_people, now=moment)
        assert await pool.fetchval(people) == left


async def test_nobody_is_told_a_booth_of_a_fair_that_is_called_off(faculty: Faculty) -> None:
    fair = await faculty.open()
    await faculty.school.database.pool.execute("UPDATE activity SET status = 'dropped' WHERE id = $1", fair["id"])
    told = await faculty.client.post(f"/api/fairs/{fair['id']}/booths/tell")
    assert (told.status_code, told.json()["type"].rsplit("/", 1)[-1]) == (409, "fair-over")


@pytest.mark.parametrize("division", ["分部", ""])
async def test_a_list_asks_nobody_again_who_has_a_booth(faculty: Faculty, division: str) -> None:
    fair, employer = await faculty.open(), await faculty.school.employer()
    await faculty.invite(fair, employer, accepted=True)
    pool = faculty.school.database.pool
    other = (
        "INSERT INTO exhibitor (fair_id, credit_code, legal_name, division, state) VALUES ($1, $2, '分部', '分部', $3)"
    )
    await pool.execute(other, fair["id"], employer.credit_code, "withdrawn")
    if division:
        await pool.execute("UPDATE exhibitor SET state = 'declined' WHERE division = ''")
        await pool.execute("UPDATE exhibitor SET state = 'accepted' WHERE division = '分部'")
    again = await faculty.client.post(f"/api/fairs/{fair['id']}/invitations", json={"employer_ids": [str(employer.id)]})
    assert (again.status_code, again.json()["invited"]) == (200, []), again.text


async def test_a_yes_to_another_time_is_asked_again_once_its_employer_is_verified(faculty: Faculty) -> None:
    school, client = faculty.school, faculty.client
    fair, employer = await faculty.open(), await school.employer(verified=False)
    before = await newest_event(school)
    one = {"credit_code": employer.credit_code, "contact_email": "hr@new.example"}
    assert (await client.post(f"/api/fairs/{fair['id']}/invitations", json={"entities": [one]})).status_code == 200
    link = await link_of(school, before, "exhibitor_invited")
    assert (await by_link(faculty, link, "accept", **YES)).json()["state"] == "applied"
    move = {"starts_at": at(9, 10).isoformat(), "room_ids": [str(faculty.hall.id)], "outside_wishes": True}
    assert (await client.put(f"/api/bookings/{fair['booking_id']}", json=move)).status_code == 200
    await follow_fairs(school.database, clock=school.clock)
    await school.database.transact(employers.ask_review, employer.id, actor=school.organiser, clock=school.clock)
    await school.database.transact(
        employers.verify_employer, employer.id, seen=None, actor=school.organiser, clock=school.clock
    )
    before = await newest_event(school)
    assert await accept_verified(school.database, employer.id, clock=school.clock) == 1
    assert [mail.to for mail in await mails_of(school, before, "exhibitor_asked_again")] == ["hr@new.example"]
    (entered,) = (await faculty.look(fair))["exhibitors"]
    assert (entered["state"], entered["agreed_starts_at"]) == ("accepted", fair["starts_at"])
