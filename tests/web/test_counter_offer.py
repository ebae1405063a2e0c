"""An organiser offers a place by hand on the request's page, without a script."""

from typing import Any

from app.offers.repository import list_offers
from app.requests.domain import RequestDetail
from tests.behaviours.people import Client, Person, organiser_of, owner_of
from tests.school import School, at, talk, window
from tests.web.page_parts import PageParts


async def offers_of(school: School, detail: RequestDetail) -> list[Any]:
    """What is offered to a request."""
    async with school.database.read() as connection:
        return await list_offers(connection, [detail.request.id])


async def send(person: Person, detail: RequestDetail, **values: Any) -> Any:
    """As the form is sent."""
    return await person.press(f"/requests/{detail.request.id}/offered/place", **values)


async def test_a_chosen_place_is_kept_for_the_owner_with_a_sentence(school: School, client: Client) -> None:
    room, small = await school.room(100), await school.room(10)
    detail = await school.request(talk(windows=(window(15),)))
    organiser = await organiser_of(school, client)
    shown = (await organiser.page(f"/requests/{detail.request.id}")).text
    assert "Offer a place of your choice" in shown
    assert f'<option value="{room.id}"' in shown
    assert f'<option value="{small.id}"' not in shown, "too small for all of it"
    activity = str(detail.activities[0].id)
    answer = await send(
        organiser,
        detail,
        activity_id=activity,
        day="2023-03-16",
        hour="14:00",
        room_ids=str(room.id),
        note="周四也行吗",
    )
    assert (answer.status_code, answer.headers["location"]) == (303, f"/requests/{detail.request.id}")
    (made,) = await offers_of(school, detail)
    assert (made.origin, made.state, made.held, made.note) == ("counter", "open", True, "周四也行吗")
    assert (made.placements[0].starts_at, made.placements[0].room_ids) == (at(16, 14), (room.id,))


async def test_what_is_wrong_is_said_at_its_field_and_kept(school: School, client: Client) -> None:
    room, detail = await school.room(100), await school.request(talk())
    organiser = await organiser_of(school, client)
    given = {"activity_id": str(detail.activities[0].id), "day": "2023-03-16", "hour": "14:10", "note": "Hello"}
    answer = await send(organiser, detail, **given, room_ids=str(room.id))
    assert answer.status_code == 422
    assert '<details class="decide" open>' in answer.text
    assert "Start: Times are whole multiples of 30 minutes, such as 9:00 or 9:30." in PageParts(answer.text).text
    assert 'href="#f-hour"' in answer.text
    assert f'<option value="{room.id}" selected>' in answer.text
    assert ">Hello</textarea>" in answer.text
    missing = await send(organiser, detail, **{**given, "hour": "14:00"})
    assert "Room: The activity takes 1 rooms at once, 0 were named." in PageParts(missing.text).text
    empty = await send(organiser, detail, activity_id=given["activity_id"])
    assert 'href="#f-hour"' in empty.text
    assert await offers_of(school, detail) == []


async def test_of_an_itinerary_the_step_is_chosen_and_several_rooms_are_ticked(school: School, client: Client) -> None:
    rooms = [await school.room(100) for _ in range(2)]
    channel = await school.channel()
    interviews = talk(minutes=60, attendance=20)
    detail = await school.request(
        talk(minutes=60), type(interviews)(kind="interview_block", attendance=20, duration_minutes=60, rooms_needed=2)
    )
    organiser = await organiser_of(school, client)
    shown = (await organiser.page(f"/requests/{detail.request.id}")).text
    assert f'<option value="{detail.activities[1].id}"' in shown
    assert str(channel.id) not in shown, "nothing of it is streamed"
    answer = await organiser.client.post(
        f"/requests/{detail.request.id}/offered/place",
        data={
            "activity_id": str(detail.activities[1].id),
            "day": "2023-03-16",
            "hour": "14:00",
            "room_ids": [str(room.id) for room in rooms],
        },
        headers={**organiser.headers, "Accept": "text/html"},
        follow_redirects=False,
    )
    assert answer.status_code == 303, answer.text
    (made,) = await offers_of(school, detail)
    assert set(made.placements[0].room_ids) == {room.id for room in rooms}


async def test_a_place_that_is_taken_is_said_and_owners_offer_nothing(school: School, client: Client) -> None:
    room, detail, other = await school.room(100), await school.request(talk()), await school.request(talk())
    organiser, owner = await organiser_of(school, client), await owner_of(school, client, detail)
    await organiser.book(other, at(16, 14), room)
    given = {"activity_id": str(detail.activities[0].id), "day": "2023-03-16", "hour": "14:00"}
    answer = await send(organiser, detail, **given, room_ids=str(room.id))
    assert answer.status_code == 422
    assert "This has just been taken" in answer.text
    assert "Offer a place of your choice" not in (await owner.page(f"/requests/{detail.request.id}")).text
    assert (await send(owner, detail, **given, room_ids=str(room.id))).status_code == 403
