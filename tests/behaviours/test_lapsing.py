"""What nobody decides expires once its days are over; its owner is told before, and what is changed lives on."""

from typing import Any

from litestar import Litestar
from litestar.testing import AsyncTestClient

from app.decisions import decide
from app.decisions.lapsing import lapse_requests
from app.requests import repository
from app.requests.domain import Decision, RequestDetail
from app.waitlist.ranking import rank_waiting
from tests.behaviours.people import owner_of
from tests.behaviours.test_what_leaves import told
from tests.offers.acts import event_types
from tests.school import School, at, clock_at, talk, window

Client = AsyncTestClient[Litestar]


async def look(school: School, day: int, *, hour: int = 9) -> int:
    """What the worker does now and then, on a day of March."""
    return await lapse_requests(school.database, clock=clock_at(at(day, hour)), batch=100)


async def state_of(school: School, detail: RequestDetail) -> str:
    async with school.database.read() as connection:
        return (await repository.get_request(connection, detail.request.id)).state


async def test_it_is_told_once_and_expires_after_its_last_day(school: School, client: Client) -> None:
    detail = await school.request(talk(windows=(window(14, 16),)), approved=False)
    assert await look(school, 10) == 0, "four working days before"
    assert await look(school, 13) == 1
    assert await look(school, 14) == 0, "once"
    (mail,) = await told(school, "request.lapses_soon", "en")
    assert "16 Mar 2023" in mail.text
    assert await look(school, 16, hour=23) == 0
    assert await state_of(school, detail) == "submitted"
    assert await look(school, 17) == 1
    assert await state_of(school, detail) == "expired"
    (mail,) = await told(school, "request.lapsed", "zh-CN")
    assert "已过期" in mail.subject
    owner = await owner_of(school, client, detail)
    assert "Expired" in (await owner.page("/my/requests")).text
    answer = await owner.send("POST", f"/api/requests/{detail.request.id}/withdraw")
    assert answer.status_code == 409, "it is over"


async def test_one_that_was_returned_expires_too(school: School) -> None:
    detail = await school.request(talk(windows=(window(14),)), approved=False)
    given: dict[str, Any] = {"seen": None, "actor": school.organiser, "now": school.clock.now()}
    await school.database.transact(
        decide.return_request, detail.request.id, Decision(reason_code="incomplete", note="?"), **given
    )
    assert await look(school, 15) == 1
    assert await state_of(school, detail) == "expired"


async def test_what_is_approved_does_not(school: School) -> None:
    detail = await school.request(talk(windows=(window(14),)), approved=False)
    given: dict[str, Any] = {"seen": None, "actor": school.organiser, "now": school.clock.now()}
    await school.database.transact(decide.approve_request, detail.request.id, **given)
    assert await look(school, 15) == 0


async def test_who_waits_in_vain_leaves_the_line(school: School) -> None:
    detail = await school.request(talk(windows=(window(14),)))
    given: dict[str, Any] = {"seen": None, "actor": school.organiser, "now": school.clock.now()}
    await school.database.transact(decide.waitlist_request, detail.request.id, **given)
    assert await look(school, 13) == 1
    assert await look(school, 15) == 1
    assert await state_of(school, detail) == "expired"
    async with school.database.read() as connection:
        assert await rank_waiting(connection, school.season.id) == []


async def test_of_an_itinerary_the_step_that_is_over_first_counts(school: School) -> None:
    detail = await school.request(talk(windows=(window(14),)), talk(windows=(window(20),)), approved=False)
    assert await look(school, 15) == 1
    assert await state_of(school, detail) == "expired"


async def test_without_wishes_the_season_counts(school: School) -> None:
    await school.request(talk(), approved=False)
    assert await look(school, 31) == 0


async def test_later_days_are_told_of_again(school: School) -> None:
    detail = await school.request(talk(windows=(window(14),)), approved=False)
    assert await look(school, 13) == 1
    await school.database.pool.execute("UPDATE activity_window SET last_day = last_day + 7")
    assert await look(school, 15) == 0
    assert await look(school, 20) == 1
    assert (await event_types(school, "request.lapse%")) == ["request.lapses_soon"] * 2
    assert await state_of(school, detail) == "submitted"
