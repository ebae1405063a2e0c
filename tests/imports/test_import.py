"""Whole files into a real database: what is kept, and that a second time changes nothing."""

from datetime import date, datetime, time

import pytest
from icalendar import Calendar

from app.database import Database
from app.tables.errors import WrongFileType
from app.venues import repository, room_repository
from app.venues.domain import OpeningHours
from tests.imports.conftest import EMPLOYERS_CSV, MAJORS_CSV, REQUESTS_CSV, ROOMS_CSV, ZONE, ImportFile, count


async def test_rooms_make_their_campuses_and_a_second_time_changes_nothing(
    import_file: ImportFile, database: Database
) -> None:
    first = await import_file("rooms", ROOMS_CSV)
    assert (first.created, first.also_created) == (3, ["主校区", "东校区"])
    again = await import_file("rooms", ROOMS_CSV)
    assert (again.created, again.changed, again.unchanged, again.also_created) == (0, 0, 3, [])
    changed = await import_file("rooms", ROOMS_CSV.replace(",60,", ",64,"))
    assert (changed.created, changed.changed, changed.unchanged) == (0, 1, 2)
    async with database.read() as connection:
        rooms = {room.code: room for room in await room_repository.list_rooms(connection)}
        campuses = await repository.list_campuses(connection)
    assert (rooms["ZJ-102"].capacity, rooms["ZJ-101"].features) == (64, ["projector", "audio"])
    assert [(campus.code, campus.name_en) for campus in campuses] == [("main", "Main Campus"), ("east", "East Campus")]


async def test_columns_that_a_file_lacks_stay_as_they_are(import_file: ImportFile, database: Database) -> None:
    await import_file("rooms", ROOMS_CSV)
    await import_file(
        "rooms", "Room code,Name,Campus,Capacity,Opening hours\nZJ-101,主楼101,Main Campus,130,周一-周二 08:00-12:00\n"
    )
    async with database.read() as connection:
        room = next(room for room in await room_repository.list_rooms(connection) if room.code == "ZJ-101")
    assert (room.capacity, room.features, room.name_en) == (130, ["projector", "audio"], "Main 101")
    assert room.opening_hours == [OpeningHours(1, time(8), time(12)), OpeningHours(2, time(8), time(12))]


async def test_majors_make_their_departments_with_teams(import_file: ImportFile, database: Database) -> None:
    report = await import_file("majors", MAJORS_CSV)
    assert (report.created, report.also_created) == (3, ["计算机学院", "外国语学院"])
    assert (await import_file("majors", MAJORS_CSV)).unchanged == 3
    assert (await import_file("majors", MAJORS_CSV.replace(",180,", ",200,"))).changed == 1
    assert await count(database, "department JOIN resource ON resource.id = team_id AND kind = 'team'") == 2


async def test_channels_and_employers_update_by_their_codes(import_file: ImportFile, database: Database) -> None:
    channels = "直播间编号,名称,平台\nZB-1,直播间1,校内\nZB-2,直播间2,校内\n"
    assert (await import_file("channels", channels)).created == 2
    assert (await import_file("channels", channels.replace("校内\nZB-2", "校外\nZB-2"))).changed == 1
    assert (await import_file("employers", EMPLOYERS_CSV)).created == 1
    assert (await import_file("employers", EMPLOYERS_CSV)).unchanged == 1
    assert (await import_file("employers", EMPLOYERS_CSV.replace("中型", "大型"))).changed == 1
    employer = await database.pool.fetchrow("SELECT size_class, state FROM employer")
    assert employer is not None
    assert tuple(employer) == ("large", "under_review")


async def test_what_a_reviewer_settles_is_imported(import_file: ImportFile, database: Database) -> None:
    rows = EMPLOYERS_CSV.replace("江城示例科技有限公司,长期", "江城示列科技有限公司,2022-12-31")
    assert (await import_file("employers", rows)).created == 1
    employer = await database.pool.fetchrow("SELECT licence_name, licence_valid_until FROM employer")
    assert employer is not None
    assert tuple(employer) == ("江城示列科技有限公司", date(2022, 12, 31))


async def test_a_timetable_closes_its_periods_on_teaching_days(school: ImportFile, database: Database) -> None:
    timetable = "教室,上课时间,课程\nZJ-101,第1-16周(单) 周二 3-4节,高等数学\nZJ-101,第8周 周三 1-2节,清明停课\n"
    report = await school("closures", timetable, file="timetable.csv")
    assert (report.created, report.unchanged) == (1, 1)  # week 8's Wednesday is Qingming
    closures = await database.pool.fetch(
        "SELECT lower(span) AS starts_at, upper(span) AS ends_at, reason_code, note, source FROM closure ORDER BY span"
    )
    assert len(closures) == 6  # odd weeks 1 to 11: the season ends on 30 April
    first = closures[0]
    assert first["starts_at"] == datetime(2023, 2, 14, 9, 50, tzinfo=ZONE)
    assert first["ends_at"] == datetime(2023, 2, 14, 11, 25, tzinfo=ZONE)
    assert (first["reason_code"], first["note"], first["source"]) == ("class", "高等数学", "timetable.csv")
    assert (await school("closures", timetable, file="timetable.csv")).unchanged == 2
    assert [(note.kind, note.code, note.rows) for note in report.reading_notes] == [
        ("not_used", "no-teaching-day", (3,))
    ]


async def test_closures_are_read_by_days_by_hours_and_by_exact_times(school: ImportFile, database: Database) -> None:
    await school(
        "closures",
        "教室,开始日期,结束日期,开始时间,结束时间,起,止,原因,说明\n"
        "ZJ-101,3月8日,3月9日,,,,,检修,空调\n"
        "主楼102,3月8日,3月9日,18:00,20:00,,,考试,\n"
        "D-201,,,,,3月10日 09:00,2023-03-10 12:00,,\n"
        "D-201,,,,,3月11日 20:00,3月11日 24:00,,\n",
    )
    spans = await database.pool.fetch(
        "SELECT lower(span) AS starts_at, upper(span) - lower(span) AS length, reason_code FROM closure ORDER BY span"
    )
    assert [
        (row["starts_at"].astimezone(ZONE).day, row["length"].total_seconds() / 3600, row["reason_code"])
        for row in spans
    ] == [
        (8, 48, "maintenance"),
        (8, 2, "exam"),
        (9, 2, "exam"),
        (10, 3, "other"),
        (11, 4, "other"),
    ]


async def test_a_recurring_calendar_closes_rooms(school: ImportFile, database: Database) -> None:
    calendar = Calendar.from_ical(
        "BEGIN:VCALENDAR\r\nVERSION:2.0\r\nPRODID:-//x//y//EN\r\n"
        "BEGIN:VEVENT\r\nUID:1\r\nDTSTAMP:20230101T000000Z\r\nSUMMARY:实验课\r\nLOCATION:ZJ-101\r\n"
        "DTSTART;TZID=Asia/Shanghai:20230214T140000\r\nDTEND;TZID=Asia/Shanghai:20230214T160000\r\n"
        "RRULE:FREQ=WEEKLY;BYDAY=TU;UNTIL=20230321T060000Z\r\n"
        "EXDATE;TZID=Asia/Shanghai:20230228T140000\r\nEND:VEVENT\r\n"
        "BEGIN:VEVENT\r\nUID:2\r\nDTSTAMP:20230101T000000Z\r\nSUMMARY:检修\r\nLOCATION:ZJ-102\r\n"
        "DTSTART;VALUE=DATE:20230301\r\nDTEND;VALUE=DATE:20230303\r\nCATEGORIES:检修\r\nEND:VEVENT\r\n"
        "END:VCALENDAR\r\n"
    )
    report = await school("closures", calendar.to_ical(), file="lab.ics")
    assert (report.format, report.created) == ("ics", 6)
    rows = await database.pool.fetch(
        "SELECT lower(span) AS starts_at, upper(span) - lower(span) AS length, reason_code FROM closure ORDER BY span"
    )
    assert [row["starts_at"].astimezone(ZONE).strftime("%m-%d %H") for row in rows] == [
        "02-14 14", "02-21 14", "03-01 00", "03-07 14", "03-14 14", "03-21 14",
    ]  # fmt: skip
    assert (rows[2]["length"].days, rows[2]["reason_code"]) == (2, "maintenance")
    with pytest.raises(WrongFileType):
        await school("rooms", calendar.to_ical())


async def test_rows_of_one_reference_are_one_request(school: ImportFile, database: Database) -> None:
    report = await school("requests", REQUESTS_CSV)
    assert (report.rows, report.created) == (4, 3)
    activities = await database.pool.fetch(
        "SELECT kind, ordinal, rooms_needed, audience, same_day_as_previous, gap_after_previous_minutes"
        " FROM activity JOIN request ON request.id = request_id ORDER BY reference, ordinal"
    )
    assert [tuple(activity) for activity in activities] == [
        ("info_session", 1, 1, ["080901", "080902"], False, 0),
        ("written_test", 2, 2, [], True, 30),
        ("department_fair", 1, 1, [], False, 0),
        ("guidance_event", 1, 1, [], False, 0),
    ]
    owners = await database.pool.fetch("SELECT owner_kind, state, title FROM request ORDER BY reference")
    assert [tuple(owner) for owner in owners] == [
        ("employer", "submitted", "示例宣讲会"),
        ("department", "submitted", "学院招聘会"),
        ("career_centre", "submitted", "简历讲座"),
    ]
    windows = await database.pool.fetch("SELECT * FROM activity_window ORDER BY first_day, ordinal")
    assert [(row["first_day"], row["last_day"], row["from_time"], row["preference"]) for row in windows] == [
        (date(2023, 3, 8), date(2023, 3, 8), time(8), 10),
        (date(2023, 3, 14), date(2023, 3, 16), time(19), 10),
        (date(2023, 3, 15), date(2023, 3, 17), time(8), 10),
        (date(2023, 3, 20), date(2023, 3, 20), time(8), 10),
    ]
    posts = await database.pool.fetch("SELECT title, headcount, city FROM recruitment_post ORDER BY ordinal")
    assert [tuple(post) for post in posts] == [("工程师", 5, "武汉"), ("销售", 10, "")]
    again = await school("requests", REQUESTS_CSV)
    assert (again.created, again.changed, again.unchanged) == (0, 0, 3)
    changed = await school("requests", REQUESTS_CSV.replace("3月15-17日", "3月15-18日"))
    assert (changed.created, changed.changed, changed.unchanged) == (0, 1, 2)
    assert await count(database, "activity") == 4
