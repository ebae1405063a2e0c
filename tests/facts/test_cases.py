"""A case ends when its booking moves, is given back or keeps the rules again, or when an organiser agrees; what cannot
break a promise checks nothing.
"""

from datetime import date, time
from typing import Any
from uuid import uuid4

import pytest
from litestar import Litestar
from litestar.testing import AsyncTestClient

from app.bookings import repository
from app.bookings import service as bookings
from app.bookings.alternatives import find_alternatives
from app.bookings.domain import ConfirmPlacement, MovePlacement, OutsideWishes, ResourceClosed
from app.cases import writing
from app.cases.opening import settle_everywhere
from app.clock import Clock
from app.facts.domain import PromisesBroken
from app.facts.writing import Author
from app.locales import translator
from app.requests.service import get_detail
from app.schedules.audit import read_promises
from app.schedules.problem.builder import build_problem
from app.schedules.problem.facts import read_season_facts
from app.seasons import service as seasons
from app.seasons.calendar import CalendarDay
from app.venues import closures, rooms
from app.venues.closure_domain import AddClosure
from app.venues.commands import ChangeRoom
from app.venues.domain import OpeningHours
from tests.amendments.test_amendments import as_wish, propose, standing
from tests.facts import world as by
from tests.facts.world import PromisingSchool, Write, listed_on
from tests.school import School, at, clock_at, talk, window
from tests.signing_in import sign_in
from tests.web.page_parts import PageParts


@pytest.fixture
async def promising(school: School) -> PromisingSchool:
    return await PromisingSchool(school).open()


async def change_hall(w: PromisingSchool, *accepted: Any, actor: Any = None, clock: Clock | None = None, **change: Any):  # type: ignore[no-untyped-def]
    """Change the hall in the open."""
    who, clock = actor or w.school.organiser, clock or w.school.clock
    author = Author(actor=who, clock=clock, translate=translator("en"), accepted=frozenset(accepted), reason="repairs")
    command = ChangeRoom(**change)
    return await writing.OpenFacts(w.school.database).write(
        lambda c: rooms.change_room(c, w.hall.id, command, expected_version=None, actor=who, now=clock.now()), author
    )


async def smaller_hall(w: PromisingSchool) -> None:
    """Fewer seats than three talks need, with a yes."""
    await change_hall(w, w.talk.id, w.early.id, w.late.id, capacity=50)


async def states(w: PromisingSchool) -> dict[Any, tuple[str, str | None]]:
    """State and outcome of each booking's case."""
    return {case.booking_id: (case.state, case.outcome) for case in await w.cases()}


def _nobody(w: PromisingSchool) -> Author:
    return Author(actor=None, clock=w.school.clock, translate=translator("en"))


async def test_it_settles_when_the_booking_moves_or_is_given_back(promising: PromisingSchool) -> None:
    w, school = promising, promising.school
    await smaller_hall(w)
    large = await school.room(100, features=["projector"])
    move = MovePlacement(starts_at=at(8, 14), room_ids=(large.id,))
    given: dict[str, Any] = {"actor": school.organiser, "locale": "en", "clock": school.clock}
    await bookings.move_booking(school.database, w.talk.id, move, **given)
    now = school.clock.now()
    await school.database.transact(bookings.release_booking, w.early.id, reason="", actor=school.organiser, now=now)
    gone = ("settled", "left_place")
    assert await states(w) == {w.talk.id: gone, w.early.id: gone, w.late.id: ("open", None)}
    assert await school.database.transact(settle_everywhere, _nobody(w)) == 2
    assert await states(w) == {w.talk.id: gone, w.early.id: gone, w.late.id: ("open", None)}


async def test_it_settles_when_the_fact_is_changed_back(promising: PromisingSchool) -> None:
    await smaller_hall(promising)
    await change_hall(promising, capacity=120)
    assert set((await states(promising)).values()) == {("settled", "rules_kept")}
    assert await promising.audit() == []


async def test_it_settles_although_its_booking_has_another_exception(school: School) -> None:
    """That it is outside its wishes was agreed to when it was booked: that is not what the case is about."""
    w = await PromisingSchool(school).open()
    detail = await school.request(talk(windows=(window(20),)))
    wanted = ConfirmPlacement(
        activity_id=detail.activities[0].id, starts_at=at(10, 9), room_ids=(w.hall.id,), outside_wishes=True
    )
    made = await bookings.confirm_placement(
        school.database, wanted, actor=school.organiser, locale="en", clock=school.clock
    )
    await change_hall(w, w.talk.id, w.early.id, w.late.id, made.id, capacity=50)
    await change_hall(w, capacity=120)
    assert {(case.state, case.outcome) for case in await w.cases()} == {("settled", "rules_kept"), ("kept", "agreed")}


async def test_the_other_one_settles_when_one_of_a_clash_has_moved(promising: PromisingSchool) -> None:
    w, school = promising, promising.school
    await change_hall(w, w.late.id, turnover_minutes=60)
    now = school.clock.now()
    await school.database.transact(bookings.release_booking, w.early.id, reason="", actor=school.organiser, now=now)
    assert await states(w) == {w.late.id: ("open", None)}
    await school.database.transact(settle_everywhere, _nobody(w))
    assert await states(w) == {w.late.id: ("settled", "rules_kept")}


async def test_an_organiser_agrees_on_what_was_looked_at(
    promising: PromisingSchool, client: AsyncTestClient[Litestar]
) -> None:
    await smaller_hall(promising)
    await sign_in(client, await promising.school.account("organiser"))
    listed = (await client.get("/api/cases", params={"season_id": str(promising.school.season.id)})).json()
    assert [case["state"] for case in listed] == ["open"] * 3
    address = f"/api/cases/{listed[0]['id']}"
    seen = (await client.get(address)).headers["ETag"]
    keep: dict[str, Any] = {"json": {"reason": "They sit closer"}}
    assert (await client.post(f"{address}/keep", **keep)).status_code == 428
    assert (await client.post(f"{address}/keep", **keep, headers={"If-Match": '"9"'})).status_code == 412
    assert (await client.post(f"{address}/keep", json={"reason": ""}, headers={"If-Match": seen})).status_code == 422
    kept = await client.post(f"{address}/keep", **keep, headers={"If-Match": seen})
    assert (kept.status_code, kept.json()["state"], kept.json()["agreed_reason"]) == (200, "kept", "They sit closer")
    assert (await client.post(f"{address}/keep", **keep, headers={"If-Match": "*"})).status_code == 409
    assert (await client.get(f"/api/cases/{uuid4()}")).status_code == 404
    assert await promising.audit() == []
    # Nobody is asked for it again, but for more.
    await change_hall(promising, capacity=49)
    with pytest.raises(PromisesBroken) as refused:
        await change_hall(promising, features=[])
    assert [entry.booking_id for entry in refused.value.extra["broken"]] == [promising.talk.id]


async def test_the_board_of_cases_shows_who_when_and_which_rule(
    promising: PromisingSchool, client: AsyncTestClient[Litestar]
) -> None:
    await smaller_hall(promising)
    await sign_in(client, await promising.school.account("organiser"))
    board = await client.get("/seasons/spring-2023/cases")
    assert board.text.count("座位不足") == 3
    (case, *_) = await promising.cases()
    shown = await client.get(f"/cases/{case.id}")
    assert f"selected={case.activity_id}" in shown.text
    form = {"row_version": str(case.row_version), "reason": "已沟通"}
    kept = await client.post(f"/cases/{case.id}/keep", data=form, follow_redirects=False)
    assert (kept.status_code, kept.headers["location"]) == (303, "/seasons/spring-2023/cases")
    assert "已沟通" in (await client.get("/seasons/spring-2023/cases?tab=kept")).text


# A change that cannot break a promise, and how it is made.
HARMLESS: dict[str, Write] = {
    "more seats": by.room_api(capacity=500),
    "a name": by.room_api(name_zh="大礼堂"),
    "more equipment": by.room_api(features=["projector", "stage"]),
    "a shorter turnover": by.room_api(turnover_minutes=0),
    "a longer season": by.season_api(last_day="2023-05-31"),
    "another first week": by.season_api(term_first_day="2023-02-20"),
    "more a day": by.policy_api("activities_per_campus_day", 60),
    "another weight": by.policy_api("weight_default", 20),
    "a day worked": by.day_api("2023-03-11", is_working=True),
    "a closure of a free day": by.closure_api("2023-03-21"),
}


@pytest.mark.parametrize("write", HARMLESS.values(), ids=HARMLESS)
async def test_what_cannot_break_a_promise_checks_nothing(
    promising: PromisingSchool, client: AsyncTestClient[Litestar], write: Write, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked: list[Any] = []
    real = read_promises

    async def counted(*arguments: Any, **named: Any) -> Any:
        asked.append(arguments)
        return await real(*arguments, **named)

    monkeypatch.setattr(writing, "read_promises", counted)
    await sign_in(client, await promising.school.account("organiser"))
    assert (await write(promising, client, [])).status_code in (200, 201, 204)
    assert asked == []


async def test_only_what_has_not_begun_counts(promising: PromisingSchool) -> None:
    clock = clock_at(at(9, 11))
    with pytest.raises(PromisesBroken) as refused:
        await change_hall(promising, capacity=50, clock=clock)
    assert [entry.booking_id for entry in refused.value.extra["broken"]] == [promising.late.id]
    await change_hall(promising, promising.late.id, capacity=50, clock=clock)
    assert await promising.audit() == []
    ends = {case.booking_id: case.state for case in await promising.cases()}
    assert ends == {promising.talk.id: "kept", promising.early.id: "kept", promising.late.id: "open"}
    await change_hall(promising, capacity=40, clock=clock_at(at(10, 9)))
    assert len(await promising.cases()) == 3


async def test_a_department_is_told_but_only_the_centre_may_take_it(
    school: School, client: AsyncTestClient[Litestar]
) -> None:
    department = await school.department("LAW")
    room = await school.room(100, department=department)
    detail = await school.request(talk(), department=department)
    wanted = ConfirmPlacement(activity_id=detail.activities[0].id, starts_at=at(8, 14), room_ids=(room.id,))
    await bookings.confirm_placement(school.database, wanted, actor=school.organiser, locale="en", clock=school.clock)
    await sign_in(client, await school.account("department_staff", department_id=department.id))
    body: dict[str, Any] = {"first_day": "2023-03-08", "reason_code": "exam"}
    refused = await client.post(f"/api/resources/{room.id}/closures", json=body)
    assert refused.json()["type"] == "/problems/promises-broken"
    accepted = {**body, "accept_broken": listed_on(refused)}
    assert (await client.post(f"/api/resources/{room.id}/closures", json=accepted)).status_code == 403


async def test_the_list_is_in_the_readers_language(
    promising: PromisingSchool, client: AsyncTestClient[Litestar]
) -> None:
    await sign_in(client, await promising.school.account("organiser"))
    for locale, text in (("zh-CN", "教室座位不足。"), ("en", "The room has too few seats.")):
        client.cookies.set("locale", locale)
        headers = {"If-Match": "*"}
        answer = await client.patch(f"/api/rooms/{promising.hall.id}", json={"capacity": 50}, headers=headers)
        assert {rule["text"] for entry in answer.json()["broken"] for rule in entry["rules"]} == {text}


async def test_a_make_up_day_is_worked_like_its_weekday_everywhere(school: School) -> None:
    """A Saturday for a Friday: builder, booking and free search read the Friday's hours."""
    saturday, database = date(2023, 3, 11), school.database
    room = await school.room(100, opening_hours=[OpeningHours(5, time(8), time(12))])
    detail = await school.request(talk(minutes=60))
    wanted = ConfirmPlacement(activity_id=detail.activities[0].id, starts_at=at(11, 9), room_ids=(room.id,))
    given: dict[str, Any] = {"actor": school.organiser, "locale": "en", "clock": school.clock}
    worked = CalendarDay(day=saturday, is_working=True, source="school", follows_weekday=5)
    now = school.clock.now()

    async def is_open() -> tuple[bool, bool]:
        async with database.read() as connection:
            facts = await read_season_facts(connection, school.season.id, clock=school.clock)
            built = build_problem(facts, clock=school.clock)
            index = built.grid.index().get(saturday)
            opens = built.problem.rooms[0].open or ()
        found = await _free(school, detail.activities[0].id)
        return any(interval.day == index for interval in opens), any(start.date() == saturday for start in found)

    async with database.read() as connection:
        assert not await connection.fetchval("SELECT working_weekday('2023-03-11') = 5")
    assert await is_open() == (False, False)
    with pytest.raises(Exception, match="accepted"):
        await bookings.confirm_placement(database, wanted, **given)
    await database.transact(seasons.set_calendar_day, worked, actor=school.organiser, now=now)
    assert await is_open() == (True, True)
    booking = await bookings.confirm_placement(database, wanted, **given)
    assert booking.starts_at == at(11, 9)


async def _free(school: School, activity_id: Any) -> list[Any]:
    async with school.database.read() as connection:
        activity = await repository.get_bookable(connection, activity_id)
        steps = await repository.list_steps(connection, activity.request_id)
        found = await find_alternatives(
            connection, activity, at(11, 9), season=school.season, steps=steps, clock=school.clock
        )
    return [school.clock.local(placement.starts_at) for placement in found]


async def test_who_books_outside_the_wishes_is_asked_once_and_the_audit_agrees(promising: PromisingSchool) -> None:
    w, school = promising, promising.school
    detail = await school.request(talk(windows=(window(14),)))
    room = await school.room(100)
    wanted = ConfirmPlacement(activity_id=detail.activities[0].id, starts_at=at(15, 14), room_ids=(room.id,))
    given: dict[str, Any] = {"actor": school.organiser, "locale": "en", "clock": school.clock}
    with pytest.raises(OutsideWishes) as refused:
        await bookings.confirm_placement(school.database, wanted, **given)
    assert refused.value.extra == {"rules": ["start_not_allowed"]}
    agreed = ConfirmPlacement(
        activity_id=wanted.activity_id, starts_at=wanted.starts_at, room_ids=wanted.room_ids, outside_wishes=True
    )
    booking = await bookings.confirm_placement(school.database, agreed, **given)
    assert await states(w) == {booking.id: ("kept", "agreed")}
    assert await w.audit() == []
    within = MovePlacement(starts_at=at(14, 14), room_ids=(room.id,))
    await bookings.move_booking(school.database, booking.id, within, **given)
    assert await w.audit() == []


async def test_an_exception_is_for_where_it_stands_and_nowhere_else(
    promising: PromisingSchool,
) -> None:
    w, school = promising, promising.school
    author = Author(
        actor=school.organiser, clock=school.clock, translate=translator("en"), accepted=frozenset({w.talk.id})
    )
    exam = AddClosure(first_day=date(2023, 3, 8))
    await writing.OpenFacts(school.database).write(
        lambda connection: closures.add_closure(
            connection,
            w.hall.id,
            exam,
            zone=school.clock.zone,
            actor=school.organiser,
            now=school.clock.now(),
            over_bookings=True,
        ),
        author,
    )
    async with school.database.read() as connection:
        activity = await repository.get_bookable(connection, w.talk.activity_id)
        steps = await repository.list_steps(connection, activity.request_id)
        free = await find_alternatives(
            connection, activity, w.talk.starts_at, season=school.season, steps=steps, clock=school.clock
        )
    assert not [place for place in free if at(8, 0) <= place.starts_at < at(9, 0)]
    given: dict[str, Any] = {"actor": school.organiser, "locale": "en", "clock": school.clock}
    inside = MovePlacement(starts_at=at(8, 10), room_ids=(w.hall.id,), outside_wishes=True)
    with pytest.raises(ResourceClosed):
        await bookings.move_booking(school.database, w.talk.id, inside, **given)
    assert await w.audit() == []
    assert {case.state for case in await w.cases()} == {"open"}


async def test_a_closure_makes_an_exception_as_long_as_its_case_is_open(promising: PromisingSchool) -> None:
    w, school = promising, promising.school
    author = Author(
        actor=school.organiser, clock=school.clock, translate=translator("en"), accepted=frozenset({w.talk.id})
    )
    exam = AddClosure(first_day=date(2023, 3, 8))

    async def close(connection: Any) -> Any:
        return await closures.add_closure(
            connection,
            w.hall.id,
            exam,
            zone=school.clock.zone,
            actor=school.organiser,
            now=school.clock.now(),
            over_bookings=True,
        )

    await writing.OpenFacts(school.database).write(close, author)
    exceptions = "SELECT exempt_activity_ids FROM closure"
    assert await school.database.pool.fetchval(exceptions) == [w.talk.activity_id]
    large = await school.room(100, features=["projector"])
    move = MovePlacement(starts_at=at(8, 14), room_ids=(large.id,))
    given: dict[str, Any] = {"actor": school.organiser, "locale": "en", "clock": school.clock}
    await bookings.move_booking(school.database, w.talk.id, move, **given)
    await school.database.transact(settle_everywhere, _nobody(w))
    assert await school.database.pool.fetchval(exceptions) == []


async def test_it_follows_a_booking_that_only_became_shorter_in_its_place(promising: PromisingSchool) -> None:
    """A day declared off breaks the booking; an hour less of it breaks the same rule."""
    w, school = promising, promising.school
    author = Author(
        actor=school.organiser,
        clock=school.clock,
        translate=translator("en"),
        accepted=frozenset(w.named("talk interviews")),
    )
    off = CalendarDay(day=date(2023, 3, 8), is_working=False)
    await writing.OpenFacts(school.database).write(
        lambda c: seasons.set_calendar_day(c, off, actor=school.organiser, now=school.clock.now()), author
    )
    async with school.database.read() as connection:
        detail = await get_detail(connection, w.talk.request_id, actor=school.organiser)
    shorter = as_wish(detail.activities[0], duration_minutes=60)
    assert (await propose(school, detail, [shorter])).amendment.state == "accepted"
    (booking,) = await standing(school, detail)
    assert booking.id != w.talk.id
    assert await school.database.transact(settle_everywhere, _nobody(w)) == 0
    assert await states(w) == {booking.id: ("open", None), w.interviews.id: ("open", None)}
    assert await w.audit() == []


async def test_the_board_shows_of_what_is_kept_only_what_stands_and_was_asked_about(
    promising: PromisingSchool, client: AsyncTestClient[Litestar]
) -> None:
    w, school = promising, promising.school
    await sign_in(client, await school.account("organiser"))
    detail, elsewhere = await school.request(talk(windows=(window(20),))), await school.room(200)
    wanted = ConfirmPlacement(
        activity_id=detail.activities[0].id, starts_at=at(21, 14), room_ids=(elsewhere.id,), outside_wishes=True
    )
    await bookings.confirm_placement(school.database, wanted, actor=school.organiser, locale="en", clock=school.clock)
    await smaller_hall(w)
    (asked, *_) = [case for case in await w.cases() if case.state == "open"]
    form = {"row_version": str(asked.row_version), "reason": "已沟通"}
    await client.post(f"/cases/{asked.id}/keep", data=form, follow_redirects=False)
    asked_for = {"season_id": str(school.season.id), "state": "kept"}
    assert len((await client.get("/api/cases", params=asked_for)).json()) == 2
    board = PageParts((await client.get("/seasons/spring-2023/cases?tab=kept")).text)
    assert [link for link in board.links if link.startswith("/cases/")] == [f"/cases/{asked.id}"]
    assert "保持不变 1" in board.text
    now = school.clock.now()
    await school.database.transact(
        bookings.release_booking, asked.booking_id, reason="", actor=school.organiser, now=now
    )
    board = PageParts((await client.get("/seasons/spring-2023/cases?tab=kept")).text)
    assert "保持不变 0" in board.text
