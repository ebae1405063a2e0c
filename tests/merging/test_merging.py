"""Two entries of one employer become one: everything moves, clashes are refused, the old id leads on."""

import re
from typing import Any

from app.employers.domain import Employer, RegisterEmployer
from app.employers.service import register_employer
from app.requests import service as requests
from app.requests.domain import SubmitRequest
from tests.offers.acts import book
from tests.people.mails import mails_since, newest_event
from tests.school import School, at, credit_code, talk
from tests.signing_in import sign_in


async def double_of(school: School, employer: Employer, number: int) -> Employer:
    """An entry whose name is one character off."""
    command = RegisterEmployer(
        legal_name=f"{employer.legal_name[:-1]}寺", credit_code=credit_code(number), size_class="small"
    )
    now = school.clock.now()
    return await school.database.transact(register_employer, command, actor=school.organiser, now=now)


async def verified(school: School, employer: Employer) -> Employer:
    await school.database.pool.execute("UPDATE employer SET state = 'verified' WHERE id = $1", employer.id)
    return employer


async def merge(client: Any, into: Employer, source: Employer) -> Any:
    body = {"from_id": str(source.id)}
    return await client.post(f"/api/employers/{into.id}/merge", json=body, headers={"If-Match": "*"})


async def test_everything_moves_and_the_old_id_leads_on(school: School, client: Any) -> None:
    into = await school.employer()
    owner = await school.account("employer_contact", employer_id=into.id)
    source = await verified(school, await double_of(school, into, 61_001))
    colleague = await school.account("employer_contact", employer_id=source.id)
    ours = await school.request(talk(), employer=into)
    theirs = await school.request(talk(), employer=source)
    await book(school, ours.activities[0].id, at(8, 14), await school.room(100))
    await book(school, theirs.activities[0].id, at(9, 14), await school.room(100))
    organiser = await school.account("organiser")
    await sign_in(client, organiser)
    page = (await client.get(f"/employers/{into.id}/merge")).text
    assert f"/employers/{into.id}/merge?other={source.id}" in page  # found by its name
    preview = (await client.get(f"/api/employers/{into.id}/merge", params={"from_id": str(source.id)})).json()
    assert preview["moving"] == {"requests": 1, "bookings": 1, "people": 1, "participations": 0}
    before = await newest_event(school)
    answer = await merge(client, into, source)
    assert answer.status_code == 200, answer.text
    moved = (await client.get(f"/api/requests/{theirs.request.id}")).json()["request"]
    assert moved["employer_id"] == str(into.id)
    people = (await client.get(f"/api/employers/{into.id}/people")).json()["people"]
    assert {(one["email"], one["is_owner"]) for one in people} == {(owner.email, True), (colleague.email, False)}
    gone = await client.get(f"/api/employers/{source.id}")
    assert (gone.status_code, gone.json()["into"]) == (404, str(into.id))
    followed = await client.get(f"/employers/{source.id}", follow_redirects=False)
    assert followed.headers["location"] == f"/employers/{into.id}"
    history = (await client.get(f"/api/employers/{into.id}/history")).json()
    assert [line["reason"] for line in history if line["type"] == "employer.took_in"] == [
        f"{source.legal_name} {source.credit_code}"
    ]
    told = {(mail.to, mail.purpose) for mail in await mails_since(school, before)}
    assert told == {(owner.email, "employer_merged"), (colleague.email, "employer_merged")}
    teams = await school.database.pool.fetch("SELECT DISTINCT team_id FROM activity_team")
    assert source.team_id not in {row["team_id"] for row in teams}
    # From now on the people of both are the same: the constraint holds them at one place at a time.
    third = await school.request(talk(), employer=into)
    where = {"activity_id": str(third.activities[0].id), "starts_at": at(9, 14).isoformat(), "over_limits": True}
    clash = await client.post("/api/bookings", json={**where, "room_ids": [str((await school.room(100)).id)]})
    assert clash.status_code == 409, clash.text


async def test_places_at_the_same_time_are_listed_and_nothing_moves(school: School, client: Any) -> None:
    into = await school.employer()
    source = await verified(school, await double_of(school, into, 61_002))
    ours, theirs = [await school.request(talk(), employer=one) for one in (into, source)]
    for detail in (ours, theirs):
        await book(school, detail.activities[0].id, at(13, 14), await school.room(100))
    await sign_in(client, await school.account("organiser"))
    refused = await merge(client, into, source)
    assert (refused.status_code, refused.json()["type"].rsplit("/")[-1]) == (409, "places-clash")
    (clash,) = refused.json()["clashes"]
    assert {clash["one_title"], clash["other_title"]} == {ours.request.title, theirs.request.title}
    page = (await client.get(f"/employers/{into.id}/merge?other={source.id}")).text
    assert ours.request.title in page
    assert 'name="from_version"' not in page  # nothing to press
    kept = (await client.get(f"/api/requests/{theirs.request.id}")).json()["request"]
    assert kept["employer_id"] == str(source.id)


async def test_what_each_keeps_and_both_break_is_refused(school: School, client: Any) -> None:
    """One talk a day for each employer: two on one day are one too many for one."""
    into = await school.employer()
    source = await verified(school, await double_of(school, into, 61_003))
    for one, hour in ((into, 9), (source, 16)):
        detail = await school.request(talk(), employer=one)
        await book(school, detail.activities[0].id, at(14, hour), await school.room(100))
    await sign_in(client, await school.account("organiser"))
    refused = await merge(client, into, source)
    assert (refused.status_code, refused.json()["type"].rsplit("/")[-1]) == (409, "merge-breaks-rules")
    assert (await client.get(f"/api/employers/{source.id}")).status_code == 200


async def test_who_took_part_in_the_others_session_is_there_once(school: School, client: Any) -> None:
    into = await school.employer()
    source = await verified(school, await double_of(school, into, 61_004))
    host = await school.account("employer_contact", employer_id=into.id)
    wish = SubmitRequest(
        season_id=school.season.id,
        title="Joint",
        activities=(talk(),),
        participant_codes=(source.credit_code,),
    )
    asked = await school.database.transact(requests.submit_request, wish, actor=host.actor(), clock=school.clock)
    await sign_in(client, await school.account("organiser"))
    path = f"/api/requests/{asked.request.id}/participants/{source.id}/accept"
    assert (await client.post(path, json={}, headers={"If-Match": "*"})).status_code == 200
    form = {"from_id": str(source.id), "from_version": str(source.row_version), "row_version": "0"}
    stale = await client.post(f"/employers/{into.id}/merge", data=form, follow_redirects=False)
    assert stale.status_code == 422  # somebody changed one of them meanwhile
    page = (await client.get(f"/employers/{into.id}/merge?other={source.id}")).text
    versions = dict(re.findall(r'name="(from_version|row_version)" value="(\d+)"', page))
    answer = await client.post(f"/employers/{into.id}/merge", data={**form, **versions}, follow_redirects=False)
    assert answer.status_code == 303, answer.text
    left = await school.database.pool.fetchval(
        "SELECT count(*) FROM request_participant WHERE request_id = $1", asked.request.id
    )
    teams = await school.database.pool.fetch(
        "SELECT team_id FROM activity_team WHERE activity_id = $1", asked.activities[0].id
    )
    assert (left, [row["team_id"] for row in teams]) == (0, [into.team_id])
