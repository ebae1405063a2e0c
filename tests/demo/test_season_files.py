"""The demo season's files: the same seed gives the same ones, their figures are the believable school's."""

import asyncio
from collections import Counter
from collections.abc import AsyncIterator
from datetime import UTC, date, datetime
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from stdnum.cn import uscc

from app.clock import Clock
from app.database import Database, open_database
from app.demo import broken, rhythm, school
from app.demo.asks import Ask
from app.demo.companies import EMPLOYERS, EXPIRED, MISNAMED
from app.demo.rooms import list_rooms
from app.demo.season_files import (
    BROKEN_FILE,
    DEMO_SEASON,
    IMPORT_ORDER,
    REQUESTS,
    SeasonFigures,
    write_season_files,
)
from app.imports.domain import ImportReport, RowsRefused, What
from app.imports.opening import open_table
from app.imports.service import import_table
from app.requests.domain import Post
from app.requests.wording import find_banned_wording, fraud_signs, notice_texts
from app.seasons.calendar import each_day, national_days
from app.seasons.domain import Season
from app.seasons.service import create_season
from app.tables.reading import read_table

ZONE = ZoneInfo("Asia/Shanghai")
OPENING_DAY = datetime(2023, 2, 2, 9, tzinfo=ZONE)
CLOCK = Clock(round((OPENING_DAY - datetime.now(UTC)).total_seconds()), ZONE)


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The files of the demo's own seed."""
    return tmp_path_factory.mktemp("season")


@pytest.fixture(scope="module")
def figures(folder: Path) -> SeasonFigures:
    """What the generator says of them."""
    return write_season_files(folder)


def rows_of(folder: Path, name: str) -> list[dict[str, str]]:
    """A file's rows by their headings."""
    (_, headings), *rows = read_table((folder / name).read_bytes()).rows
    return [{str(head): str(cell) for head, cell in zip(headings, cells, strict=True)} for _, cells in rows]


def test_the_same_seed_gives_the_same_bytes(folder: Path, figures: SeasonFigures, tmp_path: Path) -> None:
    assert write_season_files(tmp_path / "again") == figures
    names = {path.name for path in folder.iterdir()}
    assert names == {name for _, name in IMPORT_ORDER} | {BROKEN_FILE}
    for name in names:
        assert (tmp_path / "again" / name).read_bytes() == (folder / name).read_bytes()


def test_another_seed_gives_another_season_of_the_same_size(
    folder: Path, figures: SeasonFigures, tmp_path: Path
) -> None:
    other = write_season_files(tmp_path, seed=7)
    assert (other.requests, other.employers, other.rooms, other.kinds["直播带岗"]) == (420, 260, 66, 60)
    assert (tmp_path / "requests.xlsx").read_bytes() != (folder / "requests.xlsx").read_bytes()


def test_the_figures_are_those_of_the_domain(figures: SeasonFigures) -> None:
    assert (figures.requests, figures.employers, figures.majors, figures.graduates) == (REQUESTS, EMPLOYERS, 60, 8000)
    assert (figures.kinds["小型专场招聘会"], figures.kinds["直播带岗"], figures.kinds["双选会"]) == (36, 60, 2)
    assert len(figures.kinds) == 10
    assert (figures.most_talks_a_day, figures.for_review, figures.unplaceable) == (8, 8, 13)
    admitted = figures.requests - figures.for_review
    assert (admitted - figures.unplaceable) / admitted >= 0.96


def test_rooms_are_those_of_the_domain() -> None:
    rooms = list_rooms()
    lecture = Counter(room.seats for room in rooms if not room.department and "面试间" not in room.features)
    assert {seats: lecture[seats] for seats in (500, 300, 200, 120, 60)} == {500: 1, 300: 2, 200: 4, 120: 6, 60: 6}
    features = Counter(feature for room in rooms for feature in room.features)
    assert (features["面试间"], features["考试教室"], features["演播室"]) == (20, 4, 2)
    halls = [room for room in rooms if room.department]
    assert len(halls) == len(school.DEPARTMENTS) == 20
    assert len({room.code for room in rooms}) == len({room.zh for room in rooms}) == len(rooms) == 66
    assert all(room.en.isascii() for room in rooms)


def test_employers_have_valid_codes_and_most_are_small(folder: Path, figures: SeasonFigures) -> None:
    content = (folder / "employers.csv").read_bytes()
    with pytest.raises(UnicodeDecodeError):
        content.decode()
    rows = rows_of(folder, "employers.csv")
    assert len({row["统一社会信用代码"] for row in rows}) == len({row["单位名称"] for row in rows}) == EMPLOYERS
    assert all(uscc.is_valid(row["统一社会信用代码"]) for row in rows)
    assert sum(row["单位规模"] != "大型企业" for row in rows) == round(0.7 * EMPLOYERS)
    misnamed = [row for row in rows if row["单位名称"] != row["执照名称"]]
    differences = [
        sum(own != licence for own, licence in zip(row["单位名称"], row["执照名称"], strict=True)) for row in misnamed
    ]
    assert differences == [1] * MISNAMED
    assert sum(row["执照有效期至"] == "2022-12-31" for row in rows) == EXPIRED


def test_wording_is_banned_in_exactly_the_notices_meant_to_be(folder: Path, figures: SeasonFigures) -> None:
    found = []
    for row in rows_of(folder, "requests.xlsx"):
        texts = notice_texts(row["活动名称"], row["招聘简章"], [Post(title=row["招聘岗位"] or "岗位")])
        found += [finding.code for finding in find_banned_wording(texts)]
        assert fraud_signs(row["联系邮箱"], row["联系电话"]) == []
    assert set(found) == {"elite_schools_only", "gender", "household_registration"}


def test_the_calendar_is_the_national_one() -> None:
    known = {day.day: day.is_working for day in national_days(2023) or []}
    days = rhythm.worked_days(rhythm.FIRST_DAY, rhythm.LAST_DAY)
    assert days == [day for day in each_day(rhythm.FIRST_DAY, rhythm.LAST_DAY) if known.get(day, day.weekday() < 5)]


def test_the_rhythm_peaks_in_mid_march(folder: Path, figures: SeasonFigures) -> None:
    weeks: Counter[int] = Counter()
    for row in rows_of(folder, "requests.xlsx"):
        if row["活动类型"] == "宣讲会" and "月" in row["意向时间"]:
            month, day = row["意向时间"].split("日")[0].split("月")
            weeks[date(2023, int(month), int(day)).isocalendar().week] += 1
    assert {week for week, _ in weeks.most_common(3)} <= {10, 11, 12, 13}


def test_every_ordinary_wish_has_rooms_that_fit_it(folder: Path, figures: SeasonFigures) -> None:
    """Seats, features and campus; only the hard wishes may have none."""
    campuses = {campus.zh: campus.code for campus in school.CAMPUSES}
    owners = {department.code: department.zh for department in school.DEPARTMENTS}
    without = []
    reference = ""
    for row in [*rows_of(folder, "requests.xlsx"), *rows_of(folder, "requests-departments.csv")]:
        reference = row["申请编号"] or reference
        needed = int(float(row["教室间数"] or (1 if row["活动类型"] in ("宣讲会", "小型专场招聘会") else 0)))
        if not needed:
            continue
        wanted = {campuses[word] for word in row["校区"].split("、") if word} or set(campuses.values())
        fitting = Counter(
            room.campus
            for room in list_rooms()
            if room.campus in wanted
            and room.seats * needed >= int(float(row["预计人数"]))
            and room.booths >= int(float(row["展位数"] or 0))
            and set(filter(None, row["所需设施"].split("、"))) <= set(room.features)
            and (not room.department or room.department == owners.get(row["主办院系"]))
        )
        if max(fitting.values(), default=0) < needed:
            without.append(row["活动名称"] or reference)
    assert len(without) == 4
    assert [sum(word in title for title in without) for word in ("大型宣讲会", "南校区", "机考", "环保专场")] == [1] * 4


@pytest.fixture
async def database(database_url: str) -> AsyncIterator[Database]:
    """Empty but for its schema."""
    async with open_database(database_url, size=3) as opened:
        yield opened


@pytest.fixture
async def season(database: Database) -> Season:
    """The demo's season."""
    return await database.transact(create_season, DEMO_SEASON, actor=None, now=CLOCK.now())


async def import_one(database: Database, season: Season, what: What, path: Path) -> ImportReport:
    content = await asyncio.to_thread(path.read_bytes)
    table = open_table(content, what, season, ZONE)
    return await database.transact(
        import_table, what, table, file=path.name, season_id=season.id, skip_bad=False, actor=None, clock=CLOCK
    )


async def test_an_empty_school_takes_the_whole_folder_in(
    database: Database, season: Season, folder: Path, figures: SeasonFigures
) -> None:
    created: Counter[str] = Counter()
    for what, name in IMPORT_ORDER:
        report = await import_one(database, season, what, folder / name)
        assert (report.changed, report.unchanged, report.refused, report.ignored_columns) == (0, 0, 0, [])
        created[what] += report.created
    assert created == {
        "majors": figures.majors,
        "rooms": figures.rooms,
        "channels": figures.channels,
        "closures": figures.classes + figures.closures,
        "employers": figures.employers,
        "requests": figures.requests,
    }
    assert await database.pool.fetchval("SELECT sum(cohort_size) FROM major") == figures.graduates
    assert await database.pool.fetchval("SELECT count(*) FROM activity") == figures.activities
    assert await database.pool.fetchval("SELECT count(*) FROM request WHERE state = 'submitted'") == figures.requests
    assert await database.pool.fetchval("SELECT count(*) FROM employer WHERE state = 'under_review'") == EMPLOYERS
    with pytest.raises(RowsRefused) as refused:
        await import_one(database, season, "requests", folder / BROKEN_FILE)
    errors = refused.value.extra["rows"]
    assert [error.code for error in errors] == [code for _, code in broken.FAULTS]
    assert [error.row for error in errors] == list(range(2, len(broken.FAULTS) + 2))
    assert await database.pool.fetchval("SELECT count(*) FROM request") == figures.requests


def test_asks_name_every_column_of_a_request() -> None:
    assert {"reference", "title", "employer", "department", "activities"} <= set(Ask.__struct_fields__)
