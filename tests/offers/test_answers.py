"""What a release keeps for an owner is answered: accepted, declined, another time, or too late."""

from datetime import datetime, timedelta
from uuid import UUID

import msgspec
import pytest
from litestar import Litestar
from litestar.testing import AsyncTestClient

from app.accounts.domain import Account
from app.clock import Clock
from app.errors import PreconditionFailed
from app.events import OffersMade
from app.notifications.domain import Told
from app.notifications.writing_letters import write_letters
from app.offers import repository, tentative, upkeep
from app.offers.domain import AskAnother, DeclinePlacements, NothingToAnswer, Offer
from app.outbox.wording import happened
from app.requests.domain import RequestDetail
from app.requests.history import list_visible_history
from app.requests.repository import get_request
from app.requests.states import MoveImpossible
from app.schedules import repository as schedules
from app.schedules.domain import Release
from app.schedules.release import release_version
from app.seasons import service as seasons
from app.venues.domain import Room
from tests.offers.acts import accept, book, booking_states, event_types, expire, finder, later, offer, states
from tests.pages.booking import leave_out
from tests.schedules.drafts import draft, placed
from tests.school import School, at, talk
from tests.signing_in import sign_in


async def owner_confirms(school: School) -> None:
    """先由单位确认."""
    await school.database.transact(
        seasons.set_policy,
        school.season.id,
        "employer_confirms",
        True,
        reason="",
        actor=school.organiser,
        now=school.clock.now(),
    )


async def kept(school: School) -> tuple[RequestDetail, Room]:
    """A request whose place was released and waits for its owner."""
    await owner_confirms(school)
    room = await school.room(100)
    detail = await school.request(talk())
    await release(school, await draft(school, [placed(detail.activities[0], at(15, 14), room.id)]))
    return detail, room


async def release(school: School, version_id: UUID, *tell: UUID) -> None:
    """By the organiser."""
    await school.database.transact(
        release_version,
        version_id,
        Release(tell_unplaced=tell),
        expected_version=None,
        actor=school.organiser,
        clock=school.clock,
    )


async def state_of(school: School, request_id: UUID) -> str:
    async with school.database.read() as connection:
        return (await get_request(connection, request_id)).state


async def contact_of(school: School, detail: RequestDetail) -> Account:
    """Somebody of the employer that asked."""
    return await school.account("employer_contact", employer_id=detail.request.employer_id)


async def say_yes(
    school: School, detail: RequestDetail, *, clock: Clock | None = None, seen: int | None = None
) -> None:
    who = (await contact_of(school, detail)).actor()
    await school.database.transact(
        tentative.accept_placements, detail.request.id, seen=seen, actor=who, clock=clock or school.clock
    )


async def say_no(school: School, detail: RequestDetail, *, withdraw: bool = False) -> None:
    who, command = (await contact_of(school, detail)).actor(), DeclinePlacements(note="撞了总部活动", withdraw=withdraw)
    await school.database.transact(
        tentative.decline_placements, detail.request.id, command, seen=None, actor=who, now=school.clock.now()
    )


async def ask_another(school: School, detail: RequestDetail, note: str = "") -> list[Offer]:
    who, command = (await contact_of(school, detail)).actor(), AskAnother(note=note)
    return await tentative.ask_for_another(
        school.database, finder(school), detail.request.id, command, actor=who, clock=school.clock
    )


async def test_the_owner_accepts_and_only_then_is_it_confirmed(school: School) -> None:
    detail, _ = await kept(school)
    assert await booking_states(school, detail.activities[0].id) == ["tentative"]
    await say_yes(school, detail)
    assert await booking_states(school, detail.activities[0].id) == ["confirmed"]
    assert (await event_types(school))[-2:] == ["booking.confirmed", "placements.accepted"]
    with pytest.raises(NothingToAnswer):
        await say_yes(school, detail)


async def test_a_later_release_that_moves_what_is_kept_says_that_it_waits(school: School) -> None:
    detail, room = await kept(school)
    await release(school, await draft(school, [placed(detail.activities[0], at(16, 14), room.id)]))
    assert await booking_states(school, detail.activities[0].id) == ["released", "tentative"]
    async with school.database.read() as connection:
        moved = await connection.fetchval("SELECT payload FROM event WHERE type = 'booking.moved'")
        until = await connection.fetchval("SELECT answer_until FROM booking WHERE state = 'tentative'")
    assert moved["tentative"] is True
    assert datetime.fromisoformat(moved["answer_until"]) == until


async def test_what_was_looked_at_is_what_is_accepted(school: School) -> None:
    detail, _ = await kept(school)
    with pytest.raises(PreconditionFailed):
        await say_yes(school, detail, seen=1)


async def test_the_owner_declines_and_waits_for_another_place(school: School) -> None:
    detail, room = await kept(school)
    await say_no(school, detail)
    assert await booking_states(school, detail.activities[0].id) == ["released"]
    assert await state_of(school, detail.request.id) == "approved"
    other = await school.request(talk())
    await book(school, other.activities[0].id, at(15, 14), room)


async def test_the_owner_declines_and_gives_up(school: School) -> None:
    detail, _ = await kept(school)
    await say_no(school, detail, withdraw=True)
    assert await state_of(school, detail.request.id) == "withdrawn"
    with pytest.raises(MoveImpossible):
        await say_yes(school, detail)


async def test_another_time_is_chosen_beside_the_one_that_is_kept(school: School) -> None:
    detail, _ = await kept(school)
    offers = await ask_another(school, detail)
    assert len(offers) == 3
    assert await booking_states(school, detail.activities[0].id) == ["tentative", *["held"] * 3]
    await accept(school, offers[0].id)
    assert sorted(await booking_states(school, detail.activities[0].id)) == ["confirmed", *["released"] * 3]
    assert sorted((await states(school, detail.request.id)).values()) == ["accepted", "withdrawn", "withdrawn"]
    with pytest.raises(NothingToAnswer):
        await say_yes(school, detail)


async def test_the_history_says_that_the_owner_asked_for_another_time(school: School) -> None:
    detail, room = await kept(school)
    await offer(school, detail.request.id, detail.activities[0].id, at(16, 14), room)
    await ask_another(school, detail, "当天撞了总部活动")
    async with school.database.read() as connection:
        lines = await list_visible_history(connection, detail.request, actor=school.organiser)
        made = [line for line in lines if line.type == "offers.made"]
        asked = msgspec.convert(made[0].payload | {"subject_id": detail.request.id}, OffersMade)
        (letter,) = await write_letters(connection, [Told(asked, made[0].occurred_at, made[0].reason)])
    assert [(happened(line), line.reason) for line in made] == [
        ("The owner asked for another time; other places offered", "当天撞了总部活动"),
        ("Other places offered", ""),
    ]
    assert letter.note == "", "its own words are not sent back to the owner"


async def test_accepting_what_is_kept_gives_the_other_times_back(school: School) -> None:
    detail, _ = await kept(school)
    await ask_another(school, detail)
    await say_yes(school, detail)
    assert await booking_states(school, detail.activities[0].id) == ["confirmed", *["released"] * 3]


async def clocks(school: School, clock: Clock) -> None:
    """What the worker does every half minute."""
    now = clock.now()
    await expire(school, clock)
    async with school.database.read() as connection:
        unanswered = await repository.list_unanswered(connection, now=now, batch=10)
        to_remind = await repository.list_to_remind(connection, now=now, batch=10)
    for request_id in unanswered:
        await school.database.transact(upkeep.expire_answer, request_id, now=now)
    for request_id in to_remind:
        await school.database.transact(upkeep.remind_owner, request_id, now=now)


async def test_the_owner_is_reminded_once_at_half_of_the_time(school: School) -> None:
    detail, _ = await kept(school)
    await clocks(school, later(school, 35))
    assert "placements.reminded" not in await event_types(school)
    for hours in (37, 38):
        await clocks(school, later(school, hours))
    assert (await event_types(school)).count("placements.reminded") == 1
    await say_yes(school, detail, clock=later(school, 39))
    await clocks(school, later(school, 80))
    assert await booking_states(school, detail.activities[0].id) == ["confirmed"]


async def test_without_an_answer_the_place_is_free_again_and_the_request_waits(school: School) -> None:
    detail, _ = await kept(school)
    await clocks(school, later(school, 72.1))
    assert await booking_states(school, detail.activities[0].id) == ["released"]
    assert await state_of(school, detail.request.id) == "approved"
    assert (await event_types(school))[-2:] == ["booking.lapsed", "placements.expired"]
    with pytest.raises(NothingToAnswer):
        await say_yes(school, detail)


async def test_a_release_holds_what_it_found_for_those_it_leaves_out(school: School) -> None:
    room = await school.room(100)
    goes, left = await school.request(talk()), await school.request(talk())
    version_id = await draft(school, [placed(goes.activities[0], at(15, 14), room.id)])
    await leave_out(school, version_id, left, room)
    places = [
        {
            "activity_id": str(left.activities[0].id),
            "starts_at": starts.isoformat(),
            "ends_at": (starts + timedelta(hours=2)).isoformat(),
            "room_ids": [str(room.id)],
        }
        for starts in (at(15, 14), at(15, 17), at(16, 9))
    ]
    explanation = {"proof": "full", "offers": [{"places": [place], "relaxed": ["start"]} for place in places]}
    async with school.database.pool.acquire() as connection:
        await connection.execute(
            "UPDATE version_unplaced SET explanation = $2 WHERE version_id = $1", version_id, explanation
        )
    await release(school, version_id, left.request.id)
    async with school.database.read() as connection:
        offers = await repository.list_offers(connection, [left.request.id])
        (event,) = await connection.fetch("SELECT payload FROM event WHERE type = 'request.left_unplaced'")
    assert sorted(offer.placements[0].starts_at for offer in offers) == [at(15, 17), at(16, 9)], "one is taken"
    assert {str(offer.id) for offer in offers} == set(event["payload"]["offer_ids"])
    assert all(offer.held and offer.origin == "release" and offer.costs == ("start",) for offer in offers)
    assert await booking_states(school, left.activities[0].id) == ["held", "held"]


@pytest.mark.parametrize("relaxed", ["online", "fewer_rooms", "shorter", "capacity", "campus"])
async def test_a_release_holds_nothing_that_changes_what_was_asked_for(school: School, relaxed: str) -> None:
    room = await school.room(100)
    goes, left = await school.request(talk()), await school.request(talk())
    version_id = await draft(school, [placed(goes.activities[0], at(15, 14), room.id)])
    place = {
        "activity_id": str(left.activities[0].id),
        "starts_at": at(16, 9).isoformat(),
        "ends_at": at(16, 11).isoformat(),
        "room_ids": [],
    }
    explanation = {"proof": "full", "offers": [{"places": [place], "relaxed": ["days", relaxed]}]}
    await school.database.transact(schedules.insert_unplaced, version_id, left.request.id, explanation)
    await release(school, version_id, left.request.id)
    async with school.database.read() as connection:
        assert await repository.list_offers(connection, [left.request.id]) == [], "accepting it was always lost"


async def test_two_that_were_left_out_are_not_offered_one_place(school: School) -> None:
    room = await school.room(100)
    goes = await school.request(talk())
    lefts = [await school.request(talk()) for _ in range(2)]
    version_id = await draft(school, [placed(goes.activities[0], at(15, 14), room.id)])
    for left in lefts:
        place = {
            "activity_id": str(left.activities[0].id),
            "starts_at": at(16, 9).isoformat(),
            "ends_at": at(16, 11).isoformat(),
            "room_ids": [str(room.id)],
        }
        explanation = {"proof": "full", "offers": [{"places": [place]}]}
        await school.database.transact(schedules.insert_unplaced, version_id, left.request.id, explanation)
    await release(school, version_id, *(left.request.id for left in lefts))
    held = [await booking_states(school, left.activities[0].id) for left in lefts]
    assert sorted(held) == [[], ["held"]]


async def test_another_time_is_asked_for_by_form_and_by_api(school: School, client: AsyncTestClient[Litestar]) -> None:
    detail, _ = await kept(school)
    await sign_in(client, await contact_of(school, detail))
    client.cookies.set("locale", "zh-CN")
    path = f"/requests/{detail.request.id}"
    sent = await client.post(f"{path}/offered/others", data={"note": "当天撞了总部活动"}, follow_redirects=False)
    assert sent.status_code == 303, sent.text
    page = (await client.get(path, headers={"Accept": "text/html"})).text
    assert "申请方要求换时间，已另行提供时间地点" in page
    assert "当天撞了总部活动" in page
    assert (await client.post(f"/api{path}/ask-another")).json()["type"] == "/problems/too-many-offers", (
        "without a body"
    )
    unknown = await client.post(f"/api{path}/ask-another", json={"notes": "周三更好"})
    assert unknown.status_code == 422
