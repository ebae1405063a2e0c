"""What was pinned or asked for never stops a season's solve: what cannot be kept is left out and told."""

import random
from datetime import date, time
from typing import Any
from uuid import UUID

import pytest

from app.errors import Invalid
from app.kinds import KINDS
from app.requests.domain import ActivityWish, Window
from app.schedules import repository, versions
from app.schedules.domain import CorrectPlacement, SolveRun, Version
from app.schedules.problem.builder import build_problem
from app.schedules.problem.facts import read_season_facts
from app.venues import closures
from app.venues.closure_domain import AddClosure
from app.venues.domain import Room
from scheduling import validate
from tests.schedules.test_solve import solved
from tests.school import School, at, talk
from tests.signing_in import sign_in


async def version_of(school: School, run: SolveRun) -> Version:
    """The draft of a run that must have one."""
    assert (run.state, run.error) == ("finished", "")
    assert run.version_id is not None
    async with school.database.read() as connection:
        return await repository.get_version(connection, run.version_id)


async def pin(school: School, version: Version, activity_id: UUID, room: Room) -> None:
    """On the 16th at nine, in a room."""
    command = CorrectPlacement(act="move", starts_at=at(16, 9), room_ids=(room.id,))
    await school.database.transact(
        versions.correct_placement,
        version.id,
        activity_id,
        command,
        expected_version=None,
        actor=school.organiser,
        clock=school.clock,
    )


async def test_a_pin_that_a_closure_came_over_is_left_out_and_told(school: School, client: Any) -> None:
    room, _ = await school.room(100), await school.room(100)
    kept, lost = await school.request(talk()), await school.request(talk())
    free = await school.room(100)
    draft = await version_of(school, await solved(school))
    await pin(school, draft, lost.activities[0].id, room)
    await pin(school, draft, kept.activities[0].id, free)
    closure = AddClosure(first_day=date(2023, 3, 16), reason_code="maintenance")
    await school.database.transact(
        closures.add_closure,
        room.id,
        closure,
        zone=school.clock.zone,
        actor=school.organiser,
        now=school.clock.now(),
    )
    again = await version_of(school, await solved(school))
    assert (again.figures.placed, again.figures.lost_pins) == (2, [lost.activities[0].id])
    async with school.database.read() as connection:
        placements = {entry.activity_id: entry for entry in await repository.list_placements(connection, again.id)}
    assert placements[kept.activities[0].id].pinned
    assert placements[kept.activities[0].id].room_ids == (free.id,)
    assert not placements[lost.activities[0].id].pinned
    await sign_in(client, await school.account("organiser"))
    for page in (f"/seasons/{school.season.code}/board", f"/versions/{again.id}"):
        text = (await client.get(page)).text
        assert f"/activities/{lost.activities[0].id}/request" in text
        assert f"/activities/{kept.activities[0].id}/request" not in text
    assert (await version_of(school, await solved(school))).figures.lost_pins == []


async def test_a_pause_of_days_on_one_day_is_refused_where_it_stands(school: School) -> None:
    with pytest.raises(Invalid) as refused:
        await school.request(talk(), talk(same_day_as_previous=True, gap_after_previous_minutes=1440))
    assert [field.path for field in refused.value.fields] == ["activities[1].gap_after_previous_minutes"]


async def test_a_stored_contradiction_leaves_only_its_own_request_over(school: School) -> None:
    await school.room(100)
    fine, wrong = await school.request(talk()), await school.request(talk(), talk())
    await school.database.pool.execute(
        "UPDATE activity SET same_day_as_previous = true, gap_after_previous_minutes = 2880 "
        "WHERE request_id = $1 AND ordinal = 2",
        wrong.request.id,
    )
    version = await version_of(school, await solved(school))
    async with school.database.read() as connection:
        placements = await repository.list_placements(connection, version.id)
        unplaced = await repository.list_unplaced(connection, version.id)
    assert {placement.request_id for placement in placements} == {fine.request.id}
    assert [entry.request_id for entry in unplaced] == [wrong.request.id]


def any_wish(chance: random.Random) -> ActivityWish:
    """Whatever a person may fill in, sensible or not."""
    kind = chance.choice([kind for kind in KINDS if kind != "department_fair"])
    first = chance.randint(1, 28)
    hours = chance.choice([(8, 22), (8, 12), (19, 22)])
    window = Window(
        first_day=date(2023, 3, first),
        last_day=date(2023, 3, chance.randint(first, 28)),
        from_time=time(hours[0]),
        until_time=time(hours[1]),
        preference=chance.randint(0, 100),
    )
    return ActivityWish(
        kind=kind,
        attendance=chance.choice([1, 30, 400, 100_000]),
        duration_minutes=chance.choice([15, 17, 90, 120, 840]),
        rooms_needed=chance.choice([None, None, None, 1, 2]),
        gap_after_previous_minutes=chance.choice([0, 1, 45, 600, 1439, 1440, 2880, 10_080]),
        same_day_as_previous=chance.random() < 0.3,
        windows=tuple([window] * chance.randint(0, 2)),
    )


async def test_whatever_is_accepted_from_a_person_the_engine_accepts(school: School) -> None:
    await school.room(100)
    await school.channel()
    chance, accepted = random.Random(20_230_316), 0
    for _ in range(250):
        try:
            await school.request(*[any_wish(chance) for _ in range(chance.randint(1, 4))])
        except Invalid:
            continue
        accepted += 1
    async with school.database.read() as connection:
        facts = await read_season_facts(connection, school.season.id, clock=school.clock)
    validate(build_problem(facts, clock=school.clock).problem)
    assert (len(facts.requests), accepted >= 30) == (accepted, True)
