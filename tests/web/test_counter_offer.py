"""An organiser offers a place by hand on the request's page, without a script."""

from datetime import date
from typing import Any

from app.offers.repository import list_offers
from app.requests.domain import RequestDetail
from app.seasons import service as seasons
from app.seasons.calendar import CalendarDay
from tests.behaviours.people import Client, Person, organiser_of, owner_of
from tests.behaviours.test_what_leaves import told
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


async def test_who_has_a_place_is_said_with_others_that_are_free(school: School, client: Client) -> None:
    room, detail, other = await school.room(100), await school.request(talk()), await school.request(talk())
    organiser, owner = await organiser_of(school, client), await owner_of(school, client, detail)
    await organiser.book(other, at(16, 14), room)
    given = {"activity_id": str(detail.activities[0].id), "day": "2023-03-16", "hour": "14:00", "note": "周四也行吗"}
    answer = await send(organiser, detail, **given, room_ids=str(room.id))
    assert answer.status_code == 422
    page = PageParts(answer.text)
    assert f"{room.name_en} is promised to {other.request.owner_name_en} then (Thu 16 Mar 14:00-16:00)." in page.text
    assert "…" not in page.text.split("Not free")[1].split("Free now")[0]
    first, *rest = [form.fields for form in page.forms if form.action.endswith("/offered/place")][:3]
    assert (len(rest), first["note"], first["activity_id"]) == (2, "周四也行吗", given["activity_id"])
    assert (await send(organiser, detail, **first)).status_code == 303
    assert len(await offers_of(school, detail)) == 1
    assert "Offer a place of your choice" not in (await owner.page(f"/requests/{detail.request.id}")).text
    assert (await send(owner, detail, **given, room_ids=str(room.id))).status_code == 403


async def test_by_api_a_closed_room_is_said_to_be_closed_and_what_was_declined_is_said_too(
    school: School, client: Client
) -> None:
    room, detail = await school.room(100), await school.request(talk())
    organiser, owner = await organiser_of(school, client), await owner_of(school, client, detail)
    closed = {"first_day": "2023-03-16"}
    answer = await organiser.send("POST", f"/api/resources/{room.id}/closures", json=closed)
    assert answer.status_code == 201, answer.text
    path = f"/api/requests/{detail.request.id}/offers"
    wanted = {"activity_id": str(detail.activities[0].id), "room_ids": [str(room.id)]}
    refused = await organiser.send("POST", path, json={"placement": {**wanted, "starts_at": at(16, 14).isoformat()}})
    problem = refused.json()
    assert (refused.status_code, problem["type"]) == (409, "/problems/place-closed")
    assert problem["title"] == f"{room.name_en} is closed at that time."
    assert (problem["conflicts"], len(problem["alternatives"])) == ([], 3)
    free = {"placement": {**wanted, "starts_at": at(17, 14).isoformat()}}
    (made,) = (await organiser.send("POST", path, json=free)).json()
    await owner.send("POST", f"/api/offers/{made['id']}/decline", seen=made["row_version"], json={})
    again = await organiser.send("POST", path, json=free)
    assert (again.status_code, again.json()["type"]) == (409, "/problems/already-offered")


async def test_one_too_many_is_asked_once(school: School, client: Client) -> None:
    room, employer = await school.room(100), await school.employer()
    first, second = [await school.request(talk(), employer=employer) for _ in range(2)]
    organiser = await organiser_of(school, client)
    await organiser.book(first, at(16, 9), room)
    wanted = {"activity_id": str(second.activities[0].id), "day": "2023-03-16", "hour": "14:00"}
    asked = await send(organiser, second, **wanted, room_ids=str(room.id))
    page = PageParts(asked.text)
    assert asked.status_code == 422
    assert "One too many" in page.text
    others = [form.fields["day"] for form in page.forms if form.action.endswith("/offered/place")][:3]
    assert "2023-03-16" not in others
    (again,) = [form.fields for form in page.forms if "over_limits" in form.fields]
    assert "hour" in again, "the form that asked"
    assert await offers_of(school, second) == []
    said = await send(organiser, second, **wanted, room_ids=str(room.id), over_limits="true")
    assert said.status_code == 303
    assert len(await offers_of(school, second)) == 1


async def test_a_day_off_is_asked_once_and_the_owner_is_told_what_it_gives_up(school: School, client: Client) -> None:
    room, detail = await school.room(100), await school.request(talk(windows=(window(15),)))
    off = CalendarDay(day=date(2023, 3, 16), is_working=False)
    now = school.clock.now()
    await school.database.transact(seasons.set_calendar_day, off, actor=school.organiser, now=now)
    organiser, owner = await organiser_of(school, client), await owner_of(school, client, detail)
    wanted = {"activity_id": str(detail.activities[0].id), "hour": "14:00", "room_ids": str(room.id)}
    asked = await send(organiser, detail, **wanted, day="2023-03-16")
    assert asked.status_code == 422
    assert "This day is declared off." in PageParts(asked.text).text
    assert any("outside_wishes" in form.fields for form in PageParts(asked.text).forms)
    assert (await send(organiser, detail, **wanted, day="2023-03-16", outside_wishes="true")).status_code == 303
    assert (await send(organiser, detail, **wanted, day="2023-03-17")).status_code == 303, "the owner decides"
    assert (await send(organiser, detail, **wanted, day="2023-03-15")).status_code == 303
    offers = sorted(await offers_of(school, detail), key=lambda offer: offer.begins_at)
    assert [offer.costs for offer in offers] == [(), ("outside_wishes", "day_off"), ("outside_wishes",)]
    shown = PageParts((await owner.page(f"/requests/{detail.request.id}")).text).text
    assert shown.count("outside the days and hours asked for") == 2
    assert "outside the days and hours asked for, on a day off" in shown
    mails = await told(school, "offers.made", "zh-CN")
    assert ["不在意向时间内" in mail.text for mail in mails] == [True, True, False]


async def test_a_place_that_was_forbidden_is_asked_once(school: School, client: Client) -> None:
    room, detail = await school.room(100), await school.request(talk())
    async with school.database.pool.acquire() as connection:
        await connection.execute(
            "INSERT INTO forbidden_place (activity_id, room_id, set_by) VALUES ($1, $2, $3)",
            detail.activities[0].id,
            room.id,
            school.organiser.account_id,
        )
    organiser = await organiser_of(school, client)
    wanted = {"activity_id": str(detail.activities[0].id), "day": "2023-03-16", "hour": "14:00"}
    asked = await send(organiser, detail, **wanted, room_ids=str(room.id))
    assert asked.status_code == 422
    assert "This place was forbidden for the activity." in PageParts(asked.text).text
    said = await send(organiser, detail, **wanted, room_ids=str(room.id), outside_wishes="true")
    assert said.status_code == 303
