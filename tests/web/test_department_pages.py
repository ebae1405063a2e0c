"""Department staff book in their own rooms at once; a refusal says who and when, and offers three buttons."""

from datetime import datetime
from typing import Any
from uuid import UUID

from app.bookings import repository as bookings
from app.requests.domain import ActivityWish, RequestDetail
from app.venues.domain import Department, Room
from tests.school import School, talk, window
from tests.signing_in import sign_in
from tests.web.page_parts import PageParts

FAIR = ActivityWish(kind="department_fair", attendance=200, duration_minutes=240, booths=20, windows=(window(16),))


async def a_department(school: School, client: Any) -> tuple[Department, Room]:
    """With a hall of its own, and somebody of it signed in."""
    department = await school.department()
    hall = await school.room(300, department=department, booths=40)
    await school.room(400, booths=60)  # the school's own: not theirs to book
    await sign_in(client, await school.account("department_staff", department_id=department.id))
    client.cookies.set("locale", "en")
    return department, hall


async def book(client: Any, detail: RequestDetail, room: UUID, day: str, hour: str) -> Any:
    """As the form is sent."""
    values = {"day": day, "hour": hour, "room_ids": str(room)}
    return await client.post(address_of(detail), data=values, follow_redirects=False)


def address_of(detail: RequestDetail) -> str:
    return f"/activities/{detail.activities[0].id}/place"


async def booked(school: School, detail: RequestDetail) -> list[tuple[datetime, tuple[UUID, ...]]]:
    async with school.database.read() as connection:
        found = await bookings.list_standing(connection, school.season.id, activity_ids=[detail.activities[0].id])
    return [(school.clock.local(booking.starts_at), booking.room_ids) for booking in found]


async def test_a_room_is_booked_at_once_and_stands_in_the_day_list(school: School, client: Any) -> None:
    department, hall = await a_department(school, client)
    detail = await school.request(FAIR, department=department)
    answer = await book(client, detail, hall.id, "2023-03-16", "09:30")
    assert (answer.status_code, answer.headers["location"]) == (303, f"/requests/{detail.request.id}")
    [(starts_at, rooms)] = await booked(school, detail)
    assert (starts_at.isoformat(), rooms) == ("2023-03-16T09:30:00+08:00", (hall.id,))
    shown = PageParts((await client.get("/my/rooms")).text).text
    assert "Thu 16 Mar" in shown
    assert "09:30-13:30" in shown
    assert detail.request.title in shown


async def test_a_refusal_says_who_and_when_and_its_buttons_are_free_placements(school: School, client: Any) -> None:
    department, hall = await a_department(school, client)
    first, second = [await school.request(FAIR, department=department) for _ in range(2)]
    await book(client, first, hall.id, "2023-03-16", "09:30")
    answer = await book(client, second, hall.id, "2023-03-16", "10:00")
    page = PageParts(answer.text)
    assert answer.status_code == 422
    assert f"{hall.name_en} is promised to {department.name_en} then (Thu 16 Mar 09:30-13:30)." in page.text
    offers = [form for form in page.forms if form.fields.get("outside_wishes") == "true"]
    assert [form.fields["room_ids"] for form in offers] == [str(hall.id)] * 3
    taken = await client.post(offers[0].action, data=offers[0].fields, follow_redirects=False)
    assert taken.status_code == 303
    [(starts_at, _)] = await booked(school, second)
    assert f"{starts_at:%Y-%m-%d %H:%M}" == "{day} {hour}".format_map(offers[0].fields)


async def test_only_own_rooms_are_booked_and_only_for_approved_requests(school: School, client: Any) -> None:
    department, hall = await a_department(school, client)
    approved = await school.request(FAIR, department=department)
    # What departments may not book by themselves: tests/behaviours/test_filing.py has the rest.
    waiting = await school.request(talk(), department=department, approved=False)
    elsewhere = await school.room(300, booths=40)
    refused = await book(client, approved, elsewhere.id, "2023-03-16", "09:30")
    assert "Your account may not do this." in PageParts(refused.text).text
    early = await book(client, waiting, hall.id, "2023-03-16", "09:30")
    assert "The career centre has not approved this request yet." in PageParts(early.text).text
    assert await booked(school, approved) == await booked(school, waiting) == []


async def test_a_wrong_time_is_said_at_its_field(school: School, client: Any) -> None:
    department, hall = await a_department(school, client)
    detail = await school.request(FAIR, department=department)
    answer = await book(client, detail, hall.id, "2023-03-16", "07:00")
    assert answer.status_code == 422
    assert "#f-hour" in PageParts(answer.text).links


async def test_only_the_departments_staff_see_the_page(school: School, client: Any) -> None:
    department, _ = await a_department(school, client)
    detail = await school.request(FAIR, department=department)
    other = await school.department("EE")
    await sign_in(client, await school.account("department_staff", department_id=other.id))
    assert (await client.get(address_of(detail))).status_code == 404
    await sign_in(client, await school.account("employer_contact"))
    assert (await client.get("/my/rooms")).status_code == 403
