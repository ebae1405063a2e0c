"""A fair is opened, its exhibitors are invited and answer, booths are given, and who waits gets the next."""

import asyncio
from typing import Any
from uuid import UUID

import asyncpg
import pytest

from app.employers import service as employers
from app.fairs.answering import accept
from app.fairs.domain import AcceptInvitation
from app.fairs.following import accept_verified, follow_fairs, go_through_fairs, remind_silent
from app.requests.domain import ActivityWish
from app.strikes.domain import EmployerPaused
from tests.fairs.conftest import Faculty, entity, link_of, mails_of
from tests.people.mails import newest_event
from tests.school import School, at, clock_at
from tests.signing_in import sign_in
from tests.strikes.acts import missed

YES = {"starts_at": at(8, 10).isoformat(), "people": [{"name": "王来"}], "needs_power": True}


async def answer(client: Any, link: str, act: str, **body: Any) -> Any:
    token = link.rsplit("/", 1)[1]
    return await client.post(f"/api/exhibitor-links/{token}/{act}", json=body)


async def test_one_call_opens_files_and_books_a_fair(faculty: Faculty) -> None:
    fair = await faculty.open()
    assert (fair["booths"], fair["rooms_zh"]) == (12, [faculty.hall.name_zh])
    assert fair["request_state"] == "scheduled"
    request = (await faculty.client.get(f"/api/requests/{fair['request_id']}")).json()
    assert request["request"]["filed_at"] is not None


async def test_a_taken_hall_leaves_nothing_half_done(faculty: Faculty) -> None:
    await faculty.open()
    command = {
        "season_id": str(faculty.school.season.id),
        "title": "另一场",
        "room_ids": [str(faculty.hall.id)],
        "starts_at": at(8, 11).isoformat(),
    }
    refused = await faculty.client.post("/api/fairs", json=command)
    assert refused.status_code == 409, refused.text
    assert await faculty.school.database.pool.fetchval("SELECT count(*) FROM request") == 1


async def test_without_a_place_it_waits_for_the_season(faculty: Faculty) -> None:
    fair = await faculty.open(room_ids=[], starts_at=None, first_day="2023-03-08", last_day="2023-03-17")
    assert (fair["request_state"], fair["starts_at"]) == ("submitted", None)


async def test_an_invitation_is_accepted_by_its_link_once(faculty: Faculty) -> None:
    school, client = faculty.school, faculty.client
    fair, employer = await faculty.open(), await school.employer()
    person = await faculty.person_of(employer)
    before = await newest_event(school)
    (exhibitor,) = await faculty.invite(fair, employer)
    (mail,) = await mails_of(school, before, "exhibitor_invited")
    assert (mail.to, "@" in mail.link) == (person.email, False)
    await client.post("/sign-out")
    looked = await client.get(f"/api/exhibitor-links/{mail.link.rsplit('/', 1)[1]}")
    assert looked.json()["exhibitors"][0]["state"] == "invited"
    said = await asyncio.gather(*(answer(client, mail.link, "accept", **YES) for _ in range(5)))
    assert {(one.status_code, one.json()["state"]) for one in said} == {(200, "accepted")}
    assert await faculty.states(fair) == {exhibitor: "accepted"}
    (confirmed,) = await mails_of(school, before, "exhibitor_accepted")
    assert (confirmed.method, confirmed.calendar["DTSTART"].dt) == ("REQUEST", at(8, 10))
    counts = (await faculty.look(fair))["counts"]
    assert (counts["accepted"], counts["booths_taken"]) == (1, 1)


async def test_two_spellings_of_a_code_are_one_exhibitor(faculty: Faculty) -> None:
    fair, one = await faculty.open(), entity(70001)
    spelt = {**one, "credit_code": f" {one['credit_code'].lower()[:8]} {one['credit_code'].lower()[8:]}"}
    command = {"entities": [one, spelt, {**one, "contact_email": "other@listed.example"}]}
    report = await faculty.client.post(f"/api/fairs/{fair['id']}/invitations", json=command)
    assert len(report.json()["invited"]) == 1, report.text
    again = await faculty.client.post(f"/api/fairs/{fair['id']}/invitations", json={"entities": [spelt]})
    assert (again.json()["invited"], again.json()["already"]) == ([], [one["legal_name"]])
    before = await newest_event(faculty.school)
    assert await mails_of(faculty.school, before, "exhibitor_invited") == []


async def test_a_list_with_bad_codes_invites_nobody_and_names_each(faculty: Faculty) -> None:
    fair = await faculty.open()
    entities = [entity(71000 + number) for number in range(7)] + [
        entity(72000 + n, credit_code="123") for n in range(3)
    ]
    refused = await faculty.client.post(f"/api/fairs/{fair['id']}/invitations", json={"entities": entities})
    assert refused.status_code == 422
    assert [error["path"] for error in refused.json()["errors"]] == [f"entities[{n}].credit_code" for n in (7, 8, 9)]
    assert (await faculty.look(fair))["exhibitors"] == []


async def test_who_comes_after_the_last_booth_waits_and_is_asked_when_one_is_free(faculty: Faculty) -> None:
    school, client = faculty.school, faculty.client
    fair = await faculty.open(booths=1)
    first, second, third = [await school.employer() for _ in range(3)]
    people = [await faculty.person_of(employer) for employer in (first, second, third)]
    ids = await faculty.invite(fair, first, second, third)
    for person, exhibitor in zip(people, ids, strict=True):
        await sign_in(client, person)
        said = await client.post(f"/api/exhibitors/{exhibitor}/accept", json=YES)
        assert said.status_code == 200, said.text
    assert await faculty.states(fair) == dict(zip(ids, ("accepted", "waitlisted", "waitlisted"), strict=True))
    assert await go_through_fairs(school.database, clock=school.clock) == 0
    await sign_in(client, people[0])
    before = await newest_event(school)
    assert (await client.post(f"/api/exhibitors/{ids[0]}/withdraw", json={"note": "人手不够"})).status_code == 200
    assert await go_through_fairs(school.database, clock=school.clock) == 1
    assert await go_through_fairs(school.database, clock=school.clock) == 0
    assert await faculty.states(fair) == dict(zip(ids, ("withdrawn", "invited", "waitlisted"), strict=True))
    told = {mail.purpose: mail.to for mail in (await mails_of(school, before, "booth_offered"))}
    assert told == {"booth_offered": people[1].email}
    (given_back,) = await mails_of(school, before, "booth_given_back")
    assert (given_back.to, "人手不够" in given_back.text) == (faculty.staff.email, True)
    # A day later the next in line is asked; whoever was silent has no booth any more.
    later = clock_at(at(3, 10, month=2))
    assert await go_through_fairs(school.database, clock=later) == 1
    assert await faculty.states(fair) == dict(zip(ids, ("withdrawn", "declined", "invited"), strict=True))


async def test_the_database_gives_no_booth_twice(faculty: Faculty) -> None:
    fair, school = await faculty.open(booths=1), faculty.school
    ids = await faculty.invite(fair, *[await school.employer() for _ in range(2)])
    accept = "UPDATE exhibitor SET state = 'accepted' WHERE id = $1"
    await school.database.pool.execute(accept, ids[0])
    with pytest.raises(asyncpg.CheckViolationError, match="no more booths"):
        await school.database.pool.execute(accept, ids[1])


async def test_a_fair_that_moved_meanwhile_is_asked_again(faculty: Faculty) -> None:
    school, client = faculty.school, faculty.client
    fair = await faculty.open()
    early, late = await school.employer(), await school.employer()
    person, other = await faculty.person_of(early), await faculty.person_of(late)
    ids = await faculty.invite(fair, early, late)
    await sign_in(client, person)
    assert (await client.post(f"/api/exhibitors/{ids[0]}/accept", json=YES)).status_code == 200
    await faculty.as_staff()
    move = {"starts_at": at(9, 10).isoformat(), "room_ids": [str(faculty.hall.id)], "outside_wishes": True}
    moved = await client.put(f"/api/bookings/{(await faculty.look(fair))['fair']['booking_id']}", json=move)
    assert moved.status_code == 200, moved.text
    before = await newest_event(school)
    assert await follow_fairs(school.database, clock=school.clock) == 1
    assert await follow_fairs(school.database, clock=school.clock) == 0
    asked = await mails_of(school, before, "exhibitor_asked_again")
    assert {mail.to for mail in asked} == {person.email, other.email}
    assert {mail.to for mail in asked if mail.method} == {person.email}
    await sign_in(client, other)
    refused = await client.post(f"/api/exhibitors/{ids[1]}/accept", json=YES)
    assert (refused.status_code, refused.json()["type"].rsplit("/", 1)[-1]) == (409, "fair-moved")
    now_at = {**YES, "starts_at": at(9, 10).isoformat()}
    assert (await client.post(f"/api/exhibitors/{ids[1]}/accept", json=now_at)).status_code == 200
    await sign_in(client, person)
    agreed = await client.post(f"/api/exhibitors/{ids[0]}/agree", json={"starts_at": at(9, 10).isoformat()})
    assert agreed.status_code == 200, agreed.text
    assert agreed.json()["agreed_starts_at"] == (await faculty.look(fair))["fair"]["starts_at"]


async def test_a_fair_that_is_cancelled_is_told_once(faculty: Faculty) -> None:
    school, client = faculty.school, faculty.client
    fair, employer = await faculty.open(), await school.employer()
    person = await faculty.person_of(employer)
    (exhibitor,) = await faculty.invite(fair, employer)
    await sign_in(client, person)
    assert (await client.post(f"/api/exhibitors/{exhibitor}/accept", json=YES)).status_code == 200
    await faculty.as_staff()
    request = (await client.get(f"/api/requests/{fair['request_id']}")).json()["request"]
    cancelled = await client.post(
        f"/api/requests/{fair['request_id']}/cancel", json={}, headers={"If-Match": f'"{request["row_version"]}"'}
    )
    assert cancelled.status_code == 200, cancelled.text
    before = await newest_event(school)
    for _ in range(2):
        await follow_fairs(school.database, clock=school.clock)
    (told,) = await mails_of(school, before, "fair_called_off")
    assert (told.to, told.method) == (person.email, "CANCEL")
    await sign_in(client, person)
    late = await client.post(f"/api/exhibitors/{exhibitor}/withdraw", json={})
    assert late.status_code == 409


async def test_a_fair_that_loses_its_place_is_told_and_takes_its_entry_out_of_calendars(faculty: Faculty) -> None:
    school, client = faculty.school, faculty.client
    fair, employer = await faculty.open(), await school.employer()
    person = await faculty.person_of(employer)
    (exhibitor,) = await faculty.invite(fair, employer)
    await sign_in(client, person)
    assert (await client.post(f"/api/exhibitors/{exhibitor}/accept", json=YES)).status_code == 200
    await faculty.as_staff()
    booking = (await faculty.look(fair))["fair"]["booking_id"]
    assert (await client.delete(f"/api/bookings/{booking}")).status_code < 300
    before = await newest_event(school)
    await follow_fairs(school.database, clock=school.clock)
    (told,) = await mails_of(school, before, "fair_lost_place")
    assert (told.to, told.method, told.calendar["DTSTART"].dt) == (person.email, "CANCEL", at(8, 10))


async def test_an_employers_people_are_at_one_place(faculty: Faculty) -> None:
    school, client = faculty.school, faculty.client
    fair, employer = await faculty.open(), await school.employer()
    request = await school.request(employer=employer)
    room = await school.room()
    await sign_in(client, await _organiser(school))
    book = {
        "activity_id": str(request.activities[0].id),
        "starts_at": at(8, 11).isoformat(),
        "room_ids": [str(room.id)],
    }
    assert (await client.post("/api/bookings", json=book)).status_code == 201
    (exhibitor,) = await faculty.invite(fair, employer)
    await sign_in(client, await faculty.person_of(employer))
    clash = await client.post(f"/api/exhibitors/{exhibitor}/accept", json=YES)
    assert (clash.status_code, "11:00" in clash.text) == (409, True)
    others = await client.post(f"/api/exhibitors/{exhibitor}/accept", json={**YES, "own_team": True})
    assert others.status_code == 200, others.text


async def test_accepting_keeps_the_people_from_other_places(faculty: Faculty) -> None:
    school, client = faculty.school, faculty.client
    fair, employer = await faculty.open(), await school.employer()
    (exhibitor,) = await faculty.invite(fair, employer)
    person = await faculty.person_of(employer)
    await sign_in(client, person)
    assert (await client.post(f"/api/exhibitors/{exhibitor}/accept", json=YES)).status_code == 200
    request, room = await school.request(employer=employer), await school.room()
    await sign_in(client, await _organiser(school))
    book = {
        "activity_id": str(request.activities[0].id),
        "starts_at": at(8, 11).isoformat(),
        "room_ids": [str(room.id)],
    }
    assert (await client.post("/api/bookings", json=book)).status_code == 409
    await sign_in(client, person)
    assert (await client.post(f"/api/exhibitors/{exhibitor}/withdraw", json={})).status_code == 200
    await sign_in(client, await _organiser(school))
    assert (await client.post("/api/bookings", json=book)).status_code == 201


async def test_one_fair_too_many_says_which_and_when(faculty: Faculty) -> None:
    school, client = faculty.school, faculty.client
    employer = await school.employer()
    person = await faculty.person_of(employer)
    fair = await faculty.open(title="第一场")
    (exhibitor,) = await faculty.invite(fair, employer)
    await sign_in(client, person)
    assert (await client.post(f"/api/exhibitors/{exhibitor}/accept", json=YES)).status_code == 200
    second = await faculty.open(title="第二场", starts_at=at(10, 10).isoformat())
    (other,) = await faculty.invite(second, employer)
    await sign_in(client, person)
    refused = await client.post(f"/api/exhibitors/{other}/accept", json={**YES, "starts_at": at(10, 10).isoformat()})
    assert refused.status_code == 409
    assert "第一场" in refused.text
    assert "2023-03-08" in refused.text
    await faculty.as_staff()
    version = next(one for one in (await faculty.look(second))["exhibitors"])["row_version"]
    allowed = await client.post(
        f"/api/fairs/{second['id']}/exhibitors/{other}/accept",
        json={"over_limits": True},
        headers={"If-Match": f'"{version}"'},
    )
    assert (allowed.status_code, allowed.json()["state"]) == (200, "accepted")


async def test_the_silent_are_reminded_once(faculty: Faculty) -> None:
    school = faculty.school
    fair, employer = await faculty.open(), await school.employer()
    await faculty.person_of(employer)
    await faculty.invite(fair, employer)
    assert await school.database.transact(remind_silent, clock=school.clock) == 0
    soon = clock_at(at(27, 9, month=2))
    before = await newest_event(school)
    assert await school.database.transact(remind_silent, clock=soon) == 1
    assert await school.database.transact(remind_silent, clock=soon) == 0
    assert len(await mails_of(school, before, "exhibitor_reminded")) == 1


async def test_a_yes_of_an_unverified_employer_counts_once_it_is_verified(faculty: Faculty) -> None:
    school, client = faculty.school, faculty.client
    fair, employer = await faculty.open(), await school.employer(verified=False)
    one = {"credit_code": employer.credit_code, "contact_email": "hr@new.example"}
    before = await newest_event(school)
    await faculty.as_staff()
    assert (await client.post(f"/api/fairs/{fair['id']}/invitations", json={"entities": [one]})).status_code == 200
    link = await link_of(school, before, "exhibitor_invited")
    said = await answer(client, link, "accept", **YES)
    assert (said.status_code, said.json()["state"]) == (200, "applied"), said.text
    await school.database.transact(employers.ask_review, employer.id, actor=school.organiser, clock=school.clock)
    await school.database.transact(
        employers.verify_employer, employer.id, seen=None, actor=school.organiser, clock=school.clock
    )
    assert await accept_verified(school.database, employer.id, clock=school.clock) == 1
    assert list((await faculty.states(fair)).values()) == ["accepted"]


async def test_a_second_registration_of_one_code_joins_shares_or_takes_an_own_booth(faculty: Faculty) -> None:
    school, client = faculty.school, faculty.client
    fair, employer = await faculty.open(), await school.employer()
    (first,) = await faculty.invite(fair, employer)
    await sign_in(client, await faculty.person_of(employer))
    assert (await client.post(f"/api/exhibitors/{first}/accept", json=YES)).status_code == 200
    apply = f"/api/fairs/{fair['id']}/applications"
    await sign_in(client, await faculty.person_of(employer))
    bare = await client.post(apply, json={"people": [{"name": "赵后"}]})
    assert (bare.status_code, bare.json()["type"].rsplit("/", 1)[-1]) == (409, "exhibits-already")
    joined = await client.post(apply, json={"people": [{"name": "赵后"}], "entry": "join"})
    assert [person["name"] for person in joined.json()["people"]] == ["王来", "赵后"]
    nameless = await client.post(apply, json={"entry": "division"})
    assert nameless.status_code == 409
    shared = await client.post(apply, json={"entry": "share", "division": "武汉分公司"})
    assert (shared.status_code, shared.json()["shares_with"]) == (201, first), shared.text
    own = await client.post(apply, json={"entry": "division", "division": "研究院"})
    assert (own.status_code, own.json()["shares_with"]) == (201, None)
    await faculty.as_staff()
    for entry in (shared.json(), own.json()):
        accepted = await client.post(
            f"/api/fairs/{fair['id']}/exhibitors/{entry['id']}/accept",
            json={},
            headers={"If-Match": f'"{entry["row_version"]}"'},
        )
        assert accepted.status_code == 200, accepted.text
    counts = (await faculty.look(fair))["counts"]
    assert (counts["accepted"], counts["booths_taken"]) == (3, 2)
    # The booth stays with who shared it.
    await sign_in(client, await faculty.person_of(employer))
    assert (await client.post(f"/api/exhibitors/{first}/withdraw", json={})).status_code == 200
    counts = (await faculty.look(fair))["counts"]
    assert (counts["accepted"], counts["booths_taken"]) == (2, 2)


async def test_the_same_again_takes_over_what_was_said(faculty: Faculty) -> None:
    fair = await faculty.open(duration_minutes=180, remind_days=12, introduction="欢迎")
    again = await faculty.open(title="明年再来", from_fair_id=fair["id"], booths=None, starts_at=at(15, 10).isoformat())
    kept = ("booths", "audience", "remind_days", "answer_days", "introduction", "kind")
    assert {name: again[name] for name in kept} == {name: fair[name] for name in kept}
    assert (again["starts_at"][:10], again["ends_at"][11:16]) == ("2023-03-15", "05:00")


async def test_others_know_nothing_of_a_fair(faculty: Faculty) -> None:
    school, client = faculty.school, faculty.client
    fair, employer = await faculty.open(), await school.employer()
    (exhibitor,) = await faculty.invite(fair, employer)
    other = await school.department("EE")
    await sign_in(client, await school.account("department_staff", department_id=other.id))
    assert (await client.get(f"/api/fairs/{fair['id']}")).status_code == 404
    refuse = await client.post(
        f"/api/fairs/{fair['id']}/exhibitors/{exhibitor}/refuse", json={"note": "x"}, headers={"If-Match": "*"}
    )
    assert refuse.status_code == 404
    await sign_in(client, await faculty.person_of(await school.employer()))
    for act in ("accept", "decline", "withdraw", "agree"):
        assert (await client.post(f"/api/exhibitors/{exhibitor}/{act}", json={})).status_code == 404
    assert (await client.get(f"/api/exhibitors/{exhibitor}")).status_code == 404


async def _organiser(school: School) -> Any:
    return await school.account("organiser")


async def test_an_organiser_opens_a_fair_for_a_department_and_it_is_approved(faculty: Faculty) -> None:
    school, client = faculty.school, faculty.client
    await sign_in(client, await _organiser(school))
    command = {
        "season_id": str(school.season.id),
        "title": "代办专场",
        "department_id": str(faculty.department.id),
        "room_ids": [str(faculty.hall.id)],
        "starts_at": at(8, 10).isoformat(),
    }
    opened = await client.post("/api/fairs", json=command)
    assert (opened.status_code, opened.json()["request_state"]) == (201, "scheduled"), opened.text
    assert [one["fair"]["title"] for one in (await _listed(faculty))] == ["代办专场"]


async def _listed(faculty: Faculty) -> list[dict[str, Any]]:
    await faculty.as_staff()
    answer = await faculty.client.get(f"/api/fairs?season_id={faculty.school.season.id}")
    listed: list[dict[str, Any]] = answer.json()
    return listed


async def test_whoever_did_not_come_twice_says_no_yes_for_a_while(faculty: Faculty) -> None:
    school = faculty.school
    fair, employer = await faculty.open(starts_at=at(28, 10).isoformat()), await school.employer()
    (exhibitor,) = await faculty.invite(fair, employer)
    await missed(school, employer, 6, 7)
    yes = AcceptInvitation(starts_at=at(28, 10))
    given: dict[str, Any] = {"actor": None, "clock": clock_at(at(8, 9))}
    with pytest.raises(EmployerPaused):
        await school.database.transact(accept, UUID(exhibitor), yes, **given)
    assert await faculty.states(fair) == {exhibitor: "invited"}


async def test_what_is_asked_for_no_more_is_not_organised(faculty: Faculty) -> None:
    school = faculty.school
    wish = ActivityWish(kind="department_fair", attendance=50, duration_minutes=120, booths=10)
    asked = await school.request(wish, department=faculty.department, approved=False)
    await school.database.pool.execute("UPDATE request SET state = 'withdrawn' WHERE id = $1", asked.request.id)
    await faculty.as_staff()
    refused = await faculty.client.post(f"/api/fairs/{asked.activities[0].id}/organise")
    assert (refused.status_code, refused.json()["type"].rsplit("/", 1)[-1]) == (409, "fair-over")


async def test_an_exhibitor_does_not_learn_from_whom_it_stands_apart(faculty: Faculty) -> None:
    fair, school = await faculty.open(), faculty.school
    employers = [await school.employer() for _ in range(2)]
    one, two = await faculty.invite(fair, *employers)
    arranged = await faculty.client.put(
        f"/api/fairs/{fair['id']}/exhibitors/{one}/arrangement",
        json={"crowd": 7, "apart_from": [two]},
        headers={"If-Match": "*"},
    )
    assert arranged.json()["apart_from"] == [two]
    await sign_in(faculty.client, await faculty.person_of(employers[0]))
    said = await faculty.client.post(f"/api/exhibitors/{one}/accept", json=YES)
    looked = await faculty.client.get(f"/api/exhibitors/{one}")
    listed = await faculty.client.get(f"/api/exhibitors?season_id={school.season.id}")
    for answered in (said, looked, listed):
        assert answered.status_code == 200
        assert two not in answered.text
