"""An organiser books, moves and gives back by hand on a page; who is in the way, what is free and limits are said."""

from itertools import pairwise
from typing import Any

from app.bookings import repository as bookings
from app.bookings.domain import Booking
from app.requests.domain import RequestDetail
from tests.school import School, talk, window
from tests.signing_in import sign_in
from tests.web.page_parts import PageParts

WISHED = talk(windows=(window(16),))


async def an_organiser(school: School, client: Any) -> None:
    await sign_in(client, await school.account("organiser"))
    client.cookies.set("locale", "en")


def address_of(detail: RequestDetail) -> str:
    return f"/activities/{detail.activities[0].id}/place"


async def send(client: Any, detail: RequestDetail, values: dict[str, Any]) -> Any:
    return await client.post(address_of(detail), data=values, follow_redirects=False)


async def standing(school: School, detail: RequestDetail) -> list[Booking]:
    async with school.database.read() as connection:
        return await bookings.list_standing(connection, school.season.id, activity_ids=[detail.activities[0].id])


async def test_it_is_booked_then_moved_then_given_back(school: School, client: Any) -> None:
    room, other = await school.room(100), await school.room(100)
    await an_organiser(school, client)
    detail = await school.request(WISHED)
    links = PageParts((await client.get(f"/requests/{detail.request.id}")).text).links
    assert address_of(detail) in links
    answer = await send(client, detail, {"day": "2023-03-16", "hour": "14:00", "room_ids": str(room.id)})
    assert (answer.status_code, answer.headers["location"]) == (303, f"/requests/{detail.request.id}")
    (first,) = await standing(school, detail)
    form = next(form for form in PageParts((await client.get(address_of(detail))).text).forms if "day" in form.fields)
    moving = {"booking_id": form.fields["booking_id"], "day": "2023-03-16", "hour": "14:00"}
    assert moving["booking_id"] == str(first.id)
    await send(client, detail, {**moving, "room_ids": str(other.id)})
    (moved,) = await standing(school, detail)
    assert moved.room_ids == (other.id,)
    # What was looked at is moved, or nothing: this page shows a booking that is no more.
    late = await send(client, detail, {**moving, "room_ids": str(room.id)})
    assert late.status_code == 422
    assert await standing(school, detail) == [moved]
    given = {"booking_id": str(moved.id), "reason": "The employer rang"}
    answer = await client.post(f"{address_of(detail)}/give-back", data=given, follow_redirects=False)
    assert answer.status_code == 303
    assert await standing(school, detail) == []
    assert "The employer rang" in PageParts((await client.get(f"/requests/{detail.request.id}")).text).text


async def test_outside_the_wishes_and_over_a_limit_are_asked_once_each(school: School, client: Any) -> None:
    room, employer = await school.room(100), await school.employer()
    await an_organiser(school, client)
    first, second = [await school.request(WISHED, employer=employer) for _ in range(2)]
    wanted = {"day": "2023-03-17", "hour": "09:00", "room_ids": str(room.id)}
    asked = await send(client, first, wanted)
    assert asked.status_code == 422
    assert "This is none of the times that were asked for." in PageParts(asked.text).text
    await send(client, first, {**wanted, "outside_wishes": "true"})
    limited = await send(client, second, {**wanted, "hour": "14:00", "outside_wishes": "true"})
    page = PageParts(limited.text)
    assert "One too many" in page.text
    assert "Its owner has as many activities of this kind that day" in page.text
    offers = [form.fields for form in page.forms if form.action == address_of(second) and form.fields.get("day")]
    assert len(offers) == 3
    assert "2023-03-17" not in {entry["day"] for entry in offers}
    (again,) = [form.fields for form in page.forms if "over_limits" in form.fields]
    assert again["outside_wishes"] == "true"
    said = {"hour": "14:00", "outside_wishes": "true", "over_limits": "true"}
    await send(client, second, {**wanted, **said})
    assert len(await standing(school, second)) == 1


async def test_who_is_in_the_way_is_named_and_choices_do_not_overlap(school: School, client: Any) -> None:
    room = await school.room(100)
    await an_organiser(school, client)
    first, second = [await school.request(WISHED) for _ in range(2)]
    wanted = {"day": "2023-03-16", "hour": "10:00", "room_ids": str(room.id)}
    await send(client, first, wanted)
    page = PageParts((await send(client, second, wanted)).text)
    assert f"{room.name_en} is promised to {first.request.owner_name_en} then (Thu 16 Mar 10:00-12:00)." in page.text
    offers = [form.fields for form in page.forms if form.action == address_of(second) and form.fields.get("day")][:3]
    starts = sorted((entry["day"], entry["hour"]) for entry in offers)
    hours = [60 * int(hour[:2]) + int(hour[3:]) for day, hour in starts if day == "2023-03-16"]
    assert all(later - earlier >= 120 for earlier, later in pairwise(hours))
    taken = await send(client, second, offers[0])
    assert taken.status_code == 303


async def test_a_wrong_room_is_said_at_its_field(school: School, client: Any) -> None:
    await school.room(100)
    await an_organiser(school, client)
    detail = await school.request(WISHED)
    page = PageParts((await send(client, detail, {"day": "2023-03-16", "hour": "10:00", "room_ids": "zzz"})).text)
    assert "Room: Choose one of the list." in " ".join(page.text.split())
    assert "#f-room_ids" in page.links
