"""An offer that changes only when is taken as it is: verified at once, kept as a wish, true after the release."""

from datetime import date, datetime, time
from typing import Any
from uuid import UUID

import msgspec
import pytest

from app.errors import NotFound
from app.requests import repository as requests
from app.requests.domain import RequestDetail
from app.requests.states import MoveImpossible
from app.schedules import repository, solve, versions
from app.schedules.agreements import agree_to_offer, get_explanation
from app.schedules.audit import audit_season
from app.schedules.domain import AskSolve, CorrectionBreaksRules, CorrectPlacement, Release, Version
from app.schedules.explanations import KeptOffer, read_explanation
from app.schedules.offers import take_offer, takes_as_asked
from app.schedules.problem.file import unpack_problem
from app.schedules.release import release_version
from tests.school import School, talk, window
from tests.signing_in import sign_in


async def solved(school: School) -> UUID:
    """A draft by the engine."""
    ask = AskSolve(season_id=school.season.id, time_limit_seconds=1)
    now = school.clock.now()
    run = await school.database.transact(solve.ask_solve, ask, actor=school.organiser, now=now)
    await solve.run_solve(school.database, run.id, clock=school.clock)
    async with school.database.read() as connection:
        return (await repository.list_versions(connection, school.season.id))[0].id


async def left_out(school: School, version_id: UUID) -> dict[UUID, tuple[KeptOffer, ...]]:
    """The offers to each unplaced request."""
    async with school.database.read() as connection:
        listed = await repository.list_unplaced(connection, version_id)
    return {entry.request_id: read_explanation(entry.explanation).offers for entry in listed}


async def take(school: School, version_id: UUID, request_id: UUID, number: int = 0) -> Version:
    """As the organiser does."""
    return await school.database.transact(
        take_offer, version_id, request_id, number, actor=school.organiser, clock=school.clock
    )


async def released(school: School, version_id: UUID) -> None:
    """The draft is the schedule now."""
    await school.database.transact(
        release_version, version_id, Release(), expected_version=None, actor=school.organiser, clock=school.clock
    )


async def two_for_one_afternoon(school: School) -> tuple[UUID, UUID]:
    """Two employers want the only room on one afternoon; the version, and who was left out."""
    await school.room(100)
    for _ in range(2):
        await school.request(talk(windows=(window(15, from_hour=14, until_hour=16),)))
    version_id = await solved(school)
    [request_id] = await left_out(school, version_id)
    return version_id, request_id


async def test_an_offer_is_taken_and_stays_true_after_the_release(school: School) -> None:
    version_id, request_id = await two_for_one_afternoon(school)
    offered = (await left_out(school, version_id))[request_id][0].places[0]
    version = await take(school, version_id, request_id)
    assert (version.figures.placed, version.figures.unplaced) == (2, 0)
    assert (version.figures.value, version.figures.bound, version.figures.gap) == (1.0, 1.0, 0.0)
    assert await left_out(school, version_id) == {}
    async with school.database.read() as connection:
        placements = {
            placement.activity_id: placement for placement in await repository.list_placements(connection, version_id)
        }
        [activity] = (await requests.list_activities(connection, [request_id]))[request_id]
    assert (placements[activity.id].starts_at, placements[activity.id].pinned) == (offered.starts_at, True)
    start = school.clock.local(offered.starts_at)
    assert [(wish.first_day, wish.from_time) for wish in activity.windows] == [
        (date(2023, 3, 15), time(14)),
        (start.date(), start.time()),
    ]
    unpin = CorrectPlacement(act="unpin")
    await school.database.transact(
        versions.correct_placement,
        version_id,
        activity.id,
        unpin,
        expected_version=None,
        actor=school.organiser,
        clock=school.clock,
    )
    await school.database.transact(
        release_version, version_id, Release(), expected_version=None, actor=school.organiser, clock=school.clock
    )
    assert await audit_season(school.database, school.season.id, clock=school.clock) == []


async def test_a_taken_offer_raises_the_bound_by_no_more_than_the_requests_weight(school: School) -> None:
    await school.room(100)
    for _ in range(3):
        await school.request(talk(windows=(window(15, from_hour=14, until_hour=16),)))
    version_id = await solved(school)
    async with school.database.read() as connection:
        version = await repository.get_version(connection, version_id)
        problem = unpack_problem(await repository.get_problem(connection, version_id))
    weights = {request.id: request.weight for request in problem.requests}
    before = msgspec.structs.replace(version.figures, bound=1 / 3)
    await school.database.transact(repository.update_figures, version_id, before)
    first, _ = await left_out(school, version_id)
    after = (await take(school, version_id, first)).figures
    share = weights[str(first)] / sum(weights.values())
    assert before.bound + share < 1.0
    assert after.bound == pytest.approx(before.bound + share)
    assert after.gap == pytest.approx((after.bound - after.value) / after.bound)


async def test_an_offer_that_is_taken_meanwhile_breaks_a_rule(school: School) -> None:
    await school.room(100)
    for _ in range(3):
        await school.request(talk(windows=(window(15, from_hour=14, until_hour=16),)))
    version_id = await solved(school)
    offers = await left_out(school, version_id)
    first, second = offers
    assert offers[first][0].places[0].starts_at == offers[second][0].places[0].starts_at
    await take(school, version_id, first)
    with pytest.raises(CorrectionBreaksRules) as refusal:
        await take(school, version_id, second)
    assert [item["rule"] for item in refusal.value.extra["violations"]] == ["room_overlap"]
    assert list(await left_out(school, version_id)) == [second]


async def test_an_offer_that_changes_more_than_the_time_is_not_taken(school: School) -> None:
    far = await school.add_campus("east", "东校区", "East campus")
    await school.room(100, campus=far)
    detail: RequestDetail = await school.request(talk(windows=(window(15),), campus_ids=(school.campus.id,)))
    version_id = await solved(school)
    [offer, *_] = (await left_out(school, version_id))[detail.request.id]
    assert (offer.relaxed, takes_as_asked(offer)) == (("campus",), False)
    for number in (0, 7):
        with pytest.raises(NotFound):
            await take(school, version_id, detail.request.id, number)


async def test_an_owner_agrees_to_an_offer_and_the_next_schedule_places_it(school: School, client: Any) -> None:
    version_id, request_id = await two_for_one_afternoon(school)
    async with school.database.read() as connection:
        owner = (await requests.get_request(connection, request_id)).employer_id
    contact = await school.account("employer_contact", employer_id=owner)
    stranger = await school.account("employer_contact", employer_id=(await school.employer()).id)
    await sign_in(client, contact)
    assert (await client.get(f"/api/requests/{request_id}/explanation")).status_code == 404
    await released(school, version_id)
    told = (await client.get(f"/api/requests/{request_id}/explanation")).json()
    offered = told["offers"][0]["places"][0]["starts_at"]
    # Another employer's activity stands in the way: that is the organiser's to know.
    assert [fact["held_by"] for fact in told["blocking"]] == [[] for _ in told["blocking"]]
    async with school.database.read() as connection:
        known = await get_explanation(connection, request_id, actor=school.organiser)
    assert any(fact.held_by for fact in known.blocking)
    for _ in range(2):
        answer = await client.post(f"/api/requests/{request_id}/offers/0/agree")
        assert (answer.status_code, len(answer.json()["activities"][0]["windows"])) == (200, 2)
    assert (await client.post(f"/api/requests/{request_id}/offers/9/agree")).status_code == 404
    history = (await client.get(f"/api/requests/{request_id}/history")).json()
    assert [line["type"] for line in history].count("request.agreed") == 1
    await sign_in(client, stranger)
    assert (await client.get(f"/api/requests/{request_id}/explanation")).status_code == 404
    assert (await client.post(f"/api/requests/{request_id}/offers/0/agree")).status_code == 404
    again = await solved(school)
    assert await left_out(school, again) == {}
    async with school.database.read() as connection:
        placements = {
            placement.request_id: placement.starts_at
            for placement in await repository.list_placements(connection, again)
        }
    assert placements[request_id] == datetime.fromisoformat(offered)
    await released(school, again)
    with pytest.raises(MoveImpossible):
        await school.database.transact(agree_to_offer, request_id, 0, actor=school.organiser, clock=school.clock)
