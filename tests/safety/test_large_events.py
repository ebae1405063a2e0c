"""Large events are filed with security in time: reminded of twice, then off the programme until there is a number."""

from datetime import date, datetime
from typing import Any

import pytest
from litestar import Litestar
from litestar.testing import AsyncTestClient

from app.requests.domain import RequestDetail
from app.safety.domain import LargeEvent, what_is_due
from app.safety.watching import watch_large_events
from tests.behaviours.people import Person, organiser_of, owner_of, set_rule, wrong
from tests.behaviours.test_what_leaves import told
from tests.school import School, at, clock_at, talk

Client = AsyncTestClient[Litestar]
FILED = {"number": "保卫备〔2023〕12号", "filed_on": "2023-02-02"}
ANONYMOUS = {"Accept": "text/html", "Cookie": "locale=en"}


async def placed(school: School, client: Client, **more: Any) -> tuple[Person, Person, RequestDetail]:
    """A talk of 1,200 people on 15 March, confirmed on 2 February: to be filed by 15 February."""
    detail = await school.request(talk(**({"attendance": 1200} | more)))
    organiser, owner = await organiser_of(school, client), await owner_of(school, client, detail)
    assert (await organiser.book(detail, at(15, 14), await school.room(2000))).status_code == 201
    return organiser, owner, detail


async def on(school: School, moment: datetime) -> int:
    """Let time do its work at a moment."""
    return await watch_large_events(school.database, clock=clock_at(moment))


async def file(person: Person, detail: RequestDetail, seen: int | str = "*", **body: Any) -> Any:
    """Enter a filing."""
    path = f"/api/activities/{detail.activities[0].id}/safety-filing"
    return await person.send("PUT", path, json=body, seen=seen)


async def types(school: School) -> list[str]:
    """The events of large events, in their order."""
    rows = await school.database.pool.fetch("SELECT type FROM event WHERE type LIKE 'safety.%' ORDER BY id")
    return [row["type"] for row in rows]


async def is_public(school: School, client: Client, detail: RequestDetail) -> bool:
    """Whether students see it: on its page, on the programme and in the calendar, everywhere or nowhere."""
    page = await client.get(f"/activities/{detail.activities[0].id}", headers=ANONYMOUS)
    season = (await client.get(f"/seasons/{school.season.code}?day=2023-03-15", headers=ANONYMOUS)).text
    feed = (await client.get(f"/seasons/{school.season.code}/calendar.ics")).text
    seen = {page.status_code == 200, detail.request.title in season, "BEGIN:VEVENT" in feed}
    assert len(seen) == 1, "it is seen in one place and not in another"
    return seen.pop()


async def test_the_owner_sees_what_to_file_by_when_and_is_reminded_twice(school: School, client: Client) -> None:
    _, owner, detail = await placed(school, client)
    (filing,) = (await owner.send("GET", f"/api/requests/{detail.request.id}/safety-filings")).json()
    assert (filing["due_on"], filing["is_withheld"]) == ("2023-02-15", False)
    page = (await owner.page(f"/requests/{detail.request.id}")).text
    assert "Wed 15 Feb 2023" in page
    assert "Emergency plan" in page
    assert await on(school, at(7, 18, month=2)) == 0
    assert await on(school, at(8, 9, month=2)) == 1, "half-way"
    assert await on(school, at(9, 9, month=2)) == 0
    assert await on(school, at(10, 9, month=2)) == 1, "three working days before"
    assert await on(school, at(15, 23, month=2)) == 0
    assert await types(school) == ["safety.due_soon"] * 2
    mail, _ = await told(school, "safety.due_soon", "zh-CN")
    assert "2023年2月15日" in mail.text
    assert detail.request.title in mail.subject


async def test_past_its_day_it_is_off_the_programme_until_a_number_is_entered(school: School, client: Client) -> None:
    organiser, owner, detail = await placed(school, client)
    notice = await owner.send(
        "POST", f"/api/requests/{detail.request.id}/attachments", params={"name": "a"}, content=b"%PDF-"
    )
    attachment = f"/api/attachments/{notice.json()['attachments'][0]['id']}"
    assert await is_public(school, client, detail)
    assert await on(school, at(15, 23, month=2)) == 1, "the second reminder"
    assert await is_public(school, client, detail)
    assert await on(school, at(16, 1, month=2)) == 1
    assert await on(school, at(16, 2, month=2)) == 0
    assert not await is_public(school, client, detail)
    assert (await client.get(attachment)).status_code == 404
    (booking,) = (await organiser.send("GET", f"/api/bookings?season_id={school.season.id}")).json()
    assert booking["state"] == "confirmed", "the place stays"
    (mail,) = await told(school, "safety.withheld", "en")
    assert "off the public programme" in mail.text
    for person in (owner, organiser):
        assert "Off the public programme" in (await person.page(f"/requests/{detail.request.id}")).text
    inbox = (await organiser.page(f"/seasons/{school.season.code}/inbox")).text
    assert "1 large event not filed with security" in inbox
    assert "Off the programme" in inbox
    (listed,) = (await organiser.send("GET", f"/api/seasons/{school.season.id}/safety-filings")).json()
    assert listed["due_on"] == "2023-02-15"
    assert (await file(owner, detail, **FILED)).status_code == 200
    assert await is_public(school, client, detail)
    assert (await types(school))[-2:] == ["safety.filed", "safety.shown"]
    assert (await organiser.send("GET", f"/api/seasons/{school.season.id}/safety-filings")).json() == []
    assert await on(school, at(1, 9, month=3)) == 0


async def test_a_subscribed_calendar_of_a_major_leaves_it_out(school: School, client: Client) -> None:
    organiser, _, _ = await placed(school, client)
    add = "INSERT INTO major (code, catalogue_year, name_zh) VALUES ('080901', 2023, '计算机') ON CONFLICT DO NOTHING"
    await school.database.pool.execute(add)
    asked = {"scope": "major", "major_code": "080901"}
    major = (await organiser.send("POST", "/api/feeds", json=asked)).json()
    path = "/feeds/" + major["link"].partition("/feeds/")[2]
    assert "BEGIN:VEVENT" in (await client.get(path)).text
    await on(school, at(16, 1, month=2))
    assert "BEGIN:VEVENT" not in (await client.get(path)).text


async def test_an_organiser_says_why_none_is_needed_and_nobody_else_does(school: School, client: Client) -> None:
    organiser, owner, detail = await placed(school, client)
    assert (await file(owner, detail, exempt_reason="Small after all")).status_code == 403
    given = await file(organiser, detail, exempt_reason="Filed together with the fair")
    assert given.json()["exempt_reason"] == "Filed together with the fair"
    assert await on(school, at(1, 9)) == 0
    assert await is_public(school, client, detail)
    page = (await owner.page(f"/requests/{detail.request.id}")).text
    assert "Filed together with the fair" in page
    assert "/safety/" not in page, "what the centre decided is not overwritten by the owner"
    assert (await file(owner, detail, **FILED)).status_code == 403
    assert (await file(organiser, detail, **FILED)).status_code == 200


async def test_a_filing_taken_back_counts_as_none(school: School, client: Client) -> None:
    _, owner, detail = await placed(school, client)
    assert (await file(owner, detail, **FILED)).json()["row_version"] == 1
    assert (await file(owner, detail, seen=0, **FILED)).status_code == 412
    assert (await file(owner, detail, seen=1)).status_code == 200
    assert await on(school, at(20, 9, month=2)) == 1
    assert not await is_public(school, client, detail)


async def test_what_is_wrong_names_its_field(school: School, client: Client) -> None:
    organiser, owner, detail = await placed(school, client)
    assert wrong(await file(owner, detail, number="12")) == [("filed_on", "incomplete")]
    assert wrong(await file(owner, detail, filed_on="2023-02-01")) == [("number", "incomplete")]
    assert wrong(await file(owner, detail, number="12", filed_on="2023-02-03")) == [("filed_on", "in-the-future")]
    both = await file(organiser, detail, exempt_reason="none", **FILED)
    assert wrong(both) == [("exempt_reason", "contradiction")]
    other = await owner_of(school, client, await school.request(talk()))
    assert (await file(other, detail, **FILED)).status_code == 404


async def test_the_page_takes_the_number_without_a_script(school: School, client: Client) -> None:
    _, owner, detail = await placed(school, client)
    to = f"/requests/{detail.request.id}/safety/{detail.activities[0].id}"
    assert to in (await owner.page(f"/requests/{detail.request.id}")).text
    refused = await owner.press(to, row_version="0", number="12", filed_on="2024-01-01")
    assert refused.status_code == 422
    assert "still to come" in refused.text
    assert (await owner.press(to, row_version="0", **FILED)).status_code == 303
    assert "保卫备〔2023〕12号" in (await owner.page(f"/requests/{detail.request.id}")).text


async def test_people_from_outside_count_by_themselves(school: School, client: Client) -> None:
    organiser, _, detail = await placed(school, client, attendance=300, outsiders=101)
    assert detail.activities[0].outsiders == 101
    assert "101 of them from outside" in (await organiser.page(f"/requests/{detail.request.id}")).text
    assert await on(school, at(16, 9, month=2)) == 1
    assert not await is_public(school, client, detail)


@pytest.mark.parametrize("more", [{"attendance": 1000}, {"attendance": 300, "outsiders": 100}])
async def test_up_to_the_limits_nothing_is_filed(school: School, client: Client, more: dict[str, int]) -> None:
    _, owner, detail = await placed(school, client, **more)
    assert (await owner.send("GET", f"/api/requests/{detail.request.id}/safety-filings")).json() == []
    refused = await file(owner, detail, **FILED)
    assert (refused.status_code, refused.json()["type"]) == (409, "/problems/not-large")
    assert await on(school, at(20, 9, month=2)) == 0


async def test_a_rule_that_is_relaxed_or_dropped_puts_it_back(school: School, client: Client) -> None:
    organiser, _, detail = await placed(school, client)
    await on(school, at(16, 9, month=2))
    assert not await is_public(school, client, detail)
    await set_rule(school, organiser, "safety_filing_working_days", 5)
    assert await on(school, at(16, 10, month=2)) == 1
    assert await is_public(school, client, detail)
    await set_rule(school, organiser, "safety_filing_working_days", 20)
    assert await on(school, at(16, 11, month=2)) == 1
    await set_rule(school, organiser, "safety_filing_people", 0)
    assert await on(school, at(16, 12, month=2)) == 1
    assert await is_public(school, client, detail)


async def test_a_place_that_is_moved_has_another_day(school: School, client: Client) -> None:
    organiser, _, detail = await placed(school, client)
    await on(school, at(16, 9, month=2))
    (before,) = (await organiser.send("GET", f"/api/bookings?season_id={school.season.id}")).json()
    later = {"starts_at": at(28, 9).isoformat(), "room_ids": before["room_ids"], "outside_wishes": True}
    assert (await organiser.send("PUT", f"/api/bookings/{before['id']}", json=later)).status_code == 200
    assert await on(school, at(16, 10, month=2)) == 1
    assert (await types(school))[-1] == "safety.shown"
    assert (await client.get(f"/activities/{detail.activities[0].id}", headers=ANONYMOUS)).status_code == 200


async def test_more_people_by_a_change_make_it_a_large_event(school: School, client: Client) -> None:
    _, owner, detail = await placed(school, client, attendance=300)
    steps = [{"id": str(detail.activities[0].id), "kind": "info_session", "attendance": 300, "duration_minutes": 120}]
    wish = {"title": detail.request.title, "activities": [steps[0] | {"outsiders": 150}]}
    changed = await owner.send("PUT", f"/api/requests/{detail.request.id}/amendment", json=wish)
    assert changed.status_code in (200, 201), changed.text
    (filing,) = (await owner.send("GET", f"/api/requests/{detail.request.id}/safety-filings")).json()
    assert filing["outsiders"] == 150
    history = (await owner.send("GET", f"/api/requests/{detail.request.id}/history")).json()
    (line,) = [line for line in history if line["type"] == "amendment.accepted"]
    assert ("outsiders", 0, 150) in [(change["part"], change["old"], change["new"]) for change in line["changes"]]


async def test_before_approval_and_after_the_end_nothing_is_entered(school: School, client: Client) -> None:
    detail = await school.request(talk(attendance=1200), approved=False)
    owner = await owner_of(school, client, detail)
    early = await file(owner, detail, **FILED)
    assert (early.status_code, early.json()["type"]) == (409, "/problems/not-filable-now")
    assert "By when, follows from its place" in (await owner.page(f"/requests/{detail.request.id}")).text


def event(**more: Any) -> LargeEvent:
    """A large event on 15 March."""
    nobody = "00000000-0000-0000-0000-000000000000"
    given = {
        **dict.fromkeys(("activity_id", "request_id", "season_id"), nobody),
        **dict.fromkeys(("title", "owner_name_zh", "owner_name_en", "number", "exempt_reason"), ""),
        "kind": "info_session",
        "attendance": 1200,
        "outsiders": 0,
        "starts_at": at(15, 14),
        "confirmed_at": None,
        "filed_on": None,
        "reminded_of": None,
        "reminders": 0,
        "withheld_since": None,
        "row_version": 0,
    }
    return LargeEvent(**(given | more))


@pytest.mark.parametrize(
    ("today", "more", "expected"),
    [
        (date(2023, 2, 7), {}, ("nothing", 0)),
        (date(2023, 2, 8), {}, ("remind", 1)),
        (date(2023, 2, 8), {"reminders": 1, "reminded_of": date(2023, 2, 15)}, ("nothing", 1)),
        (date(2023, 2, 10), {}, ("remind", 2)),
        (date(2023, 2, 10), {"reminders": 2, "reminded_of": date(2023, 2, 1)}, ("remind", 2)),
        (date(2023, 2, 15), {"reminders": 2, "reminded_of": date(2023, 2, 15)}, ("nothing", 2)),
        (date(2023, 2, 16), {}, ("withhold", 0)),
        (date(2023, 2, 16), {"withheld_since": at(16, 0, month=2)}, ("nothing", 0)),
        (date(2023, 2, 14), {"withheld_since": at(1, 0, month=2)}, ("show", 0)),
        (date(2023, 2, 16), {"withheld_since": at(16, 0, month=2), "number": "12"}, ("show", 0)),
    ],
)
def test_what_time_does(today: date, more: dict[str, Any], expected: tuple[str, int]) -> None:
    days = {"due_on": date(2023, 2, 15), "last_call": date(2023, 2, 10), "halfway": date(2023, 2, 8)}
    assert what_is_due(event(**more), large=True, today=today, **days) == expected


async def test_what_lost_its_place_while_off_the_programme_still_has_a_page(school: School, client: Client) -> None:
    organiser, owner, detail = await placed(school, client)
    assert await on(school, at(16, 1, month=2)) == 1
    cancelled = await owner.send("POST", f"/api/requests/{detail.request.id}/cancel", json={})
    assert cancelled.status_code == 200, cancelled.text
    for person in (owner, organiser):
        page = await person.page(f"/requests/{detail.request.id}")
        assert page.status_code == 200
        assert "Off the public programme" not in page.text
    (filing,) = (await owner.send("GET", f"/api/requests/{detail.request.id}/safety-filings")).json()
    assert (filing["due_on"], filing["is_withheld"]) == (None, False)
