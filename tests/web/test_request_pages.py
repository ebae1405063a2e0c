"""Requests on their pages: a wrong form names its fields, what is scheduled is cancelled, stopped, marked as missed."""

from typing import Any

import pytest

from app.decisions import decide
from app.requests.domain import RefuseRequest, RequestDetail
from app.requests.repository import get_request
from app.schedules.domain import Release
from app.schedules.release import release_version
from tests.schedules.drafts import draft, placed
from tests.school import School, at, clock_at, talk
from tests.signing_in import sign_in
from tests.web.page_parts import PageParts


async def a_scheduled_request(school: School, client: Any) -> RequestDetail:
    """Its owner is signed in."""
    employer = await school.employer()
    await sign_in(client, await school.account("employer_contact", employer_id=employer.id))
    client.cookies.set("locale", "en")
    room, detail = await school.room(100), await school.request(talk(), employer=employer)
    version_id = await draft(school, [placed(detail.activities[0], at(15, 14), room.id)])
    await school.database.transact(
        release_version, version_id, Release(), expected_version=None, actor=school.organiser, clock=school.clock
    )
    return detail


async def forms(client: Any, detail: RequestDetail) -> set[str]:
    """What can be done on the page."""
    page = PageParts((await client.get(f"/requests/{detail.request.id}")).text)
    return {form.action.rpartition("/")[2] for form in page.forms if form.action.startswith("/requests/")}


async def state(school: School, detail: RequestDetail) -> str:
    async with school.database.read() as connection:
        return (await get_request(connection, detail.request.id)).state


async def version_of(school: School, detail: RequestDetail) -> str:
    """What a page that is looked at now sends along."""
    async with school.database.read() as connection:
        return str((await get_request(connection, detail.request.id)).row_version)


async def test_an_owner_cancels_a_scheduled_request(school: School, client: Any) -> None:
    detail = await a_scheduled_request(school, client)
    assert await forms(client, detail) == {"cancel", "hand-over"}
    sent = {"note": "no posts any more", "row_version": "777"}
    answer = await client.post(f"/requests/{detail.request.id}/cancel", data=sent, follow_redirects=False)
    assert (answer.status_code, await state(school, detail)) == (422, "scheduled"), "another page was looked at"
    sent["row_version"] = await version_of(school, detail)
    answer = await client.post(f"/requests/{detail.request.id}/cancel", data=sent, follow_redirects=False)
    assert answer.status_code == 303
    assert await state(school, detail) == "cancelled"
    assert "no posts any more" in PageParts((await client.get(f"/requests/{detail.request.id}")).text).text
    assert await forms(client, detail) == set()


async def test_the_school_stops_a_request_or_says_that_nobody_came(school: School, client: Any) -> None:
    detail = await a_scheduled_request(school, client)
    await sign_in(client, await school.account("organiser"))
    assert {"stop", "cancel"} <= await forms(client, detail)
    assert "no-show" not in await forms(client, detail)  # nothing has begun
    client.app.state.clock = clock_at(at(15, 15))
    assert "no-show" in await forms(client, detail)
    client.app.state.clock = school.clock
    sent = {"reason_code": "other", "note": "The building is closed.", "row_version": await version_of(school, detail)}
    answer = await client.post(f"/requests/{detail.request.id}/stop", data=sent, follow_redirects=False)
    assert answer.status_code == 303
    assert await state(school, detail) == "stopped"


@pytest.mark.parametrize(
    ("wrong", "said"),
    [
        ({"a0_attendance": ""}, "预计人数：请填写。"),
        ({"a0_attendance": "many"}, "预计人数：这里应填写整数。"),
        ({"a0_duration_minutes": "5"}, "时长（分钟）：这一项不能小于15。"),
        ({"a0_w1_first_day": "2023-03-15", "a0_w1_last_day": "2023-03-14"}, "意向时间："),
        ({"a0_w0_first_day": "2023-03-15", "a0_w0_from_time": "soon"}, "意向时间："),
        ({"a0_campus_ids": "somewhere"}, "校区：请从选项中选择。"),
        ({"a0_audience": "nothing"}, "面向专业："),
        ({"contact_email": "nobody"}, "邮箱："),
    ],
)
async def test_what_is_wrong_is_named_as_the_form_calls_it_and_leads_there(
    school: School, client: Any, wrong: dict[str, str], said: str
) -> None:
    employer = await school.employer()
    await sign_in(client, await school.account("employer_contact", employer_id=employer.id))
    client.cookies.set("locale", "zh-CN")
    right = {"title": "宣讲会", "a0_kind": "info_session", "a0_attendance": "80", "a0_duration_minutes": "120"}
    answer = await client.post("/my/requests/new", data={**right, **wrong})
    assert answer.status_code == 422
    page = PageParts(answer.text)
    assert said in page.text
    [target] = [link for link in page.links if link.startswith("#f-")]
    assert f'id="{target[1:]}"' in answer.text


async def test_the_owner_reads_the_reason_of_a_refusal_and_the_note(school: School, client: Any) -> None:
    employer = await school.employer()
    detail = await school.request(employer=employer, approved=False)
    command = RefuseRequest(reason_code="incomplete", note="缺少岗位信息。")
    now = school.clock.now()
    await school.database.transact(
        decide.refuse_request, detail.request.id, command, seen=None, actor=school.organiser, now=now
    )
    await sign_in(client, await school.account("employer_contact", employer_id=employer.id))
    client.cookies.set("locale", "zh-CN")
    for path in (f"/requests/{detail.request.id}", "/my/requests"):
        shown = PageParts((await client.get(path)).text).text
        assert "申请信息不完整。缺少岗位信息。" in shown, path
