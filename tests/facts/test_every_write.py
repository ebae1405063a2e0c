"""Every write of a fact that promises stand on lists every promise that it breaks and breaks none; after an explicit
yes each has a case and its owner a message. By page, over the API, by file.
"""

from typing import Any

import pytest
from litestar import Litestar
from litestar.testing import AsyncTestClient

from app.notifications.service import write_deliveries
from tests.facts import world as by
from tests.facts.world import PromisingSchool, Write, listed_on
from tests.school import School
from tests.signing_in import sign_in

_MONDAYS = [{"weekday": 1, "opens": "08:00:00", "closes": "22:00:00"}]
# What is written, how, and which bookings it breaks.
WRITES: list[tuple[str, Write, str]] = [
    ("the season ends earlier, api", by.season_api(last_day="2023-03-08"), "online early late fair"),
    ("the season ends earlier, page", by.season_page(last_day="2023-03-08"), "online early late fair"),
    ("the season begins later, api", by.season_api(first_day="2023-03-09"), "talk interviews"),
    ("the season begins later, page", by.season_page(first_day="2023-03-09"), "talk interviews"),
    ("the day opens later, api", by.season_api(day_opens="09:30:00"), "online"),
    ("the day opens later, page", by.season_page(day_opens="09:30"), "online"),
    ("the day closes earlier, api", by.season_api(day_closes="18:00:00"), "interviews"),
    ("the day closes earlier, page", by.season_page(day_closes="18:00"), "interviews"),
    ("a coarser grid, api", by.season_api(grid_minutes=60), "interviews late"),
    ("a coarser grid, page", by.season_page(grid_minutes=60), "interviews late"),
    ("a day off, api", by.day_api("2023-03-09", is_working=False), "online early late fair"),
    ("a day off, page", by.day_page("2023-03-09", is_working="false"), "online early late fair"),
    ("like another weekday, api", by.day_api("2023-03-09", is_working=True, follows_weekday=7), "early late"),
    ("like another weekday, page", by.day_page("2023-03-09", is_working="true", follows_weekday="7"), "early late"),
    ("fewer seats, api", by.room_api(capacity=50), "talk early late"),
    ("fewer seats, page", by.room_page(capacity=50), "talk early late"),
    ("fewer seats, file", by.room_file(座位数=50), "talk early late"),
    ("fewer booths, api", by.room_api("fair_hall", booths=10), "fair"),
    ("fewer booths, page", by.room_page("fair_hall", booths=10), "fair"),
    ("fewer booths, file", by.room_file("fair_hall", 展位数=10), "fair"),
    ("no projector, api", by.room_api(features=[]), "talk"),
    ("no projector, page", by.room_page(features=""), "talk"),
    ("no projector, file", by.room_file(设施=""), "talk"),
    ("open on Mondays, api", by.room_api(opening_hours=_MONDAYS), "talk early late"),
    ("open on Mondays, page", by.room_page(opening_hours="Mon 08:00-22:00"), "talk early late"),
    ("open on Mondays, file", by.room_file(开放时间="周一 08:00-22:00"), "talk early late"),
    ("a longer turnover, api", by.room_api(turnover_minutes=60), "late"),
    ("a longer turnover, page", by.room_page(turnover_minutes=60), "late"),
    ("a longer turnover, file", by.room_file(周转分钟=60), "late"),
    ("a longer turnover of talks, api", by.room_api(turnover_by_kind={"info_session": 60}), "late"),
    ("a longer turnover of talks, page", by.room_page(turnover_of_info_session=60), "late"),
    ("a longer turnover of talks, file", by.room_file(各类活动周转="宣讲会:60"), "late"),
    ("a shorter limit, api", by.room_api(max_minutes=60), "talk early late"),
    ("a shorter limit, page", by.room_page(max_minutes=60), "talk early late"),
    ("a shorter limit, file", by.room_file(单场最长分钟=60), "talk early late"),
    ("a shorter limit of every room, api", by.policy_api("room_max_minutes", 60), "talk early late fair"),
    ("another campus, api", by.room_api(campus_id="east"), "early"),
    ("another campus, page", by.room_page(campus_id="east"), "early"),
    ("another campus, file", by.room_file(校区="东校区"), "early"),
    ("a department's own, api", by.room_api(department_id="cs"), "talk early late"),
    ("a department's own, page", by.room_page(department_id="cs"), "talk early late"),
    ("a department's own, file", by.room_file(归属院系="CS学院"), "talk early late"),
    ("a channel on Mondays, api", by.channel_api(opening_hours=_MONDAYS), "online"),
    ("a channel on Mondays, page", by.channel_page(opening_hours="Mon 08:00-22:00"), "online"),
    ("a channel on Mondays, file", by.channel_file(开放时间="周一 08:00-22:00"), "online"),
    ("a longer way, api", by.campus_api(120), "interviews"),
    ("a longer way, page", by.campus_page(120), "interviews"),
    ("a longer usual way, api", by.policy_api("travel_minutes_between_campuses", 120), "interviews"),
    ("a longer usual way, page", by.policy_page("travel_minutes_between_campuses", "120", "60"), "interviews"),
    ("fewer a day, api", by.policy_api("activities_per_campus_day", 2), "fair"),
    ("fewer a day, page", by.policy_page("activities_per_campus_day", "2", "40"), "fair"),
    ("usual starts only, api", by.policy_api("only_usual_starts", True), "interviews online early late"),
    ("usual starts only, page", by.policy_page("only_usual_starts", "yes", "false"), "interviews online early late"),
    ("closed, api", by.closure_api("2023-03-09"), "early late"),
    ("closed, page", by.closure_page("2023-03-09"), "early late"),
    ("closed, file", by.closure_file("2023-03-09"), "early late"),
]


@pytest.fixture
async def promising(school: School, client: AsyncTestClient[Litestar]) -> PromisingSchool:
    opened = await PromisingSchool(school).open()
    await sign_in(client, await school.account("organiser"))
    return opened


@pytest.mark.parametrize(("write", "broken"), [pytest.param(*entry[1:], id=entry[0]) for entry in WRITES])
async def test_it_lists_all_and_breaks_none_and_a_yes_opens_cases(
    promising: PromisingSchool, client: AsyncTestClient[Litestar], write: Write, broken: str
) -> None:
    assert await promising.audit() == []
    before = await promising.facts()
    refused = await write(promising, client, [])
    assert refused.status_code in (409, 422), refused.text
    listed = listed_on(refused)
    assert sorted(listed) == sorted(str(booking_id) for booking_id in promising.named(broken))
    assert await promising.facts() == before
    # Somebody who looked at others is asked again.
    if len(listed) > 1:
        assert (await write(promising, client, listed[1:])).status_code in (409, 422)
        assert await promising.facts() == before
    taken = await write(promising, client, listed)
    assert taken.status_code in (200, 201, 204, 303), taken.text
    assert await promising.facts() != before
    cases = await promising.cases()
    assert {str(case.booking_id) for case in cases} == set(listed)
    assert {case.state for case in cases} == {"open"}
    assert await promising.audit() == []
    assert await _told(promising) == len(listed)


async def _told(promising: PromisingSchool) -> int:
    """How many messages the cases send."""
    database = promising.school.database
    settings: Any = _settings()
    async with database.pool.acquire() as connection:
        events = [row["id"] for row in await connection.fetch("SELECT id FROM event WHERE type = 'case.opened'")]
        await write_deliveries(connection, events, settings=settings)
        count: int = await connection.fetchval("SELECT count(*) FROM delivery WHERE purpose = 'case_opened'")
        return count


def _settings() -> Any:
    from app.settings import Settings  # noqa: PLC0415

    return Settings(environment="test", database_url="postgresql://nowhere/")
