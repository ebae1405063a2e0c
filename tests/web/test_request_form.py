"""The form of a request that exists: what nobody changed stays, whoever asked for it and however."""

from datetime import date, time
from functools import partial
from typing import Any
from uuid import UUID

from app.accounts.domain import Account
from app.requests import service
from app.requests.domain import ActivityWish, Post, RequestDetail, SubmitRequest, Window
from app.venues import service as venues
from app.venues.domain import AddMajor, PutCodeEntry
from tests.school import School, talk, window
from tests.signing_in import sign_in
from tests.web.page_parts import PageParts
from tests.web.sent_form import SentForm

FORM = {"content-type": "application/x-www-form-urlencoded"}


def at_hours(day: int, opens: time, closes: time, preference: int) -> Window:
    return Window(
        first_day=date(2023, 3, day),
        last_day=date(2023, 3, day + 1),
        from_time=opens,
        until_time=closes,
        preference=preference,
    )


async def everything(school: School, employer_id: UUID) -> RequestDetail:
    """A request that uses every field, as an import can make it."""
    now = school.clock.now()
    organiser = school.organiser
    for code in ("080901", "080902"):
        major = AddMajor(code=code, catalogue_year=2023, name_zh=f"专业{code}", name_en=f"Major {code}")
        await school.database.transact(partial(venues.add_major, command=major, actor=organiser, now=now))
    entry = PutCodeEntry(name_zh="录播", name_en="Recording")
    await school.database.transact(venues.put_code_entry, "feature", "recording", entry, actor=organiser, now=now)
    other = await school.employer()
    talks = talk(
        windows=(
            *(at_hours(day, time(9, 30), time(21), 10) for day in (6, 8, 13, 15)),
            at_hours(20, time(8), time(22), 77),
        ),
        attendance_mode="hybrid",
        minutes=93,
        gap_after_previous_minutes=15,
        same_day_as_previous=True,
        features=("recording",),
        campus_ids=(school.campus.id,),
        audience=("080901", "080902"),
    )
    steps = (
        talks,
        ActivityWish(
            kind="written_test",
            attendance=40,
            duration_minutes=90,
            rooms_needed=2,
            gap_after_previous_minutes=45,
            same_day_as_previous=True,
            windows=(window(6, 8),),
        ),
        ActivityWish(kind="interview_block", attendance=20, duration_minutes=240, rooms_needed=5),
        ActivityWish(kind="joint_session", attendance=200, duration_minutes=240),
    )
    command = SubmitRequest(
        season_id=school.season.id,
        employer_id=employer_id,
        title="秋招 × 春招",
        activities=steps,
        participant_ids=(other.id,),
        contact_name="李经办",
        contact_email="li@employer.example",
        contact_phone="027-1",
        contact_locale="en",
        notice_text="Line one\nline two\n",
        remark="A remark",
        posts=(
            Post(title="前端×后端", headcount=3, city="武汉，上海", degree="硕士", majors=("080901",)),
            Post(title="Linux engineer", headcount=2, degree="本科", description="Runs it"),
            Post(title="Linux engineer", headcount=2, city="Wuhan", degree="博士"),
        ),
    )
    return await school.database.transact(service.submit_request, command, actor=organiser, clock=school.clock)


async def stored(client: Any, request_id: UUID) -> dict[str, Any]:
    """As the API shows it, but for what every writing makes anew."""
    answer = await client.get(f"/api/requests/{request_id}")
    found: dict[str, Any] = answer.json()
    del found["request"]["row_version"]
    for activity in found["activities"]:
        del activity["id"]
    return found


async def contact(school: School) -> Account:
    return await school.account("employer_contact", employer_id=(await school.employer()).id)


async def test_saving_what_was_not_touched_changes_nothing(school: School, client: Any) -> None:
    person = await contact(school)
    assert person.employer_id is not None
    detail = await everything(school, person.employer_id)
    address = f"/requests/{detail.request.id}/edit"
    for reader in (person, await school.account("organiser")):
        await sign_in(client, reader)
        before = await stored(client, detail.request.id)
        sent = SentForm((await client.get(address)).text, address)
        answer = await client.post(address, content=sent.body(), headers=FORM, follow_redirects=False)
        assert answer.status_code == 303, PageParts(answer.text).text
        assert await stored(client, detail.request.id) == before


async def test_a_post_of_the_same_name_keeps_what_the_form_does_not_show(school: School, client: Any) -> None:
    person = await contact(school)
    await sign_in(client, person)
    command = SubmitRequest(
        season_id=school.season.id,
        title="Talk",
        activities=(talk(),),
        posts=(Post(title="Linux engineer", headcount=2, degree="本科"), Post(title="Tester", degree="硕士")),
    )
    detail = await school.database.transact(service.submit_request, command, actor=person.actor(), clock=school.clock)
    address = f"/requests/{detail.request.id}/edit"
    sent = SentForm((await client.get(address)).text, address)
    await client.post(address, content=sent.body(posts="Linux engineer × 9, 成都\r\n测试员x 2"), headers=FORM)
    posts = (await stored(client, detail.request.id))["posts"]
    assert [(post["title"], post["headcount"], post["city"], post["degree"]) for post in posts] == [
        ("Linux engineer", 9, "成都", "本科"),
        ("测试员", 2, "", ""),
    ]


async def test_a_refused_change_shows_all_of_it_again(school: School, client: Any) -> None:
    person = await contact(school)
    await sign_in(client, person)
    wishes = tuple(window(day) for day in (6, 8, 13, 15, 20))
    command = SubmitRequest(season_id=school.season.id, title="Talk", activities=(talk(windows=wishes),) * 4)
    detail = await school.database.transact(service.submit_request, command, actor=person.actor(), clock=school.clock)
    address = f"/requests/{detail.request.id}/edit"
    sent = SentForm((await client.get(address)).text, address)
    answer = await client.post(address, content=sent.body(a3_attendance="0"), headers=FORM)
    assert answer.status_code == 422
    assert '"#f-a3_attendance"' in answer.text
    again = dict(SentForm(answer.text, address).fields)
    assert again == {**dict(sent.fields), "a3_attendance": "0"}


async def test_a_wish_without_its_first_day_is_named(school: School, client: Any) -> None:
    await sign_in(client, await contact(school))
    client.cookies.set("locale", "zh-CN")
    right = {"title": "宣讲会", "a0_kind": "info_session", "a0_attendance": "80", "a0_duration_minutes": "120"}
    for wrong in ({"a0_w1_last_day": "2023-03-15"}, {"a0_w1_from_time": "18:00", "a0_w1_until_time": "22:00"}):
        answer = await client.post("/my/requests/new", data={**right, "a0_w0_first_day": "2023-03-14", **wrong})
        assert answer.status_code == 422
        page = PageParts(answer.text)
        assert "意向时间：请填写。" in page.text
        assert [link for link in page.links if link.startswith("#f-")] == ["#f-a0_w1_first_day"]


async def test_a_request_that_is_decided_has_no_form(school: School, client: Any) -> None:
    detail = await school.request()
    await sign_in(client, await school.account("organiser"))
    client.cookies.set("locale", "en")
    answer = await client.get(f"/requests/{detail.request.id}/edit")
    assert answer.status_code == 409
    assert "This is not possible for a request in the state “Approved”." in PageParts(answer.text).text
