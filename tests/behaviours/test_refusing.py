"""A refusal comes with an offer: in the same press, in one message."""

from datetime import timedelta
from uuid import UUID

import pytest

from app.offers.repository import list_offers
from app.requests.domain import RequestDetail
from tests.behaviours.people import Client, organiser_of
from tests.behaviours.test_what_leaves import told
from tests.offers.acts import accept, booking_states, event_types
from tests.school import School, at, talk, window


async def offers_of(school: School, detail: RequestDetail) -> list[tuple[str, str, bool]]:
    """What is offered: origins, states, whether it is held."""
    async with school.database.read() as connection:
        found = await list_offers(connection, [detail.request.id])
    return [(offer.origin, offer.state, offer.held) for offer in found]


@pytest.mark.parametrize("by", ["api", "page"])
async def test_a_refusal_offers_the_nearest_free_places_in_the_same_press_and_one_message(
    school: School, client: Client, by: str
) -> None:
    await school.room(100)
    detail = await school.request(talk(windows=(window(15, from_hour=14),)), approved=False)
    organiser, path = await organiser_of(school, client), f"/requests/{detail.request.id}"
    if by == "api":
        body = {"reason_code": "other", "note": "The day is taken", "offers": True}
        refused = await organiser.send("POST", f"/api{path}/refuse", seen=detail.request.row_version, json=body)
        assert refused.status_code == 200, refused.text
        assert refused.json()["state"] == "refused"
    else:
        page = (await organiser.page(path)).text
        assert 'name="offers" value="true" checked' in " ".join(page.split())
        values = {
            "row_version": detail.request.row_version,
            "reason_code": "other",
            "note": "The day is taken",
            "offers": "true",
        }
        assert (await organiser.press(f"{path}/refuse", **values)).status_code == 303
    assert await offers_of(school, detail) == [("refusal", "open", True)] * 3
    assert [kind for kind in await event_types(school) if kind.startswith(("offer", "request.ref"))] == [
        "request.refused"
    ]
    (mail,) = await told(school, "request.refused", "en")
    assert "The day is taken" in mail.text
    assert mail.text.count("Look and answer") == 3
    assert "2023-03-15" in str((await organiser.send("GET", f"/api{path}/offers")).json()[-1]["placements"])
    async with school.database.read() as connection:
        (first, *_) = await list_offers(connection, [detail.request.id])
    await accept(school, first.id)
    assert (await organiser.send("GET", f"/api{path}")).json()["request"]["state"] == "scheduled"


async def test_without_the_tick_or_where_nothing_is_free_a_refusal_offers_nothing(
    school: School, client: Client
) -> None:
    organiser = await organiser_of(school, client)
    nowhere = await school.request(talk(), approved=False)  # there is no room at all
    answer = await organiser.send(
        "POST", f"/api/requests/{nowhere.request.id}/refuse", json={"reason_code": "other", "offers": True}
    )
    assert (answer.status_code, await offers_of(school, nowhere)) == (200, [])
    await school.room(100)
    plain = await school.request(talk(), approved=False)
    answer = await organiser.send("POST", f"/api/requests/{plain.request.id}/refuse", json={"reason_code": "other"})
    assert (answer.status_code, await offers_of(school, plain)) == (200, [])
    (first, second) = await told(school, "request.refused", "en")
    assert "you can submit another request" in first.text
    assert "you can submit another request" in second.text


async def test_the_form_that_refuses_returns_too_and_offers_nothing_then(school: School, client: Client) -> None:
    await school.room(100)
    detail = await school.request(talk(), approved=False)
    organiser = await organiser_of(school, client)
    values = {"row_version": detail.request.row_version, "reason_code": "other", "offers": "true"}
    assert (await organiser.press(f"/requests/{detail.request.id}/return", **values)).status_code == 303
    assert await offers_of(school, detail) == []


async def test_a_place_that_is_refused_away_is_not_the_one_that_is_offered(school: School, client: Client) -> None:
    """An approved request with a booking: what it had is given back, and something else is offered."""
    room = await school.room(100)
    detail = await school.request(talk(), talk(minutes=60))
    organiser = await organiser_of(school, client)
    booked = await organiser.book(detail, at(15, 14), room)
    assert booked.status_code == 201
    path = f"/api/requests/{detail.request.id}/refuse"
    answer = await organiser.send("POST", path, json={"reason_code": "other", "offers": True})
    assert answer.status_code == 200, answer.text
    offers = (await organiser.send("GET", f"/api/requests/{detail.request.id}/offers")).json()
    assert {offer["origin"] for offer in offers} == {"refusal"}
    assert "released" in await booking_states(school, UUID(booked.json()["activity_id"]))
    until = min(offer["held_until"] for offer in offers)
    assert until <= (school.clock.now() + timedelta(hours=49)).isoformat()
