"""The demo season as files, as an office would have them; the same seed gives the same files."""

from collections import Counter
from collections.abc import Iterable, Sequence
from pathlib import Path
from random import Random
from typing import Any, Final

import msgspec

from app.demo import broken, hard_wishes, occupancy, ordinary, school
from app.demo.asks import Ask, Desk, rows_of
from app.demo.companies import EXPIRED, MISNAMED, Company, list_companies
from app.demo.rhythm import FIRST_DAY, LAST_DAY, TERM_FIRST_DAY, DayBook
from app.demo.rooms import Room, list_rooms
from app.imports.domain import What
from app.imports.employers import COLUMNS as EMPLOYER_COLUMNS
from app.imports.majors import COLUMNS as MAJOR_COLUMNS
from app.imports.request_columns import ACTIVITY_COLUMNS, REQUEST_COLUMNS
from app.imports.rooms import CHANNEL_COLUMNS, ROOM_COLUMNS
from app.seasons.domain import CreateSeason
from app.tables.cells import Cell
from app.tables.columns import Column
from app.tables.writing import write_csv, write_xlsx

REQUESTS: Final = 420
DEPARTMENT_FAIRS: Final = 36
TALKS_A_DAY: Final = 8
CHANNELS: Final = 4
DEMO_SEED: Final = 2023
DEMO_SEASON = CreateSeason(
    code="spring-2023",
    name_zh="2023届春季招聘季",
    name_en="Spring Recruiting 2023",
    first_day=FIRST_DAY,
    last_day=LAST_DAY,
    term_first_day=TERM_FIRST_DAY,
)
# In this order: later files name what earlier ones bring.
IMPORT_ORDER: tuple[tuple[What, str], ...] = (
    ("majors", "majors.xlsx"),
    ("rooms", "rooms.csv"),
    ("channels", "channels.csv"),
    ("closures", "timetable.csv"),
    ("closures", "closures.xlsx"),
    ("employers", "employers.csv"),
    ("requests", "requests.xlsx"),
    ("requests", "requests-departments.csv"),
)
BROKEN_FILE: Final = "broken-requests.xlsx"


class SeasonFigures(msgspec.Struct, frozen=True, kw_only=True):
    """The figures of the files."""

    requests: int
    activities: int
    kinds: dict[str, int]
    employers: int
    rooms: int
    channels: int
    majors: int
    graduates: int
    classes: int
    closures: int
    for_review: int
    unplaceable: int
    most_talks_a_day: int


def write_season_files(folder: Path, *, seed: int = DEMO_SEED) -> SeasonFigures:
    """Write every file into a folder, which is made."""
    folder.mkdir(parents=True, exist_ok=True)
    companies = list_companies(Random(f"{seed} companies"))
    talk_days = DayBook(Random(f"{seed} talk days"), most=TALKS_A_DAY)
    other_days = DayBook(Random(f"{seed} other days"), most=12)
    of_employers = _of_employers(seed, companies, talk_days, other_days)
    of_departments = _of_departments(seed, talk_days, other_days)
    classes, closures = occupancy.list_classes(Random(f"{seed} classes")), occupancy.list_closures()
    files = {
        **venue_files(list_rooms(), channels=CHANNELS),
        "timetable.csv": write_csv(occupancy.TIMETABLE_HEADINGS, classes),
        "closures.xlsx": write_xlsx(occupancy.CLOSURE_HEADINGS, closures, sheet="占用"),
        "employers.csv": employers_file(companies),
        "requests.xlsx": write_xlsx(*_requests(of_employers), sheet="预约申请"),
        "requests-departments.csv": write_csv(*_requests(of_departments)),
        BROKEN_FILE: write_xlsx(
            _headings(broken.FIELDS), broken.list_broken_rows(companies[-1].code), sheet="预约申请"
        ),
    }
    for name, content in files.items():
        (folder / name).write_bytes(content)
    asks = [*of_employers, *of_departments]
    kinds = Counter(activity["kind"] for ask in asks for activity in ask.activities)
    return SeasonFigures(
        requests=len(asks),
        activities=kinds.total(),
        kinds=dict(kinds),
        employers=len(companies),
        rooms=len(list_rooms()),
        channels=CHANNELS,
        majors=len(school.cohort_sizes()),
        graduates=sum(school.cohort_sizes().values()),
        classes=len(classes),
        closures=len(closures),
        for_review=hard_wishes.review_asks(companies[: MISNAMED + EXPIRED]),
        unplaceable=hard_wishes.UNPLACEABLE,
        most_talks_a_day=max(talk_days.drawn.values()),
    )


def venue_files(rooms: Sequence[Room], *, channels: int) -> dict[str, bytes]:
    """Give the files of majors, of some rooms and of the first livestream channels, by their names."""
    return {
        "majors.xlsx": write_xlsx(*_table(MAJOR_COLUMNS, _majors()), sheet="专业"),
        "rooms.csv": write_csv(*_table(ROOM_COLUMNS, _rooms(rooms))),
        "channels.csv": write_csv(*_table(CHANNEL_COLUMNS, _channels()[:channels])),
    }


def employers_file(companies: list[Company]) -> bytes:
    """Give the file of some employers, as an old spreadsheet program writes it."""
    return write_csv(*_table(EMPLOYER_COLUMNS, _employers(companies)), encoding="gb18030")


def _of_employers(seed: int, companies: list[Company], talk_days: DayBook, other_days: DayBook) -> list[Ask]:
    rng = Random(f"{seed} employers ask")
    desk = Desk(rng, "E", talk_days=talk_days, other_days=other_days)
    suspicious, sound = companies[: MISNAMED + EXPIRED], ordinary.Companies(rng, companies[MISNAMED + EXPIRED :])
    centre = Desk(rng, "C", talk_days=talk_days, other_days=other_days)
    of_centre = ordinary.career_centre_asks(centre)
    hard = hard_wishes.employers_hard_asks(desk, sound)
    for_review = hard_wishes.asks_for_review(desk, suspicious, sound)
    counted = len(of_centre) + len(hard) + len(for_review) + ordinary.PLAIN_EMPLOYER_ASKS
    asks = ordinary.employers_asks(desk, sound, talks=REQUESTS - DEPARTMENT_FAIRS - counted)
    mixed = [*hard, *for_review, *asks, *of_centre]
    rng.shuffle(mixed)
    return mixed


def _of_departments(seed: int, talk_days: DayBook, other_days: DayBook) -> list[Ask]:
    desk = Desk(Random(f"{seed} departments ask"), "D", talk_days=talk_days, other_days=other_days)
    hard = hard_wishes.departments_hard_asks(desk)
    return [*hard, *ordinary.department_fairs(desk, DEPARTMENT_FAIRS - len(hard))]


def _requests(asks: list[Ask]) -> tuple[list[str], list[Sequence[Cell]]]:
    columns = (*REQUEST_COLUMNS, *ACTIVITY_COLUMNS)
    return [column.zh for column in columns], list(rows_of(asks, tuple(column.field for column in columns)))


def _headings(fields: Iterable[str]) -> list[str]:
    names = {column.field: column.zh for column in (*REQUEST_COLUMNS, *ACTIVITY_COLUMNS)}
    return [names[field] for field in fields]


def _table(columns: Sequence[Column[Any]], things: list[dict[str, Cell]]) -> tuple[list[str], list[Sequence[Cell]]]:
    used = [column for column in columns if column.field in things[0]]
    return [column.zh for column in used], [[thing[column.field] for column in used] for thing in things]


def _majors() -> list[dict[str, Cell]]:
    sizes = school.cohort_sizes()
    return [
        {
            "code": code,
            "name_zh": zh,
            "name_en": en,
            "department": department.zh,
            "department_code": department.code,
            "department_en": department.en,
            "cohort_size": sizes[code],
            "catalogue_year": school.CATALOGUE_YEAR,
        }
        for department in school.DEPARTMENTS
        for code, zh, en, _ in department.majors
    ]


def _rooms(rooms: Sequence[Room]) -> list[dict[str, Cell]]:
    campuses = {campus.code: campus for campus in school.CAMPUSES}
    return [
        {
            "code": room.code,
            "name_zh": room.zh,
            "name_en": room.en,
            "campus": campuses[room.campus].zh,
            "campus_en": campuses[room.campus].en,
            "campus_code": room.campus,
            "capacity": room.seats,
            "booths": room.booths,
            "features": "、".join(room.features),
            "department_id": room.department,
            "turnover_minutes": room.turnover,
            "turnover_by_kind": room.turnovers,
            "opening_hours": room.hours,
        }
        for room in rooms
    ]


def _channels() -> list[dict[str, Cell]]:
    return [
        {
            "code": f"ZB-{number}",
            "name_zh": f"就业直播间{number}",
            "name_en": f"Career Channel {number}",
            "platform": platform,
            "url": f"https://live.jcu.example.edu.cn/{number}",
            "turnover_minutes": 30,
        }
        for number, platform in enumerate(("校内直播", "校内直播", "视频平台", "视频平台"), start=1)
    ]


def _employers(companies: list[Company]) -> list[dict[str, Cell]]:
    return [
        {
            "credit_code": company.code,
            "legal_name": company.name,
            "name_en": company.name_en,
            "size_class": company.size,
            "property_code": company.property,
            "industry_code": company.trade.industry,
            "city": company.city,
            "licence_name": company.licence_name,
            "licence_code": company.code,
            "licence_valid_until": company.valid_until or "长期",
        }
        for company in companies
    ]
