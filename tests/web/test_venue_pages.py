"""Rooms, channels, campuses on their pages: entered, changed unless somebody else did, found, closed and opened."""

from datetime import UTC, datetime, time
from typing import Any
from uuid import UUID

import pytest

from app.bookings.domain import ConfirmPlacement
from app.bookings.service import confirm_placement
from app.venues import closure_repository, repository, room_repository
from app.venues.domain import Channel, OpeningHours, Room
from app.venues.pages.hours_text import hours_as_text, hours_of_text
from tests.school import School, at, talk, window
from tests.signing_in import sign_in
from tests.web.page_parts import PageParts
from tests.web.sent_form import SentForm

FORM = {"content-type": "application/x-www-form-urlencoded"}
HALL: dict[str, Any] = {
    "code": "Z-101",
    "name_zh": "主楼101",
    "name_en": "Main 101",
    "capacity": "300",
    "booths": "40",
    "features": ["stage", "audio"],
    "turnover_minutes": "15",
    "turnover_of_two_way_fair": "120",
    "opening_hours": "Mon-Fri 08:00-12:00,14:00-22:00\nSat 09:00-17:00",
}


@pytest.fixture
async def organiser(school: School, client: Any) -> Any:
    """A client of an organiser who reads English."""
    await sign_in(client, await school.account("organiser"))
    client.cookies.set("locale", "en")
    return client


async def rooms_of(school: School) -> dict[str, Room]:
    async with school.database.read() as connection:
        return {room.code: room for room in await room_repository.list_rooms(connection)}


async def channels_of(school: School) -> dict[str, Channel]:
    async with school.database.read() as connection:
        return {channel.code: channel for channel in await room_repository.list_channels(connection)}


async def closed(school: School, resource_id: UUID) -> list[tuple[datetime, datetime, str]]:
    first, last = datetime(2023, 1, 1, tzinfo=UTC), datetime(2024, 1, 1, tzinfo=UTC)
    async with school.database.read() as connection:
        found = await closure_repository.list_closures(
            connection, starts_at=first, ends_at=last, resource_id=resource_id
        )
    zone = school.clock.local
    return [(zone(entry.starts_at), zone(entry.ends_at), entry.reason_code) for entry in found]


@pytest.mark.parametrize("locale", ["zh-CN", "en"])
def test_opening_hours_are_read_as_they_were_written(locale: str) -> None:
    alike = [OpeningHours(day, time(8), time(12)) for day in (1, 2, 3, 5)]
    hours = [*alike, OpeningHours(5, time(14), time(22)), OpeningHours(7, time(9, 30), time(17))]
    text = hours_as_text(hours, locale)
    assert len(text.splitlines()) == 3
    assert hours_of_text(text) == hours
    assert hours_of_text(hours_as_text([], locale)) == []


async def test_a_room_is_kept_as_entered_and_its_form_changes_nothing(school: School, organiser: Any) -> None:
    sent = {**HALL, "campus_id": str(school.campus.id)}
    answer = await organiser.post("/venues/rooms/new", data=sent, follow_redirects=False)
    assert (answer.status_code, answer.headers["location"]) == (303, "/venues?q=Z-101")
    room = (await rooms_of(school))["Z-101"]
    assert (room.capacity, room.booths, room.turnover_minutes) == (300, 40, 15)
    assert (sorted(room.features), room.turnover_by_kind) == (["audio", "stage"], {"two_way_fair": 120})
    assert [opening.weekday for opening in room.opening_hours] == [1, 1, 2, 2, 3, 3, 4, 4, 5, 5, 6]
    path = f"/venues/rooms/{room.id}"
    form = SentForm((await organiser.get(path)).text, path)
    answer = await organiser.post(path, content=form.body(), headers=FORM, follow_redirects=False)
    assert answer.status_code == 303
    after = (await rooms_of(school))["Z-101"]
    for name in room.__struct_fields__:
        if name != "row_version":
            assert getattr(after, name) == getattr(room, name), name


async def test_a_room_that_somebody_else_changed_is_not_overwritten(school: School, organiser: Any) -> None:
    room = await school.room(120)
    path = f"/venues/rooms/{room.id}"
    form = SentForm((await organiser.get(path)).text, path)
    await organiser.post(path, content=form.body(capacity="130"), headers=FORM)
    answer = await organiser.post(path, content=form.body(capacity="140"), headers=FORM)
    page = PageParts(answer.text)
    assert answer.status_code == 422
    assert "Somebody changed this after you opened it." in page.text
    assert 'value="140"' in answer.text
    assert (await rooms_of(school))[room.code].capacity == 130


@pytest.mark.parametrize(
    ("field", "value", "sentence"),
    [
        ("capacity", "0", "Seats: This must be at least 1."),
        ("capacity", "many", "Seats: A whole number is needed here."),
        ("opening_hours", "always", "“always” is not opening hours such as"),
        ("opening_hours", "Mon 12:00-08:00", "Opening hours: The hours end before they start."),
        ("features", "wings", "Equipment: Choose one of the list."),
        ("turnover_of_two_way_fair", "999", "This must be at most 480."),
        ("code", "a b", "Code: This is not in the expected form."),
    ],
)
async def test_what_is_wrong_is_said_at_its_field(
    school: School, organiser: Any, field: str, value: str, sentence: str
) -> None:
    sent = {**HALL, "campus_id": str(school.campus.id), field: value}
    answer = await organiser.post("/venues/rooms/new", data=sent)
    page = PageParts(answer.text)
    assert answer.status_code == 422
    assert sentence in page.text
    assert f"#f-{'turnover_by_kind' if field.startswith('turnover_of') else field}" in page.links
    assert await rooms_of(school) == {}


async def test_a_code_that_is_taken_is_said(school: School, organiser: Any) -> None:
    room = await school.room(120)
    sent = {**HALL, "campus_id": str(school.campus.id), "code": room.code}
    answer = await organiser.post("/venues/rooms/new", data=sent)
    assert "This code is in use already." in PageParts(answer.text).text


async def test_the_list_is_narrowed_by_campus_department_seats_and_words(school: School, organiser: Any) -> None:
    east, department = await school.add_campus("east", "东校区", "East campus"), await school.department()
    large, small = await school.room(300), await school.room(60)
    there, own = await school.room(200, campus=east), await school.room(90, department=department)
    every = {room.name_en for room in (large, small, there, own)}
    for query, names in (
        ("", every),
        ("campus=east", {there.name_en}),
        ("owner=CS", {own.name_en}),
        ("owner=-", every - {own.name_en}),
        ("seats=200", {large.name_en, there.name_en}),
        (f"q={small.code.lower()}", {small.name_en}),
        ("campus=east&seats=999", set()),
        ("seats=many&part=9", every),
    ):
        shown = PageParts((await organiser.get(f"/venues?{query}")).text)
        assert {text for text in shown.texts if text in every} == names, query


async def test_a_channel_and_a_campus_with_the_way_to_it_are_added(school: School, organiser: Any) -> None:
    channel = {"code": "ZB-1", "name_zh": "直播间", "name_en": "Channel", "platform": "tv", "turnover_minutes": "10"}
    await organiser.post("/venues/channels/new", data=channel)
    made = (await channels_of(school))["ZB-1"]
    path = f"/venues/channels/{made.id}"
    form = SentForm((await organiser.get(path)).text, path)
    await organiser.post(path, content=form.body(platform="school tv"), headers=FORM)
    assert (await channels_of(school))["ZB-1"].platform == "school tv"
    campus = {"code": "east", "name_zh": "东校区", "name_en": "East", "ordinal": "1", "way_to_main": "45"}
    answer = await organiser.post("/venues/campuses/new", data=campus, follow_redirects=False)
    assert answer.headers["location"] == "/venues?tab=campuses"
    form = SentForm((await organiser.get("/venues/campuses/main")).text, "/venues/campuses/main")
    assert ("way_to_east", "45") in form.fields
    await organiser.post("/venues/campuses/main", content=form.body(way_to_east="50"), headers=FORM)
    async with school.database.read() as connection:
        assert (await repository.get_campus(connection, "east")).travel_minutes == {"main": 50}
    emptied = SentForm((await organiser.get("/venues/campuses/east")).text, "/venues/campuses/east")
    await organiser.post("/venues/campuses/east", content=emptied.body(way_to_main=""), headers=FORM)
    async with school.database.read() as connection:
        assert (await repository.get_campus(connection, "main")).travel_minutes == {}
    stale = await organiser.post("/venues/campuses/main", content=form.body(way_to_east="55"), headers=FORM)
    assert "Somebody changed this after you opened it." in PageParts(stale.text).text


async def test_a_department_is_added_and_renamed(school: School, organiser: Any) -> None:
    names = {"code": "EE", "name_zh": "电气学院", "name_en": "School of EE"}
    await organiser.post("/venues/departments/new", data=names)
    form = SentForm((await organiser.get("/venues/departments/EE")).text, "/venues/departments/EE")
    await organiser.post("/venues/departments/EE", content=form.body(name_en="Electrical Engineering"), headers=FORM)
    assert "Electrical Engineering" in PageParts((await organiser.get("/venues?tab=departments")).text).text


async def test_both_ends_of_a_closure_are_closed_and_it_can_be_taken_back(school: School, organiser: Any) -> None:
    room = await school.room(120)
    path = f"/venues/{room.id}/closures"
    sent = {"first_day": "2023-03-20", "last_day": "2023-03-21", "reason_code": "maintenance", "note": "new lamps"}
    answer = await organiser.post(path, data=sent, follow_redirects=False)
    assert (answer.status_code, answer.headers["location"]) == (303, path)
    assert await closed(school, room.id) == [(at(20, 0), at(22, 0), "maintenance")]
    hours = {"first_day": "2023-03-27", "from_time": "08:00", "until_time": "12:00", "reason_code": "maintenance"}
    await organiser.post(path, data=hours)
    page = PageParts((await organiser.get(path)).text)
    assert "20-21 Mar" in page.text
    assert "new lamps" in page.text
    assert "08:00-12:00" in page.text
    first = next(link for link in page.links if link.startswith("/blockings/"))
    lifting = SentForm((await organiser.get(f"{first}?act=withdraw")).text, f"{first}/withdraw")
    await organiser.post(f"{first}/withdraw", content=lifting.body(), headers=FORM)
    assert await closed(school, room.id) == [(at(27, 8), at(27, 12), "maintenance")]


async def test_a_booking_in_the_way_is_named_and_nothing_is_closed(school: School, organiser: Any) -> None:
    room = await school.room(120)
    detail = await school.request(talk(windows=(window(15),)))
    wanted = ConfirmPlacement(activity_id=detail.activities[0].id, starts_at=at(15, 14), room_ids=(room.id,))
    await confirm_placement(school.database, wanted, actor=school.organiser, locale="en", clock=school.clock)
    answer = await organiser.post(f"/venues/{room.id}/closures", data={"first_day": "2023-03-15"})
    page = PageParts(answer.text)
    assert answer.status_code == 422
    assert "Wed 15 Mar 14:00-16:00" in page.text
    assert detail.request.title in page.text
    assert f"/requests/{detail.request.id}" in page.links
    assert 'value="2023-03-15"' in answer.text
    assert await closed(school, room.id) == []


async def test_a_wrong_closure_is_said_at_its_field(school: School, organiser: Any) -> None:
    room = await school.room(120)
    sent = {"first_day": "2023-03-21", "last_day": "2023-03-20"}
    answer = await organiser.post(f"/venues/{room.id}/closures", data=sent)
    page = PageParts(answer.text)
    assert "#f-last_day" in page.links
    assert "The last day comes before the first." in page.text


async def test_a_department_closes_its_own_rooms_and_sees_no_others(school: School, client: Any) -> None:
    department = await school.department()
    own, others = await school.room(100, department=department), await school.room(100)
    await sign_in(client, await school.account("department_staff", department_id=department.id))
    assert f"/venues/{own.id}/closures" in PageParts((await client.get("/my/rooms")).text).links
    sent = {"first_day": "2023-03-20"}
    assert (await client.post(f"/venues/{own.id}/closures", data=sent, follow_redirects=False)).status_code == 303
    assert len(await closed(school, own.id)) == 1
    assert (await client.post(f"/venues/{others.id}/closures", data=sent)).status_code == 403
    assert await closed(school, others.id) == []
    for path in ("/venues", f"/venues/rooms/{own.id}", "/venues/campuses/new", f"/venues/{others.id}/closures"):
        assert (await client.get(path)).status_code == 403, path


async def test_employers_see_no_page_of_venues(school: School, client: Any) -> None:
    room = await school.room(100)
    await sign_in(client, await school.account("employer_contact"))
    for path in ("/venues", f"/venues/rooms/{room.id}", f"/venues/{room.id}/closures"):
        assert (await client.get(path)).status_code == 403, path
    assert (await client.post("/venues/rooms/new", data=HALL)).status_code == 403
