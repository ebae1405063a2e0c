"""Handing over: one request or all; both are told, and the calendars follow."""

from typing import Any

from app.accounts.domain import Account
from app.bookings import service as bookings
from app.bookings.domain import ConfirmPlacement
from app.employers.domain import Employer
from tests.people.mails import Mail, mails_since, newest_event
from tests.people.test_people import names_of, owner_of
from tests.school import School, at
from tests.signing_in import sign_in

_TALK = {"kind": "info_session", "attendance": 50, "duration_minutes": 60}


async def booked(school: School, client: Any, owner: Account, day: int) -> str:
    """A request of the person that has a place."""
    await sign_in(client, owner)
    asked = {"season_id": str(school.season.id), "title": f"Talk of {day}", "activities": [_TALK]}
    made = await client.post("/api/requests", json=asked)
    assert made.status_code == 201, made.text
    detail = made.json()
    request_id: str = detail["request"]["id"]
    await sign_in(client, await school.account("organiser"))
    approved = await client.post(f"/api/requests/{request_id}/approve", json={}, headers={"If-Match": "*"})
    assert approved.status_code < 300, approved.text
    room = await school.room(100)
    place = ConfirmPlacement(activity_id=detail["activities"][0]["id"], starts_at=at(day, 14), room_ids=(room.id,),
                             over_limits=True)  # fmt: skip
    await bookings.confirm_placement(school.database, place, actor=school.organiser, locale="en", clock=school.clock)
    await sign_in(client, owner)
    return request_id


def by_reader(mails: list[Mail], purpose: str) -> dict[str, Mail]:
    return {mail.to: mail for mail in mails if mail.purpose == purpose}


async def handed(school: School, client: Any, employer: Employer, **body: Any) -> list[Mail]:
    before = await newest_event(school)
    answer = await client.post(f"/api/employers/{employer.id}/handovers", json=body)
    assert answer.status_code == 201, answer.text
    return await mails_since(school, before)


async def test_one_request_goes_over_and_the_calendars_follow(school: School, client: Any) -> None:
    employer, old = await owner_of(school)
    new = await school.account("employer_contact", employer_id=employer.id)
    before = await newest_event(school)
    request_id = await booked(school, client, old, 8)
    first = by_reader(await mails_since(school, before), "booking_confirmed")[old.email].calendar
    mails = await handed(school, client, employer, request_ids=[request_id], to_account_id=str(new.id))
    assert by_reader(mails, "requests_handed_over").keys() == {old.email, new.email}
    (gone,) = by_reader(mails, "booking_handed_on").values()
    (came,) = by_reader(mails, "booking_taken_over").values()
    assert (gone.to, gone.method, str(gone.calendar["uid"])) == (old.email, "CANCEL", str(first["uid"]))
    assert int(gone.calendar["sequence"]) > int(first["sequence"])
    assert (came.to, came.method, str(came.calendar["status"])) == (new.email, "REQUEST", "CONFIRMED")
    assert came.calendar["dtstart"].dt == first["dtstart"].dt
    # Handed back: the same entry of the old calendar comes back, with a higher number.
    mails = await handed(school, client, employer, request_ids=[request_id], to_account_id=str(old.id))
    (back,) = by_reader(mails, "booking_taken_over").values()
    assert (back.to, str(back.calendar["uid"])) == (old.email, str(first["uid"]))
    assert int(back.calendar["sequence"]) > int(gone.calendar["sequence"])
    history = (await client.get(f"/api/requests/{request_id}/history")).json()
    assert [line["type"] for line in history].count("request.handed_over") == 2
    refused = await client.post(
        f"/api/employers/{employer.id}/handovers", json={"request_ids": [request_id], "to_account_id": str(old.id)}
    )
    assert (refused.status_code, refused.json()["type"].rsplit("/")[-1]) == (409, "hands-to-themselves")


async def test_all_of_somebody_go_over_in_one_act_with_one_message_each(school: School, client: Any) -> None:
    employer, old = await owner_of(school)
    new = await school.account("employer_contact", employer_id=employer.id)
    ids = [await booked(school, client, old, day) for day in (9, 10)]
    mails = await handed(school, client, employer, from_account_id=str(old.id), to_account_id=str(new.id))
    summary = by_reader(mails, "requests_handed_over")
    assert summary.keys() == {old.email, new.email}
    assert all("Talk of 9" in mail.text and "Talk of 10" in mail.text for mail in summary.values())
    assert [mail.to for mail in mails].count(old.email) == [mail.to for mail in mails].count(new.email) == 3
    for request_id in ids:
        seen = (await client.get(f"/api/requests/{request_id}")).json()["request"]
        assert (seen["contact_email"], seen["contact_id"]) == (new.email, str(new.id))
    people = (await client.get(f"/api/employers/{employer.id}/people")).json()["people"]
    assert {person["email"]: person["open_requests"] for person in people} == {old.email: 0, new.email: 2}


async def test_strangers_hand_nothing_over_and_get_nothing(school: School, client: Any) -> None:
    employer, old = await owner_of(school)
    request_id = await booked(school, client, old, 14)
    stranger = await school.account("employer_contact", employer_id=(await school.employer()).id)
    base = f"/api/employers/{employer.id}/handovers"
    to_stranger = await client.post(base, json={"request_ids": [request_id], "to_account_id": str(stranger.id)})
    assert to_stranger.status_code == 404
    await sign_in(client, stranger)
    mine = {"request_ids": [request_id], "to_account_id": str(stranger.id)}
    assert (await client.post(base, json=mine)).status_code == 404
    own = f"/api/employers/{stranger.employer_id}/handovers"
    assert (await client.post(own, json=mine)).status_code == 404
    form = {"to_account_id": str(stranger.id)}
    answer = await client.post(f"/requests/{request_id}/hand-over", data=form, follow_redirects=False)
    assert answer.status_code == 404


async def test_a_change_that_is_asked_for_keeps_the_new_contact(school: School, client: Any) -> None:
    employer, old = await owner_of(school)
    new = await school.account("employer_contact", employer_id=employer.id)
    request_id = await booked(school, client, old, 15)
    detail = (await client.get(f"/api/requests/{request_id}")).json()
    longer = {**_TALK, "id": detail["activities"][0]["id"], "duration_minutes": 180}
    wish = {"title": "Longer", "contact_email": old.email, "activities": [longer]}
    asked = await client.put(f"/api/requests/{request_id}/amendment", json=wish, headers={"If-Match": "*"})
    assert asked.status_code < 300, asked.text
    await handed(school, client, employer, request_ids=[request_id], to_account_id=str(new.id))
    kept = await school.database.pool.fetchval(
        "SELECT wish ->> 'contact_email' FROM amendment WHERE request_id = $1::uuid", request_id
    )
    assert kept == new.email


async def test_in_four_steps_on_the_pages(school: School, client: Any) -> None:
    employer, old = await owner_of(school)
    new = await school.account("employer_contact", employer_id=employer.id)
    request_id = await booked(school, client, old, 16)
    page = await client.get(f"/requests/{request_id}")
    assert f"/requests/{request_id}/hand-over" in page.text
    assert str(new.id) in page.text
    form = {"to_account_id": str(new.id)}
    answer = await client.post(f"/requests/{request_id}/hand-over", data=form, follow_redirects=False)
    assert answer.status_code == 303
    all_of = {"from_account_id": str(new.id), "to_account_id": str(old.id)}
    back = await client.post(f"/employers/{employer.id}/people/hand-over", data=all_of, follow_redirects=False)
    assert back.status_code == 303
    assert (old.display_name, True) in await names_of(client, employer)
    seen = (await client.get(f"/api/requests/{request_id}")).json()["request"]
    assert seen["contact_email"] == old.email
