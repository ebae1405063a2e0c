"""Use cases of drafts: read the difference, correct a placement by hand, discard a draft."""

import asyncio
from collections.abc import Sequence
from datetime import datetime, timedelta
from uuid import UUID

import msgspec

from app.actors import Actor
from app.bookings import repository as bookings
from app.clock import Clock
from app.database import Connection
from app.database.rows import must_be_seen
from app.errors import N_, Invalid
from app.events import VersionCorrected, VersionDiscarded
from app.outbox import append
from app.permissions import must
from app.requests import repository as requests
from app.requests.domain import Activity
from app.schedules import repository
from app.schedules.changes.difference import difference
from app.schedules.changes.rebase import checked_difference, rebase
from app.schedules.domain import (
    CorrectionBreaksRules,
    CorrectPlacement,
    Difference,
    Figures,
    NotADraft,
    PlacedActivity,
    Version,
)
from app.schedules.engine import ENGINE
from app.schedules.engine.messages import Explain, Explained
from app.schedules.explanations import kept_explanation
from app.schedules.problem.file import unpack_problem
from app.schedules.problem.placements import engine_placement
from app.schedules.problem.season_grid import SeasonGrid, grid_of_problem
from app.schedules.repository import ForbiddenPlacement
from scheduling import Problem, Solution, Violation, verify


async def get_difference(connection: Connection, version: Version, *, clock: Clock) -> Difference:
    """Give what a release of a version would change, and of a draft every conflict with what was booked since."""
    if version.state == "draft":
        rebased = await rebase(connection, version, now=clock.now())
        return await checked_difference(connection, version, rebased, clock=clock)
    standing = await bookings.list_changeable(connection, version.season_id)
    return difference(standing, await repository.list_placements(connection, version.id))


async def discard_version(connection: Connection, version_id: UUID, *, actor: Actor, now: datetime) -> Version:
    """Discard a draft. Raises VersionNotFound, NotADraft."""
    must(actor, "correct_drafts")
    version = await lock_draft(connection, version_id)
    await repository.mark_discarded(connection, version_id)
    event = VersionDiscarded(subject_id=version_id, season_id=version.season_id)
    await append(connection, event, actor_id=actor.account_id, now=now)
    return await repository.get_version(connection, version_id)


async def correct_placement(
    connection: Connection,
    version_id: UUID,
    activity_id: UUID,
    command: CorrectPlacement,
    *,
    expected_version: int | None,
    actor: Actor,
    clock: Clock,
) -> Version:
    """Change one placement of a draft, checked by the verifier.

    Raises VersionNotFound, NotADraft, PreconditionFailed, CorrectionBreaksRules, Invalid.

    The engine computes in a thread, so that the other readers of this process do not wait.
    """
    must(actor, "correct_drafts")
    version = await lock_draft(connection, version_id)
    must_be_seen(version.row_version, expected_version)
    request_id = await requests.get_request_of_activity(connection, activity_id)
    placements = {
        placement.activity_id: placement for placement in await repository.list_placements(connection, version_id)
    }
    problem = await asyncio.to_thread(unpack_problem, await repository.get_problem(connection, version_id))
    grid = grid_of_problem(problem, clock.zone)
    if command.act in ("move", "pin", "unpin"):
        activity = await _activity(connection, request_id, activity_id)
        placement = _changed_placement(placements.get(activity_id), activity, command)
        await asyncio.to_thread(_must_keep_rules, problem, grid, placements, placement)
        placements[activity_id] = placement
        await repository.upsert_placement(connection, version_id, placement)
        if all(str(sibling) in {str(key) for key in placements} for sibling in _siblings(problem, request_id)):
            await repository.delete_unplaced(connection, version_id, request_id)
    else:
        if command.act == "forbid":
            await _forbid(connection, placements.get(activity_id), activity_id, command, actor=actor)
        placements = {key: placement for key, placement in placements.items() if placement.request_id != request_id}
        await repository.delete_placements_of_request(connection, version_id, request_id)
        solution = _solution(grid, placements)
        explained = await asyncio.to_thread(ENGINE.ask, Explain(problem, solution, str(request_id)), Explained)
        reason = kept_explanation(problem, grid, explained.explanation, by_hand=command.act)
        await repository.insert_unplaced(connection, version_id, request_id, reason)
    await repository.update_figures(connection, version_id, figures_with(version.figures, problem, placements))
    event = VersionCorrected(
        subject_id=version_id, season_id=version.season_id, activity_id=activity_id, act=command.act
    )
    await append(connection, event, actor_id=actor.account_id, now=clock.now(), reason=command.reason)
    return await repository.get_version(connection, version_id)


async def lock_draft(connection: Connection, version_id: UUID) -> Version:
    """Lock a draft until this transaction ends, and give it. Raises VersionNotFound, NotADraft."""
    version = await repository.lock_version(connection, version_id)
    if version.state != "draft":
        raise NotADraft(number=version.number, extra={"state": version.state})
    return version


async def _activity(connection: Connection, request_id: UUID, activity_id: UUID) -> Activity:
    activities = (await requests.list_activities(connection, [request_id]))[request_id]
    return next(activity for activity in activities if activity.id == activity_id)


def _siblings(problem: Problem, request_id: UUID) -> list[str]:
    return [
        activity.id for request in problem.requests if request.id == str(request_id) for activity in request.activities
    ]


def _changed_placement(old: PlacedActivity | None, activity: Activity, command: CorrectPlacement) -> PlacedActivity:
    pinned = {"pin": True, "unpin": False}.get(command.act, True)
    if command.act != "move":
        if old is None:
            raise Invalid.at("act", N_("This activity has no place that could be pinned."), "no-place")
        return msgspec.structs.replace(old, pinned=pinned)
    if command.starts_at is None:
        raise Invalid.at("starts_at", N_("Say when."), "missing")
    rooms = command.room_ids if command.room_ids is not None else (old.room_ids if old else ())
    return PlacedActivity(
        activity_id=activity.id,
        request_id=activity.request_id,
        kind=activity.kind,
        starts_at=command.starts_at,
        ends_at=command.starts_at + timedelta(minutes=activity.duration_minutes),
        room_ids=rooms,
        channel_id=command.channel_id or (old.channel_id if old else None),
        pinned=pinned,
    )


def _solution(grid: SeasonGrid, placements: dict[UUID, PlacedActivity]) -> Solution:
    return Solution(placements=tuple(engine_placement(grid, placement) for placement in placements.values()))


def _must_keep_rules(
    problem: Problem, grid: SeasonGrid, placements: dict[UUID, PlacedActivity], placement: PlacedActivity
) -> None:
    if broken := broken_rules(problem, grid, placements, [placement]):
        rules = ", ".join(dict.fromkeys(violation.rule for violation in broken))
        raise CorrectionBreaksRules(rules=rules, extra={"violations": msgspec.to_builtins(broken)})


def broken_rules(
    problem: Problem, grid: SeasonGrid, placements: dict[UUID, PlacedActivity], changed: Sequence[PlacedActivity]
) -> list[Violation]:
    """List the rules that placements chosen by a person break in a draft; what was broken before does not count.

    A standing booking may be moved by hand in a draft: the release tells its owner. So it is not fixed here.
    """
    names = {str(placement.activity_id) for placement in changed}
    free = msgspec.structs.replace(
        problem, fixed=tuple(entry for entry in problem.fixed if entry.activity not in names)
    )
    others = {key: other for key, other in placements.items() if str(key) not in names}
    before = {_key(violation) for violation in verify(free, _solution(grid, others))}
    after = verify(free, _solution(grid, {**others, **{placement.activity_id: placement for placement in changed}}))
    return [
        violation
        for violation in after
        if _key(violation) not in before and (names & set(violation.activities) or not violation.activities)
    ]


def _key(violation: Violation) -> tuple[object, ...]:
    return (violation.rule, violation.activities, violation.resource, violation.day)


async def _forbid(
    connection: Connection,
    placement: PlacedActivity | None,
    activity_id: UUID,
    command: CorrectPlacement,
    *,
    actor: Actor,
) -> None:
    starts_at = command.starts_at or (placement.starts_at if placement else None)
    rooms: tuple[UUID | None, ...] = command.room_ids or (placement.room_ids if placement else ()) or (None,)
    if starts_at is None and rooms == (None,):
        raise Invalid.at("starts_at", N_("Say which place is forbidden."), "missing")
    for room_id in rooms:
        forbidden = ForbiddenPlacement(activity_id=activity_id, day=None, starts_at=starts_at, room_id=room_id)
        await repository.insert_forbidden(connection, forbidden, set_by=actor.account_id, reason=command.reason)


def figures_with(old: Figures, problem: Problem, placements: dict[UUID, PlacedActivity]) -> Figures:
    """Give the figures of a version with these placements."""
    placed = {str(key) for key in placements}
    whole = [request for request in problem.requests if all(activity.id in placed for activity in request.activities)]
    total = sum(request.weight for request in problem.requests)
    value = sum(request.weight for request in whole) / total if total else 1.0
    return msgspec.structs.replace(
        old,
        placed=len(whole),
        unplaced=len(problem.requests) - len(whole),
        activities=len(placements),
        value=value,
        gap=(old.bound - value) / old.bound if old.bound else 0.0,
    )
