"""The public calendar as two independent parsers read it."""

from datetime import UTC, datetime
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

import icalendar
import pytest
import vobject

from app.locales import translator
from app.programme.calendar_feed import calendar_feed
from app.programme.domain import Entry
from tests.addresses import JOBS, LIVE

ACTIVITY = UUID("00000000-0000-0000-0000-00000000000a")
ENTRY = Entry(
    activity_id=ACTIVITY,
    request_id=UUID("00000000-0000-0000-0000-00000000000b"),
    kind="info_session",
    title="春季宣讲会",
    attendance_mode="hybrid",
    audience=(),
    booths=0,
    starts_at=datetime(2023, 3, 8, 11, tzinfo=UTC),
    ends_at=datetime(2023, 3, 8, 13, tzinfo=UTC),
    sequence=2,
    booked_at=datetime(2023, 3, 1, tzinfo=UTC),
    owner_name_zh="江城示例有限公司",
    owner_name_en="Jiangcheng Example",
    rooms_zh=("一教101",),
    rooms_en=("A 101",),
    seats=200,
    campus_code="main",
    campus_zh="主校区",
    campus_en="Main",
    channel_zh="直播间1",
    channel_en="Channel 1",
    channel_url=LIVE,
    application_url="",
    posts=0,
    heads=0,
    cities=(),
)


@pytest.mark.parametrize(
    ("locale", "description"),
    [
        ("en", f"Info session\nJiangcheng Example\nChannel 1\n{LIVE}"),
        ("zh-CN", f"宣讲会\n江城示例有限公司\n直播间1\n{LIVE}"),
    ],
)
def test_an_event_leads_to_its_page_and_says_what_it_is(locale: str, description: str) -> None:
    content = calendar_feed(
        [ENTRY],
        name="Spring",
        translate=translator(locale),
        zone=ZoneInfo("Asia/Shanghai"),
        base_url=f"{JOBS}/",
    ).decode()
    calendar: Any = icalendar.Calendar.from_ical(content)
    (event,) = calendar.walk("VEVENT")
    other: Any = vobject.readOne(content).vevent
    expected = (f"{ACTIVITY}@jobs.example.com", f"https://jobs.example.com/activities/{ACTIVITY}", description)
    assert (str(event["uid"]), str(event["url"]), str(event["description"])) == expected
    assert (other.uid.value, other.url.value, other.description.value) == expected
