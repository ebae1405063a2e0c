"""Allow-list and override are recorded: what may take place in a blocking nevertheless, by whose word and why."""

from datetime import date
from typing import Any

import pytest

from app.cases.opening import settle_everywhere
from app.facts.writing import Author
from app.locales import translator
from app.schedules.audit import audit_season
from app.seasons.domain import CreateSeason
from app.seasons.service import create_season
from tests.behaviours.people import Client, Person, owner_of, wrong
from tests.blockings.places import Places, mailed
from tests.school import School, at, talk


@pytest.fixture
async def places(school: School, client: Client) -> Places:
    return await Places.of(school, client)


async def exempt(places: Places, closure: Any, person: Person | None = None, **body: Any) -> Any:
    path = f"/api/closures/{closure['id']}/exemptions"
    return await (person or places.centre).send("POST", path, json={"reason": "It was agreed", **body})


async def history(person: Person, request_id: Any) -> list[tuple[str, str]]:
    """The events of a request, the newest first, with their reasons."""
    lines = (await person.send("GET", f"/api/requests/{request_id}/history")).json()
    return [(line["type"], line["reason"]) for line in lines]


async def test_what_is_on_the_list_is_booked_there_and_the_history_says_why(places: Places) -> None:
    school = places.school
    await places.asked(places.centre, places.room, 15, 16, from_time="08:00:00", until_time="22:00:00")
    first, second = await places.closures(places.room)
    detail = await school.request(talk())
    listed = await exempt(places, second, reference=detail.request.reference)
    assert listed.status_code == 201, listed.text
    assert [(one["activity_id"], one["reason"]) for one in listed.json()] == [
        (str(detail.activities[0].id), "It was agreed")
    ]
    assert ("closure.exempted", "It was agreed") in await history(places.centre, detail.request.id)
    booked = await places.centre.book(detail, at(15, 14), places.room)
    assert booked.status_code == 201, "on all days of the blocking"
    other = await school.request(talk())
    assert (await places.centre.book(other, at(15, 18), places.room)).status_code == 409
    assert await audit_season(school.database, school.season.id, clock=school.clock) == []
    assert first["id"] != second["id"]


async def test_taken_back_it_becomes_a_case_like_any_other_fact(places: Places) -> None:
    school = places.school
    await places.asked(places.centre, places.room, 15)
    (closure,) = await places.closures(places.room)
    detail = await school.request(talk())
    await exempt(places, closure, activity_id=str(detail.activities[0].id))
    booked = (await places.centre.book(detail, at(15, 14), places.room)).json()
    path = f"/api/closures/{closure['id']}/exemptions/{detail.activities[0].id}/remove"
    refused = await places.centre.send("POST", path, json={"reason": "The hall is needed"})
    assert (refused.status_code, refused.json()["type"]) == (409, "/problems/promises-broken")
    assert [one["booking_id"] for one in refused.json()["broken"]] == [booked["id"]]
    body = {"reason": "The hall is needed", "accept_broken": [booked["id"]]}
    assert (await places.centre.send("POST", path, json=body)).json() == []
    cases = (await places.centre.send("GET", f"/api/cases?season_id={school.season.id}")).json()
    assert [(case["state"], case["reason"]) for case in cases] == [("open", "The hall is needed")]
    # Put on the list again, it stays, by the word of whoever put it there.
    await exempt(places, closure, activity_id=str(detail.activities[0].id))
    cases = (await places.centre.send("GET", f"/api/cases?season_id={school.season.id}")).json()
    assert [(case["state"], case["agreed_reason"]) for case in cases] == [("kept", "It was agreed")]
    assert await audit_season(school.database, school.season.id, clock=school.clock) == []


async def test_what_is_not_placed_is_taken_off_without_a_case(places: Places) -> None:
    await places.asked(places.centre, places.room, 15)
    (closure,) = await places.closures(places.room)
    detail = await places.school.request(talk())
    await exempt(places, closure, reference=detail.request.reference)
    path = f"/api/closures/{closure['id']}/exemptions/{detail.activities[0].id}/remove"
    assert (await places.centre.send("POST", path, json={})).json() == []
    assert (await places.centre.book(detail, at(15, 14), places.room)).status_code == 409


async def nevertheless(person: Person, detail: Any, starts_at: Any, room: Any, reason: str) -> Any:
    body = {
        "activity_id": str(detail.activities[0].id),
        "starts_at": starts_at.isoformat(),
        "room_ids": [str(room.id)],
        "despite_closure": reason,
    }
    return await person.send("POST", "/api/bookings", json=body)


async def test_an_organiser_books_nevertheless_with_a_reason_that_is_recorded(places: Places) -> None:
    school = places.school
    asked = await places.asked(places.staff, places.room, 15)
    await places.decide(asked, "accept")
    detail = await school.request(talk())
    assert (await places.centre.book(detail, at(15, 14), places.room)).status_code == 409
    booked = await nevertheless(places.centre, detail, at(15, 14), places.room, "The rector wants it")
    assert booked.status_code == 201, booked.text
    (closure,) = await places.closures(places.room)
    path = f"/api/closures/{closure['id']}/exemptions"
    (listed,) = (await places.staff.send("GET", path)).json()
    assert (listed["activity_id"], listed["reason"]) == (str(detail.activities[0].id), "The rector wants it")
    assert ("closure.exempted", "The rector wants it") in await history(places.centre, detail.request.id)
    (mail,) = await mailed(school, "blocking.changed")
    assert "The rector wants it" in mail.text, "whose blocking it is is told"
    assert await audit_season(school.database, school.season.id, clock=school.clock) == []
    moved = await places.centre.send(
        "PUT",
        f"/api/bookings/{booked.json()['id']}",
        json={"starts_at": at(15, 16).isoformat(), "room_ids": [str(places.room.id)]},
    )
    assert moved.status_code == 200, "it is on the list now"


async def test_a_refused_booking_leaves_no_exception(places: Places) -> None:
    await places.asked(places.centre, places.room, 15)
    (closure,) = await places.closures(places.room)
    small = await places.school.request(talk(attendance=90))
    large = await places.school.request(talk(attendance=90))
    assert (await nevertheless(places.centre, small, at(15, 14), places.room, "Agreed")).status_code == 201
    taken = await nevertheless(places.centre, large, at(15, 15), places.room, "Agreed")
    assert (taken.status_code, taken.json()["type"]) == (409, "/problems/place-taken")
    listed = (await places.centre.send("GET", f"/api/closures/{closure['id']}/exemptions")).json()
    assert [one["request_id"] for one in listed] == [str(small.request.id)]


async def test_departments_and_employers_do_not_book_nevertheless(places: Places, client: Client) -> None:
    school = places.school
    await places.asked(places.centre, places.hall, 15)
    detail = await school.request(talk(), department=places.department)
    refused = await nevertheless(places.staff, detail, at(15, 14), places.hall, "We want it")
    assert (refused.status_code, refused.json()["type"]) == (409, "/problems/place-closed")
    employer = await school.request(talk())
    contact = await Person.of(
        client, await school.account("employer_contact", employer_id=employer.request.employer_id)
    )
    refused = await nevertheless(contact, employer, at(15, 14), places.room, "We want it")
    assert refused.status_code in (403, 404)
    (closure,) = await places.closures(places.hall)
    path = f"/api/closures/{closure['id']}/exemptions"
    assert (await places.centre.send("GET", path)).json() == []
    assert (await exempt(places, closure, places.staff, reference=detail.request.reference)).status_code == 404
    assert (await exempt(places, closure, contact, reference=detail.request.reference)).status_code == 403


async def test_the_owner_names_its_own_requests_only(places: Places) -> None:
    blocking = await places.asked(places.staff, places.hall, 15)
    (closure,) = await places.closures(places.hall)
    assert closure["blocking_id"] == blocking["id"]
    foreign = await places.school.request(talk())
    own = await places.school.request(talk(), department=places.department)
    for reference in (foreign.request.reference, "2023-9999"):
        assert wrong(await exempt(places, closure, places.staff, reference=reference)) == [
            ("reference", "unknown-request")
        ]
    assert wrong(await exempt(places, closure, places.staff)) == [("reference", "missing")]
    assert (await exempt(places, closure, places.staff, reference=own.request.reference)).status_code == 201
    booked = await places.staff.book(own, at(15, 14), places.hall)
    assert booked.status_code == 201, booked.text


async def test_exceptions_stay_when_the_days_of_a_blocking_change(places: Places) -> None:
    blocking = await places.asked(places.centre, places.room, 15)
    (closure,) = await places.closures(places.room)
    detail = await places.school.request(talk())
    await exempt(places, closure, reference=detail.request.reference)
    path = f"/api/blockings/{blocking['id']}"
    changed = await places.centre.send("PATCH", path, json={"last_day": "2023-03-16"})
    assert changed.status_code == 200, changed.text
    assert (await places.centre.book(detail, at(16, 14), places.room)).status_code == 201


async def test_what_was_put_on_the_list_stays_there_when_its_booking_leaves(places: Places) -> None:
    school = places.school
    await places.asked(places.centre, places.room, 15)
    detail = await school.request(talk())
    booked = (await nevertheless(places.centre, detail, at(15, 14), places.room, "Agreed")).json()
    assert (await places.centre.send("DELETE", f"/api/bookings/{booked['id']}")).status_code == 200
    assert (await places.centre.book(detail, at(15, 16), places.room)).status_code == 201


async def test_nobody_is_booked_in_what_is_out_of_use(places: Places) -> None:
    retired = await places.centre.send(
        "POST", f"/api/resources/{places.room.id}/retire", json={"first_day": "2023-03-01"}
    )
    assert retired.status_code == 201
    detail = await places.school.request(talk())
    refused = await nevertheless(places.centre, detail, at(15, 14), places.room, "Agreed")
    assert (refused.status_code, refused.json()["type"]) == (409, "/problems/place-closed")


async def test_upkeep_takes_nobody_off_the_list(places: Places) -> None:
    """Out of a closure it takes what stood there with a case and left; what somebody named stays."""
    school = places.school
    await places.asked(places.centre, places.room, 15)
    detail = await school.request(talk())
    booked = (await nevertheless(places.centre, detail, at(15, 14), places.room, "Agreed")).json()
    path = f"/api/rooms/{places.room.id}"
    smaller = {"capacity": 10, "accept_broken": [booked["id"]]}
    assert (await places.centre.send("PATCH", path, json=smaller)).status_code == 200
    assert (await places.centre.send("DELETE", f"/api/bookings/{booked['id']}")).status_code == 200
    author = Author(actor=None, clock=school.clock, translate=translator("en"))
    assert await school.database.transact(settle_everywhere, author) == 1
    assert (await places.centre.send("PATCH", path, json={"capacity": 100})).status_code == 200
    assert (await places.centre.book(detail, at(15, 16), places.room)).status_code == 201


async def request_of_autumn(places: Places) -> Any:
    """A request of another season, and one of this season with the same number."""
    school, spring = places.school, places.school.season
    ours = await school.request(talk())
    command = CreateSeason(
        code="autumn-2023",
        name_zh="2023秋招",
        name_en="Autumn 2023",
        first_day=date(2023, 9, 1),
        last_day=date(2023, 12, 20),
        term_first_day=date(2023, 9, 4),
    )
    now = school.clock.now()
    school.season = await school.database.transact(create_season, command, actor=school.organiser, now=now)
    try:
        theirs = await school.request(talk(), approved=False)
    finally:
        school.season = spring
    assert theirs.request.reference == ours.request.reference, "each season counts anew"
    return ours, theirs


async def test_a_number_names_the_request_of_the_season_in_which_it_is_closed(places: Places) -> None:
    ours, theirs = await request_of_autumn(places)
    await places.asked(places.centre, places.room, 15)
    (closure,) = await places.closures(places.room)
    listed = await exempt(places, closure, reference=ours.request.reference)
    assert [one["request_id"] for one in listed.json()] == [str(ours.request.id)], listed.text
    assert "closure.exempted" not in [name for name, _ in await history(places.centre, theirs.request.id)]


async def test_a_number_that_means_two_requests_names_none(places: Places) -> None:
    ours, _ = await request_of_autumn(places)
    whole = await places.ask(places.centre, places.room, 15, last_day="2023-10-01")
    assert whole.status_code == 201, whole.text
    path = f"/api/resources/{places.room.id}/closures?first_day=2023-03-01&last_day=2023-12-31"
    (closure,) = (await places.centre.send("GET", path)).json()
    refused = await exempt(places, closure, reference=ours.request.reference)
    assert wrong(refused) == [("reference", "several-requests")]


async def written_anew(places: Places, detail: Any, person: Person, **changes: Any) -> Any:
    """Edit a submitted request: the whole wish is sent, `changes` are of its step, or its title."""
    path = f"/api/requests/{detail.request.id}"
    stored = (await person.send("GET", path)).json()
    names = ("kind", "attendance", "duration_minutes", "rooms_needed", "windows", "features", "campus_ids", "audience")
    step = {name: value for name, value in stored["activities"][0].items() if name in names}
    title = changes.pop("title", stored["request"]["title"])
    wish = {"title": title, "activities": [{**step, **changes}]}
    wish |= {name: stored["request"][name] for name in ("contact_name", "contact_email")}
    answer = await person.send("PUT", path, json=wish)
    assert answer.status_code == 200, answer.text
    return answer.json()


async def test_an_exception_stays_with_a_step_that_is_the_same_when_the_request_is_edited(places: Places) -> None:
    school = places.school
    asked = await places.asked(places.staff, places.room, 15)
    await places.decide(asked, "accept")
    (closure,) = await places.closures(places.room)
    detail = await school.request(talk(), approved=False)
    owner = await owner_of(school, places.centre.client, detail)
    assert (await exempt(places, closure, reference=detail.request.reference)).status_code == 201
    edited = await written_anew(places, detail, owner, title="Another title")
    path = f"/api/closures/{closure['id']}/exemptions"
    listed = (await places.centre.send("GET", path)).json()
    assert [(one["activity_id"], one["reason"]) for one in listed] == [(edited["activities"][0]["id"], "It was agreed")]
    assert not any(kind == "closure.exemption_removed" for kind, _ in await history(places.centre, detail.request.id))
    told = len(await mailed(school, "blocking.changed"))
    await written_anew(places, detail, owner, attendance=95)
    assert (await places.centre.send("GET", path)).json() == []
    for reader in (places.centre, owner):
        assert ("closure.exemption_removed", "") in await history(reader, detail.request.id)
    page = (await owner.page(f"/requests/{detail.request.id}")).text
    assert "its exception from a closed time no longer holds" in page
    assert len(await mailed(school, "blocking.changed")) == told + 1, "whose blocking it is"
    exempted = await school.database.pool.fetchval("SELECT exempt_activity_ids FROM closure")
    assert exempted == [], "nothing stays that nobody named"


async def test_an_exception_that_stayed_is_booked_by(places: Places) -> None:
    school = places.school
    await places.asked(places.centre, places.room, 15)
    (closure,) = await places.closures(places.room)
    detail = await school.request(talk(), approved=False)
    owner = await owner_of(school, places.centre.client, detail)
    await exempt(places, closure, reference=detail.request.reference)
    edited = await written_anew(places, detail, owner, title="Another title")
    approved = await places.centre.send("POST", f"/api/requests/{detail.request.id}/approve")
    assert approved.status_code == 200, approved.text
    body = {
        "activity_id": edited["activities"][0]["id"],
        "starts_at": at(15, 14).isoformat(),
        "room_ids": [str(places.room.id)],
    }
    booked = await places.centre.send("POST", "/api/bookings", json=body)
    assert booked.status_code == 201, booked.text
    assert await audit_season(school.database, school.season.id, clock=school.clock) == []
