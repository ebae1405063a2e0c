"""In a series only days that cannot be drop out, each with its reason; where none is left, nothing is sent."""

from typing import Any

import pytest

from app.requests.domain import ActivityWish
from tests.behaviours.people import Client, Person, organiser_of, set_rule, wrong
from tests.school import School, at, talk, window
from tests.series.acts import act, asked, body, contact_of, dropped, looked, march, states


async def closed(organiser: Person, room: Any, day: int) -> None:
    """A room is closed on a day of March."""
    body = {"first_day": march(day)[0], "last_day": march(day)[0], "reason_code": "maintenance"}
    answer = await organiser.send("POST", f"/api/resources/{room.id}/closures", json=body)
    assert answer.status_code < 300, answer.text


async def count(school: School, table: str) -> int:
    return int(await school.database.pool.fetchval(f"SELECT count(*) FROM {table}"))  # noqa: S608 - tables of these tests


async def test_each_rule_of_a_day_is_named_where_it_drops_out(school: School, client: Client) -> None:
    """All of them in one series: calendar, notice, season, closures, bookings, opening hours, people."""
    hours = [{"weekday": day, "opens": "08:00:00", "closes": "22:00:00"} for day in (1, 2, 3, 4, 5)]
    room = await school.room(30)
    organiser = await organiser_of(school, client)
    person = await contact_of(school, client)
    own = await organiser.send("PATCH", f"/api/rooms/{room.id}", json={"opening_hours": hours[:4]})
    assert own.status_code < 300, own.text
    await closed(organiser, room, 14)
    other = await school.request(talk(attendance=20, windows=(window(15),)))
    assert (await organiser.book(other, at(15, 15), room)).status_code == 201
    days = [*march(1, 12, 13, 14, 15, 17), "2023-02-01", "2023-02-06", "2023-05-08", "2023-04-05"]
    repeat = {"days": days}
    preview = await person.send("POST", "/api/series/preview", json=body(school, repeat))
    assert preview.status_code == 200, preview.text
    assert {one["day"]: one["reason"] for one in preview.json()} == {
        "2023-02-01": "past",
        "2023-02-06": "near",
        "2023-03-01": None,
        "2023-03-12": "day_off",
        "2023-03-13": None,
        "2023-03-14": "closed",
        "2023-03-15": "booked",
        "2023-03-17": "not_open",
        "2023-04-05": "day_off",
        "2023-05-08": "outside_season",
    }
    by_day = {one["day"]: one["sentence"] for one in preview.json()}
    assert by_day["2023-03-14"] == "All suitable rooms are closed."
    assert "10 Feb" in by_day["2023-02-06"] or "9 Feb" in by_day["2023-02-06"], by_day["2023-02-06"]
    assert await count(school, "series") == 0, "a preview stores nothing"
    expected = march(1, 13)
    sent = await person.send("POST", "/api/series", json=body(school, repeat, expected_days=expected))
    assert sent.status_code == 201, sent.text
    series = sent.json()
    assert states(series) == {1: "submitted", 13: "submitted"}
    assert len(series["dropped"]) == 8
    assert sent.headers["ETag"] == f'"{series["row_version"]}"'
    for one in series["dates"]:
        detail = (await person.send("GET", f"/api/requests/{one['request']['id']}")).json()
        (given,) = detail["activities"][0]["windows"]
        assert (given["first_day"], given["last_day"], given["from_time"]) == (one["day"], one["day"], "14:00:00")
    assert len({one["request"]["reference"] for one in series["dates"]}) == 2


async def test_where_no_day_is_left_it_is_refused_whole(school: School, client: Client) -> None:
    room = await school.room(30)
    organiser, person = await organiser_of(school, client), await contact_of(school, client)
    await closed(organiser, room, 14)
    requests = await count(school, "request")
    answer = await person.send("POST", "/api/series", json=body(school, {"days": march(12, 14)}))
    assert (answer.status_code, answer.json()["type"]) == (409, "/problems/no-day-left")
    assert [day["reason"] for day in answer.json()["days"]] == ["day_off", "closed"]
    assert (await count(school, "request"), await count(school, "series")) == (requests, 0)


async def test_too_large_busy_people_and_limits_are_reasons_too(school: School, client: Client) -> None:
    room = await school.room(30)
    channel = await school.channel()
    organiser = await organiser_of(school, client)
    employer = await school.employer()
    person = await contact_of(school, client, employer)
    large = body(
        school, {"days": march(14)}, activities=[{"kind": "interview_block", "attendance": 31, "duration_minutes": 60}]
    )
    refused = await person.send("POST", "/api/series", json=large)
    assert [day["reason"] for day in refused.json()["days"]] == ["no_room"]
    own = await school.request(talk(attendance=20, windows=(window(15),)), employer=employer)
    assert (await organiser.book(own, at(15, 14), room)).status_code == 201
    busy = await asked(person, school, 14, 15)
    assert dropped(busy) == {15: "people"}
    talks = [{"kind": "info_session", "attendance": 20, "duration_minutes": 60}]
    morning = {"days": march(15, 16), "from_time": "08:00:00", "until_time": "12:00:00"}
    limited = await person.send("POST", "/api/series", json=body(school, morning, activities=talks))
    assert dropped(limited.json()) == {15: "limit"}, limited.text
    stream = await school.request(
        ActivityWish(kind="online_session", attendance=20, duration_minutes=120, windows=(window(20),))
    )
    assert (await organiser.book(stream, at(20, 14), channel=channel.id)).status_code == 201
    online = [{"kind": "online_session", "attendance": 20, "duration_minutes": 120}]
    await set_rule(school, organiser, "open_requests_per_employer", 10)
    found = await person.send("POST", "/api/series", json=body(school, {"days": march(20, 21)}, activities=online))
    assert dropped(found.json()) == {20: "channel"}, found.text


@pytest.mark.parametrize(
    ("repeat", "days"),
    [
        ({"first_day": "2023-03-06", "last_day": "2023-03-24", "weekdays": [2, 4]}, [7, 9, 14, 16, 21, 23]),
        ({"first_day": "2023-03-07", "count": 2, "every_weeks": 2}, [7, 21]),
        ({"first_day": "2023-03-08", "count": 3}, [8, 15, 22]),
        ({"days": ["2023-03-09", "2023-03-07"]}, [7, 9]),
    ],
)
async def test_a_rule_of_repetition_means_these_days(
    school: School, client: Client, repeat: dict[str, Any], days: list[int]
) -> None:
    await school.room(30)
    person = await contact_of(school, client)
    answer = await person.send("POST", "/api/series/preview", json=body(school, repeat))
    assert answer.status_code == 200, answer.text
    found = [one["day"] for one in answer.json()]
    assert found == march(*days)


@pytest.mark.parametrize(
    ("repeat", "path"),
    [
        ({}, "repeat.first_day"),
        ({"days": ["2023-03-07"], "first_day": "2023-03-07", "count": 2}, "repeat.days"),
        ({"first_day": "2023-03-07"}, "repeat.last_day"),
        ({"first_day": "2023-03-07", "last_day": "2023-03-01"}, "repeat.last_day"),
        ({"first_day": "2023-03-07", "last_day": "2023-03-08", "weekdays": [5]}, "repeat.weekdays"),
        ({"first_day": "2023-02-07", "last_day": "2023-12-30", "weekdays": [1, 2, 3, 4, 5]}, "repeat.last_day"),
        ({"days": ["2023-03-07"], "from_time": "14:00:00", "until_time": "15:00:00"}, "repeat.until_time"),
        ({"days": ["2023-03-07"], "from_time": "16:00:00", "until_time": "15:00:00"}, "repeat.until_time"),
    ],
)
async def test_what_is_wrong_is_named_with_its_field(
    school: School, client: Client, repeat: dict[str, Any], path: str
) -> None:
    person = await contact_of(school, client)
    answer = await person.send("POST", "/api/series", json=body(school, repeat))
    assert [field for field, _ in wrong(answer)] == [path]


async def test_a_series_is_one_open_request_and_one_draft(school: School, client: Client) -> None:
    await school.room(30)
    person, organiser = await contact_of(school, client), await organiser_of(school, client)
    await set_rule(school, organiser, "open_requests_per_employer", 2)
    await set_rule(school, organiser, "drafts_per_owner", 1)
    first = await asked(person, school, 14, 15, 16, draft=True)
    again = await person.send("POST", "/api/series", json=body(school, {"days": march(20)}, draft=True))
    assert again.json()["type"] == "/problems/too-many-drafts"
    await asked(person, school, 21, 22)
    sent = await act(person, first, "submit")
    assert sent.status_code == 200, sent.text
    assert set(states(sent.json()).values()) == {"submitted"}
    refused = await person.send("POST", "/api/series", json=body(school, {"days": march(23)}))
    assert refused.json()["type"] == "/problems/too-many-open-requests"
    more = await person.send("POST", f"/api/series/{first['id']}/days", json={"repeat": {"days": march(17)}})
    assert more.status_code == 201, "more days of an open series are no other request"


async def test_other_days_than_those_that_were_shown_are_not_sent(school: School, client: Client) -> None:
    room = await school.room(30)
    organiser, person = await organiser_of(school, client), await contact_of(school, client)
    await closed(organiser, room, 14)
    wish = body(school, {"days": march(14, 15)}, expected_days=march(14, 15))
    answer = await person.send("POST", "/api/series", json=wish)
    assert (answer.status_code, answer.json()["type"]) == (409, "/problems/series-days-changed")
    assert await count(school, "series") == 0


async def test_drafts_that_have_become_impossible_drop_out_when_they_are_sent(school: School, client: Client) -> None:
    room = await school.room(30)
    organiser, person = await organiser_of(school, client), await contact_of(school, client)
    series = await asked(person, school, 14, 15, draft=True)
    await closed(organiser, room, 14)
    sent = await act(person, series, "submit")
    assert (states(sent.json()), dropped(sent.json())) == ({14: "withdrawn", 15: "submitted"}, {14: "closed"})
    assert (await act(person, series, "submit")).json()["type"] == "/problems/series-state"


async def test_more_days_are_asked_for_and_the_same_one_is_not_asked_for_twice(school: School, client: Client) -> None:
    await school.room(30)
    person = await contact_of(school, client)
    series = await asked(person, school, 14, 15)
    path = f"/api/series/{series['id']}/days"
    days = {"repeat": {"days": march(15, 16), "from_time": "09:00:00", "until_time": "12:00:00"}}
    shown = await person.send("POST", f"{path}/preview", json=days)
    assert [one["reason"] for one in shown.json()] == ["asked", None]
    added = await person.send("POST", path, json=days)
    assert added.status_code == 201, added.text
    assert states(await looked(person, series)) == {14: "submitted", 15: "submitted", 16: "submitted"}
    none = await person.send("POST", path, json={"repeat": {"days": march(15)}})
    assert none.json()["type"] == "/problems/no-day-left"


async def test_a_series_names_no_windows_numbers_and_other_employers(school: School, client: Client) -> None:
    person = await contact_of(school, client)
    other = await school.employer()
    step = {"kind": "interview_block", "attendance": 20, "duration_minutes": 60}
    for changes, path in (
        ({"participant_codes": [other.credit_code]}, "participant_codes"),
        ({"reference": "X-1"}, "reference"),
        (
            {"activities": [{**step, "windows": [{"first_day": "2023-03-14", "last_day": "2023-03-14"}]}]},
            "activities[0].windows",
        ),
        (
            {"activities": [step, {**step, "gap_after_previous_minutes": 1440}]},
            "activities[1].gap_after_previous_minutes",
        ),
    ):
        answer = await person.send("POST", "/api/series", json=body(school, {"days": march(14)}, **changes))
        assert [field for field, _ in wrong(answer)] == [path]


async def test_it_is_sent_once_under_one_key(school: School, client: Client) -> None:
    await school.room(30)
    person = await contact_of(school, client)
    keyed = Person(client, {**person.headers, "Idempotency-Key": "a-series-of-ours"})
    first, second = [await keyed.send("POST", "/api/series", json=body(school, {"days": march(14)})) for _ in range(2)]
    assert (first.status_code, first.json()["id"]) == (201, second.json()["id"])
    assert await count(school, "series") == 1


async def test_a_series_that_asks_for_a_room_looks_at_that_room_only(school: School, client: Client) -> None:
    hall = await school.room(30, department=await school.department())
    await school.room(30)
    organiser, person = await organiser_of(school, client), await contact_of(school, client)
    await closed(organiser, hall, 14)
    asked_for = body(school, {"days": march(13, 14)})
    asked_for["activities"][0]["asked_room_ids"] = [str(hall.id)]
    preview = await person.send("POST", "/api/series/preview", json=asked_for)
    assert [(day["day"], day["reason"]) for day in preview.json()] == [("2023-03-13", None), ("2023-03-14", "closed")]
