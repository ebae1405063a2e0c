"""The schedule as files: what stands in each, in the school's zone."""

from collections.abc import AsyncIterator
from datetime import date, datetime, time
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

import msgspec
import pytest
from icalendar import Calendar

from app.clock import Clock
from app.database import Database, open_database
from app.exports.controllers import ExportController
from app.exports.formats import ExportFormat, write_export
from app.exports.repository import get_exported_season
from app.seasons.domain import CreateSeason, Season
from app.seasons.repository import get_season
from app.seasons.service import create_season
from app.tables.reading import read_table
from tests.guarded_client import AS, client_of
from tests.venues.conftest import NOW
from tests.venues.people import EMPLOYER, ORGANISER

# ruff: noqa: E501 - SQL

ZONE = ZoneInfo("Asia/Shanghai")
SPRING = CreateSeason(
    code="spring-2023",
    name_zh="春招",
    name_en="Spring",
    first_day=date(2023, 2, 2),
    last_day=date(2023, 4, 30),
)
SCHOOL = """
WITH campus AS (INSERT INTO campus (code, name_zh, name_en) VALUES ('main', '主校区', 'Main') RETURNING id),
building AS (INSERT INTO resource (kind, label) VALUES ('room', '一教') RETURNING id),
room AS (INSERT INTO room (id, code, campus_id, name_zh, name_en, capacity)
    SELECT building.id, 'A-1', campus.id, '一教101', 'A 101', 200 FROM building, campus RETURNING id),
line AS (INSERT INTO resource (kind, label) VALUES ('channel', '直播') RETURNING id),
channel AS (INSERT INTO channel (id, code, name_zh, name_en, url)
    SELECT id, 'L-1', '直播间1', 'Channel 1', 'https://live.example.edu.cn/1' FROM line RETURNING id),
team AS (INSERT INTO resource (kind, label) VALUES ('team', '示例') RETURNING id),
major AS (INSERT INTO major (code, catalogue_year, name_zh, name_en) VALUES ('080901', 2023, '计算机', 'Computing')),
employer AS (INSERT INTO employer (team_id, legal_name, credit_code, size_class, property_code, industry_code, created_at)
    SELECT id, '=江城示例有限公司', '91350100M000100Y43', 'medium', 'private', 'C', now() FROM team RETURNING id),
request AS (INSERT INTO request (season_id, reference, owner_kind, employer_id, title, key_group, contact_email, created_at)
    SELECT $1, 'R1', 'employer', id, '春季宣讲会', true, 'secret@example.com', now() FROM employer RETURNING id),
activity AS (INSERT INTO activity (request_id, ordinal, kind, attendance_mode, attendance, duration_minutes,
        rooms_needed, needs_channel, audience)
    SELECT id, 1, 'info_session', 'hybrid', 150, 120, 1, true, '{080901}' FROM request RETURNING id),
booking AS (INSERT INTO booking (season_id, activity_id, starts_at, ends_at, state, created_at)
    SELECT $1, id, '2023-03-08 11:00+00', '2023-03-08 13:00+00', 'confirmed', now() FROM activity RETURNING id, activity_id)
INSERT INTO booking_resource (booking_id, activity_id, request_id, resource_id, span, state)
SELECT booking.id, activity_id, request.id, taken.id, '[2023-03-08 11:00+00, 2023-03-08 13:30+00)', 'confirmed'
FROM booking, request, (SELECT id FROM room UNION ALL SELECT id FROM channel) AS taken
"""


@pytest.fixture
async def database(database_url: str) -> AsyncIterator[Database]:
    """Commits for real."""
    async with open_database(database_url, size=3) as opened:
        yield opened


@pytest.fixture
async def season(database: Database) -> Season:
    """A season with one hybrid talk on 8 March, 19:00 to 21:00."""
    made = await database.transact(create_season, SPRING, actor=None, now=NOW)
    # The parts of one statement do not see each other's rows: the triggers need them, so constraints come later.
    async with database.pool.acquire() as connection:
        await connection.execute("SET session_replication_role = replica")
        await connection.execute(SCHOOL, made.id)
        await connection.execute("SET session_replication_role = origin")
    return made


async def export(database: Database, season_id: UUID, export_format: ExportFormat, locale: str = "zh-CN") -> bytes:
    async with database.read() as connection:
        season = await get_season(connection, season_id)
        exported = await get_exported_season(connection, season_id)
    return write_export(export_format, season, exported, clock=Clock(0, ZONE), locale=locale)


async def test_csv_opens_right_in_excel_and_holds_no_formula(database: Database, season: Season) -> None:
    content = await export(database, season.id, "csv", "en")
    assert content.startswith(b"\xef\xbb\xbf")
    heading, line = content.decode("utf-8-sig").splitlines()
    assert heading.startswith("Reference,Kind,Title,Owner,Credit code,Date,Start,End,Time zone,Campus,Rooms")
    assert line.startswith(
        "R1,Info session,春季宣讲会,'=江城示例有限公司,91350100M000100Y43,2023-03-08,19:00,21:00,Asia/Shanghai,Main,A 101,Channel 1,"
    )
    assert line.endswith("On site and online,150,0,Computing,confirmed")


async def test_xlsx_has_real_days_and_times(database: Database, season: Season) -> None:
    table = read_table(await export(database, season.id, "xlsx"))
    row = dict(zip(table.rows[0][1], table.rows[1][1], strict=True))
    assert (row["日期"], row["开始"], row["结束"]) == (date(2023, 3, 8), time(19), time(21))
    assert (row["地点"], row["主办单位"], row["状态"]) == ("一教101", "=江城示例有限公司", "已确认")


async def test_ics_has_the_instant_and_the_zone(database: Database, season: Season) -> None:
    calendar = Calendar.from_ical(await export(database, season.id, "ics"))
    (event,) = calendar.walk("VEVENT")
    start: Any = event["DTSTART"]
    assert start.dt == datetime(2023, 3, 8, 19, tzinfo=ZONE)
    assert start.params["TZID"] == "Asia/Shanghai"
    assert [zone["TZID"] for zone in calendar.walk("VTIMEZONE")] == ["Asia/Shanghai"]
    assert (event["LOCATION"], event["STATUS"]) == ("一教101", "CONFIRMED")


async def test_json_has_the_field_names_of_campus_sites(database: Database, season: Season) -> None:
    content = await export(database, season.id, "json")
    body = msgspec.json.decode(content)
    (talk,) = body["talks"]
    assert body["fairs"] == []
    assert {name: talk[name] for name in ("meet_name", "meet_day", "meet_time", "address", "room", "company_name")} == {
        "meet_name": "春季宣讲会",
        "meet_day": "2023-03-08",
        "meet_time": "19:00-21:00",
        "address": "主校区",
        "room": "一教101",
        "company_name": "=江城示例有限公司",
    }
    assert (talk["company_property"], talk["industry_category"]) == ("民营企业", "制造业")
    assert (talk["is_yun"], talk["yun_live_url"]) == (True, "https://live.example.edu.cn/1")
    assert (talk["professionals"], talk["kind"], talk["start_ms"]) == ("计算机", 1, 1678273200000)
    assert body["places"][0]["starts_at"] == "2023-03-08T19:00:00+08:00"


@pytest.mark.parametrize("export_format", ["xlsx", "csv", "ics", "json"])
async def test_no_file_holds_anything_personal(database: Database, season: Season, export_format: ExportFormat) -> None:
    content = await export(database, season.id, export_format)
    text = str(read_table(content).rows) if export_format == "xlsx" else content.decode()
    assert "secret@example.com" not in text
    assert "key_group" not in text


async def test_only_organisers_fetch_the_schedule(database: Database, season: Season) -> None:
    async with client_of([ExportController], database, [ORGANISER, EMPLOYER]) as client:
        address = f"/api/seasons/{season.id}/export"
        for export_format in ("xlsx", "csv", "ics", "json"):
            answer = await client.get(f"{address}.{export_format}", headers={AS: "wang"})
            assert answer.status_code == 200
            assert answer.headers["content-disposition"].endswith(f'"spring-2023.{export_format}"')
        assert (await client.get(f"{address}.csv")).status_code == 401
        assert (await client.get(f"{address}.csv", headers={AS: "li"})).status_code == 403
        assert (await client.get(f"{address}.pdf", headers={AS: "wang"})).status_code == 404


async def test_a_season_without_bookings_is_a_file_too(database: Database) -> None:
    season = await database.transact(create_season, SPRING, actor=None, now=NOW)
    assert len((await export(database, season.id, "csv")).splitlines()) == 1
    assert Calendar.from_ical(await export(database, season.id, "ics")).walk("VEVENT") == []
