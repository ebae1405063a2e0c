"""An approval is told with the place that follows it; by itself once, where none follows within the season's days."""

import asyncio

import pytest
from litestar import Litestar
from litestar.testing import AsyncTestClient

from app.bookings.domain import ConfirmPlacement
from app.bookings.service import confirm_placement, release_booking
from app.decisions import decide
from app.notifications.approvals.telling import tell_approvals
from app.notifications.service import write_deliveries
from app.outbox.repository import insert_receipts
from tests.behaviours.people import organiser_of, set_rule
from tests.behaviours.test_what_leaves import told
from tests.notifications.school import settings_of
from tests.offers.acts import book, event_types
from tests.school import School, at, clock_at, talk
from tests.series.acts import act, asked, contact_of
from tests.series.test_deciding import recipients

Client = AsyncTestClient[Litestar]
RULE = "approval_told_after_working_days"


async def look(school: School, day: int, hour: int = 17) -> int:
    """What the workers do: mails of what happened, then once a minute what time asks for, on a day of February."""
    async with school.database.pool.acquire() as connection, connection.transaction():
        ids = [
            row["id"]
            for row in await connection.fetch(
                "SELECT id FROM event WHERE type LIKE '%.approved' AND NOT EXISTS"
                " (SELECT FROM event_receipt WHERE event_id = event.id) ORDER BY id"
            )
        ]
        await write_deliveries(connection, ids, settings=settings_of())
        await insert_receipts(connection, ids, job="write_mails")
    clock = clock_at(at(day, hour, 1, month=2))
    counts = await asyncio.gather(*(tell_approvals(school.database, clock=clock, batch=100) for _ in range(3)))
    return sum(counts)


async def test_without_a_place_it_is_told_after_three_working_days_once(school: School) -> None:
    await school.go_to(at(2, 9, month=2))
    detail = await school.request()
    assert await look(school, 7, 16) == 0
    assert await look(school, 7) == 1
    assert await look(school, 8) == 0
    assert await recipients(school, "request.a%") == [
        ("request.approved", []),
        ("request.awaits_place", [detail.request.contact_email]),
    ]
    for locale, words in (("en", "Your request is approved"), ("zh-CN", "已通过")):
        (mail,) = await told(school, "request.awaits_place", locale)
        assert words in mail.text, mail.text
        assert f"/requests/{detail.request.id}" in mail.text


@pytest.mark.parametrize("steps", [1, 2])
async def test_whoever_has_a_place_by_then_is_told_of_that_alone(school: School, steps: int) -> None:
    await school.go_to(at(2, 9, month=2))
    detail = await school.request(*[talk()] * steps)
    await book(school, detail.activities[0].id, at(15, 14), await school.room(100))
    assert await look(school, 20) == 0


async def test_of_a_season_that_is_over_nothing_is_told(school: School) -> None:
    await school.go_to(at(2, 9, month=2))
    await school.request()
    assert await look(school, 3) == 0
    assert await tell_approvals(school.database, clock=clock_at(at(1, 9, month=5)), batch=100) == 0
    assert await look(school, 8) == 1


async def test_whoever_had_a_place_meanwhile_knows_it(school: School) -> None:
    await school.go_to(at(2, 9, month=2))
    detail = await school.request()
    booking = await book(school, detail.activities[0].id, at(15, 14), await school.room(100))
    now = school.clock.now()
    await school.database.transact(release_booking, booking.id, reason="", actor=school.organiser, now=now)
    assert await look(school, 20) == 0


@pytest.mark.parametrize("answer", ["waitlist", "refuse", "offers"])
async def test_nor_is_it_told_after_another_answer(school: School, client: Client, answer: str) -> None:
    await school.go_to(at(2, 9, month=2))
    await school.room(100)
    path = f"/api/requests/{(await school.request()).request.id}"
    organiser = await organiser_of(school, client)
    body = {"waitlist": None, "refuse": {"reason_code": "other", "note": "Full"}, "offers": {}}[answer]
    assert (await organiser.send("POST", f"{path}/{answer}", json=body)).is_success
    assert await look(school, 20) == 0


async def test_approved_again_from_the_waitlist_it_is_told_again(school: School) -> None:
    await school.go_to(at(2, 9, month=2))
    key = (await school.request()).request.id
    given = {"seen": None, "actor": school.organiser}
    assert await look(school, 7) == 1
    await school.database.transact(decide.waitlist_request, key, now=at(8, 9, month=2), **given)  # type: ignore[arg-type]
    await school.database.transact(decide.approve_request, key, now=at(9, 9, month=2), **given)  # type: ignore[arg-type]
    assert await look(school, 13) == 0
    assert await look(school, 14) == 1


async def test_a_season_may_tell_each_at_once(school: School, client: Client) -> None:
    await school.go_to(at(2, 9, month=2))
    waits = await school.request()
    assert await look(school, 2) == 0
    await set_rule(school, await organiser_of(school, client), RULE, 0)
    at_once = await school.request()
    assert await look(school, 3) == 1, "the one that has waited, not that of which the mail is written"
    assert await look(school, 20) == 0
    mailed = "SELECT recipient FROM delivery ORDER BY id"
    assert [row["recipient"] for row in await school.database.pool.fetch(mailed)] == [at_once.request.contact_email]
    assert await event_types(school, "request.awaits_place") == ["request.awaits_place"]
    awaits = await school.database.pool.fetchval("SELECT subject_id FROM event WHERE type = 'request.awaits_place'")
    assert awaits == waits.request.id


async def test_of_a_series_the_dates_without_a_place_are_told_in_one(school: School, client: Client) -> None:
    room = await school.room(30)
    person, organiser = await contact_of(school, client), await organiser_of(school, client)
    series = await asked(person, school, 14, 15, 16)
    assert (await act(organiser, series, "approve")).is_success
    first = series["dates"][0]["request"]["id"]
    activity = await school.database.pool.fetchval("SELECT id FROM activity WHERE request_id = $1", first)
    wanted = ConfirmPlacement(activity_id=activity, starts_at=at(14, 14), room_ids=(room.id,))
    await confirm_placement(school.database, wanted, actor=school.organiser, locale="en", clock=school.clock)
    assert await look(school, 28) == 1
    assert await look(school, 28) == 0
    assert await recipients(school, "series.a%") == [
        ("series.approved", []),
        ("series.awaits_places", ["hr@employer.example"]),
    ]
    (mail,) = await told(school, "series.awaits_places", "en")
    assert "2 dates" in mail.text
    assert "14 Mar 2023" not in mail.text
    assert f"/series/{series['id']}" in mail.text
