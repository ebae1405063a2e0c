"""The season's fairness rules reach the engine: off by default, kept by a solve, no matter of what is promised."""

from typing import Any

import pytest

from app.schedules import repository
from app.schedules.audit import audit_season
from app.schedules.problem.builder import build_problem
from app.schedules.problem.facts import read_season_facts
from app.seasons import service as seasons
from scheduling import Fairness
from tests.schedules.test_release import release
from tests.schedules.test_solve import solved
from tests.school import School, talk, window


async def set_rule(school: School, name: str, value: Any) -> None:
    actor, now = school.organiser, school.clock.now()
    season = school.season.id
    await school.database.transact(seasons.set_policy, season, name, value, reason="", actor=actor, now=now)


async def fairness_of(school: School, *, with_standing: bool = True) -> Fairness:
    async with school.database.read() as connection:
        facts = await read_season_facts(connection, school.season.id, clock=school.clock)
    return build_problem(facts, clock=school.clock, with_standing=with_standing).problem.policy.fairness


async def test_no_share_is_asked_for_by_default(school: School) -> None:
    assert await fairness_of(school) == Fairness()


@pytest.mark.parametrize(
    ("evening_from", "expected"),
    [
        ("18:00", Fairness(evening_from_slot=20, evening_share_at_most=0.25)),
        ("23:30", Fairness()),  # no evening within the day: nothing to hold down
    ],
)
async def test_evenings_begin_where_the_season_says(school: School, evening_from: str, expected: Fairness) -> None:
    await set_rule(school, "evening_from", evening_from)
    await set_rule(school, "evening_share_at_most", 0.25)
    assert await fairness_of(school) == expected


async def test_a_solve_leaves_large_employers_out_until_the_share_holds(school: School) -> None:
    await school.room(100)
    await set_rule(school, "small_share_at_least", 0.5)
    await set_rule(school, "every_major_served", value=True)
    assert await fairness_of(school) == Fairness(small_share_at_least=0.5, every_major=True)
    small = await school.request(talk(windows=(window(15),)), employer=await school.employer(size="small"))
    for day in (16, 17, 20):
        await school.request(talk(windows=(window(day),)), employer=await school.employer(size="large"))
    run = await solved(school)
    assert run.version_id is not None
    async with school.database.read() as connection:
        version = await repository.get_version(connection, run.version_id)
        placements = await repository.list_placements(connection, version.id)
    assert version.figures.fairness["small_share_placed"] == 0.5
    assert (len(placements), small.request.id in {placement.request_id for placement in placements}) == (2, True)


async def test_a_rule_set_later_breaks_no_promise(school: School) -> None:
    await school.room(100)
    await school.request(talk(windows=(window(15, from_hour=18),)), employer=await school.employer(size="large"))
    run = await solved(school)
    assert run.version_id is not None
    await release(school, run.version_id)
    await set_rule(school, "small_share_at_least", 1.0)
    await set_rule(school, "evening_share_at_most", 0.0)
    assert await fairness_of(school, with_standing=False) == Fairness()
    assert await audit_season(school.database, school.season.id, clock=school.clock) == []
    again = await solved(school)
    assert (again.state, again.error) == ("finished", "")
