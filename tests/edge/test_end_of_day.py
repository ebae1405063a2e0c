"""24:00 is the end of the day wherever hours end: over the API, in forms, in the rules of bookings and the engine."""

from datetime import date, datetime, time, timedelta
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from app.clock import end_minute, end_moment, end_text, start_minute, with_ends_of_day
from app.schedules.problem.builder import build_problem
from app.schedules.problem.facts import read_season_facts
from app.seasons import repository as seasons
from tests.school import ZONE, School, at
from tests.signing_in import sign_in
from tests.web.page_parts import PageParts

LATE = {"weekday": 3, "opens": "08:00:00", "closes": "24:00:00"}
times = st.times().map(lambda moment: moment.replace(second=0, microsecond=0))


@given(times, times)
def test_an_end_of_midnight_comes_after_every_time_of_its_day(opens: time, closes: time) -> None:
    day = date(2023, 3, 8)
    length = end_moment(day, closes, ZONE) - datetime.combine(day, opens, ZONE)
    assert length == timedelta(minutes=end_minute(closes) - start_minute(opens))
    assert (end_minute(closes) == 1440) == (end_text(closes) == "24:00") == (closes == time(0))


def test_only_ends_may_say_24() -> None:
    sent = {"until_time": "24:00", "from_time": "24:00", "title": "24:00", "windows": [{"closes": "24:00:00"}]}
    assert with_ends_of_day(sent) == {
        "until_time": "00:00:00", "from_time": "24:00", "title": "24:00", "windows": [{"closes": "00:00:00"}],
    }  # fmt: skip


async def open_until_midnight(school: School, client: Any) -> str:
    """Season and room last until midnight; gives the room's id."""
    await sign_in(client, await school.account("organiser"))
    season = await client.patch(
        f"/api/seasons/{school.season.id}", json={"day_closes": "24:00:00"}, headers={"If-Match": "*"}
    )
    assert (season.status_code, season.json()["day_closes"]) == (200, "00:00:00"), season.text
    room = await school.room(100)
    changed = await client.patch(f"/api/rooms/{room.id}", json={"opening_hours": [LATE]}, headers={"If-Match": "*"})
    assert (changed.status_code, changed.json()["opening_hours"][0]["closes"]) == (200, "00:00:00"), changed.text
    return str(room.id)


async def test_hours_until_midnight_are_booked_until_midnight(school: School, client: Any) -> None:
    room = await open_until_midnight(school, client)
    wish = {
        "season_id": str(school.season.id),
        "title": "夜场",
        "employer_id": str((await school.employer()).id),
        "activities": [
            {
                "kind": "info_session",
                "attendance": 50,
                "duration_minutes": 120,
                "windows": [
                    {
                        "first_day": "2023-03-08",
                        "last_day": "2023-03-08",
                        "from_time": "22:00:00",
                        "until_time": "24:00",
                    }
                ],
            }
        ],
    }
    asked = await client.post("/api/requests", json=wish)
    assert asked.status_code == 201, asked.text
    request_id = asked.json()["request"]["id"]
    (activity,) = asked.json()["activities"]
    assert activity["windows"][0]["until_time"] == "00:00:00"
    shown = await client.get(f"/requests/{request_id}", headers={"Accept": "text/html"})
    assert "22:00-24:00" in shown.text
    approved = await client.post(f"/api/requests/{request_id}/approve", headers={"If-Match": "*"})
    assert approved.status_code < 300, approved.text
    async with school.database.read() as connection:
        facts = await read_season_facts(connection, school.season.id, clock=school.clock)
    problem = build_problem(facts, clock=school.clock).problem
    assert problem.grid.slots_per_day == 32
    assert [window.starts for window in problem.requests[0].activities[0].windows] == [(28,)]
    (engine_room,) = problem.rooms
    assert engine_room.open is not None
    assert {interval.to_slot for interval in engine_room.open} == {32}
    free = await client.get("/api/bookings/free", params={"activity_id": activity["id"], "near": at(8, 22).isoformat()})
    assert at(8, 22) in [datetime.fromisoformat(placement["starts_at"]) for placement in free.json()["alternatives"]], (
        free.text
    )
    booking = {"activity_id": activity["id"], "starts_at": at(8, 22).isoformat(), "room_ids": [room]}
    booked = await client.post("/api/bookings", json=booking)
    assert booked.status_code == 201, booked.text
    programme = await client.get("/seasons/spring-2023?day=2023-03-08")
    assert "24:00" in programme.text
    late = await client.post("/api/bookings", json=booking | {"starts_at": at(8, 22, 30).isoformat()})
    assert late.json()["errors"][0]["code"] == "outside-hours"


async def test_a_closure_until_24_lasts_until_the_next_day_begins(school: School, client: Any) -> None:
    await sign_in(client, await school.account("organiser"))
    room = await school.room()
    closed = await client.post(
        f"/api/resources/{room.id}/closures",
        json={"first_day": "2023-03-08", "from_time": "20:00:00", "until_time": "24:00:00"},
    )
    assert closed.status_code == 201, closed.text
    (closure,) = closed.json()
    assert [datetime.fromisoformat(closure[name]) for name in ("starts_at", "ends_at")] == [at(8, 20), at(9, 0)]


async def test_a_form_says_midnight_as_its_browser_does(school: School, client: Any) -> None:
    await sign_in(client, await school.account("organiser"))
    async with school.database.read() as connection:
        season = await seasons.get_season(connection, school.season.id)
    form = {
        "name_zh": "春", "name_en": "Spring", "first_day": "2023-02-02", "last_day": "2023-04-30", "day_opens": "08:00",
        "day_closes": "00:00", "grid_minutes": "30", "row_version": str(season.row_version),
    }  # fmt: skip
    saved = await client.post("/seasons/spring-2023/edit", data=form, follow_redirects=True)
    assert saved.status_code == 200, PageParts(saved.text).text
    assert "08:00-24:00" in (await client.get("/seasons/spring-2023/rules")).text
    async with school.database.read() as connection:
        assert (await seasons.get_season(connection, school.season.id)).day_closes == time(0)
