"""Calendars: when events take place, what closes nothing, and that an event sent again replaces what it was."""

from collections.abc import Sequence
from datetime import UTC, date, datetime, timedelta

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st
from icalendar import Calendar

from app.database import Database
from app.imports.calendar.reading import read_calendar
from app.imports.calendar.recurrence import Series
from app.imports.domain import ImportReport, RowsRefused
from app.seasons.domain import Season
from app.seasons.service import create_season
from app.tables.errors import BrokenCalendar, TooManyRows
from tests.imports.conftest import CLOCK, SPRING, ZONE, ImportFile
from tests.imports.test_any_input import SPRING as SEASON

WEEKLY = ("DTSTART;TZID=Asia/Shanghai:20230307T080000", "DTEND;TZID=Asia/Shanghai:20230307T100000")
MOVED = (
    "RECURRENCE-ID;TZID=Asia/Shanghai:20230314T080000",
    "DTSTART;TZID=Asia/Shanghai:20230315T140000",
    "DTEND;TZID=Asia/Shanghai:20230315T160000",
)


AUTUMN = msgspec.structs.replace(
    SPRING, code="autumn-2023", first_day=date(2023, 9, 1), last_day=date(2023, 12, 31), term_first_day=None
)


def event(*lines: str, uid: str = "a@x", title: str = "课", room: str = "ZJ-101") -> list[str]:
    named = [f"UID:{uid}"] if uid else []
    return ["BEGIN:VEVENT", *named, f"SUMMARY:{title}", f"LOCATION:{room}", *lines, "END:VEVENT"]


def calendar(*events: Sequence[str], head: Sequence[str] = ()) -> bytes:
    lines = ["BEGIN:VCALENDAR", "VERSION:2.0", "PRODID:x", *head, *(line for one in events for line in one)]
    return "\r\n".join([*lines, "END:VCALENDAR", ""]).encode()


def read(*events: Sequence[str], head: Sequence[str] = ()) -> tuple[list[str], list[str]]:
    """Give when something is closed, and the codes of what is said."""
    table = read_calendar(calendar(*events, head=head), SEASON, ZONE)
    times = [f"{row[1]:%m-%d %H:%M} {(row[2] - row[1]) / timedelta(hours=1):g}" for _, row in table.rows[1:]]  # type: ignore[operator]
    return times, [note.code for note in table.reading_notes]


CASES: dict[str, tuple[list[str], list[str], list[str]]] = {
    "a changed occurrence takes the place of its own": (
        [*event(*WEEKLY, "RRULE:FREQ=WEEKLY;COUNT=3"), *event(*MOVED)],
        ["03-07 08:00 2", "03-15 14:00 2", "03-21 08:00 2"],
        [],
    ),
    "a cancelled occurrence is left out": (
        [*event(*WEEKLY, "RRULE:FREQ=WEEKLY;COUNT=3"), *event(*MOVED, "STATUS:CANCELLED")],
        ["03-07 08:00 2", "03-21 08:00 2"],
        [],
    ),
    "a change of all that follow moves them by its own distance": (
        [
            *event(*WEEKLY, "RRULE:FREQ=WEEKLY;COUNT=4"),
            *event(MOVED[0].replace(";", ";RANGE=THISANDFUTURE;"), *MOVED[1:]),
            *event(
                "RECURRENCE-ID:20230321T000000Z",
                "DTSTART:20230322T000000Z",
                "DURATION:PT1H",
                title="另改",
            ),
        ],
        ["03-07 08:00 2", "03-15 14:00 2", "03-22 08:00 1", "03-29 14:00 2"],
        [],
    ),
    "what follows is cancelled": (
        [
            *event(*WEEKLY, "RRULE:FREQ=WEEKLY;COUNT=4"),
            *event(MOVED[0].replace(";", ";RANGE=THISANDFUTURE;"), *MOVED[1:], "STATUS:CANCELLED"),
        ],
        ["03-07 08:00 2"],
        [],
    ),
    "later ones that a change brings forward into the season are closed": (
        [
            *event("DTSTART;TZID=Asia/Shanghai:20230425T080000", "DURATION:PT2H", "RRULE:FREQ=WEEKLY;COUNT=3"),
            *event(
                "RECURRENCE-ID;RANGE=THISANDFUTURE;TZID=Asia/Shanghai:20230502T080000",
                "DTSTART;TZID=Asia/Shanghai:20230420T080000",
                "DURATION:PT2H",
            ),
        ],
        ["04-20 08:00 2", "04-25 08:00 2", "04-27 08:00 2"],
        [],
    ),
    "the higher sequence of one file counts": (
        [*event(*WEEKLY, "SEQUENCE:2"), *event("DTSTART:20230301T000000Z", "DURATION:PT1H", "SEQUENCE:1")],
        ["03-07 08:00 2"],
        ["earlier-version"],
    ),
    "cancelled": ([*event(*WEEKLY, "STATUS:CANCELLED")], [], ["cancelled"]),
    "free time": ([*event(*WEEKLY, "TRANSP:TRANSPARENT")], [], ["transparent"]),
    "a last day counts whole": (
        [*event(*WEEKLY, "RRULE:FREQ=WEEKLY;UNTIL=20230314")],
        ["03-07 08:00 2", "03-14 08:00 2"],
        [],
    ),
    "a last moment counts in the zone of the event": (
        [*event(*WEEKLY, "RRULE:FREQ=WEEKLY;UNTIL=20230314T000000Z")],
        ["03-07 08:00 2", "03-14 08:00 2"],
        [],
    ),
    "a day without the event is left out whole": (
        [*event(*WEEKLY, "RRULE:FREQ=DAILY;COUNT=3", "EXDATE;VALUE=DATE:20230308")],
        ["03-07 08:00 2", "03-09 08:00 2"],
        [],
    ),
    "an exception that fits nothing is said": (
        [*event(*WEEKLY, "RRULE:FREQ=DAILY;COUNT=2", "EXDATE;TZID=Asia/Shanghai:20230308T090000")],
        ["03-07 08:00 2", "03-08 08:00 2"],
        ["exception"],
    ),
    "additions have their own length": (
        [
            *event(
                *WEEKLY,
                "RDATE;TZID=Asia/Shanghai:20230320T080000",
                "RDATE;VALUE=PERIOD:20230325T000000Z/PT30M,20230326T000000Z/20230326T010000Z",
            )
        ],
        ["03-07 08:00 2", "03-20 08:00 2", "03-25 08:00 0.5", "03-26 08:00 1"],
        [],
    ),
    "excluding rules exclude": (
        [*event(*WEEKLY, "RRULE:FREQ=DAILY;COUNT=4", "EXRULE:FREQ=DAILY;INTERVAL=2;COUNT=2")],
        ["03-08 08:00 2", "03-10 08:00 2"],
        [],
    ),
    "an unknown zone is taken as the school's, and said": (
        [*event("DTSTART;TZID=Somewhere:20230307T080000", "DTEND;TZID=Somewhere:20230307T090000")],
        ["03-07 08:00 1"],
        ["unknown-zone"],
    ),
    "a zone of Windows is known": (
        [*event("DTSTART;TZID=China Standard Time:20230307T080000", "DURATION:PT1H")],
        ["03-07 08:00 1"],
        [],
    ),
    "clock times recur in the event's own zone, also where its clocks change": (
        [*event("DTSTART;TZID=Europe/Berlin:20230320T090000", "DURATION:PT1H", "RRULE:FREQ=WEEKLY;COUNT=2")],
        ["03-20 16:00 1", "03-27 15:00 1"],
        [],
    ),
    "a first time off its rule is closed, and said": (
        [*event(*WEEKLY, "RRULE:FREQ=WEEKLY;BYDAY=MO;COUNT=1")],
        ["03-07 08:00 2", "03-13 08:00 2"],
        ["off-rule"],
    ),
    "a change of a time that is not there is closed, and said": (
        [*event(*WEEKLY), *event(*MOVED)],
        ["03-07 08:00 2", "03-15 14:00 2"],
        ["change"],
    ),
    "events without a UID stand alone": (
        [*event(*WEEKLY, uid=""), *event("DTSTART:20230301T000000Z", "DURATION:PT1H", uid="")],
        ["03-07 08:00 2", "03-01 08:00 1"],
        [],
    ),
    "what is outside of the season is said": (
        [*event("DTSTART:20220301T000000Z", "DURATION:PT1H")],
        [],
        ["outside-season"],
    ),
    "a rule from long ago is followed until the season": (
        [*event("DTSTART:20100101T000000Z", "DURATION:PT1H", "RRULE:FREQ=DAILY;UNTIL=20230203T000000Z")],
        ["02-02 08:00 1", "02-03 08:00 1"],
        [],
    ),
    "lines and components that are not read are said": (
        [*event(*WEEKLY, "garbage"), "BEGIN:VTODO", "SUMMARY:记得", "END:VTODO"],
        ["03-07 08:00 2"],
        ["unreadable-line", "no-event"],
    ),
}


@pytest.mark.parametrize("name", CASES)
def test_events_are_read_as_a_calendar_shows_them(name: str) -> None:
    lines, times, codes = CASES[name]
    assert read(lines) == (times, codes)


@pytest.mark.parametrize(
    "lines",
    [
        event(*WEEKLY)[:-1],
        event(WEEKLY[0], "DTEND:nonsense"),
        event(*WEEKLY, "RRULE:nonsense"),
        event(*WEEKLY, "EXDATE:nonsense"),
        event("SUMMARY:no start"),
        event(MOVED[0].replace(";", ";RANGE=THISANDFUTURE;"), *MOVED[1:]),
    ],
)
def test_an_event_whose_time_is_not_known_is_refused(lines: list[str]) -> None:
    with pytest.raises(BrokenCalendar):
        read(lines)


def test_a_calendar_that_ends_in_the_middle_is_refused() -> None:
    whole = calendar(event(*WEEKLY))
    for cut in range(len(b"BEGIN:VCALENDAR\r\n"), len(whole) - len(b"END:VCALENDAR\r\n"), 7):
        with pytest.raises(BrokenCalendar):
            read_calendar(whole[:cut], SEASON, ZONE)


def test_a_rule_that_never_reaches_the_season_is_refused_and_not_taken_as_over() -> None:
    with pytest.raises(TooManyRows):
        read(event("DTSTART:20100101T000000Z", "DURATION:PT1M", "RRULE:FREQ=MINUTELY"))


FIRST = datetime(2023, 3, 6, tzinfo=UTC)
days = st.integers(0, 11)


@given(
    count=st.integers(1, 12),
    left_out=st.sets(days, max_size=3),
    changes=st.dictionaries(days, st.none() | st.integers(-3, 3), max_size=3),
    following=st.none() | st.tuples(days, st.none() | st.integers(0, 3)),
)
def test_a_series_is_its_days_without_exceptions_with_its_changes(
    count: int, left_out: set[int], changes: dict[int, int | None], following: tuple[int, int | None] | None
) -> None:
    def at(day: int, hours: int = 0) -> str:
        return f"{FIRST + timedelta(days=day, hours=hours):%Y%m%dT%H%M%SZ}"

    def change(day: int, hours: int | None, parameter: str = "") -> list[str]:
        state = ["STATUS:CANCELLED"] if hours is None else []
        return event(f"RECURRENCE-ID{parameter}:{at(day)}", f"DTSTART:{at(day, hours or 0)}", "DURATION:PT1H", *state)

    lines = event(
        f"DTSTART:{at(0)}",
        "DURATION:PT1H",
        f"RRULE:FREQ=DAILY;COUNT={count}",
        *(f"EXDATE:{at(day)}" for day in left_out),
    )
    for day, hours in changes.items():
        lines += change(day, hours)
    model: dict[int, int | None] = {day: 0 for day in range(count) if day not in left_out}
    if following is not None and following[0] not in changes:
        lines += change(*following, ";RANGE=THISANDFUTURE")
        model.update({day: following[1] for day in model if day >= following[0]})
    model.update(changes)
    components = Calendar.from_ical(calendar(lines)).walk("VEVENT")
    series = Series(master=components[0], changes=components[1:], zone=ZONE)
    found = [
        (occurrence.id, occurrence.starts_at) for occurrence in series.occurrences(until=FIRST + timedelta(days=60))
    ]
    assert sorted(found) == [
        (FIRST + timedelta(days=day), FIRST + timedelta(days=day, hours=hours))
        for day, hours in sorted(model.items())
        if hours is not None
    ]


async def closed(database: Database) -> list[str]:
    rows = await database.pool.fetch("SELECT lower(span) AS starts_at FROM closure ORDER BY span")
    return [row["starts_at"].astimezone(ZONE).strftime("%m-%d %H:%M") for row in rows]


def counts(report: ImportReport) -> tuple[int, int, int]:
    return report.created, report.unchanged, report.removed


async def test_an_event_sent_again_replaces_what_it_was(school: ImportFile, database: Database) -> None:
    other = event("DTSTART:20230301T000000Z", "DURATION:PT1H", uid="b@x")
    weekly = event(*WEEKLY, "RRULE:FREQ=WEEKLY;COUNT=3", "SEQUENCE:1")
    first = calendar(weekly, other)
    assert counts(await school("closures", first)) == (4, 0, 0)
    assert counts(await school("closures", first)) == (0, 4, 0)
    moved = calendar(weekly, event(*MOVED))
    assert counts(await school("closures", moved)) == (1, 2, 1)
    assert await closed(database) == ["03-01 08:00", "03-07 08:00", "03-15 14:00", "03-21 08:00"]
    shorter = calendar(event(*WEEKLY, "SEQUENCE:2", title="新课"))
    assert counts(await school("closures", shorter)) == (1, 0, 3)
    assert await closed(database) == ["03-01 08:00", "03-07 08:00"]
    older = await school("closures", moved)
    assert (counts(older), [note.code for note in older.reading_notes]) == ((0, 3, 0), ["older-version"])
    cancelled = await school("closures", calendar(event(*WEEKLY, "SEQUENCE:3"), head=["METHOD:CANCEL"]))
    assert (counts(cancelled), [note.code for note in cancelled.reading_notes]) == ((0, 0, 1), ["cancelled"])
    assert await closed(database) == ["03-01 08:00"]
    events = await database.pool.fetchval("SELECT count(*) FROM event WHERE type = 'closure.removed'")
    assert events == 5


async def test_a_file_of_changes_alone_changes_these_occurrences(school: ImportFile, database: Database) -> None:
    await school("closures", calendar(event(*WEEKLY, "RRULE:FREQ=WEEKLY;COUNT=3")))
    assert counts(await school("closures", calendar(event(*MOVED)))) == (1, 0, 1)
    assert await closed(database) == ["03-07 08:00", "03-15 14:00", "03-21 08:00"]
    again = (MOVED[0], "DTSTART:20230316T000000Z", "DURATION:PT1H", "SEQUENCE:1")
    assert counts(await school("closures", calendar(event(*again)))) == (1, 0, 1)
    assert counts(await school("closures", calendar(event(*again, "STATUS:CANCELLED")))) == (0, 0, 1)
    assert await closed(database) == ["03-07 08:00", "03-21 08:00"]


async def test_what_others_closed_stays(school: ImportFile, database: Database) -> None:
    await school("closures", "教室,起,止,说明\nZJ-101,2023-03-07 08:00,2023-03-07 10:00,课\n")
    series = event(*WEEKLY, "RRULE:FREQ=WEEKLY;COUNT=2")
    assert counts(await school("closures", calendar(series))) == (1, 1, 0)
    gone = event(*WEEKLY, "STATUS:CANCELLED")
    assert counts(await school("closures", calendar(gone))) == (0, 0, 1)
    assert await closed(database) == ["03-07 08:00"]
    # The same hours under another UID belong to that event from now on.
    other = event("DTSTART:20230314T000000Z", "DTEND:20230314T020000Z", uid="c@x")
    await school("closures", calendar(series))
    await school("closures", calendar(gone, other))
    assert await closed(database) == ["03-07 08:00", "03-14 08:00"]
    await school("closures", calendar([line.replace("DTEND", "STATUS:CANCELLED\r\nDTEND") for line in other]))
    assert await closed(database) == ["03-07 08:00"]


async def test_another_season_keeps_its_own_part_of_an_event(
    school: ImportFile, database: Database, season: Season
) -> None:
    years = calendar(event(*WEEKLY, "RRULE:FREQ=WEEKLY;COUNT=30"))
    await school("closures", years)
    before = await closed(database)
    autumn = await database.transact(create_season, AUTUMN, actor=None, now=CLOCK.now())
    await school("closures", years, season=autumn)
    assert len(await closed(database)) > len(before)
    await school("closures", calendar(event(*WEEKLY, "STATUS:CANCELLED")), season=autumn)
    assert await closed(database) == before


async def test_what_an_event_closed_stays_where_its_new_version_is_refused(
    school: ImportFile, database: Database
) -> None:
    await school("closures", calendar(event(*WEEKLY)))
    elsewhere = calendar(event(*WEEKLY, room="X-9"))
    with pytest.raises(RowsRefused) as refused:
        await school("closures", elsewhere)
    assert [note.code for note in refused.value.extra["reading_notes"]] == ["left-closed"]
    skipped = await school("closures", elsewhere, skip_bad=True)
    assert (skipped.refused, skipped.removed, await closed(database)) == (1, 0, ["03-07 08:00"])
