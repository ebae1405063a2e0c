"""A series on pages: asked for with the form of a request, seen before it is sent, changed and decided whole."""

from typing import Any

import pytest

from tests.behaviours.people import Client, Person, organiser_of
from tests.school import School
from tests.series.acts import act, asked, contact_of, looked, states
from tests.series.test_asking import closed, count

NEW = "/my/requests/new"
FORM = {
    "title": "Interview days",
    "a0_kind": "interview_block",
    "a0_attendance": "20",
    "a0_duration_minutes": "120",
    "contact_email": "hr@employer.example",
    "repeats": "1",
    "repeat_first_day": "2023-03-14",
    "repeat_last_day": "2023-03-22",
    "repeat_weekdays": ["2", "3"],
    "repeat_from_time": "14:00",
    "repeat_until_time": "16:00",
}


async def one_closed(school: School, client: Client) -> tuple[Person, Person]:
    """A contact and an organiser; the only room is closed on the 15th."""
    room = await school.room(30)
    organiser, person = await organiser_of(school, client), await contact_of(school, client)
    await closed(organiser, room, 15)
    return person, organiser


async def test_dates_are_shown_before_exactly_these_are_asked_for(school: School, client: Client) -> None:
    person, _ = await one_closed(school, client)
    shown = await person.press(NEW, **FORM)
    assert shown.status_code == 200
    for words in ("3 dates are possible", "1 drops out", "All suitable rooms are closed.", "Ask for 3 dates"):
        assert words in shown.text, words
    assert await count(school, "series") == 0
    other = await person.press(NEW, **FORM, seen_days="2023-03-14 2023-03-15")
    assert other.status_code == 422
    assert "Other days are possible now" in other.text
    assert "Ask for 3 dates" in other.text
    sent = await person.press(NEW, **FORM, seen_days="2023-03-14 2023-03-21 2023-03-22")
    assert sent.status_code == 303, sent.text
    page = await person.page(sent.headers["location"])
    for words in ("Interview days", "3 dates", "All suitable rooms are closed.", "Submitted", "Cancel the rest"):
        assert words in page.text, words
    listed = await person.page("/my/requests")
    assert listed.text.count("Interview days") == 1
    assert sent.headers["location"] in listed.text


async def test_a_draft_is_kept_at_once_and_sent_from_its_page(school: School, client: Client) -> None:
    person, _ = await one_closed(school, client)
    kept = await person.press(NEW, **FORM, draft="1")
    path = kept.headers["location"]
    page = await person.page(path)
    assert "Send the series" in page.text
    version = page.text.split('name="row_version" value="')[1].split('"')[0]
    assert (await person.press(f"{path}/submit", row_version="1")).status_code == 422
    assert (await person.press(f"{path}/submit", row_version=version)).status_code == 303
    assert "Send the series" not in (await person.page(path)).text


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"repeat_first_day": "", "repeat_last_day": ""}, "Say on which days"),
        ({"repeat_last_day": ""}, "Say until which day"),
        ({"repeat_days": "soon"}, "f-repeat_days"),
        ({"repeat_first_day": "2023-03-12", "repeat_last_day": "2023-03-12", "repeat_weekdays": "7"}, "weekend"),
    ],
)
async def test_what_is_wrong_stands_beside_its_field(
    school: School, client: Client, changes: dict[str, str], words: str
) -> None:
    person, _ = await one_closed(school, client)
    answer = await person.press(NEW, **{**FORM, **changes})
    assert words in answer.text
    assert await count(school, "series") == 0


async def test_single_dates_in_any_usual_writing(school: School, client: Client) -> None:
    person, _ = await one_closed(school, client)
    days = {"repeat_first_day": "", "repeat_last_day": "", "repeat_days": "2023-03-14\n2023/3/16，2023年3月17日"}
    shown = await person.press(NEW, **{**FORM, **days})
    assert "3 dates are possible" in shown.text


async def test_the_rest_is_changed_with_the_form_of_a_request(school: School, client: Client) -> None:
    person, organiser = await one_closed(school, client)
    series = await asked(person, school, 14, 16)
    await act(organiser, series, "approve")
    path = f"/series/{series['id']}"
    form = await person.page(f"{path}/edit")
    assert "Change the rest" in form.text
    assert 'value="14:00"' in form.text
    version = str((await looked(person, series))["row_version"])
    given: dict[str, Any] = {name: value for name, value in FORM.items() if not name.startswith("repeat")}
    answer = await person.press(f"{path}/edit", **{**given, "title": "Other days"}, row_version=version)
    assert answer.status_code == 200
    assert answer.text.count("Changed") >= 2, answer.text
    titles = [one["request"]["title"] for one in (await looked(person, series))["dates"]]
    assert titles == ["Other days", "Other days"]
    stale = await person.press(f"{path}/edit", **{**given, "title": "Again"}, row_version=version)
    assert stale.status_code == 422


async def test_hours_that_are_too_short_are_named_beside_their_field(school: School, client: Client) -> None:
    person, organiser = await one_closed(school, client)
    series = await asked(person, school, 14, 16)
    await act(organiser, series, "approve")
    path, version = f"/series/{series['id']}/edit", str((await looked(person, series))["row_version"])
    given: dict[str, Any] = {name: value for name, value in FORM.items() if not name.startswith("repeat")}
    hours = {"repeat_from_time": "14:00", "repeat_until_time": "15:00", "row_version": version}
    refused = await person.press(path, **given, **hours)
    assert refused.status_code == 422
    assert 'id="e-repeat_until_time"' in refused.text
    mended = await person.press(path, **{**given, **hours, "title": "Other days", "repeat_until_time": "18:00"})
    assert mended.status_code == 200, "the same form is sent again"
    assert [one["request"]["title"] for one in (await looked(person, series))["dates"]] == ["Other days"] * 2


async def test_more_dates_are_seen_before_they_are_asked_for(school: School, client: Client) -> None:
    person, _ = await one_closed(school, client)
    series = await asked(person, school, 14)
    path = f"/series/{series['id']}/days"
    given = {"repeat_days": "2023-03-15 2023-03-16", "row_version": str(series["row_version"])}
    shown = await person.press(path, **given)
    assert "1 date is possible" in shown.text
    assert (await person.press(path, **given, seen_days="2023-03-16")).status_code == 303
    assert states(await looked(person, series)) == {14: "submitted", 16: "submitted"}


async def test_organisers_decide_on_the_page(school: School, client: Client) -> None:
    person, organiser = await one_closed(school, client)
    first, second = [await asked(person, school, day, day + 2) for day in (14, 20)]
    page = await organiser.page(f"/series/{first['id']}")
    assert "Approve 2 dates" in page.text
    version = str(first["row_version"])
    assert (await organiser.press(f"/series/{first['id']}/approve", row_version=version)).status_code == 303
    decision = {"reason_code": "incomplete", "note": "Name the posts", "row_version": str(second["row_version"])}
    assert (await organiser.press(f"/series/{second['id']}/refuse", **decision)).status_code == 303
    assert set(states(await looked(person, second)).values()) == {"refused"}
    assert "Name the posts" in (await person.page(f"/series/{second['id']}")).text
    again = await organiser.press(f"/series/{second['id']}/refuse", **decision)
    assert again.status_code == 422
    assert (await person.press(f"/series/{first['id']}/approve", row_version=version)).status_code == 422
    assert (await organiser.press(f"/series/{first['id']}/nothing")).status_code == 404
    cancel = {"from_day": "2023-03-16", "row_version": str((await looked(person, first))["row_version"])}
    assert (await person.press(f"/series/{first['id']}/cancel", **cancel)).status_code == 303
    assert states(await looked(person, first)) == {14: "approved", 16: "withdrawn"}


async def test_its_dates_say_that_they_belong_to_a_series(school: School, client: Client) -> None:
    person, _ = await one_closed(school, client)
    series = await asked(person, school, 14)
    page = await person.page(f"/requests/{series['dates'][0]['request']['id']}")
    assert f'href="/series/{series["id"]}"' in page.text


async def test_who_decides_sees_what_is_asked_for_and_which_date_differs(school: School, client: Client) -> None:
    person, organiser = await one_closed(school, client)
    series = await asked(person, school, 14, 16, 17, notice_text="仅限男性")
    path = f"/series/{series['id']}"
    page = (await organiser.page(path)).text
    for words in ("20 people", "14:00-16:00", "仅限男性", "one of the three bans", "hr@employer.example"):
        assert words in page, words
    assert "asks for something else" not in page
    other = {"title": "Another", "activities": [{"kind": "interview_block", "attendance": 12, "duration_minutes": 60}]}
    changed = await person.send("PUT", f"/api/requests/{series['dates'][1]['request']['id']}", json=other)
    assert changed.status_code == 200, changed.text
    assert (await organiser.page(path)).text.count("asks for something else") == 1
    assert "three bans" not in (await person.page(path)).text


async def test_one_form_is_looked_at_and_sent_once_under_its_key(school: School, client: Client) -> None:
    person, _ = await one_closed(school, client)
    key = (await person.page(NEW)).text.split('name="form_key" value="')[1].split('"')[0]
    shown = await person.press(NEW, **FORM, form_key=key)
    assert "Ask for 3 dates" in shown.text
    assert f'value="{key}"' in shown.text
    days = "2023-03-14 2023-03-21 2023-03-22"
    first, second = [await person.press(NEW, **FORM, form_key=key, seen_days=days) for _ in range(2)]
    assert (first.status_code, second.status_code) == (303, 303)
    assert second.headers["location"].startswith(first.headers["location"])
    assert await count(school, "series") == 1
