"""What a paused employer may not: new requests, new places. What is promised stays promised."""

from typing import Any

import pytest

from app.bookings.domain import MovePlacement
from app.bookings.service import move_booking
from app.locales import translator
from app.requests import service as requests
from app.requests.domain import SubmitRequest
from app.strikes.domain import EmployerPaused, GiveReason
from app.strikes.removing import waive
from app.waitlist import promoting, repository
from app.waitlist.service import list_waitlist
from tests.behaviours.people import organiser_of, owner_of
from tests.offers.acts import accept, book, finder, offer
from tests.school import School, at, clock_at, talk
from tests.strikes.acts import booked, employer_of, holds, miss, missed, on_day
from tests.waitlist.test_promoting import kept, waiting


async def test_a_paused_contact_asks_for_nothing_new_and_is_told_until_when_and_how_to_appeal(
    school: School, database_url: str
) -> None:
    employer = await school.employer()
    (first, _) = await missed(school, employer, 1, 8)
    wish = {
        "season_id": str(school.season.id),
        "title": "Talk",
        "activities": [{"kind": "info_session", "attendance": 50, "duration_minutes": 60}],
    }
    async with on_day(school, database_url, 8) as client:
        owner, organiser = await owner_of(school, client, first), await organiser_of(school, client)
        answer = await owner.send("POST", "/api/requests", json=wish)
        assert (answer.status_code, answer.json()["type"]) == (409, "/problems/employer-paused")
        assert (answer.json()["until"], answer.json()["count"]) == ("2023-04-07", 2)
        assert "No-shows" in answer.json()["title"] + answer.json().get("detail", "")
        draft = await owner.send("POST", "/api/requests", json={**wish, "draft": True})
        assert draft.status_code == 201, "what is written down is kept"
        submit = f"/api/requests/{draft.json()['request']['id']}/submit"
        assert (await owner.send("POST", submit)).json()["type"] == "/problems/employer-paused"
        page = await owner.page("/my/requests")
        assert "No new requests and places until Fri 7 Apr 2023" in " ".join(page.text.split())
        warned = (await organiser.page(f"/requests/{first.request.id}")).text
        assert f"/employers/{employer.id}/strikes" in warned, "who decides sees it"
        asked = await organiser.send("POST", "/api/requests", json={**wish, "employer_id": str(employer.id)})
        assert asked.json()["type"] == "/problems/employer-paused"
        waiver = f"/api/employers/{employer.id}/strikes/waive"
        seen = (await employer_of(school, employer.id)).row_version
        assert (await owner.send("POST", waiver, json={"reason": "please"})).status_code == 403
        assert (await organiser.send("POST", waiver, json={})).status_code == 422
        assert (await organiser.send("POST", waiver, seen=seen + 1, json={"reason": "x"})).status_code == 412
        assert (await organiser.send("POST", waiver, seen=seen, json={"reason": "Snow"})).status_code == 200
        history = (await organiser.send("GET", f"/api/employers/{employer.id}/history")).json()
        assert (history[0]["type"], history[0]["reason"]) == ("strike.waived", "Snow")
        assert (await owner.send("POST", submit)).status_code == 200
        again = await organiser.send("POST", waiver, json={"reason": "x"})
        assert again.json()["type"] == "/problems/nothing-to-waive"


async def test_a_pause_is_over_by_the_clock(school: School) -> None:
    employer = await school.employer()
    await missed(school, employer, 1, 8)
    command = SubmitRequest(season_id=school.season.id, title="T", employer_id=employer.id, activities=(talk(),))

    async def submit(day: int, month: int) -> None:
        clock = clock_at(at(day, 9, month=month))
        await school.database.transact(requests.submit_request, command, actor=school.organiser, clock=clock)

    with pytest.raises(EmployerPaused):
        await submit(6, 4)
    await submit(7, 4)


async def test_no_new_place_by_hand_or_by_offer_but_what_it_has_may_move(school: School) -> None:
    employer = await school.employer()
    room = await school.room(100)
    new, other = [await school.request(talk(), employer=employer) for _ in range(2)]
    (has,) = await booked(school, employer, 22)
    offered = await offer(school, new.request.id, new.activities[0].id, at(20, 14), room)
    moved = await offer(school, has.request.id, has.activities[0].id, at(21, 14), room)
    await missed(school, employer, 1, 8)
    clock = clock_at(at(8, 16))
    await school.database.pool.execute("UPDATE offer SET held_until = held_until + interval '60 days'")
    await school.database.pool.execute("UPDATE booking SET held_until = held_until + interval '60 days'")
    with pytest.raises(EmployerPaused):
        await book(school, other.activities[0].id, at(23, 14), room, clock=clock)
    with pytest.raises(EmployerPaused):
        await accept(school, offered.id, clock=clock)
    assert (await accept(school, moved.id, clock=clock)).state == "accepted"
    standing = await school.database.pool.fetchval(
        "SELECT id FROM booking WHERE activity_id = $1 AND state = 'confirmed'", has.activities[0].id
    )
    move = MovePlacement(starts_at=at(24, 14), room_ids=(room.id,))
    await move_booking(school.database, standing, move, actor=school.organiser, locale="en", clock=clock)
    given: dict[str, Any] = {"seen": None, "actor": school.organiser, "clock": clock}
    await school.database.transact(waive, employer.id, GiveReason(reason="已面谈"), **given)
    await accept(school, offered.id, clock=clock_at(at(8, 17)))
    assert await holds(school, employer, 8) == ("warned", 2)


@pytest.mark.parametrize("days", [(1, 8), (1, 8, 15)])
async def test_the_waitlist_passes_over_who_is_held_back(school: School, days: tuple[int, ...]) -> None:
    await school.room(100)
    employer = await school.employer()
    first = await waiting(school, 29, employer=employer)
    second = await waiting(school, 29)
    for detail, day in zip(await booked(school, employer, *days), days, strict=True):
        await miss(school, detail, day)
    # Its talks were in a room of their own, which is free on the day.
    await school.database.pool.execute("UPDATE room SET capacity = 5 WHERE code <> (SELECT min(code) FROM room)")

    async def walk(day: int) -> int:
        async with school.database.pool.acquire() as connection:
            await repository.ask_walk(connection, [school.season.id])
        return await promoting.walk_asked(school.database, finder(school), clock=clock_at(at(day, 17)))

    assert await walk(days[-1]) == 1
    async with school.database.read() as connection:
        clock = clock_at(at(days[-1], 17))
        listed = await list_waitlist(
            connection, school.season.id, actor=school.organiser, translate=translator("en"), clock=clock
        )
    reasons = {line.request_id: line.reasons for line in listed}
    assert "gets no place until" in reasons[first.request.id][-1]
    assert "gets no place until" not in reasons[second.request.id][-1]
    assert await kept(school, first) == []
    assert [one.state for one in await kept(school, second)] == ["open"]
    assert (await employer_of(school, employer.id)).state == ("suspended" if len(days) == 3 else "verified")


async def test_who_waits_is_next_again_once_nothing_holds_it_back(school: School) -> None:
    await school.room(100)
    employer = await school.employer()
    detail = await waiting(school, 29, employer=employer)
    await missed(school, employer, 1, 8)
    clock = clock_at(at(8, 17))

    async def walk() -> int:
        async with school.database.pool.acquire() as connection:
            await repository.ask_walk(connection, [school.season.id])
        return await promoting.walk_asked(school.database, finder(school), clock=clock)

    assert await walk() == 0
    given: dict[str, Any] = {"seen": None, "actor": school.organiser, "clock": clock}
    await school.database.transact(waive, employer.id, GiveReason(reason="已面谈"), **given)
    last = await school.database.pool.fetchval("SELECT type FROM event ORDER BY id DESC LIMIT 1")
    assert last in {kind.type for kind in promoting.FREEING}, "the walk is asked for by itself"
    assert await walk() == 1
    assert len(await kept(school, detail)) == 1
