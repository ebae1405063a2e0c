"""An impossible change says why: what no room has, or what is in the way on each day asked for."""

from datetime import date
from typing import Any

import pytest
from litestar import Litestar
from litestar.testing import AsyncTestClient

from app.amendments.domain import AmendmentAnswer, ProposeAmendment
from app.amendments.proposing import propose_amendment
from app.amendments.wording import sentences_of
from app.desk.finding import DeskFinder
from app.locales import translator
from app.requests.domain import ActivityWish, RequestDetail
from app.seasons import service as seasons
from app.seasons.calendar import CalendarDay
from app.venues import closures, room_repository
from app.venues.closure_domain import AddClosure
from tests.amendments.test_amendments import as_wish, booked_talk, owner_of, propose
from tests.behaviours.people import owner_of as signed_in_owner_of
from tests.behaviours.test_changes import wish_of
from tests.behaviours.test_what_leaves import told
from tests.desk.test_moves import NearDesk
from tests.offers.acts import book
from tests.school import School, at, talk, window

Client = AsyncTestClient[Litestar]


def said(answer: AmendmentAnswer, locale: str = "en") -> list[str]:
    """The reasons in sentences."""
    return sentences_of(answer.amendment.findings, translator(locale))


async def test_the_largest_room_is_named_on_the_page_and_over_the_api(school: School, client: Client) -> None:
    detail, _ = await booked_talk(school)
    large = await school.room(300)
    await school.room(20_000, department=await school.department())
    owner = await signed_in_owner_of(school, client, detail)
    body = wish_of(detail, attendance=9_999)
    answer = await owner.send("PUT", f"/api/requests/{detail.request.id}/amendment", json=body)
    given = answer.json()
    assert (answer.status_code, given["amendment"]["outcome"]) == (200, "impossible"), answer.text
    room = {"code": large.code, "name_zh": large.name_zh, "name_en": large.name_en}
    assert given["amendment"]["findings"]["reasons"] == [
        {"code": "rooms_too_small", "needed": 9_999, "rooms": 1, "most": 300, "room": room}
    ]
    sentence = (
        f"No room is large enough: the largest that has what is needed, {large.name_en}, seats 300; 9999 are asked for."
    )
    assert given["reasons"] == [sentence]
    path = f"/requests/{detail.request.id}"
    assert sentence in (await owner.page(path)).text
    (mail,) = await told(school, "amendment.impossible", "en")
    assert sentence in mail.text.replace("\n", " ")
    (mail,) = await told(school, "amendment.impossible", "zh-CN")
    assert f"最大的{large.name_zh}有300座" in mail.text
    owner.headers["Cookie"] = owner.headers["Cookie"].replace("locale=en", "locale=zh-CN")
    assert f"最大的{large.name_zh}有300座，申请的是9999人。" in (await owner.page(path)).text


@pytest.mark.parametrize(
    ("changes", "sentence"),
    [
        ({"rooms_needed": 3, "kind": "interview_block"}, "It takes 3 rooms at once on one campus; so many suit it: 1."),
        (
            {"rooms_needed": 2, "attendance": 900, "kind": "interview_block"},
            "2 rooms with 450 seats each are asked for.",
        ),
        ({"features": ("projector", "stage")}, "No room has all the equipment that is asked for: Projector, Stage."),
        ({"duration_minutes": 420}, "A room is given for 240 minutes at most; 420 are asked for."),
        ({"attendance_mode": "hybrid"}, "The school has no livestream channel."),
    ],
)
async def test_what_the_school_has_not_is_said(school: School, changes: dict[str, Any], sentence: str) -> None:
    room, detail = await school.room(100, max_minutes=240), await school.request(talk())
    await book(school, detail.activities[0].id, at(15, 14), room)
    answer = await propose(school, detail, [as_wish(detail.activities[0], **changes)])
    assert answer.amendment.outcome == "impossible"
    (reason,) = said(answer)
    assert sentence in reason
    assert "{" not in said(answer, "zh-CN")[0]


async def test_a_fair_needs_booths_and_a_campus_is_asked_for(school: School) -> None:
    department = await school.department()
    fair = ActivityWish(kind="department_fair", attendance=50, duration_minutes=120, booths=10)
    detail = await school.request(fair, department=department)
    hall, elsewhere = await school.room(300, booths=20), await school.add_campus("east", "东校区", "East campus")
    await book(school, detail.activities[0].id, at(15, 9), hall)
    staff = (await school.account("department_staff", department_id=department.id)).actor()
    for changes, sentence in (
        ({"booths": 40}, f"No room has enough booths: {hall.name_en} has the most, 20; 40 are asked for."),
        ({"campus_ids": (elsewhere.id,)}, "There is no room for it on the campus that is asked for."),
    ):
        answer = await propose(school, detail, [as_wish(detail.activities[0], **changes)], actor=staff)
        assert said(answer) == [sentence]


async def test_of_an_itinerary_the_step_is_said(school: School) -> None:
    room = await school.room(100)
    detail = await school.request(
        talk(minutes=60), ActivityWish(kind="written_test", attendance=50, duration_minutes=60)
    )
    for activity, day in zip(detail.activities, (15, 16), strict=True):
        await book(school, activity.id, at(day, 14), room)
    steps = [as_wish(detail.activities[0]), as_wish(detail.activities[1], attendance=5_000)]
    (reason,) = said(await propose(school, detail, steps))
    assert reason.startswith("Step 2: No room is large enough")


async def by_desk(school: School, detail: RequestDetail, **changes: Any) -> AmendmentAnswer:
    """The owner asks, and the desk answers."""
    request = detail.request
    command = ProposeAmendment(
        title=request.title,
        contact_name=request.contact_name,
        contact_email=request.contact_email,
        activities=(as_wish(detail.activities[0], **changes),),
    )
    return await propose_amendment(
        school.database,
        DeskFinder(school.database, school.clock, NearDesk(school)),
        request.id,
        command,
        seen=None,
        actor=await owner_of(school, detail),
        clock=school.clock,
    )


async def test_days_are_counted_by_what_is_in_the_way_on_them(school: School) -> None:
    detail, booking = await booked_talk(school)
    room_id, now = booking.room_ids[0], school.clock.now()
    (room,) = await _rooms_of(school)
    for day in (20, 21):
        other = await school.request(talk())
        await book(school, other.activities[0].id, at(day, 14), room)
    exam = AddClosure(first_day=date(2023, 3, 22), reason_code="exam")
    await school.database.transact(
        closures.add_closure, room_id, exam, zone=school.clock.zone, actor=school.organiser, now=now
    )
    off = CalendarDay(day=date(2023, 3, 23), is_working=False)
    await school.database.transact(seasons.set_calendar_day, off, actor=school.organiser, now=now)
    answer = await by_desk(school, detail, windows=(window(20, 23, from_hour=14, until_hour=16),))
    assert answer.amendment.findings["reasons"] == [{"code": "no_day", "days": 4, "full": 2, "exams": 1, "closed": 1}]
    assert said(answer) == ["On none of the 4 days asked for is a place free: 2 full, 1 with exams, 1 off or closed."]
    assert said(answer, "zh-CN") == ["所要的4天都没有空位：2天已满、1天有考试、1天放假或停用。"]


async def test_without_the_desk_days_off_are_known_all_the_same(school: School) -> None:
    detail, _ = await booked_talk(school)
    (room,) = await _rooms_of(school)
    for day in (24, 27):
        other = await school.request(talk())
        await book(school, other.activities[0].id, at(day, 14), room)
    answer = await propose(
        school, detail, [as_wish(detail.activities[0], windows=(window(24, 27, from_hour=14, until_hour=16),))]
    )
    assert said(answer) == ["On none of the 4 days asked for is a place free: 2 off or closed."]


async def _rooms_of(school: School) -> list[Any]:
    async with school.database.read() as connection:
        return await room_repository.list_rooms(connection)


async def test_what_waits_for_a_place_is_not_changed_to_what_no_day_has(school: School) -> None:
    """Without a place nothing has to be looked for, but no room will ever have 9,999 seats."""
    await school.room(100)
    detail = await school.request(talk())
    answer = await propose(school, detail, [as_wish(detail.activities[0], attendance=9999)])
    assert (answer.amendment.outcome, answer.amendment.state) == ("impossible", "refused")
    assert [reason["code"] for reason in answer.amendment.findings["reasons"]] == ["rooms_too_small"]
    more = await propose(school, detail, [as_wish(detail.activities[0], attendance=100)])
    assert (more.amendment.outcome, more.amendment.state) == ("fits", "awaiting_approval")


async def test_what_was_asked_for_before_waits_on_whatever_the_school_has(school: School) -> None:
    detail = await school.request(talk())
    texts = await propose(school, detail, [as_wish(detail.activities[0])], title="Spring tour")
    assert texts.amendment.state == "accepted"
    added = await propose(school, detail, [as_wish(detail.activities[0]), talk()])
    assert said(added) == [
        "Step 1: The school has no room for such a request.",
        "Step 2: The school has no room for such a request.",
    ]
