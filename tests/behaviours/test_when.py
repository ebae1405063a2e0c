"""When something can be booked: overlaps, opening hours, closures, the horizon, lengths, what has begun.

Over HTTP elsewhere: both ends of a closure that a form closes (tests/web/test_venue_pages.py), hours until midnight
(tests/edge/test_end_of_day.py), what a shorter limit of a room breaks (tests/facts/test_every_write.py).
"""

from datetime import datetime, time

import pytest

from app.database import Database
from app.requests.domain import RequestDetail
from app.schedules.audit import season_violations
from app.schedules.problem.builder import build_problem
from app.schedules.problem.facts import SeasonFacts, read_season_facts
from app.venues.domain import OpeningHours, Room
from scheduling import solve
from tests.behaviours.people import Client, Person, organiser_of, owner_of, set_rule, wrong
from tests.school import School, app_of, at, talk, window

MORNING, AFTERNOON = (time(8), time(12)), (time(14), time(18))


async def facts_of(school: School) -> SeasonFacts:
    """The season as the engine and the verifier read it."""
    async with school.database.read() as connection:
        return await read_season_facts(connection, school.season.id, clock=school.clock)


async def status(person: Person, detail: RequestDetail, starts_at: datetime, *rooms: Room) -> int:
    """What a booking is answered."""
    return (await person.book(detail, starts_at, *rooms)).status_code


async def test_touching_times_do_not_conflict_and_any_overlap_does_turnover_counted(
    school: School, client: Client
) -> None:
    room, organiser = await school.room(100), await organiser_of(school, client)  # half an hour of turnover
    first = await school.request(talk(minutes=60))
    assert await status(organiser, first, at(15, 14), room) == 201
    for hour, minute, expected in (
        (15, 0, 409),  # the turnover of the first
        (13, 0, 409),  # its own turnover
        (14, 30, 409),
        (13, 30, 409),
        (15, 30, 201),
        (12, 30, 201),
    ):
        other = await school.request(talk(minutes=60))
        answer = await organiser.book(other, at(15, hour, minute), room)
        assert answer.status_code == expected, (hour, minute, answer.text)
        if expected == 409:
            assert answer.json()["type"] == "/problems/place-taken"
            assert answer.json()["alternatives"], "a no comes with what is free"


async def test_a_room_is_open_at_its_hours_of_each_weekday_and_not_at_midday_between_them(
    school: School, client: Client
) -> None:
    wednesday = [OpeningHours(3, *MORNING), OpeningHours(3, *AFTERNOON)]
    thursday = [OpeningHours(4, *AFTERNOON)]
    room, organiser = await school.room(100, opening_hours=wednesday + thursday), await organiser_of(school, client)
    for day, hour, expected in (
        (15, 10, 201),  # Wednesday
        (15, 11, 422),  # runs into midday
        (15, 13, 422),
        (15, 16, 201),
        (16, 10, 422),  # Thursday has no morning
        (16, 14, 201),
        (17, 14, 422),  # a weekday without hours is closed
    ):
        answer = await organiser.book(await school.request(talk()), at(day, hour), room)
        assert answer.status_code == expected, (day, hour, answer.text)
        if expected == 422:
            assert wrong(answer) == [("starts_at", "not-open")]


async def test_a_closure_counts_its_first_and_its_last_day(school: School, client: Client) -> None:
    room, organiser = await school.room(100), await organiser_of(school, client)
    days = {"first_day": "2023-03-14", "last_day": "2023-03-16", "reason_code": "exam"}
    closed = await organiser.send("POST", f"/api/resources/{room.id}/closures", json=days)
    assert closed.status_code == 201, closed.text
    for day, hour, expected in ((13, 19, 201), (14, 8, 409), (15, 12, 409), (16, 20, 409), (17, 8, 201)):
        answer = await organiser.book(await school.request(talk()), at(day, hour), room)
        assert answer.status_code == expected, (day, answer.text)
        if expected == 409:
            assert answer.json()["type"] == "/problems/place-closed"


async def test_the_horizon_counts_the_end_is_strict_and_the_centre_is_exempt(school: School, client: Client) -> None:
    organiser = await organiser_of(school, client)
    await set_rule(school, organiser, "booking_horizon_days", 29)  # from Thursday 2 February: Friday 3 March
    department = await school.department()
    hall = await school.room(300, department=department)
    staff = await Person.of(client, await school.account("department_staff", department_id=department.id))
    last, beyond = [await school.request(talk(), department=department) for _ in range(2)]
    assert await status(staff, last, at(3, 20), hall) == 201
    refused = await staff.book(beyond, at(6, 9), hall)
    assert wrong(refused) == [("starts_at", "horizon")]
    assert "Fri 3 Mar" in refused.json()["detail"]
    # What is taken says what is free before the horizon.
    taken = await staff.book(beyond, at(3, 20), hall)
    assert taken.status_code == 409
    assert all(entry["ends_at"] < "2023-03-04" for entry in taken.json()["alternatives"])
    assert await status(organiser, beyond, at(6, 9), hall) == 201


async def test_a_wish_beyond_the_horizon_is_refused_to_an_employer_and_taken_from_the_centre(
    school: School, client: Client
) -> None:
    organiser = await organiser_of(school, client)
    await set_rule(school, organiser, "booking_horizon_days", 29)
    employer = await school.employer()
    owner = await Person.of(client, await school.account("employer_contact", employer_id=employer.id))
    for day, expected in ((3, 201), (6, 422)):
        dates = {"first_day": f"2023-03-0{day}", "last_day": f"2023-03-0{day}"}
        wish = {
            "season_id": str(school.season.id),
            "title": "Talk",
            "contact_email": "hr@employer.example",
            "activities": [{"kind": "info_session", "attendance": 80, "duration_minutes": 60, "windows": [dates]}],
        }
        asked = await owner.send("POST", "/api/requests", json=wish)
        assert asked.status_code == expected, asked.text
        if expected == 422:
            assert wrong(asked) == [("activities[0].windows", "horizon")]
        by_centre = await organiser.send("POST", "/api/requests", json={**wish, "employer_id": str(employer.id)})
        assert by_centre.status_code == 201, by_centre.text


async def test_a_rooms_longest_booking_beats_the_schools_rule(school: School, client: Client) -> None:
    organiser = await organiser_of(school, client)
    await set_rule(school, organiser, "room_max_minutes", 120)
    plain, generous, strict = [await school.room(100, max_minutes=minutes) for minutes in (None, 240, 60)]
    for minutes, room, expected in (
        (120, plain, 201),
        (150, plain, 422),
        (240, generous, 201),
        (270, generous, 422),
        (60, strict, 201),
        (90, strict, 422),
    ):
        answer = await organiser.book(await school.request(talk(minutes=minutes)), at(15, 9), room)
        assert answer.status_code == expected, (minutes, room.max_minutes, answer.text)
        if expected == 422:
            assert wrong(answer) == [("room_ids", "too-long")]
    # What is free near a wish knows it too.
    long = await school.request(talk(minutes=150))
    free = await organiser.send(
        "GET", f"/api/bookings/free?activity_id={long.activities[0].id}&near=2023-03-15T13:30:00%2B08:00"
    )
    rooms = {room for entry in free.json()["alternatives"] for room in entry["room_ids"]}
    assert rooms == {str(generous.id)}


async def test_a_rooms_longest_booking_is_known_to_the_engine_and_to_the_verifier(
    school: School, client: Client
) -> None:
    organiser = await organiser_of(school, client)
    await set_rule(school, organiser, "room_max_minutes", 120)
    await school.room(100)
    generous = await school.room(500, max_minutes=240)
    detail = await school.request(talk(minutes=180, windows=(window(15),)))
    problem = build_problem(await facts_of(school), clock=school.clock).problem
    (placement,) = solve(problem, time_limit_seconds=2, seed=1).solution.placements
    assert placement.rooms == (str(generous.id),), "the smaller room would be better, were it given for so long"
    assert await status(organiser, detail, at(15, 9), generous) == 201
    # Shortened by hand all the same, the limit makes a case of what stands.
    path = f"/api/rooms/{generous.id}"
    shorter = await organiser.send("PATCH", path, json={"max_minutes": 90})
    assert shorter.status_code == 409, shorter.text
    (broken,) = shorter.json()["broken"]
    yes = await organiser.send("PATCH", path, json={"max_minutes": 90, "accept_broken": [broken["booking_id"]]})
    assert yes.status_code == 200, yes.text
    assert {violation.rule for violation in season_violations(await facts_of(school), school.clock)} == {
        "room_not_allowed"
    }


async def test_what_has_begun_is_not_booked_but_for_the_grace_of_the_season(school: School, client: Client) -> None:
    room, organiser = await school.room(100), await organiser_of(school, client)
    detail = await school.request(talk(minutes=60))
    begun = at(2, 8, 30, month=2)  # it is nine o'clock
    assert wrong(await organiser.book(detail, begun, room)) == [("starts_at", "in-the-past")]
    await set_rule(school, organiser, "start_grace_minutes", 45)
    assert wrong(await organiser.book(detail, at(2, 8, month=2), room)) == [("starts_at", "in-the-past")]
    assert await status(organiser, detail, begun, room) == 201


@pytest.mark.parametrize("moment", [at(15, 14, 30), at(16, 9)])
async def test_nobodys_edit_changes_a_booking_that_has_begun(
    school: School, client: Client, database_url: str, moment: datetime
) -> None:
    room, other = [await school.room(100) for _ in range(2)]
    detail = await school.request(talk())
    before = await organiser_of(school, client)
    booked = (await before.book(detail, at(15, 14), room)).json()
    await school.go_to(moment)
    async with Client(app_of(school, database_url), base_url=str(client.base_url)) as later:
        organiser, owner = await organiser_of(school, later), await owner_of(school, later, detail)
        to = {"starts_at": at(20, 14).isoformat(), "room_ids": [str(other.id)]}
        shorter = {
            "title": "Shorter",
            "activities": [
                {
                    "id": str(detail.activities[0].id),
                    "kind": "info_session",
                    "attendance": 40,
                    "duration_minutes": 60,
                }
            ],
        }
        room_path, booking = f"/api/rooms/{room.id}", f"/api/bookings/{booked['id']}"
        answers = {
            "move": await organiser.send("PUT", booking, json=to),
            "book anew": await organiser.book(detail, at(20, 14), other),
            "give back": await organiser.send("DELETE", booking),
            "cancel": await owner.send("POST", f"/api/requests/{detail.request.id}/cancel", json={}),
            "amend": await owner.send("PUT", f"/api/requests/{detail.request.id}/amendment", json=shorter),
        }
        assert {name: answer.status_code for name, answer in answers.items()} == dict.fromkeys(answers, 409)
        stopped = await organiser.send("POST", f"/api/requests/{detail.request.id}/stop", json={"reason_code": "other"})
        assert stopped.status_code == 200, "what is still to come is given back, and this is not"
        for change in ({"capacity": 10}, {"turnover_minutes": 480}, {"opening_hours": [_monday()]}):
            assert (await organiser.send("PATCH", room_path, json=change)).status_code == 200
    assert await _stands(school.database, booked["id"]) == (at(15, 14), at(15, 16), "confirmed", [room.id])


def _monday() -> dict[str, object]:
    return {"weekday": 1, "opens": "08:00:00", "closes": "12:00:00"}


async def _stands(database: Database, booking_id: str) -> tuple[object, ...]:
    async with database.read() as connection:
        row = await connection.fetchrow(
            "SELECT starts_at, ends_at, booking.state, array_agg(resource_id) AS rooms FROM booking"
            " JOIN booking_resource AS taken ON taken.booking_id = booking.id"
            " JOIN room ON room.id = resource_id WHERE booking.id = $1 GROUP BY booking.id",
            booking_id,
        )
    assert row is not None
    return tuple(row)
