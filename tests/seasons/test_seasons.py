"""Seasons: the calendar of spring 2023, years nobody knows yet, policies that fit."""

from datetime import date, time
from typing import Any

import msgspec
import pytest

from app.errors import Forbidden, Invalid
from app.seasons import repository, service
from app.seasons.calendar import Calendar, CalendarDay, national_days
from app.seasons.domain import ChangeSeason, CreateSeason, SeasonCodeTaken
from app.seasons.policies import DEFAULT_POLICIES, Policies, UnknownPolicy, check_policy
from tests.school import School, actor

WORKED = [(4, 4), (4, 6), (4, 23), (5, 6), (4, 28), (5, 4), (2, 2)]
FREE = [(4, 5), (4, 29), (4, 30), (5, 1), (5, 2), (5, 3), (4, 22), (5, 7), (2, 4)]


async def calendar_of(school: School, first: date, last: date) -> Calendar:
    async with school.database.read() as connection:
        return await repository.get_calendar(connection, first, last)


async def test_spring_2023_is_worked_as_the_national_calendar_says(school: School) -> None:
    calendar = await calendar_of(school, date(2023, 2, 1), date(2023, 5, 31))
    assert calendar.unknown_years == ()
    assert [day for day in WORKED if not calendar.is_working(date(2023, *day))] == []
    assert [day for day in FREE if calendar.is_working(date(2023, *day))] == []
    assert calendar.days[date(2023, 4, 5)].name_zh == "清明"
    assert calendar.add_working_days(date(2023, 3, 31), 3) == date(2023, 4, 6)
    assert calendar.add_working_days(date(2023, 4, 29), 0) == date(2023, 5, 4)


async def test_a_year_nobody_knows_yet_is_said_until_somebody_enters_it(school: School) -> None:
    assert national_days(2090) is None
    command = CreateSeason(
        code="spring-2090", name_zh="远", name_en="Far", first_day=date(2090, 2, 1), last_day=date(2090, 4, 30)
    )
    now = school.clock.now()
    await school.database.transact(service.create_season, command, actor=school.organiser, now=now)
    span = date(2090, 2, 1), date(2090, 4, 30)
    calendar = await calendar_of(school, *span)
    assert calendar.unknown_years == (2090,)
    assert calendar.is_working(date(2090, 4, 5)) == (date(2090, 4, 5).weekday() < 5)
    free = CalendarDay(day=date(2090, 4, 5), is_working=False, name_zh="清明", source="school")
    await school.database.transact(service.set_calendar_day, free, actor=school.organiser, now=now)
    calendar = await calendar_of(school, *span)
    assert (calendar.unknown_years, calendar.is_working(date(2090, 4, 5))) == ((), False)


async def test_the_schools_word_stays_when_the_national_calendar_is_read_again(school: School) -> None:
    day = CalendarDay(day=date(2024, 4, 4), is_working=True, name_zh="校庆", source="school")
    now = school.clock.now()
    await school.database.transact(service.set_calendar_day, day, actor=school.organiser, now=now)
    change = ChangeSeason(last_day=date(2023, 5, 20))
    await school.database.transact(
        service.change_season, school.season.id, change, expected_version=None, actor=school.organiser, now=now
    )
    assert (await calendar_of(school, date(2024, 4, 1), date(2024, 4, 30))).is_working(date(2024, 4, 4))


@pytest.mark.parametrize("field", [field.name for field in msgspec.structs.fields(Policies)])
def test_every_default_is_a_value_that_can_be_set(field: str) -> None:
    value = msgspec.to_builtins(getattr(DEFAULT_POLICIES, field))
    assert check_policy(field, value) == value


BAD_POLICIES: list[tuple[str, Any]] = [
    ("employer_confirms", "yes"),
    ("lead_time_working_days", -1),
    ("booking_horizon_days", 401),
    ("evening_from", "24:00"),
    ("evening_from", "18:00\n"),
    ("usual_starts", ["9:30"]),
    ("usual_starts", "09:30"),
    ("tolerance_preference", 1.01),
    ("solve_seconds", 0),
    ("relaxations_offered", ["bribe"]),
    ("class_periods", []),
    ("class_periods", [["08:00"]]),
    ("move_budget", None),
]


@pytest.mark.parametrize(("name", "value"), BAD_POLICIES)
def test_a_policy_that_does_not_fit_is_refused(name: str, value: Any) -> None:
    with pytest.raises(msgspec.ValidationError):
        check_policy(name, value)


@pytest.mark.parametrize(
    ("periods", "code"),
    [
        ([["10:00", "09:00"]], "ends-before-start"),
        ([["10:00", "10:00"]], "ends-before-start"),
        ([["08:00", "08:45"], ["08:40", "09:25"]], "overlap"),
        ([["10:00", "10:45"], ["08:00", "08:45"]], "overlap"),
    ],
)
def test_class_periods_follow_each_other(periods: list[list[str]], code: str) -> None:
    with pytest.raises(Invalid) as refused:
        check_policy("class_periods", periods)
    (wrong,) = refused.value.fields
    assert (wrong.path, wrong.code) == (f"value[{len(periods) - 1}]", code)
    assert check_policy("class_periods", [["08:00", "08:45"], ["08:45", "09:30"]])


async def test_a_policy_is_set_with_who_and_why(school: School) -> None:
    now, season_id = school.clock.now(), school.season.id
    policies = await school.database.transact(
        service.set_policy, season_id, "move_budget", 3, reason="Fewer surprises", actor=school.organiser, now=now
    )
    assert policies == msgspec.structs.replace(DEFAULT_POLICIES, move_budget=3)
    async with school.database.read() as connection:
        (line,) = await repository.list_policies(connection, season_id)
    assert (line.value, line.reason, line.set_by_name) == (3, "Fewer surprises", school.organiser.display_name)
    with pytest.raises(UnknownPolicy):
        check_policy("luck", 1)
    with pytest.raises(Forbidden):
        await school.database.transact(
            service.set_policy, season_id, "move_budget", 3, reason="", actor=actor("department_staff"), now=now
        )


async def test_a_code_belongs_to_one_season_and_dates_agree(school: School) -> None:
    given = {"code": "spring-2023", "name_zh": "x", "name_en": "x", "first_day": date(2023, 2, 2)}
    now = school.clock.now()

    async def create(**more: Any) -> None:
        command = CreateSeason(**{**given, **more})
        await school.database.transact(service.create_season, command, actor=school.organiser, now=now)

    with pytest.raises(SeasonCodeTaken):
        await create(last_day=date(2023, 3, 1))
    for wrong in (
        {"last_day": date(2023, 2, 1)},
        {"last_day": date(2024, 3, 9)},
        {"last_day": date(2023, 3, 1), "day_opens": time(8, 15)},
        {"last_day": date(2023, 3, 1), "term_first_day": date.max},
    ):
        with pytest.raises(Invalid):
            await create(**wrong)
