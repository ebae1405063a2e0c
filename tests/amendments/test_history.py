"""The history of a request says of each change what it changes, old beside new, in the reader's language."""

from typing import Any

import msgspec
import pytest
from litestar import Litestar
from litestar.testing import AsyncTestClient

from app.amendments import deciding
from app.amendments.domain import RefuseAmendment
from app.locales import translator
from app.notifications.wording import changed_part, changed_value
from app.requests.domain import ActivityWish, Post, RequestDetail
from app.requests.history import list_visible_history
from app.venues.domain import PutCodeEntry
from app.venues.service import put_code_entry
from tests.amendments.test_amendments import (
    approve,
    as_wish,
    booked_talk,
    choose,
    now_is,
    owner_of,
    propose,
)
from tests.offers.acts import book, expire, later
from tests.school import School, at, talk
from tests.signing_in import sign_in


async def told(school: School, detail: RequestDetail, *, locale: str = "en") -> dict[str, list[str]]:
    """What the owner reads of each kind of event of changes."""
    translate = translator(locale)
    owner = await owner_of(school, detail)
    async with school.database.read() as connection:
        lines = await list_visible_history(connection, detail.request, actor=owner)
    return {
        line.type: [f"{changed_part(change, translate)}: {changed_value(change, translate)}" for change in line.changes]
        for line in reversed(lines)
        if line.type.startswith("amendment.")
    }


async def test_sizes_and_lengths_are_told_old_and_new(school: School) -> None:
    detail, _ = await booked_talk(school)
    await propose(school, detail, [as_wish(detail.activities[0], attendance=40, duration_minutes=60)])
    said = ["Info session, people: 80 → 40", "Info session, length in minutes: 120 → 60"]
    assert await told(school, detail) == {"amendment.proposed": said, "amendment.accepted": said}
    assert (await told(school, detail, locale="zh-CN"))["amendment.accepted"][0] == "宣讲会，人数: 80 → 40"


async def test_every_end_of_a_change_says_what_it_was_about(school: School) -> None:
    detail, _ = await booked_talk(school)
    await school.room(300)
    owner, wish = await owner_of(school, detail), [as_wish(detail.activities[0], attendance=250)]
    said, now = ["Info session, people: 80 → 250"], school.clock.now()
    answer = await propose(school, detail, wish, actor=owner)
    await school.database.transact(deciding.withdraw_amendment, answer.amendment.id, seen=None, actor=owner, now=now)
    answer = await propose(school, detail, wish, actor=owner)
    await choose(school, answer.offers[0].id, owner)
    refusal = RefuseAmendment(reason_code="over_limit")
    await school.database.transact(
        deciding.refuse_amendment, answer.amendment.id, refusal, seen=None, actor=school.organiser, now=now
    )
    answer = await propose(school, detail, wish, actor=owner)
    after = later(school, 49)
    await expire(school, after)
    await school.database.transact(deciding.end_left_over, answer.amendment.id, is_wanted=True, now=after.now())
    ends = ("proposed", "withdrawn", "chosen", "refused", "expired")
    assert await told(school, detail) == {f"amendment.{end}": said for end in ends}
    impossible = await propose(school, detail, [as_wish(detail.activities[0], attendance=9000)], actor=owner)
    assert impossible.amendment.outcome == "impossible"
    assert (await told(school, detail))["amendment.impossible"] == ["Info session, people: 80 → 9000"]


async def test_steps_and_their_order_are_told(school: School) -> None:
    room = await school.room(100)
    test = ActivityWish(kind="written_test", attendance=60, duration_minutes=120)
    detail = await school.request(talk(), test)
    for activity, hour in zip(detail.activities, (9, 14), strict=True):
        await book(school, activity.id, at(15, hour), room)
    first, second = detail.activities
    pause = as_wish(second, gap_after_previous_minutes=30, same_day_as_previous=True)
    await propose(school, detail, [as_wish(first), pause], actor=school.organiser)
    assert (await told(school, detail))["amendment.accepted"] == [
        "Written test, pause before it in minutes: 0 → 30",
        "Written test, step: on the day of the step before it",
    ]
    detail = await now_is(school, detail)
    turned = await propose(school, detail, [as_wish(second), as_wish(first)])
    assert turned.amendment.outcome == "impossible"
    assert (await told(school, detail))["amendment.impossible"][-1] == "order of the steps: changed"
    await propose(school, detail, [as_wish(detail.activities[0])])
    assert (await told(school, detail))["amendment.accepted"] == ["Written test, step: dropped"]


async def test_what_a_step_needs_is_told_by_name(school: School) -> None:
    detail, _ = await booked_talk(school)
    first = as_wish(detail.activities[0])
    await school.database.transact(
        put_code_entry,
        "feature",
        "projector",
        PutCodeEntry(name_zh="投影仪", name_en="Projector"),
        actor=school.organiser,
        now=school.clock.now(),
    )
    needs: dict[str, Any] = {"features": ("projector",), "campus_ids": (school.campus.id,)}
    await propose(school, detail, [msgspec.structs.replace(first, **needs, attendance_mode="hybrid")])
    campus = school.campus
    assert (await told(school, detail))["amendment.proposed"] == [
        "Info session, how it is held: On site → On site and online",
        "Info session, equipment: none → Projector",
        f"Info session, campus: any campus → {campus.name_en}",
    ]
    assert (
        f"宣讲会，校区: 不限 → {campus.name_zh}" in (await told(school, detail, locale="zh-CN"))["amendment.proposed"]
    )


async def test_texts_are_named_and_only_the_title_is_repeated(school: School) -> None:
    detail, _ = await booked_talk(school)
    step = as_wish(detail.activities[0])
    texts: dict[str, Any] = {
        "title": "春季宣讲会",
        "contact_name": "王敏",
        "notice_text": "岗位更新",
        "remark": "请留门",
    }
    await propose(school, detail, [step], **texts, posts=[Post(title="工程师")])
    said = (await told(school, detail))["amendment.accepted"]
    assert said == [
        f"title: {detail.request.title} → 春季宣讲会",
        "contact: changed",
        "recruitment notice: changed",
        "remark for the career centre: changed",
        "posts: changed",
    ]
    async with school.database.read() as connection:
        kept = await connection.fetch("SELECT payload::text AS payload FROM event WHERE type LIKE 'amendment.%'")
    assert not any("王敏" in row["payload"] for row in kept), "no personal data in events"


@pytest.mark.parametrize(
    ("locale", "said"), [("zh-CN", "宣讲会，时长（分钟）：120 → 180"), ("en", "length in minutes: 120 → 180")]
)
async def test_owner_and_organiser_read_it_on_the_page(
    school: School, client: AsyncTestClient[Litestar], locale: str, said: str
) -> None:
    detail, _ = await booked_talk(school)
    answer = await propose(school, detail, [as_wish(detail.activities[0], duration_minutes=180)])
    await approve(school, answer.amendment.id)
    client.cookies.set("locale", locale)
    for reader in (
        await school.account("employer_contact", employer_id=detail.request.employer_id),
        await school.account("organiser"),
    ):
        await sign_in(client, reader)
        page = await client.get(f"/requests/{detail.request.id}", headers={"Accept": "text/html"})
        assert page.text.count(said) == 2, "as it was asked for, and as it was accepted"
        lines = (await client.get(f"/api/requests/{detail.request.id}/history")).json()
        accepted = next(line for line in lines if line["type"] == "amendment.accepted")
        assert accepted["changes"] == [{"kind": "info_session", "part": "duration_minutes", "old": 120, "new": 180}]
