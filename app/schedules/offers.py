"""Take an offer: a draft gets the placements that were offered to a request, after the verifier checked them."""

import asyncio
from uuid import UUID

import msgspec

from app.actors import Actor
from app.clock import Clock
from app.database import Connection
from app.errors import NotFound
from app.events import RequestChanged, VersionCorrected
from app.outbox import append
from app.permissions import must
from app.requests import repository as requests
from app.requests.domain import Activity
from app.schedules import repository
from app.schedules.domain import CorrectionBreaksRules, PlacedActivity, Version
from app.schedules.explanations import KeptOffer, OfferedPlacement, read_explanation
from app.schedules.problem.file import pack_problem, unpack_problem
from app.schedules.problem.season_grid import SeasonGrid, grid_of_problem
from app.schedules.versions import broken_rules, figures_with, lock_draft
from scheduling import Problem, Window

# What an owner can agree to without another request: a day or an hour. The rest changes what is asked for.
_AGREED = frozenset({"days", "start"})


def takes_as_asked(offer: KeptOffer) -> bool:
    """Whether an offer changes only when, so that it can be taken as it is."""
    return set(offer.relaxed) <= _AGREED and not offer.moves


async def take_offer(
    connection: Connection, version_id: UUID, request_id: UUID, number: int, *, actor: Actor, clock: Clock
) -> Version:
    """Place a request as its offer says, and add the offered times to its wishes, so that later schedules keep them.

    Raises NotADraft, NotFound for an offer that is not there or asks for more than another time, CorrectionBreaksRules.
    """
    must(actor, "correct_drafts")
    version = await lock_draft(connection, version_id)
    offer = await _offer(connection, version_id, request_id, number)
    activities = {entry.id: entry for entry in (await requests.list_activities(connection, [request_id]))[request_id]}
    taken = [_placed(activities[placement.activity_id], placement) for placement in offer.places]
    problem = await asyncio.to_thread(unpack_problem, await repository.get_problem(connection, version_id))
    grid = grid_of_problem(problem, clock.zone)
    problem = _with_wishes(problem, grid, taken)
    placements = {
        placement.activity_id: placement for placement in await repository.list_placements(connection, version_id)
    }
    if broken := await asyncio.to_thread(broken_rules, problem, grid, placements, taken):
        rules = ", ".join(dict.fromkeys(violation.rule for violation in broken))
        raise CorrectionBreaksRules(rules=rules, extra={"violations": msgspec.to_builtins(broken)})
    for placement in taken:
        await repository.upsert_placement(connection, version_id, placement)
        start, end = clock.local(placement.starts_at), clock.local(placement.ends_at)
        await requests.add_window(
            connection, placement.activity_id, day=start.date(), from_time=start.time(), until_time=end.time()
        )
    await repository.delete_unplaced(connection, version_id, request_id)
    await repository.update_problem(connection, version_id, await asyncio.to_thread(pack_problem, problem))
    all_placements = placements | {placement.activity_id: placement for placement in taken}
    figures = msgspec.structs.replace(version.figures, bound=_bound_with_wishes(version.figures.bound, problem, taken))
    await repository.update_figures(connection, version_id, figures_with(figures, problem, all_placements))
    now = clock.now()
    changed = RequestChanged(subject_id=request_id, season_id=version.season_id)
    await append(connection, changed, actor_id=actor.account_id, now=now)
    for placement in taken:
        event = VersionCorrected(
            subject_id=version_id, season_id=version.season_id, activity_id=placement.activity_id, act="move"
        )
        await append(connection, event, actor_id=actor.account_id, now=now)
    return await repository.get_version(connection, version_id)


def _bound_with_wishes(bound: float, problem: Problem, taken: list[PlacedActivity]) -> float:
    """Raise a proven bound (a share of weight) by the weight of requests with new wishes: they add no more."""
    wished = {str(placement.request_id) for placement in taken}
    total = sum(request.weight for request in problem.requests)
    added = sum(request.weight for request in problem.requests if request.id in wished)
    return min(1.0, bound + added / total) if total else 1.0


async def _offer(connection: Connection, version_id: UUID, request_id: UUID, number: int) -> KeptOffer:
    listed = await repository.list_unplaced(connection, version_id)
    entry = next((entry for entry in listed if entry.request_id == request_id), None)
    offers = read_explanation(entry.explanation).offers if entry is not None else ()
    if not 0 <= number < len(offers) or not takes_as_asked(offers[number]):
        raise NotFound
    return offers[number]


def _placed(activity: Activity, placement: OfferedPlacement) -> PlacedActivity:
    return PlacedActivity(
        activity_id=activity.id,
        request_id=activity.request_id,
        kind=activity.kind,
        starts_at=placement.starts_at,
        ends_at=placement.ends_at,
        room_ids=placement.room_ids,
        channel_id=placement.channel_id,
        pinned=True,
    )


def _with_wishes(problem: Problem, grid: SeasonGrid, taken: list[PlacedActivity]) -> Problem:
    index = grid.index()
    agreed = {}
    for placement in taken:
        day = index[placement.starts_at.astimezone(grid.zone).date()]
        agreed[str(placement.activity_id)] = Window(
            first_day=day, last_day=day, starts=(grid.floor_slot(placement.starts_at),)
        )
    return msgspec.structs.replace(
        problem,
        requests=tuple(
            msgspec.structs.replace(
                request,
                activities=tuple(
                    msgspec.structs.replace(activity, windows=(*activity.windows, agreed[activity.id]))
                    if activity.id in agreed
                    else activity
                    for activity in request.activities
                ),
            )
            for request in problem.requests
        ),
    )
