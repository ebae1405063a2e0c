"""A solve becomes a draft with reasons; a stopped one keeps its best; corrections are verified at once."""

from datetime import time
from uuid import UUID

import msgspec
import pytest

from app.bookings.domain import ConfirmPlacement
from app.bookings.service import confirm_placement
from app.kinds import Kind
from app.requests.domain import ActivityWish
from app.schedules import repository, run_repository, solve, versions
from app.schedules.domain import AlreadySolving, AskSolve, CorrectionBreaksRules, CorrectPlacement, SolveRun
from app.schedules.explanations import read_explanation
from app.venues.domain import OpeningHours
from tests.schedules.test_release import booked, release
from tests.school import ZONE, School, at, talk, window


async def solved(school: School) -> SolveRun:
    """Ask for a solve and do it."""
    command = AskSolve(season_id=school.season.id, time_limit_seconds=2)
    now = school.clock.now()
    run = await school.database.transact(solve.ask_solve, command, actor=school.organiser, now=now)
    await solve.run_solve(school.database, run.id, clock=school.clock)
    async with school.database.read() as connection:
        return await run_repository.get_run(connection, run.id)


async def test_a_solve_places_what_fits_and_explains_the_rest(school: School) -> None:
    room = await school.room(100)
    evening = (window(15, from_hour=19, until_hour=21),)
    details = [await school.request(talk(windows=evening)) for _ in range(2)]
    huge = await school.request(talk(attendance=900))
    run = await solved(school)
    assert (run.state, run.error) == ("finished", "")
    assert run.version_id is not None
    async with school.database.read() as connection:
        version = await repository.get_version(connection, run.version_id)
        placements = await repository.list_placements(connection, version.id)
        unplaced = await repository.list_unplaced(connection, version.id)
    assert version.figures.placed == 1
    assert [(placement.starts_at, placement.room_ids) for placement in placements] == [(at(15, 19), (room.id,))]
    reasons = {entry.request_id: read_explanation(entry.explanation) for entry in unplaced}
    loser = next(detail.request.id for detail in details if detail.request.id in reasons)
    assert reasons[loser].proof == "full"
    assert reasons[loser].blocking[0].rule == "room_overlap"
    assert reasons[loser].offers
    assert reasons[huge.request.id].proof == "impossible"
    assert reasons[huge.request.id].blocking[0].rule == "room_capacity"


@pytest.mark.parametrize("kind", ["online_session", "info_session"])
async def test_where_something_stands_on_a_day_off_nothing_else_is_placed(school: School, kind: Kind) -> None:
    hours = [OpeningHours(weekday, time(8), time(22)) for weekday in range(1, 8)]
    room, _ = await school.room(100, opening_hours=hours), await school.channel()
    stands = await school.request(talk(windows=(window(17, 18),)))
    book = ConfirmPlacement(
        activity_id=stands.activities[0].id, starts_at=at(18, 14), room_ids=(room.id,), outside_wishes=True
    )
    await confirm_placement(school.database, book, actor=school.organiser, locale="en", clock=school.clock)
    best = msgspec.structs.replace(window(18), preference=100)  # a Saturday
    wish = ActivityWish(kind=kind, attendance=50, duration_minutes=60, windows=(window(17), best))
    waits = await school.request(wish)
    run = await solved(school)
    assert run.version_id is not None
    async with school.database.read() as connection:
        placements = await repository.list_placements(connection, run.version_id)
    days = {placement.request_id: placement.starts_at.astimezone(ZONE).day for placement in placements}
    assert days == {stands.request.id: 18, waits.request.id: 17}


async def test_a_season_is_solved_once_at_a_time(school: School) -> None:
    await school.room(100)
    await school.request(talk())
    command, now = AskSolve(season_id=school.season.id), school.clock.now()
    await school.database.transact(solve.ask_solve, command, actor=school.organiser, now=now)
    with pytest.raises(AlreadySolving):
        await school.database.transact(solve.ask_solve, command, actor=school.organiser, now=now)


async def test_a_run_that_was_asked_to_stop_before_it_started_is_over(school: School) -> None:
    await school.room(100)
    await school.request(talk())
    command, now = AskSolve(season_id=school.season.id), school.clock.now()
    run = await school.database.transact(solve.ask_solve, command, actor=school.organiser, now=now)
    await school.database.transact(solve.cancel_solve, run.id, actor=school.organiser, now=now)
    await solve.run_solve(school.database, run.id, clock=school.clock)
    async with school.database.read() as connection:
        assert (await run_repository.get_run(connection, run.id)).state == "cancelled"
        assert await repository.list_versions(connection, school.season.id) == []


async def test_a_hand_correction_is_verified_at_once(school: School) -> None:
    room, small = await school.room(100), await school.room(20)
    first, second = [(await school.request(talk(windows=(window(15, 17),)))).activities[0] for _ in range(2)]
    run = await solved(school)
    assert run.version_id is not None
    version_id = run.version_id

    async def correct(activity_id: UUID, command: CorrectPlacement) -> None:
        await school.database.transact(
            versions.correct_placement,
            version_id,
            activity_id,
            command,
            expected_version=None,
            actor=school.organiser,
            clock=school.clock,
        )

    await correct(first.id, CorrectPlacement(act="move", starts_at=at(16, 9), room_ids=(room.id,)))
    for wrong, rule in (
        (CorrectPlacement(act="move", starts_at=at(16, 10), room_ids=(room.id,)), "room_overlap"),
        (CorrectPlacement(act="move", starts_at=at(17, 9), room_ids=(small.id,)), "room_capacity"),
        (CorrectPlacement(act="move", starts_at=at(20, 9), room_ids=(room.id,)), "start_not_allowed"),
    ):
        with pytest.raises(CorrectionBreaksRules) as refusal:
            await correct(second.id, wrong)
        assert rule in {violation["rule"] for violation in refusal.value.extra["violations"]}
    await correct(second.id, CorrectPlacement(act="remove"))
    async with school.database.read() as connection:
        placements = await repository.list_placements(connection, version_id)
        version = await repository.get_version(connection, version_id)
        unplaced = await repository.list_unplaced(connection, version_id)
    assert [(placement.activity_id, placement.starts_at, placement.pinned) for placement in placements] == [
        (first.id, at(16, 9), True)
    ]
    assert (version.figures.placed, [entry.request_id for entry in unplaced]) == (1, [second.request_id])


async def test_a_second_solve_keeps_every_promise(school: School) -> None:
    for _ in range(2):
        await school.room(100)
    for _ in range(6):
        await school.request(talk(windows=(window(13, 17),)))
    run = await solved(school)
    assert run.version_id is not None
    await release(school, run.version_id)
    before = await booked(school)
    assert len(before) == 6
    await school.request(talk(windows=(window(13, 17),)))
    again = await solved(school)
    assert again.version_id is not None
    async with school.database.read() as connection:
        version = await repository.get_version(connection, again.version_id)
        change = await versions.get_difference(connection, version, clock=school.clock)
    assert (len(change.new), change.moved, change.cancelled, change.kept) == (1, [], [], 6)
