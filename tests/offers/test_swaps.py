"""Two owners swap confirmed places: nothing moves before both agree, then both at once, and nobody else."""

import asyncio
from collections.abc import Awaitable, Callable
from datetime import timedelta
from typing import Any
from uuid import UUID

import httpx
import pytest
from litestar import Litestar
from litestar.testing import AsyncTestClient

from app.bookings.repository import list_standing
from app.offers.domain import SwapGone
from app.offers.settling import withdraw_offers
from app.requests.domain import RequestDetail
from app.signed_links import sign_link
from tests.behaviours.people import Person, organiser_of, owner_of, set_rule
from tests.behaviours.test_what_leaves import told
from tests.offers.acts import accept, booking_states, decline, event_types, expire, later, states
from tests.school import School, at, talk, window

Client = AsyncTestClient[Litestar]
Both = tuple[RequestDetail, RequestDetail]


async def placed(school: School, client: Client, *, sizes: tuple[int, int] = (80, 80)) -> tuple[Person, Both]:
    """Two talks in two rooms on two days; and the organiser."""
    rooms = [await school.room(size + 20) for size in sizes]
    one = await school.request(talk(attendance=sizes[0], windows=(window(15), window(17))))
    other = await school.request(talk(attendance=sizes[1], windows=(window(15), window(17))))
    organiser = await organiser_of(school, client)
    for detail, day, room in ((one, 15, rooms[0]), (other, 17, rooms[1])):
        assert (await organiser.book(detail, at(day, 14), room)).status_code == 201
    return organiser, (one, other)


async def ask(person: Person, one: RequestDetail, other: RequestDetail, **more: Any) -> httpx.Response:
    """Ask for a swap."""
    body = {"activity_id": str(one.activities[0].id), "with_activity_id": str(other.activities[0].id), **more}
    return await person.send("POST", "/api/swaps", json=body)


async def days(school: School, both: Both) -> list[int]:
    """The day of March on which each is."""
    async with school.database.read() as connection:
        ids = [detail.activities[0].id for detail in both]
        standing = await list_standing(connection, school.season.id, activity_ids=ids)
    found = {booking.activity_id: booking.starts_at.day for booking in standing if booking.state == "confirmed"}
    return [found[key] for key in ids]


async def test_the_centre_proposes_both_agree_and_both_move_in_one_act(school: School, client: Client) -> None:
    organiser, both = await placed(school, client)
    asked = await ask(organiser, *both, note="Both would fit better")
    assert asked.status_code == 201, asked.text
    first, second = asked.json()
    assert [offer["origin"] for offer in (first, second)] == ["swap", "swap"]
    assert await days(school, both) == [15, 17], "nothing moves before both agree"
    await accept(school, UUID(first["id"]))
    assert await days(school, both) == [15, 17]
    assert (await event_types(school))[-1] == "swap.agreed"
    await accept(school, UUID(second["id"]))
    assert await days(school, both) == [17, 15]
    assert [await states(school, detail.request.id) for detail in both] == [{1: "accepted"}, {1: "accepted"}]
    happened = await event_types(school)
    assert sorted(happened[-4:]) == ["booking.moved", "booking.moved", "offer.accepted", "offer.accepted"]
    assert [await booking_states(school, detail.activities[0].id) for detail in both] == [["released", "confirmed"]] * 2


async def test_an_owner_who_asks_has_agreed_and_the_other_is_asked_without_a_name(
    school: School, client: Client
) -> None:
    _, both = await placed(school, client)
    owner, other = await owner_of(school, client, both[0]), await owner_of(school, client, both[1])
    choices = (await owner.send("GET", f"/api/activities/{both[0].activities[0].id}/swap-choices")).json()
    assert [(choice["activity_id"], choice["is_wished"]) for choice in choices] == [
        (str(both[1].activities[0].id), True)
    ]
    assert both[1].request.owner_name_zh not in str(choices)
    assert both[1].request.title not in str(choices)
    asked = await ask(owner, *both)
    assert [offer["agreed_at"] is not None for offer in asked.json()] == [True], "of theirs alone they see an offer"
    assert await event_types(school, "swap%") == ["swap.proposed"]
    (mail,) = await told(school, "offers.made", "en")
    assert "asked to swap places" in mail.text
    assert "15 Mar" in mail.text
    assert "17 Mar" in mail.text
    assert both[0].request.owner_name_zh not in mail.text
    listed = (await other.send("GET", f"/api/requests/{both[1].request.id}/offers")).json()
    assert "moves" not in listed[0] or listed[0]["moves"] == []
    page = await other.page(f"/requests/{both[1].request.id}")
    assert "Swap for the present place" in page.text
    pressed = await other.press(
        f"/requests/{both[1].request.id}/offered/{listed[0]['id']}/accept", row_version=listed[0]["row_version"]
    )
    assert pressed.status_code == 303, pressed.text
    assert await days(school, both) == [17, 15]
    assert [mail.method for mail in await told(school, "booking.moved", "en")] == ["REQUEST", "REQUEST"]


async def test_a_no_ends_both_and_says_why_to_the_centre_alone(school: School, client: Client) -> None:
    organiser, both = await placed(school, client)
    first, second = (await ask(organiser, *both)).json()
    await accept(school, UUID(first["id"]))
    await decline(school, UUID(second["id"]))
    assert [await states(school, detail.request.id) for detail in both] == [{1: "withdrawn"}, {1: "declined"}]
    assert await days(school, both) == [15, 17]
    (mail,) = await told(school, "offers.withdrawn", "en")
    assert "There will be no swap" in mail.text
    assert "周三更好" not in mail.text
    again = await ask(organiser, *both)
    assert again.json()["type"] == "/problems/already-offered", "a no is not asked about again"


async def test_who_agreed_may_change_their_mind_until_the_other_has_answered(school: School, client: Client) -> None:
    organiser, both = await placed(school, client)
    first, second = (await ask(organiser, *both)).json()
    await accept(school, UUID(first["id"]))
    await decline(school, UUID(first["id"]))
    assert [await states(school, detail.request.id) for detail in both] == [{1: "declined"}, {1: "withdrawn"}]
    late = await organiser.send("POST", f"/api/offers/{second['id']}/accept")
    assert late.json()["type"] == "/problems/offer-settled"


async def test_without_an_answer_in_time_everything_stays(school: School, client: Client) -> None:
    organiser, both = await placed(school, client)
    first, _ = (await ask(organiser, *both)).json()
    await accept(school, UUID(first["id"]))
    assert await expire(school, later(school, 49)) == 2
    assert [await states(school, detail.request.id) for detail in both] == [{1: "expired"}, {1: "expired"}]
    assert await days(school, both) == [15, 17]
    for mail in await told(school, "offers.expired", "en"):
        assert "did not both agree" in mail.text


async def cancel(organiser: Person, detail: RequestDetail) -> None:
    """Its owner no longer comes."""
    answer = await organiser.send("POST", f"/api/requests/{detail.request.id}/cancel", json={})
    assert answer.status_code == 200, answer.text


async def move(organiser: Person, detail: RequestDetail) -> None:
    """It is moved by hand."""
    listed = (await organiser.send("GET", f"/api/bookings?season_id={detail.request.season_id}")).json()
    (booking,) = [entry for entry in listed if entry["activity_id"] == str(detail.activities[0].id)]
    body = {"starts_at": at(20, 14).isoformat(), "room_ids": booking["room_ids"], "outside_wishes": True}
    answer = await organiser.send("PUT", f"/api/bookings/{booking['id']}", json=body)
    assert answer.status_code in (200, 201), answer.text


@pytest.mark.parametrize("happens", [cancel, move])
async def test_what_changes_meanwhile_ends_the_swap_and_both_are_told(
    school: School, client: Client, happens: Callable[[Person, RequestDetail], Awaitable[None]]
) -> None:
    organiser, both = await placed(school, client)
    first, second = (await ask(organiser, *both)).json()
    await accept(school, UUID(first["id"]))
    await happens(organiser, both[0])
    late = await organiser.send("POST", f"/api/offers/{second['id']}/accept")
    assert (late.status_code, late.json()["type"]) == (409, "/problems/swap-gone")
    assert "open" not in {*(await states(school, both[0].request.id)).values()}
    assert await states(school, both[1].request.id) == {1: "lost"}


async def test_time_ends_a_swap_of_which_one_side_is_gone(school: School, client: Client) -> None:
    organiser, both = await placed(school, client)
    await ask(organiser, *both)
    await cancel(organiser, both[0])
    assert await expire(school, later(school, 1)) == 1
    assert await states(school, both[1].request.id) == {1: "withdrawn"}
    assert len(await told(school, "offers.withdrawn", "en")) == 1


async def test_who_does_not_fit_is_refused_with_the_reason_and_nobody_is_asked(school: School, client: Client) -> None:
    organiser, both = await placed(school, client, sizes=(80, 40))
    refused = await ask(organiser, *both)
    assert refused.status_code == 422
    assert "seats 60, 80 are needed" in refused.text
    assert (await organiser.send("GET", f"/api/activities/{both[0].activities[0].id}/swap-choices")).json() == []
    assert await states(school, both[0].request.id) == {}


async def test_who_would_run_into_the_next_is_refused(school: School, client: Client) -> None:
    organiser, (one, other) = await placed(school, client)
    room = (await organiser.send("GET", f"/api/bookings?season_id={school.season.id}")).json()
    (place,) = [entry for entry in room if entry["activity_id"] == str(other.activities[0].id)]
    long = await school.request(talk(minutes=180))
    there = await school.room(100)
    assert (await organiser.book(long, at(16, 14), there)).status_code == 201
    after = await school.request(talk())
    body = {
        "activity_id": str(after.activities[0].id),
        "starts_at": at(17, 16, 30).isoformat(),
        "room_ids": place["room_ids"],
    }
    assert (await organiser.send("POST", "/api/bookings", json=body)).status_code == 201
    refused = await ask(organiser, long, other)
    assert refused.json()["type"] == "/problems/swap-impossible"
    choices = (await organiser.send("GET", f"/api/activities/{long.activities[0].id}/swap-choices")).json()
    listed = {choice["request_id"] for choice in choices}
    assert listed == {str(one.request.id), str(after.request.id)}, "what cannot be done is no choice"
    assert (await ask(organiser, one, other)).status_code == 201


async def test_only_own_and_public_places_are_asked_about(school: School, client: Client) -> None:
    _, both = await placed(school, client)
    owner, stranger = await owner_of(school, client, both[0]), await owner_of(school, client, both[1])
    assert (await ask(stranger, *both)).status_code == 404, "of another's activity"
    hidden = await school.request(talk())
    assert (await ask(owner, both[0], hidden)).status_code in (404, 409), "of what has no place"
    same = await ask(owner, both[0], both[0])
    assert same.json()["type"] == "/problems/not-swappable"


async def test_an_owner_asks_only_so_many_at_a_time(school: School, client: Client) -> None:
    organiser, (one, other) = await placed(school, client)
    third = await school.request(talk())
    assert (await organiser.book(third, at(20, 14), await school.room(100))).status_code == 201
    await set_rule(school, organiser, "offers_per_request", 1)
    owner = await owner_of(school, client, one)
    assert (await ask(owner, one, other)).status_code == 201
    assert (await ask(owner, one, third)).json()["type"] == "/problems/too-many-swaps"


async def test_two_swaps_of_one_place_agreed_to_at_once_are_done_once(school: School, client: Client) -> None:
    organiser, (one, other) = await placed(school, client)
    third = await school.request(talk())
    assert (await organiser.book(third, at(20, 14), await school.room(100))).status_code == 201
    swaps = [(await ask(organiser, one, with_)).json() for with_ in (other, third)]
    for mine, _ in swaps:
        await accept(school, UUID(mine["id"]))
    done = await asyncio.gather(*(accept(school, UUID(theirs["id"])) for _, theirs in swaps), return_exceptions=True)
    assert sorted(type(entry).__name__ for entry in done) in (["Offer", "SwapGone"], ["Offer", "OfferSettled"])
    async with school.database.read() as connection:
        standing = await list_standing(connection, school.season.id)
    assert len({(booking.starts_at, booking.room_ids) for booking in standing}) == 3


async def test_the_page_offers_the_choice_and_the_link_of_the_mail_decides(school: School, client: Client) -> None:
    organiser, both = await placed(school, client)
    activity = both[0].activities[0].id
    page = await organiser.page(f"/activities/{activity}/swap")
    assert str(both[1].activities[0].id) in page.text
    pressed = await organiser.press(f"/activities/{activity}/swap", with_activity_id=str(both[1].activities[0].id))
    assert pressed.headers["location"] == f"/requests/{both[0].request.id}"
    for detail in both:
        listed = (await organiser.send("GET", f"/api/requests/{detail.request.id}/offers")).json()
        token = sign_link(
            client.app.state.settings.signing_keys,
            "offer",
            UUID(listed[0]["id"]),
            expires_at=school.clock.now() + timedelta(days=3),
        )
        shown = await client.get(f"/offers/{token}", headers={"Accept-Language": "en"})
        assert "Your place now" in shown.text
        answer = await client.post(f"/offers/{token}/accept", data={"row_version": "1"}, follow_redirects=False)
        assert answer.status_code == 303, answer.text
    assert await days(school, both) == [17, 15]


async def test_an_agreement_that_was_taken_back_elsewhere_moves_nobody(school: School, client: Client) -> None:
    organiser, both = await placed(school, client)
    first, second = (await ask(organiser, *both)).json()
    await accept(school, UUID(first["id"]))
    # As the acceptance of an offer of another step does it.
    await school.database.transact(
        withdraw_offers, both[0].request.id, settled_by=None, now=school.clock.now(), only=[UUID(first["id"])]
    )
    with pytest.raises(SwapGone):
        await accept(school, UUID(second["id"]))
    assert await days(school, both) == [15, 17]
    assert await states(school, both[1].request.id) == {1: "lost"}


async def test_neither_history_names_people_of_the_other_owner(school: School, client: Client) -> None:
    organiser, both = await placed(school, client)
    owner, other = await owner_of(school, client, both[0]), await owner_of(school, client, both[1])
    mine, theirs = await name_of(school, owner), await name_of(school, other)
    await ask(owner, *both)
    (listed,) = (await other.send("GET", f"/api/requests/{both[1].request.id}/offers")).json()
    assert (await other.send("POST", f"/api/offers/{listed['id']}/accept")).status_code == 200
    for person, detail, own, foreign in ((owner, both[0], mine, theirs), (other, both[1], theirs, mine)):
        history = await person.send("GET", f"/api/requests/{detail.request.id}/history")
        assert (own in history.text, foreign in history.text) == (True, False)
        assert foreign not in (await person.page(f"/requests/{detail.request.id}")).text
        seen_by_all = (await organiser.send("GET", f"/api/requests/{detail.request.id}/history")).text
        assert foreign in seen_by_all


async def name_of(school: School, person: Person) -> str:
    """Give somebody a name that is in no other text."""
    me = (await person.send("GET", "/api/session")).json()
    name = f"Person {me['id']}"
    await school.database.pool.execute("UPDATE account SET display_name = $2 WHERE id = $1", UUID(me["id"]), name)
    return name


async def test_nobody_is_asked_again_by_who_took_it_back(school: School, client: Client) -> None:
    _, both = await placed(school, client)
    owner = await owner_of(school, client, both[0])
    (mine,) = (await ask(owner, *both)).json()
    assert (await owner.send("POST", f"/api/offers/{mine['id']}/decline", json={})).status_code == 200
    assert (await ask(owner, *both)).json()["type"] == "/problems/already-offered"


async def test_the_centre_does_not_ask_again_who_declined_on_either_side(school: School, client: Client) -> None:
    organiser, both = await placed(school, client)
    first, _ = (await ask(organiser, *both)).json()
    await decline(school, UUID(first["id"]))
    assert (await ask(organiser, *both)).json()["type"] == "/problems/already-offered"


async def test_whom_others_ask_may_still_ask(school: School, client: Client) -> None:
    organiser, (one, other) = await placed(school, client)
    third = await school.request(talk())
    assert (await organiser.book(third, at(20, 14), await school.room(100))).status_code == 201
    await set_rule(school, organiser, "offers_per_request", 1)
    assert (await ask(await owner_of(school, client, third), third, one)).status_code == 201
    assert (await ask(await owner_of(school, client, one), one, other)).status_code == 201


async def test_pressed_twice_it_is_agreed_once(school: School, client: Client) -> None:
    organiser, both = await placed(school, client)
    first, _ = (await ask(organiser, *both)).json()
    for _ in range(2):
        answer = await organiser.send("POST", f"/api/offers/{first['id']}/accept", seen=first["row_version"])
        assert answer.status_code == 200, answer.text
    assert await event_types(school, "swap%") == ["swap.agreed"]


@pytest.mark.parametrize("whose", ["own", "other"])
async def test_where_each_use_is_approved_only_the_centre_swaps(school: School, client: Client, whose: str) -> None:
    organiser, both = await placed(school, client)
    owner = await owner_of(school, client, both[0])
    bookings = (await organiser.send("GET", f"/api/bookings?season_id={school.season.id}")).json()
    of = str(both[0 if whose == "own" else 1].request.id)
    (room_id,) = next(booking["room_ids"] for booking in bookings if booking["request_id"] == of)
    changed = await organiser.send("PATCH", f"/api/rooms/{room_id}", json={"needs_approval": True})
    assert changed.status_code == 200, changed.text
    refused = await ask(owner, *both)
    assert (refused.status_code, refused.json()["type"]) == (409, "/problems/room-needs-approval")
    choices = await owner.send("GET", f"/api/activities/{both[0].activities[0].id}/swap-choices")
    assert choices.json() == [], choices.text
    assert (await ask(organiser, *both)).status_code == 201
