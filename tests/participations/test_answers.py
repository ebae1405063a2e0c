"""An employer takes part when it says so itself: over the API and on pages, early, late, and with a change of mind."""

import asyncio
from functools import partial
from typing import Any
from uuid import UUID

import pytest

from app.accounts.domain import Account
from app.bookings import service as bookings
from app.bookings.domain import ConfirmPlacement, PeopleTaken
from app.employers import service as employers
from app.employers.domain import Employer
from app.participations import service
from app.participations.domain import AlreadyElsewhere, Participation
from app.requests import service as requests
from app.requests.domain import ActivityWish, RequestDetail, SubmitRequest
from app.schedules import solve
from app.schedules.domain import AskSolve
from tests.school import School, at
from tests.signing_in import sign_in

STARTS = at(20, 14)


async def contact_of(school: School, employer: Employer) -> Account:
    """Somebody of an employer."""
    return await school.account("employer_contact", employer_id=employer.id)


async def teams(school: School, request_id: UUID) -> set[UUID]:
    """Whose people the activities of a request need."""
    query = "SELECT team_id FROM activity_team JOIN activity ON activity.id = activity_id WHERE request_id = $1"
    return {row["team_id"] for row in await school.database.pool.fetch(query, request_id)}


async def told(school: School, request_id: UUID) -> list[str]:
    """The participation events of a request, in their order."""
    query = "SELECT type FROM event WHERE subject_id = $1 AND type LIKE 'participation.%' ORDER BY id"
    return [row["type"].removeprefix("participation.") for row in await school.database.pool.fetch(query, request_id)]


class Joint:
    """A host's request that names a guest, and clients for both."""

    def __init__(self, school: School, host: Employer, guest: Employer, client: Any) -> None:
        self.school, self.host, self.guest, self.client = school, host, guest, client
        self.detail: dict[str, Any] = {}

    @property
    def id(self) -> UUID:
        return UUID(self.detail["request"]["id"])

    async def ask(self, *, draft: bool = False, windows: list[dict[str, str]] | None = None) -> Any:
        """The host asks, naming the guest by its credit code."""
        await sign_in(self.client, await contact_of(self.school, self.host))
        answer = await self.client.post(
            "/api/requests", json={**self.wish(windows), **self.of_season(), "draft": draft}
        )
        self.detail = answer.json()
        return answer

    def of_season(self) -> dict[str, Any]:
        return {"season_id": str(self.school.season.id)}

    def wish(self, windows: list[dict[str, str]] | None = None, codes: list[str] | None = None) -> dict[str, Any]:
        activity = {"kind": "info_session", "attendance": 50, "duration_minutes": 120, "windows": windows or []}
        named = [self.guest.credit_code] if codes is None else codes
        return {"title": "Together", "activities": [activity], "participant_codes": named}

    async def rewrite(self, wish: dict[str, Any]) -> Any:
        await sign_in(self.client, await contact_of(self.school, self.host))
        return await self.client.put(f"/api/requests/{self.id}", json=wish, headers={"If-Match": "*"})

    async def answer(self, act: str, seen: str = "*") -> Any:
        """The guest accepts or declines."""
        await sign_in(self.client, await contact_of(self.school, self.guest))
        path = f"/api/requests/{self.id}/participants/{self.guest.id}/{act}"
        return await self.client.post(path, headers={"If-Match": seen})

    async def approve_and_book(self) -> UUID:
        await sign_in(self.client, await self.school.account("organiser"))
        await self.client.post(f"/api/requests/{self.id}/approve", headers={"If-Match": "*"})
        return await book(self.school, UUID(self.detail["activities"][0]["id"]))


async def book(school: School, activity_id: UUID) -> UUID:
    """In a room of its own, at a time that all of these tests use."""
    wanted = ConfirmPlacement(activity_id=activity_id, starts_at=STARTS, room_ids=((await school.room()).id,))
    organiser = (await school.account("organiser")).actor()
    booking = await bookings.confirm_placement(
        school.database, wanted, actor=organiser, locale="en", clock=school.clock
    )
    return booking.id


async def busy(school: School, team: UUID) -> bool:
    """Whether somebody's people are taken at that time."""
    query = (
        "SELECT true FROM booking_resource WHERE resource_id = $1 AND state <> 'released' AND span @> $2::timestamptz"
    )
    return bool(await school.database.pool.fetchval(query, team, STARTS))


@pytest.fixture
async def joint(school: School, client: Any) -> Joint:
    return Joint(school, await school.employer(), await school.employer(), client)


async def test_a_name_alone_takes_nobodys_time(joint: Joint) -> None:
    assert (await joint.ask()).status_code == 201
    assert [one["state"] for one in joint.detail["participants"]] == ["invited"]
    assert await teams(joint.school, joint.id) == {joint.host.team_id}
    assert await told(joint.school, joint.id) == ["asked"]
    answer = await joint.answer("accept")
    assert (answer.status_code, answer.json()["state"]) == (200, "accepted")
    assert await teams(joint.school, joint.id) == {joint.host.team_id, joint.guest.team_id}
    await joint.approve_and_book()
    assert await busy(joint.school, joint.guest.team_id)


async def test_a_draft_asks_nobody_and_is_seen_by_nobody(joint: Joint) -> None:
    await joint.ask(draft=True)
    assert await told(joint.school, joint.id) == []
    assert (await joint.answer("accept")).status_code == 404
    assert (await joint.client.get(f"/api/participations?season_id={joint.school.season.id}")).json() == []
    await sign_in(joint.client, await contact_of(joint.school, joint.host))
    assert (await joint.client.post(f"/api/requests/{joint.id}/submit")).status_code == 200
    assert await told(joint.school, joint.id) == ["asked"]


async def test_others_can_neither_see_nor_answer(joint: Joint) -> None:
    await joint.ask()
    path = f"/api/requests/{joint.id}/participants/{joint.guest.id}/accept"
    for other in (joint.host, await joint.school.employer()):
        await sign_in(joint.client, await contact_of(joint.school, other))
        assert (await joint.client.post(path, headers={"If-Match": "*"})).status_code == 404
        assert (await joint.client.get(f"/api/participations/{joint.id}")).status_code == 404
    await joint.answer("accept")
    seen = [
        await joint.client.get(f"/api/requests/{joint.id}"),
        await joint.client.get(f"/api/requests/{joint.id}/history"),
    ]
    assert [answer.status_code for answer in seen] == [404, 404]


async def test_an_answer_is_to_what_was_looked_at(joint: Joint) -> None:
    await joint.ask()
    assert (await joint.answer("accept", '"1"')).status_code == 200
    day = {"first_day": "2023-03-20", "last_day": "2023-03-21"}
    assert (await joint.rewrite(joint.wish([day]))).status_code == 200
    assert await teams(joint.school, joint.id) == {joint.host.team_id}
    assert await told(joint.school, joint.id) == ["asked", "accepted", "asked"]
    assert (await joint.answer("accept", '"1"')).status_code == 412
    assert (await joint.answer("accept", '"3"')).status_code == 200


async def test_what_was_looked_at_is_what_is_accepted_before_the_first_answer_too(joint: Joint) -> None:
    await joint.ask()
    assert (await joint.rewrite({**joint.wish(), "title": "Something else"})).status_code == 200
    assert (await joint.answer("accept", '"1"')).status_code == 412
    assert await told(joint.school, joint.id) == ["asked", "asked"]
    assert (await joint.answer("accept", '"2"')).status_code == 200


async def test_who_declined_is_not_asked_again_by_being_named_anew(joint: Joint) -> None:
    await joint.ask()
    await joint.answer("decline")
    await joint.rewrite(joint.wish(codes=[]))
    await joint.rewrite(joint.wish())
    assert await told(joint.school, joint.id) == ["asked", "declined"]


async def test_an_owner_causes_so_many_mails_a_day(joint: Joint) -> None:
    await joint.ask()
    day = "UPDATE rate_limit SET hits = 100 WHERE bucket = $1"
    await joint.school.database.pool.execute(day, f"invite:{joint.host.id}")
    answer = await joint.rewrite({**joint.wish(), "title": "Once more"})
    assert (answer.status_code, answer.json()["type"].rsplit("/", 1)[-1]) == (429, "too-many-invitations")
    assert await told(joint.school, joint.id) == ["asked"]


async def test_an_unverified_owner_asks_others_once_its_request_is_approved(school: School, client: Any) -> None:
    joint = Joint(school, await school.employer(verified=False), await school.employer(), client)
    await joint.ask()
    assert await told(school, joint.id) == []
    assert (await joint.answer("accept")).status_code == 404
    organiser = await school.account("organiser")
    for act in (employers.ask_review, partial(employers.verify_employer, seen=None)):
        await school.database.transact(act, joint.host.id, actor=organiser.actor(), clock=school.clock)
    await sign_in(client, organiser)
    await client.post(f"/api/requests/{joint.id}/approve", headers={"If-Match": "*"})
    assert await told(school, joint.id) == ["asked"]


async def test_only_verified_employers_take_part(school: School, client: Any) -> None:
    joint = Joint(school, await school.employer(), await school.employer(verified=False), client)
    answer = await joint.ask()
    assert [(e["path"], e["code"]) for e in answer.json()["errors"]] == [("participant_codes[0]", "unknown-employer")]
    organiser = await school.account("organiser")
    command = SubmitRequest(
        season_id=school.season.id,
        title="Together",
        employer_id=joint.host.id,
        participant_ids=(joint.guest.id,),
        activities=(ActivityWish(kind="info_session", attendance=50, duration_minutes=120),),
    )
    detail = await school.database.transact(
        requests.submit_request, command, actor=organiser.actor(), clock=school.clock
    )
    await sign_in(client, organiser)
    path = f"/api/requests/{detail.request.id}"
    refused = await client.post(f"{path}/approve", headers={"If-Match": "*"})
    assert (refused.status_code, refused.json()["type"].rsplit("/", 1)[-1]) == (409, "participant-not-verified")
    assert joint.guest.legal_name in refused.text
    await client.post(f"{path}/participants/{joint.guest.id}/decline", headers={"If-Match": "*"})
    again = await client.post(f"{path}/participants/{joint.guest.id}/accept", headers={"If-Match": "*"})
    assert (again.status_code, again.json()["type"].rsplit("/", 1)[-1]) == (409, "may-not-take-part")
    assert (await client.post(f"{path}/approve", headers={"If-Match": "*"})).status_code == 200


async def test_a_draft_from_before_an_answer_is_stale(joint: Joint) -> None:
    school = joint.school
    await school.room(200)
    await joint.ask()
    organiser = await school.account("organiser")
    await sign_in(joint.client, organiser)
    await joint.client.post(f"/api/requests/{joint.id}/approve", headers={"If-Match": "*"})
    wanted = AskSolve(season_id=school.season.id, time_limit_seconds=1)
    run = await school.database.transact(solve.ask_solve, wanted, actor=organiser.actor(), now=school.clock.now())
    await solve.run_solve(school.database, run.id, clock=school.clock)
    version_id = await school.database.pool.fetchval("SELECT version_id FROM solve_run WHERE id = $1", run.id)
    assert (await joint.answer("accept")).status_code == 200
    await sign_in(joint.client, organiser)
    answer = await joint.client.post(f"/api/versions/{version_id}/release", json={}, headers={"If-Match": "*"})
    assert (answer.status_code, answer.json()["type"].rsplit("/", 1)[-1]) == (409, "stale-draft")
    conflicts = answer.json()["difference"]["conflicts"]
    assert [(entry["request_id"], entry["reason"]) for entry in conflicts] == [(str(joint.id), "answered")]


async def test_a_change_that_is_not_theirs_keeps_their_answers(joint: Joint) -> None:
    await joint.ask(windows=[{"first_day": "2023-03-20", "last_day": "2023-03-21"}])
    await joint.answer("accept")
    wish = joint.wish([{"first_day": "2023-03-20", "last_day": "2023-03-21"}])
    assert (await joint.rewrite({**wish, "remark": "with tea"})).json()["participants"][0]["state"] == "accepted"
    assert await told(joint.school, joint.id) == ["asked", "accepted"]


async def test_who_is_no_longer_named_is_told_and_free(joint: Joint) -> None:
    await joint.ask()
    await joint.answer("accept")
    assert (await joint.rewrite(joint.wish(codes=[]))).json()["participants"] == []
    assert await told(joint.school, joint.id) == ["asked", "accepted", "ended"]
    assert await teams(joint.school, joint.id) == {joint.host.team_id}
    assert (await joint.answer("accept")).status_code == 404


async def test_late_yes_and_change_of_mind_reach_the_booking(joint: Joint) -> None:
    await joint.ask()
    await joint.approve_and_book()
    assert not await busy(joint.school, joint.guest.team_id)
    assert (await joint.answer("accept")).status_code == 200
    assert await busy(joint.school, joint.guest.team_id)
    assert (await joint.answer("decline")).json()["state"] == "declined"
    assert not await busy(joint.school, joint.guest.team_id)
    assert await busy(joint.school, joint.host.team_id)
    assert await told(joint.school, joint.id) == ["asked", "accepted", "declined"]


async def test_a_late_yes_cannot_put_people_in_two_places(joint: Joint) -> None:
    await joint.ask()
    await joint.approve_and_book()
    own = await joint.school.request(employer=joint.guest)
    await book(joint.school, own.activities[0].id)
    answer = await joint.answer("accept")
    assert (answer.status_code, answer.json()["type"].rsplit("/", 1)[-1]) == (409, "participation-clash")
    assert "2023-03-20 14:00–16:00" in answer.text
    assert await teams(joint.school, joint.id) == {joint.host.team_id}


async def test_of_a_yes_and_a_booking_at_once_one_wins(joint: Joint) -> None:
    """Whatever the order: the guest's people are never at two activities at one time."""
    school, answered = joint.school, []
    for _ in range(8):
        joint.host, joint.guest = await school.employer(), await school.employer()
        await joint.ask()
        await joint.approve_and_book()
        own = await school.request(employer=joint.guest)
        who = (await contact_of(school, joint.guest)).actor()
        yes = school.database.transact(
            service.accept, joint.id, joint.guest.id, seen=None, actor=who, clock=school.clock
        )
        both = await asyncio.gather(yes, book(school, own.activities[0].id), return_exceptions=True)
        answered.append(tuple(type(one) for one in both))
        taken = "SELECT count(*) FROM booking_resource WHERE resource_id = $1 AND state <> 'released'"
        assert await school.database.pool.fetchval(taken, joint.guest.team_id) == 1, both
    assert set(answered) <= {(Participation, PeopleTaken), (AlreadyElsewhere, UUID)}


async def test_from_another_campus_people_need_their_way(joint: Joint) -> None:
    await joint.ask()
    await joint.approve_and_book()
    far = await joint.school.add_campus("far", "新校区", "New campus")
    own = await joint.school.request(employer=joint.guest)
    room = await joint.school.room(campus=far)
    wanted = ConfirmPlacement(activity_id=own.activities[0].id, starts_at=at(20, 16), room_ids=(room.id,))
    organiser = (await joint.school.account("organiser")).actor()
    await bookings.confirm_placement(
        joint.school.database, wanted, actor=organiser, locale="en", clock=joint.school.clock
    )
    answer = await joint.answer("accept")
    assert answer.json()["type"].endswith("participation-clash")
    assert "2023-03-20 16:00–18:00" in answer.text


async def test_when_the_request_ends_those_asked_are_told_once(joint: Joint) -> None:
    await joint.ask()
    await joint.answer("accept")
    await sign_in(joint.client, await contact_of(joint.school, joint.host))
    assert (await joint.client.post(f"/api/requests/{joint.id}/withdraw")).status_code == 200
    assert await told(joint.school, joint.id) == ["asked", "accepted", "ended"]
    answer = await joint.answer("decline")
    assert (answer.status_code, answer.json()["type"].rsplit("/", 1)[-1]) == (409, "participation-closed")


async def test_the_centre_names_for_good_and_answers_for_those_without_an_account(joint: Joint) -> None:
    activity = ActivityWish(kind="info_session", attendance=50, duration_minutes=120)
    organiser = (await joint.school.account("organiser")).actor()
    command = SubmitRequest(
        season_id=joint.school.season.id,
        title="Together",
        employer_id=joint.host.id,
        participant_ids=(joint.guest.id,),
        activities=(activity,),
    )
    detail: RequestDetail = await joint.school.database.transact(
        requests.submit_request, command, actor=organiser, clock=joint.school.clock
    )
    assert [one.state for one in detail.participants] == ["accepted"]
    assert await told(joint.school, detail.request.id) == []
    await sign_in(joint.client, await joint.school.account("organiser"))
    path = f"/requests/{detail.request.id}/participants/{joint.guest.id}"
    page = (await joint.client.get(f"/requests/{detail.request.id}", headers={"Accept-Language": "en"})).text
    assert f'action="{path}/decline"' in page
    assert f'action="{path}/accept"' not in page
    sent = await joint.client.post(f"{path}/decline", data={"row_version": "1"}, follow_redirects=False)
    assert (sent.status_code, sent.headers["location"]) == (303, f"/requests/{detail.request.id}")
    assert await teams(joint.school, detail.request.id) == {joint.host.team_id}


@pytest.mark.parametrize(
    ("codes", "field", "code"),
    [
        (["914201000000000000"], "participant_codes[0]", "unknown-employer"),
        (["@own"], "participant_codes", "owner"),
        (["@guest", "@guest"], "participant_codes[1]", "doubled"),
    ],
)
async def test_a_wrong_name_is_refused_at_its_field(joint: Joint, codes: list[str], field: str, code: str) -> None:
    known = {"@own": joint.host.credit_code, "@guest": joint.guest.credit_code}
    await sign_in(joint.client, await contact_of(joint.school, joint.host))
    wish = joint.wish(codes=[known.get(one, one) for one in codes])
    answer = await joint.client.post("/api/requests", json={**wish, **joint.of_season()})
    assert (answer.status_code, [(e["path"], e["code"]) for e in answer.json()["errors"]]) == (422, [(field, code)])


async def test_an_unknown_employer_is_named_by_its_field(joint: Joint) -> None:
    await sign_in(joint.client, await contact_of(joint.school, joint.host))
    wish = {**joint.wish(codes=[]), **joint.of_season(), "participant_ids": [str(UUID(int=7))]}
    answer = await joint.client.post("/api/requests", json=wish)
    assert [(e["path"], e["code"]) for e in answer.json()["errors"]] == [("participant_ids[0]", "unknown-employer")]


async def test_the_guest_finds_the_invitation_on_its_pages(joint: Joint) -> None:
    await joint.ask(windows=[{"first_day": "2023-03-20", "last_day": "2023-03-21"}])
    await sign_in(joint.client, await contact_of(joint.school, joint.guest))
    english = {"Accept": "text/html", "Cookie": f"session={joint.client.cookies['session']}; locale=en"}
    listed = (await joint.client.get("/my/requests", headers=english)).text
    assert f'href="/participations/{joint.id}"' in listed
    mailed = await joint.client.get(f"/requests/{joint.id}", headers=english, follow_redirects=False)
    assert (mailed.status_code, mailed.headers["location"]) == (303, f"/participations/{joint.id}")
    page = (await joint.client.get(mailed.headers["location"], headers=english)).text
    assert joint.host.legal_name in page
    assert "We take part" in page
    path = f"/requests/{joint.id}/participants/{joint.guest.id}/accept"
    stale = await joint.client.post(path, data={"row_version": "9"}, headers=english, follow_redirects=False)
    assert (stale.status_code, "changed" in stale.text) == (422, True)
    sent = await joint.client.post(path, data={"row_version": "1"}, headers=english, follow_redirects=False)
    assert (sent.status_code, sent.headers["location"]) == (303, f"/participations/{joint.id}")
    page = (await joint.client.get(sent.headers["location"], headers=english)).text
    assert "We no longer take part" in page


async def test_the_form_keeps_whom_it_names(joint: Joint) -> None:
    await joint.ask()
    await sign_in(joint.client, await contact_of(joint.school, joint.host))
    form = (await joint.client.get(f"/requests/{joint.id}/edit", headers={"Accept": "text/html"})).text
    assert f"{joint.guest.credit_code} {joint.guest.legal_name}" in form
