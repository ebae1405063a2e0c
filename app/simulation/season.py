"""The season that is simulated: a small school, its employers and departments, and who asks for what, and when.

Everything follows from the seed, by the generators of the demo.
"""

from collections.abc import Sequence
from datetime import date
from random import Random
from typing import Any, Final, Literal
from uuid import UUID

import msgspec

from app.demo import ordinary
from app.demo.asks import Ask, Desk, rows_of
from app.demo.companies import EXPIRED, MISNAMED, Company, list_companies
from app.demo.occupancy import TIMETABLE_HEADINGS, list_classes
from app.demo.rhythm import FIRST_DAY, LAST_DAY, DayBook, worked_days
from app.demo.rooms import Room, list_rooms
from app.demo.season_files import employers_file, venue_files
from app.imports.known import Known
from app.imports.request_columns import ACTIVITY_COLUMNS, REQUEST_COLUMNS
from app.tables.writing import write_csv

Fate = Literal["", "amend", "cancel", "no_show"]
# The order of import: later files name what earlier ones bring.
FILES: Final = (("majors", "majors.xlsx"), ("rooms", "rooms.csv"), ("channels", "channels.csv"),
                ("closures", "timetable.csv"), ("employers", "employers.csv"))  # fmt: skip
_LECTURE_ROOMS: Final = ("MB-201", "MB-301", "MB-401", "EL-301", "EL-401", "MB-202", "MB-302", "MB-402", "EL-101")
_OTHER_ROOMS: Final = ("HALL-300A", "IV-01", "IV-02", "IV-03", "IV-04", "IV-05", "TEST-1", "TEST-3", "STUDIO-1")
_FIRST_WAVE_SHARE: Final = 0.55
_LATEST_ASK: Final = date(2023, 3, 24)
# From asking to the first day that is wished: the lead time, and some days that are possible before the best one.
_AHEAD_WORKING_DAYS: Final = 9
_FATES: Final[dict[Fate, int]] = {"": 67, "amend": 22, "cancel": 7, "no_show": 4}
_FATE_AFTER_WORKING_DAYS: Final = (4, 22)
_LEAVERS_SHARE: Final = 0.35
_LEAVES: Final = (date(2023, 2, 20), date(2023, 4, 14))


class Plan(msgspec.Struct, kw_only=True):
    """A request that somebody is going to make, when, and what else they will do with it."""

    ask: Ask
    asked_on: date
    fate: Fate
    fate_on: date
    request_id: UUID | None = None
    activity_ids: frozenset[UUID] = frozenset()


class InventedSeason(msgspec.Struct, frozen=True, kw_only=True):
    """A season by seed and size."""

    seed: int
    requests: int
    rooms: tuple[Room, ...]
    companies: tuple[Company, ...]
    by_company: dict[str, tuple[Plan, ...]]
    by_department: dict[str, tuple[Plan, ...]]

    @property
    def activities_a_campus_day(self) -> int:
        """Give how many activities the staff of a campus can look after in a day: less than March asks for."""
        return max(1, round(self.requests / 40))

    def leaves_on(self, company: str) -> date | None:
        """Give the day on which a company's contact hands over to a colleague; None for most."""
        rng = Random(f"{self.seed} {company} leaves")
        day = rng.choice(worked_days(*_LEAVES))
        return day if rng.random() < _LEAVERS_SHARE else None

    def files(self) -> dict[str, bytes]:
        """Give what the school's offices hand in."""
        rooms = {room.code for room in self.rooms}
        classes = [row for row in list_classes(Random(f"{self.seed} classes")) if row[0] in rooms]
        return {
            **venue_files(self.rooms, channels=2),
            "timetable.csv": write_csv(TIMETABLE_HEADINGS, classes),
            "employers.csv": employers_file(list(self.companies)),
        }


def invent_season(seed: int, requests: int) -> InventedSeason:
    """Invent a season."""
    rng = Random(f"{seed} season")
    companies = list_companies(Random(f"{seed} companies"))[MISNAMED + EXPIRED :][: max(4, requests * 3 // 5)]
    days = worked_days(FIRST_DAY, LAST_DAY)
    # The rhythm of wishes begins with the term; before it people ask for the term's first weeks.
    late = [day for day in days[3:] if day <= _LATEST_ASK]
    asked_on = sorted(
        rng.choice(days[:2]) if rng.random() < _FIRST_WAVE_SHARE else rng.choice(late) for _ in range(requests)
    )
    fairs = max(1, requests // 20)
    turn = ordinary.Companies(rng, companies)
    by_company: dict[str, list[Plan]] = {}
    for number, day in enumerate(asked_on[fairs:]):
        company = turn.take()
        ask = ordinary.one_ask(_desk(rng, f"S{number}-", day), company)
        by_company.setdefault(company.code, []).append(_plan(rng, ask, day))
    by_department: dict[str, list[Plan]] = {}
    for ask in ordinary.department_fairs(_desk(rng, "D", asked_on[0]), fairs):
        by_department.setdefault(ask.department, []).append(_plan(rng, ask, asked_on[0]))
    lectures = _LECTURE_ROOMS[: max(3, requests // 14)]
    wanted = {*lectures, *_OTHER_ROOMS, *(f"HALL-{code}" for code in by_department)}
    return InventedSeason(
        seed=seed,
        requests=requests,
        rooms=tuple(room for room in list_rooms() if room.code in wanted),
        companies=tuple(companies),
        by_company={code: tuple(plans) for code, plans in by_company.items()},
        by_department={code: tuple(plans) for code, plans in by_department.items()},
    )


def _desk(rng: Random, prefix: str, today: date) -> Desk:
    ahead = [day for day in worked_days(FIRST_DAY, LAST_DAY) if day > today][_AHEAD_WORKING_DAYS]
    return Desk(rng, prefix, talk_days=DayBook(rng, most=8, first=ahead), other_days=DayBook(rng, most=8, first=ahead))


def _plan(rng: Random, ask: Ask, asked_on: date) -> Plan:
    (fate,) = rng.choices(list(_FATES), list(_FATES.values()))
    days = [day for day in worked_days(FIRST_DAY, LAST_DAY) if day > asked_on]
    fate_on = days[min(len(days) - 1, rng.randint(*_FATE_AFTER_WORKING_DAYS))]
    return Plan(ask=ask, asked_on=asked_on, fate=fate, fate_on=fate_on)


def as_request(ask: Ask, known: Known, season_id: UUID) -> dict[str, Any]:
    """Give an ask as its owner enters it: what a file would say, without its number."""
    fields = (*REQUEST_COLUMNS, *ACTIVITY_COLUMNS)
    rows = [_read(row, known) for row in rows_of([ask], tuple(column.field for column in fields))]
    shared = {column.field: rows[0][column.field] for column in REQUEST_COLUMNS}
    activities = [{column.field: row[column.field] for column in ACTIVITY_COLUMNS} for row in rows]
    for name in ("reference", "employer", "department_id", "participants"):
        del shared[name]
    body: dict[str, Any] = msgspec.to_builtins({**shared, "season_id": season_id, "activities": activities})
    return body


def _read(row: Sequence[Any], known: Known) -> dict[str, Any]:
    columns = (*REQUEST_COLUMNS, *ACTIVITY_COLUMNS)
    return {
        column.field: column.default if cell is None or column.field == "department_id" else column.parse(cell, known)
        for column, cell in zip(columns, row, strict=True)
    }
