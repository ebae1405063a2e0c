"""Decided near the room: who has the duty decides about requests for those rooms, within limits, with deputies; rivals
are shown, and settled with a yes.
"""

import asyncio
from typing import Any

import pytest

from app.accounts.domain import School as SchoolNames
from app.accounts.repository import upsert_school
from app.decisions.escalating import remind_of_overdue
from app.events import DecisionAsked
from app.outbox.repository import list_subjects
from app.requests.domain import RequestDetail
from app.venues.domain import Room
from tests.behaviours.people import Client, Person, organiser_of, owner_of, set_rule, wrong
from tests.behaviours.test_what_leaves import told
from tests.school import School, at, clock_at, talk, window

WIDE = ["info_session", "department_fair"]


class Hall:
    """A department's hall, the organiser, and somebody who decides there from 2 February to 30 April."""

    def __init__(self, school: School, client: Client) -> None:
        self.school, self.client = school, client

    async def open(self, *, of_room: bool = False, deputy: bool = False) -> "Hall":
        """Give the duty, of the department or of the hall alone."""
        school = self.school
        self.department = await school.department()
        self.hall = await school.room(300, department=self.department)
        self.organiser = await organiser_of(school, self.client)
        account, other = await school.account("staff"), await school.account("staff")
        self.approver = await Person.of(self.client, account)
        self.deputy = await Person.of(self.client, other)
        await set_rule(school, self.organiser, "filing_kinds", WIDE)
        scope = {"room_id": str(self.hall.id)} if of_room else {"department_id": str(self.department.id)}
        body = {"account_id": str(account.id), "first_day": "2023-02-02", "last_day": "2023-04-30", **scope}
        if deputy:
            body["deputy_id"] = str(other.id)
        given = await self.organiser.send("POST", "/api/duties", json=body)
        assert given.status_code == 201, given.text
        self.duty = given.json()
        return self

    async def asked(self, *rooms: Room, hours: tuple[int, int] = (8, 22), **more: Any) -> RequestDetail:
        """An employer's talk on the 16th in some rooms, not decided."""
        windows = (window(16, from_hour=hours[0], until_hour=hours[1]),)
        ids = tuple(room.id for room in (rooms or (self.hall,)))
        return await self.school.request(talk(asked_room_ids=ids, windows=windows, **more), approved=False)


async def state(person: Person, detail: RequestDetail) -> str:
    """The request as somebody sees it."""
    answer = await person.send("GET", f"/api/requests/{detail.request.id}")
    return str(answer.json()["request"]["state"]) if answer.is_success else str(answer.status_code)


@pytest.mark.parametrize("of_room", [False, True])
async def test_who_has_the_duty_decides_about_these_rooms_and_no_others(
    school: School, client: Client, of_room: bool
) -> None:
    near = await Hall(school, client).open(of_room=of_room)
    elsewhere = await school.room(100)
    mine, both, foreign = await near.asked(), await near.asked(near.hall, elsewhere), await near.asked(elsewhere)
    plain = await school.request(talk(windows=(window(17),)), approved=False)
    listed = (await near.approver.send("GET", f"/api/requests/near?season_id={school.season.id}")).json()
    assert [entry["id"] for entry in listed] == [str(mine.request.id)]
    for other in (both, foreign, plain):
        assert (await near.approver.send("POST", f"/api/requests/{other.request.id}/approve")).status_code == 404
        assert (await near.approver.page(f"/requests/{other.request.id}")).status_code == 404
    assert mine.request.title in (await near.approver.page("/my/duties")).text
    page = await near.approver.page(f"/requests/{mine.request.id}")
    assert "Approve: find it a place" in page.text
    assert "Back to my duties" in page.text
    assert (await near.approver.send("POST", f"/api/requests/{mine.request.id}/approve")).status_code == 200
    assert await state(near.organiser, mine) == "approved"
    assert len(await told(school, "request.approved", "en")) == 1
    await near.approver.send("POST", f"/api/requests/{mine.request.id}/waitlist")
    assert await state(near.organiser, mine) == "waitlisted"
    decision = {"reason_code": "unsuitable"}
    assert (
        await near.approver.send("POST", f"/api/requests/{mine.request.id}/refuse", json=decision)
    ).status_code == 200
    for act in ("stop", "withdraw", "cancel"):
        body = decision if act == "stop" else {}
        answer = await near.approver.send("POST", f"/api/requests/{mine.request.id}/{act}", json=body)
        assert answer.status_code in (403, 404, 409), act
    assert await state(near.organiser, mine) == "refused"


async def test_it_ends_with_its_days_and_with_the_duty(school: School, client: Client) -> None:
    near = await Hall(school, client).open()
    detail = await near.asked()
    path = f"/api/duties/{near.duty['id']}"
    changed = {"first_day": "2023-02-10", "last_day": "2023-02-20"}
    assert (await near.organiser.send("PUT", path, seen=7, json=changed)).status_code == 412
    assert (await near.organiser.send("PUT", path, seen=1, json=changed)).json()["row_version"] == 2
    assert (await near.approver.page("/my/duties")).text.count(detail.request.title) == 0
    assert (await near.approver.send("GET", f"/api/requests/near?season_id={school.season.id}")).status_code == 403
    back = {"first_day": "2023-02-02", "last_day": "2023-02-20"}
    assert (await near.organiser.send("PUT", path, seen=2, json=back)).is_success
    assert await state(near.approver, detail) == "submitted"
    assert (await near.organiser.send("POST", f"{path}/end", seen=3)).is_success
    assert await state(near.approver, detail) == "404"
    assert "Over" in (await near.organiser.page("/duties")).text
    kinds = [
        mail.purpose
        for purpose in ("given", "changed", "ended")
        for mail in await told(school, f"account.duty_{purpose}", "en")
    ]
    assert kinds == ["duty_given", "duty_changed", "duty_changed", "duty_ended"]


async def test_a_deputy_decides_while_somebody_is_away_and_is_told(school: School, client: Client) -> None:
    near = await Hall(school, client).open(deputy=True)
    detail = await near.asked()
    assert await state(near.deputy, detail) == "404"
    days = {"first_day": "2023-02-01", "last_day": "2023-02-03"}
    added = await near.approver.press("/my/absences", **days)
    assert added.status_code == 303, added.text
    (mail,) = await told(school, "account.deputy_needed", "en")
    assert "You stand in for" in mail.subject
    assert await state(near.deputy, detail) == "submitted"
    assert detail.request.title in (await near.deputy.page("/my/duties")).text
    assert (await near.deputy.send("POST", f"/api/requests/{detail.request.id}/approve")).status_code == 200
    (absence,) = (await near.approver.send("GET", "/api/absences")).json()
    assert (await near.deputy.send("DELETE", f"/api/absences/{absence['id']}")).status_code == 404
    assert (await near.approver.send("DELETE", f"/api/absences/{absence['id']}")).status_code == 204
    assert await state(near.deputy, detail) == "404"


async def test_what_is_beyond_the_limits_is_the_centres(school: School, client: Client) -> None:
    near = await Hall(school, client).open()
    small, large = await near.asked(attendance=80), await near.asked(attendance=250)
    path = f"/api/departments/{near.department.id}/limits"
    limits = {"kinds": ["info_session"], "people": 100, "booths": 0}
    assert (await near.approver.send("PUT", path, json=limits)).status_code == 403
    assert (await near.organiser.send("PUT", path, seen=0, json=limits)).status_code == 200
    refused = await near.approver.send("POST", f"/api/requests/{large.request.id}/approve")
    assert (refused.status_code, refused.json()["type"]) == (409, "/problems/beyond-limits")
    page = await near.approver.page(f"/requests/{large.request.id}")
    assert "The career centre decides about it" in page.text
    assert "Approve: find it a place" not in page.text
    assert (await near.approver.send("POST", f"/api/requests/{small.request.id}/approve")).status_code == 200
    shown = await near.organiser.page(f"/departments/{near.department.id}/limits")
    assert 'value="100"' in shown.text
    back = await near.organiser.press(f"/departments/{near.department.id}/limits", row_version="1", by_season="1")
    assert back.status_code == 303
    assert (await near.approver.send("POST", f"/api/requests/{large.request.id}/approve")).status_code == 200


async def test_who_decides_is_told_of_a_new_request(school: School, client: Client) -> None:
    near = await Hall(school, client).open()
    detail = await near.asked()
    async with school.database.read() as connection:
        asked = await list_subjects(connection, DecisionAsked, season_id=school.season.id, since=at(1, 0, month=1))
    (mail,) = await told(school, "account.decision_asked", "en")
    assert len(asked) == 1
    assert f"/requests/{detail.request.id}" in mail.text
    await school.request(talk(windows=(window(16),)), approved=False)
    assert len(await told(school, "account.decision_asked", "en")) == 1


@pytest.mark.parametrize("by", ["approver", "organiser"])
async def test_rivals_are_shown_and_need_a_yes_and_get_reason_and_offers(
    school: School, client: Client, by: str
) -> None:
    near = await Hall(school, client).open()
    first, second = await near.asked(hours=(14, 16)), await near.asked(hours=(14, 16))
    later, other = await near.asked(hours=(14, 20)), await near.asked(await school.room(100))
    decider = near.approver if by == "approver" else near.organiser
    path = f"/api/requests/{first.request.id}"
    listed = (await decider.send("GET", f"{path}/rivals")).json()
    assert [(rival["request_id"], rival["loses"]) for rival in listed["rivals"]] == [
        (str(second.request.id), True),
        (str(later.request.id), False),
    ], other.request.title
    refused = await decider.send("POST", f"{path}/approve")
    assert (refused.status_code, refused.json()["type"]) == (409, "/problems/rivals-lose")
    assert [rival["request_id"] for rival in refused.json()["rivals"]] == [str(second.request.id)]
    other_one = {"settles": [{"request_id": str(later.request.id), "row_version": later.request.row_version}]}
    assert (await decider.send("POST", f"{path}/approve", json=other_one)).status_code == 409
    page = await decider.page(f"/requests/{first.request.id}")
    assert "Would get no place" in page.text
    assert "Approve and book it" in page.text
    version = (await decider.send("GET", path)).json()["request"]["row_version"]
    shown = {"settles": str(second.request.id), "settles_version": str(second.request.row_version)}
    pressed = await decider.press(f"/requests/{first.request.id}/approve", **shown, yes="on", row_version=str(version))
    assert pressed.status_code == 303, pressed.text
    assert [await state(near.organiser, one) for one in (first, second, later)] == ["scheduled", "refused", "submitted"]
    (mail,) = await told(school, "request.refused", "en")
    assert "The place was given to another activity" in mail.text
    owner = await owner_of(school, client, second)
    offers = (await owner.send("GET", f"/api/requests/{second.request.id}/offers")).json()
    assert offers, "the nearest free places are offered"
    booked = (await near.organiser.send("GET", f"/api/bookings?season_id={school.season.id}")).json()
    assert [(entry["request_id"], entry["starts_at"]) for entry in booked] == [
        (str(first.request.id), "2023-03-16T06:00:00Z")
    ]
    taken = (await owner.send("POST", f"/api/offers/{offers[0]['id']}/accept")).json()
    assert taken["state"] == "accepted"


async def test_a_rival_of_somebody_elses_rooms_is_not_settled_by_the_approver(school: School, client: Client) -> None:
    near = await Hall(school, client).open()
    mine = await near.asked(hours=(14, 16))
    large = await near.asked(hours=(14, 16), attendance=290)
    limits = {"kinds": ["info_session"], "people": 100, "booths": 0}
    await near.organiser.send("PUT", f"/api/departments/{near.department.id}/limits", seen=0, json=limits)
    listed = (await near.approver.send("GET", f"/api/requests/{mine.request.id}/rivals")).json()
    assert [(rival["request_id"], rival["loses"]) for rival in listed["rivals"]] == [(str(large.request.id), False)]
    assert (await near.approver.send("POST", f"/api/requests/{mine.request.id}/approve")).status_code == 200


async def test_bad_duties_are_refused_by_field(school: School, client: Client) -> None:
    near = await Hall(school, client).open()
    contact = await school.account("employer_contact")
    good = {
        "account_id": near.duty["account_id"],
        "room_id": str(near.hall.id),
        "first_day": "2023-02-02",
        "last_day": "2023-03-02",
    }

    async def give(**changes: Any) -> Any:
        return await near.organiser.send("POST", "/api/duties", json={**good, **changes})

    assert wrong(await give(account_id=str(contact.id))) == [("account_id", "unknown-person")]
    assert wrong(await give(deputy_id=good["account_id"])) == [("deputy_id", "own-deputy")]
    assert wrong(await give(last_day="2023-02-01")) == [("last_day", "ends-before-start")]
    assert wrong(await give(first_day="2023-01-02", last_day="2023-01-03")) == [("last_day", "in-the-past")]
    assert wrong(await give(room_id=None)) == [("department_id", "one-scope")]
    assert wrong(await give(room_id=str(school.campus.id))) == [("room_id", "unknown-room")]
    assert (await give()).status_code == 201
    assert (await give(first_day="2023-03-02", last_day="2023-03-03")).json()["type"] == "/problems/duty-twice"
    assert (await near.approver.send("POST", "/api/duties", json=good)).status_code == 403


async def test_staff_begin_at_their_duties(school: School, client: Client) -> None:
    near = await Hall(school, client).open()
    await school.database.transact(upsert_school, SchoolNames(name_zh="江城大学", name_en="Jiangcheng University"))
    start = await client.get("/", headers={**near.approver.headers, "Accept": "text/html"}, follow_redirects=False)
    assert start.headers["location"] == "/my/duties"
    assert (await near.approver.page("/my/requests")).status_code == 403
    asked = await near.approver.send("GET", f"/api/requests?season_id={school.season.id}")
    assert (asked.status_code, asked.json()) == (200, [])


async def test_the_same_duty_is_given_once_also_by_two_at_once(school: School, client: Client) -> None:
    near = await Hall(school, client).open()
    other = await school.account("staff")
    body = {"account_id": str(other.id), "room_id": str(near.hall.id), "first_day": "2023-02-02"}
    answers = await asyncio.gather(
        *(
            near.organiser.send("POST", "/api/duties", json={**body, "last_day": f"2023-03-{day}"})
            for day in (10, 20, 30)
        )
    )
    assert sorted(answer.status_code for answer in answers) == [201, 409, 409]
    assert {answer.json().get("type") for answer in answers} >= {"/problems/duty-twice"}
    given = next(answer.json() for answer in answers if answer.status_code == 201)
    ended = await near.organiser.send("POST", f"/api/duties/{given['id']}/end")
    assert ended.status_code == 200, ended.text
    again = await near.organiser.send("POST", "/api/duties", json={**body, "last_day": "2023-03-10"})
    assert again.status_code == 201, "what was ended can be given anew"


async def test_the_same_absence_is_told_once(school: School, client: Client) -> None:
    near = await Hall(school, client).open(deputy=True)
    days = {"first_day": "2023-02-06", "last_day": "2023-02-10"}
    answers = await asyncio.gather(*(near.approver.send("POST", "/api/absences", json=days) for _ in range(3)))
    assert sorted(answer.status_code for answer in answers) == [201, 409, 409]
    within = {"first_day": "2023-02-07", "last_day": "2023-02-08"}
    assert (await near.approver.send("POST", "/api/absences", json=within)).json()["type"] == "/problems/away-already"
    shown = await near.approver.press("/my/absences", **days)
    assert shown.status_code == 422
    assert "You have entered these days already." in shown.text
    longer = {"first_day": "2023-02-06", "last_day": "2023-02-13"}
    assert (await near.approver.send("POST", "/api/absences", json=longer)).status_code == 201
    assert len(await told(school, "account.deputy_needed", "en")) == 2


async def test_the_deputy_steps_in_for_an_account_that_is_closed(school: School, client: Client) -> None:
    near = await Hall(school, client).open(deputy=True)
    detail = await near.asked()
    assert await state(near.deputy, detail) == "404"
    closed = await school.account("administrator")
    administrator = await Person.of(client, closed)
    answer = await administrator.send("POST", f"/api/accounts/{near.duty['account_id']}/close")
    assert answer.is_success, answer.text
    assert await state(near.deputy, detail) == "submitted"
    assert (await near.deputy.send("POST", f"/api/requests/{detail.request.id}/approve")).status_code == 200
    told_before = len(await told(school, "account.decision_asked", "en"))
    await near.asked()
    assert len(await told(school, "account.decision_asked", "en")) == told_before + 1, "the deputy alone"


async def test_who_decides_near_the_room_is_reminded_too(school: School, client: Client) -> None:
    near = await Hall(school, client).open(deputy=True)
    mine, large = await near.asked(attendance=80), await near.asked(attendance=290)
    elsewhere = await near.asked(await school.room(100))
    limits = {"kinds": ["info_session"], "people": 100, "booths": 0}
    await near.organiser.send("PUT", f"/api/departments/{near.department.id}/limits", seen=0, json=limits)
    late = clock_at(at(20, 9, month=2))
    assert await school.database.transact(remind_of_overdue, clock=late, batch=100) == 3
    (mail,) = await told(school, "account.decisions_late", "en")
    assert mine.request.reference in mail.text
    assert large.request.reference not in mail.text
    assert elsewhere.request.reference not in mail.text
    assert "/my/duties" in mail.text
    assert await school.database.transact(remind_of_overdue, clock=late, batch=100) == 0
    assert len(await told(school, "account.decisions_late", "en")) == 1
