"""Who may what, with which reason, and what two people do at one moment.

Over HTTP elsewhere: of fifty bookers of one place one is confirmed (tests/bookings/test_race.py); two presses of one
link have one outcome (tests/offers/test_links.py); every route lets in whom the table lets in
(tests/edge/test_permissions.py); another version than was looked at is not decided (tests/edge/test_what_was_seen.py).
"""

import asyncio
from datetime import timedelta
from typing import Any
from uuid import UUID

import pytest

from app.requests.domain import RequestDetail
from app.signed_links import sign_link
from app.venues.domain import Room
from tests.behaviours.people import Client, Person, organiser_of, owner_of
from tests.offers.acts import free_by_hand
from tests.school import School, at, talk


async def offered(organiser: Person, detail: RequestDetail, day: int, room: Room) -> dict[str, Any]:
    """A placement that the centre offers by hand."""
    placement = {
        "activity_id": str(detail.activities[0].id),
        "starts_at": at(day, 14).isoformat(),
        "room_ids": [str(room.id)],
    }
    made = await organiser.send("POST", f"/api/requests/{detail.request.id}/offers", json={"placement": placement})
    assert made.status_code == 201, made.text
    offer: dict[str, Any] = made.json()[0]
    return offer


async def test_two_acceptances_at_one_moment_are_one_success_and_one_clear_conflict(
    school: School, client: Client
) -> None:
    room, detail = await school.room(100), await school.request(talk())
    organiser, owner = await organiser_of(school, client), await owner_of(school, client, detail)
    offers = [await offered(organiser, detail, day, room) for day in (15, 16)]
    paths = [f"/api/offers/{offer['id']}/accept" for offer in offers]
    answers = await asyncio.gather(*(owner.send("POST", path) for path in paths))
    assert sorted(answer.status_code for answer in answers) == [200, 409]
    (lost,) = [answer.json() for answer in answers if answer.status_code == 409]
    assert (lost["type"], lost["state"]) == ("/problems/offer-settled", "withdrawn")
    standing = await organiser.send("GET", f"/api/bookings?season_id={school.season.id}")
    assert len(standing.json()) == 1


async def test_two_acceptances_of_one_place_that_nobody_holds_are_one_success_and_one_conflict_with_what_is_free(
    school: School, client: Client
) -> None:
    """Offers that are shown and not held: two owners, one place."""
    room, first, second = await school.room(100), await school.request(talk()), await school.request(talk())
    organiser = await organiser_of(school, client)
    owners = [await owner_of(school, client, detail) for detail in (first, second)]
    offers = []
    for detail in (first, second):
        offer = await offered(organiser, detail, 15, room)
        offers.append(offer)
        # As a release without holds makes it: open, and free for whoever is first.
        await free_by_hand(school, offer["id"])
        await school.database.pool.execute("UPDATE offer SET held = false WHERE id = $1", offer["id"])
    paths = [f"/api/offers/{offer['id']}/accept" for offer in offers]
    answers = await asyncio.gather(*(owner.send("POST", path) for owner, path in zip(owners, paths, strict=True)))
    assert sorted(answer.status_code for answer in answers) == [200, 409]
    (lost,) = [answer.json() for answer in answers if answer.status_code == 409]
    assert lost["type"] == "/problems/offer-lost"
    assert lost["new_offer_ids"], "something else is offered"


async def test_two_approvals_of_rivals_for_one_place_at_one_moment_are_one_success_and_one_clear_conflict(
    school: School, client: Client
) -> None:
    room, rivals = await school.room(100), [await school.request(talk()) for _ in range(2)]
    people = [await organiser_of(school, client) for _ in rivals]
    answers = await asyncio.gather(
        *(person.book(rival, at(15, 14), room) for person, rival in zip(people, rivals, strict=True))
    )
    assert sorted(answer.status_code for answer in answers) == [201, 409]
    (lost,) = [answer.json() for answer in answers if answer.status_code == 409]
    assert lost["type"] == "/problems/place-taken"
    assert room.name_en in lost["title"]
    assert lost["conflicts"][0]["resource_name"] == room.name_en
    assert len(lost["alternatives"]) == 3


async def test_two_approvals_of_one_request_at_one_moment_are_one_success_and_one_clear_conflict(
    school: School, client: Client
) -> None:
    detail = await school.request(talk(), approved=False)
    people = [await organiser_of(school, client) for _ in range(2)]
    path = f"/api/requests/{detail.request.id}/approve"
    answers = await asyncio.gather(*(person.send("POST", path, seen=detail.request.row_version) for person in people))
    assert sorted(answer.status_code for answer in answers) == [200, 409]
    (late,) = [answer.json() for answer in answers if answer.status_code == 409]
    assert late["state"] == "approved"


async def test_every_act_names_an_account_or_the_subject_of_a_signed_link(school: School, client: Client) -> None:
    room, detail = await school.room(100), await school.request(talk(), approved=False)
    organiser, owner = await organiser_of(school, client), await owner_of(school, client, detail)
    path = f"/api/requests/{detail.request.id}"
    reason = {"reason_code": "other", "note": "See the notice"}
    before = await school.database.pool.fetchval("SELECT coalesce(max(id), 0) FROM event")
    for person, method, address, body in (
        (organiser, "POST", f"{path}/approve", None),
        (organiser, "POST", f"{path}/waitlist", None),
        (organiser, "POST", f"{path}/approve", None),
        (organiser, "PUT", f"{path}/weight", {"weight": 20, "reason": "First of its kind"}),
    ):
        answer = await person.send(method, address, json=body)
        assert answer.status_code == 200, (address, answer.text)
    booked = (await organiser.book(detail, at(15, 14), room)).json()
    move = {"starts_at": at(16, 14).isoformat(), "room_ids": [str(room.id)]}
    assert (await organiser.send("PUT", f"/api/bookings/{booked['id']}", json=move)).status_code == 200
    offer = await offered(organiser, detail, 17, room)
    until = school.clock.now() + timedelta(days=30)
    token = sign_link(client.app.state.settings.signing_keys, "offer", UUID(offer["id"]), expires_at=until)
    pressed = await client.post(f"/offers/{token}/accept", data={"row_version": "1"}, follow_redirects=False)
    assert pressed.status_code == 303, pressed.text
    assert (await owner.send("POST", f"{path}/cancel", json={"note": "The speaker is ill"})).status_code == 200
    other = await school.request(talk(), approved=False)
    refused = await organiser.send("POST", f"/api/requests/{other.request.id}/refuse", json=reason)
    assert refused.status_code == 200
    rows = await school.database.pool.fetch(
        "SELECT type, actor_id, payload, reason, occurred_at FROM event WHERE id > $1 ORDER BY id", before
    )
    by_link = {"offer.accepted", "booking.moved"}  # of one transaction: the second happened by the first
    for row in rows:
        assert row["occurred_at"] is not None
        if row["actor_id"] is None:
            assert row["type"] in by_link, row["type"]
    (accepted,) = [row for row in rows if row["type"] == "offer.accepted"]
    assert (accepted["payload"]["by_link"], accepted["payload"]["offer_id"]) == (True, offer["id"])
    reasons = {row["type"]: row["reason"] for row in rows}
    assert (reasons["request.cancelled"], reasons["request.refused"]) == ("The speaker is ill", "See the notice")


@pytest.mark.parametrize("act", ["return", "refuse", "stop"])
async def test_a_no_needs_a_reason(school: School, client: Client, act: str) -> None:
    detail, organiser = await school.request(talk(), approved=act == "stop"), await organiser_of(school, client)
    if act == "stop":
        assert (await organiser.book(detail, at(15, 14), await school.room(100))).status_code == 201
    path = f"/requests/{detail.request.id}/{act}"
    for body in ({}, {"note": "So it is"}, {"reason_code": ""}):
        refused = await organiser.send("POST", f"/api{path}", json=body)
        assert refused.status_code == 422, refused.text
        assert [field["path"] for field in refused.json()["errors"]] == ["reason_code"]
    pressed = await organiser.press(path, row_version="1", note="So it is")
    assert pressed.status_code == 422
    state = await organiser.send("GET", f"/api/requests/{detail.request.id}")
    assert state.json()["request"]["state"] == ("scheduled" if act == "stop" else "submitted")
    given = await organiser.send("POST", f"/api{path}", json={"reason_code": "other"})
    assert given.status_code == 200


async def test_a_no_to_a_change_or_an_employer_needs_a_reason_too(school: School, client: Client) -> None:
    room, detail = await school.room(100), await school.request(talk(minutes=60))
    organiser, owner = await organiser_of(school, client), await owner_of(school, client, detail)
    await organiser.book(detail, at(15, 14), room)
    wish = {
        "title": detail.request.title,
        "activities": [
            {"id": str(detail.activities[0].id), "kind": "info_session", "attendance": 80, "duration_minutes": 120}
        ],
    }
    asked = await owner.send("PUT", f"/api/requests/{detail.request.id}/amendment", json=wish)
    amendment = asked.json()["amendment"]
    assert amendment["state"] == "awaiting_approval"
    for path in (f"/api/amendments/{amendment['id']}/refuse", f"/api/employers/{detail.request.employer_id}/refuse"):
        assert (await organiser.send("POST", path, json={})).status_code == 422, path
    unchanged = await organiser.send("GET", f"/api/requests/{detail.request.id}/amendments")
    assert unchanged.json()[0]["state"] == "awaiting_approval"
