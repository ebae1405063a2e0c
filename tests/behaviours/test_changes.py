"""What becomes of a change that somebody asks for who may only request.

Over HTTP elsewhere: more time is asked for by a form and approved, another size is chosen by the API
(tests/amendments/test_over_http.py).
"""

from datetime import time
from typing import Any

from app.requests.domain import RequestDetail
from app.venues.domain import OpeningHours
from tests.behaviours.people import Client, Person, organiser_of, owner_of
from tests.school import School, at, talk


def wish_of(detail: RequestDetail, **step: Any) -> dict[str, Any]:
    """The request's wish, with some of its step changed."""
    activity = detail.activities[0]
    given = {
        "id": str(activity.id),
        "kind": activity.kind,
        "attendance": activity.attendance,
        "duration_minutes": activity.duration_minutes,
    }
    return {"title": detail.request.title, "activities": [{**given, **step}]}


async def placed(organiser: Person, detail: RequestDetail) -> list[tuple[str, str]]:
    """What is confirmed of a request: starts and states."""
    bookings = await organiser.send("GET", f"/api/bookings?season_id={detail.request.season_id}")
    return [(booking["starts_at"], booking["state"]) for booking in bookings.json()]


async def test_who_may_only_request_and_moves_a_confirmed_booking_opens_a_change_that_awaits_approval(
    school: School, client: Client
) -> None:
    room, detail = await school.room(100), await school.request(talk())
    organiser, owner = await organiser_of(school, client), await owner_of(school, client, detail)
    booking = (await organiser.book(detail, at(15, 14), room)).json()
    before = await placed(organiser, detail)
    directly = await owner.send(
        "PUT",
        f"/api/bookings/{booking['id']}",
        json={"starts_at": at(17, 14).isoformat(), "room_ids": [str(room.id)]},
    )
    assert directly.status_code == 404, "bookings are made by who may book"
    friday = {"first_day": "2023-03-17", "last_day": "2023-03-17"}
    path = f"/api/requests/{detail.request.id}"
    asked = await owner.send("PUT", f"{path}/amendment", json=wish_of(detail, windows=[friday]))
    assert asked.status_code == 200, asked.text
    offer = asked.json()["offers"][0]
    assert offer["placements"][0]["starts_at"].startswith("2023-03-17")
    chosen = await owner.send("POST", f"/api/offers/{offer['id']}/accept", seen=offer["row_version"])
    assert chosen.status_code == 200, chosen.text
    (waiting,) = (await owner.send("GET", f"{path}/amendments")).json()
    assert waiting["state"] == "awaiting_approval"
    assert await placed(organiser, detail) == before
    programme = await client.get(f"/seasons/{school.season.code}?day=2023-03-15", headers={"Accept": "text/html"})
    assert detail.request.title in programme.text, "what is confirmed stays public"
    # Nobody else gets the new place meanwhile.
    other = await organiser.book(await school.request(talk()), at(17, 8), room)
    assert other.status_code == (409 if offer["placements"][0]["starts_at"] == "2023-03-17T00:00:00Z" else 201)
    approved = await organiser.send("POST", f"/api/amendments/{waiting['id']}/accept")
    assert approved.json()["state"] == "accepted"
    assert next(starts for starts, _ in await placed(organiser, detail)).startswith("2023-03-17")


async def test_who_shrinks_a_confirmed_booking_is_accepted_at_once(school: School, client: Client) -> None:
    room, detail = await school.room(100), await school.request(talk())
    organiser, owner = await organiser_of(school, client), await owner_of(school, client, detail)
    await organiser.book(detail, at(15, 14), room)
    path = f"/api/requests/{detail.request.id}"
    asked = await owner.send("PUT", f"{path}/amendment", json=wish_of(detail, attendance=40, duration_minutes=60))
    assert (asked.json()["amendment"]["state"], asked.json()["offers"]) == ("accepted", [])
    (booking,) = (await organiser.send("GET", f"/api/bookings?season_id={school.season.id}")).json()
    assert (booking["starts_at"], booking["ends_at"]) == ("2023-03-15T06:00:00Z", "2023-03-15T07:00:00Z")


async def test_growth_that_a_room_is_not_open_for_is_not_accepted_in_its_place(school: School, client: Client) -> None:
    room = await school.room(100, opening_hours=[OpeningHours(3, time(8), time(16))])
    detail = await school.request(talk())
    organiser, owner = await organiser_of(school, client), await owner_of(school, client, detail)
    assert (await organiser.book(detail, at(15, 14), room)).status_code == 201
    asked = await owner.send(
        "PUT", f"/api/requests/{detail.request.id}/amendment", json=wish_of(detail, duration_minutes=140)
    )
    assert asked.json()["amendment"]["outcome"] == "placements"
    (booking,) = (await organiser.send("GET", f"/api/bookings?season_id={school.season.id}")).json()
    assert booking["ends_at"] == "2023-03-15T08:00:00Z"
