"""Proposes a change of a request that is decided: what would come of it, and at once where it asks nobody."""

from collections.abc import Sequence
from contextlib import suppress
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

import msgspec

from app.actors import Actor
from app.amendments import repository
from app.amendments.applying import apply_amendment
from app.amendments.domain import AmendmentAnswer, AmendmentState, Outcome, ProposeAmendment
from app.amendments.impossible import why_impossible, why_never
from app.amendments.near import asked_rooms, tell_change_deciders
from app.amendments.planning import Plan, fits, read_plan
from app.bookings.alternatives import OFFERED
from app.clock import Clock
from app.database import Connection, Database
from app.database.rows import must_be_seen
from app.errors import PreconditionFailed
from app.events import AmendmentImpossible, AmendmentProposed
from app.offers import repository as offers
from app.offers.domain import OfferedPlacement, WantedOffer, placement_key
from app.offers.finding import Finder
from app.offers.making import Wishes, lock_offered, make_offers
from app.outbox import append
from app.requests import repository as requests

# So often it is looked again where others are faster.
_ATTEMPTS = 4
# Until somebody decides, at most until the activity begins.
_UNTIL_DECIDED = timedelta(days=3650)


class _Overtaken(Exception):
    """Others booked or changed something between the look and the proposal."""


async def propose_amendment(
    database: Database,
    finder: Finder,
    request_id: UUID,
    command: ProposeAmendment,
    *,
    seen: int | None,
    actor: Actor,
    clock: Clock,
    tells_deciders: bool = True,
) -> AmendmentAnswer:
    """Ask for another wish in the place of a request's own; who decides near its rooms is told, unless not to be.

    What only shrinks, or grows a little where it is, is accepted at once, and so is what an organiser changes where it
    fits. Raises RequestNotFound, MoveImpossible, Invalid, StepHasBegun, NothingChanged, AmendmentOpen,
    PreconditionFailed.
    """
    for _ in range(_ATTEMPTS):
        with suppress(_Overtaken):
            return await _look_and_propose(
                database,
                finder,
                request_id,
                command,
                seen=seen,
                actor=actor,
                clock=clock,
                tells_deciders=tells_deciders,
            )
    raise PreconditionFailed


async def _look_and_propose(
    database: Database,
    finder: Finder,
    request_id: UUID,
    command: ProposeAmendment,
    *,
    seen: int | None,
    actor: Actor,
    clock: Clock,
    tells_deciders: bool,
) -> AmendmentAnswer:
    """Look for places, and ask for the change with what was found. Raises _Overtaken where others were faster."""
    async with database.read() as connection:
        plan = await read_plan(connection, request_id, command, actor=actor, clock=clock)
        free = await fits(connection, plan, clock)
    ids = [activity.id for activity in plan.steps.activities]
    found: tuple[WantedOffer, ...] = ()
    findings: dict[str, Any] = {}
    if free and not plan.standing:
        findings = await why_never(database, finder, plan.request, plan.steps)
        free = not findings
    elif not free:
        near = min((booking.starts_at for booking in plan.standing.values()), default=None)
        found = await _find(finder, plan, near)
        if not found:
            findings = await why_impossible(database, finder, plan.request, plan.steps.activities, near=near)
    return await database.transact(
        _propose,
        request_id,
        command,
        ids=ids,
        free=free,
        found=found,
        findings=findings,
        seen=plan.request.row_version if seen is None else seen,
        actor=actor,
        clock=clock,
        tells_deciders=tells_deciders,
    )


async def _find(finder: Finder, plan: Plan, near: datetime | None) -> tuple[WantedOffer, ...]:
    """Find places for what changes: first those for which everything else stays where it is."""
    beside: tuple[WantedOffer, ...] = ()
    if plan.missing is not None and near is not None:
        beside = await finder.find_beside(plan.request, plan.missing, plan.steps.activities, near=near)
    if len(beside) >= OFFERED:
        return beside
    return (*beside, *await finder.find_changed(plan.request, plan.steps.activities, near=near))


async def _propose(
    connection: Connection,
    request_id: UUID,
    command: ProposeAmendment,
    *,
    ids: Sequence[UUID],
    free: bool,
    found: Sequence[WantedOffer],
    findings: dict[str, Any],
    seen: int,
    actor: Actor,
    clock: Clock,
    tells_deciders: bool,
) -> AmendmentAnswer:
    now, by = clock.now(), actor.account_id
    locked = await requests.lock_request(connection, request_id)
    must_be_seen(locked.row_version, seen)
    plan = await read_plan(connection, request_id, command, actor=actor, clock=clock, ids=ids)
    if plan.standing and free != await fits(connection, plan, clock):
        raise _Overtaken
    at_once = free and (actor.organises or plan.asks_nobody)
    outcome: Outcome = "fits" if free else "placements" if found else "impossible"
    state: AmendmentState = "refused" if outcome == "impossible" else "awaiting_approval" if free else "proposed"
    amendment_id = await repository.insert_amendment(
        connection,
        request_id,
        plan.wish,
        activity_ids=ids,
        asked_room_ids=asked_rooms(plan.steps.activities),
        outcome=outcome,
        findings=findings,
        state=state,
        note=command.note,
        proposed_by=by,
        now=now,
    )
    event = AmendmentProposed(
        subject_id=request_id,
        season_id=plan.request.season_id,
        amendment_id=amendment_id,
        outcome=outcome,
        changes=plan.changes,
    )
    await append(connection, event, actor_id=by, now=now, reason=command.note)
    if outcome == "impossible":
        impossible = AmendmentImpossible(
            subject_id=request_id,
            season_id=plan.request.season_id,
            amendment_id=amendment_id,
            findings=findings,
            changes=plan.changes,
        )
        await append(connection, impossible, actor_id=by, now=now, reason=command.note)
    else:
        await repository.insert_proposed_steps(connection, request_id, plan.steps)
    if at_once:
        amendment = await repository.get_amendment(connection, amendment_id)
        await apply_amendment(
            connection,
            plan.request,
            amendment,
            plan.steps,
            plan.changed_placements,
            offer=None,
            by=by,
            decided=False,
            asks_nobody=not actor.organises,
            clock=clock,
        )
    elif free and plan.changed_placements:
        await _hold_until_decided(connection, plan, amendment_id, by=by, now=now)
    elif found:
        await _offer(connection, plan, amendment_id, found, by=by, now=now)
    if free and not at_once and tells_deciders:
        await tell_change_deciders(connection, plan.request, amendment_id, plan.changes, actor=actor, clock=clock)
    return await answer_of(connection, amendment_id)


async def answer_of(connection: Connection, amendment_id: UUID) -> AmendmentAnswer:
    """Give an amendment with the placements that can be chosen. Raises AmendmentNotFound."""
    amendment = await repository.get_amendment(connection, amendment_id)
    listed = await offers.list_offers(connection, [amendment.request_id])
    return AmendmentAnswer(
        amendment=amendment,
        offers=tuple(offer for offer in reversed(listed) if offer.amendment_id == amendment_id),
    )


async def _hold_until_decided(
    connection: Connection, plan: Plan, amendment_id: UUID, *, by: UUID, now: datetime
) -> None:
    wanted = WantedOffer(placements=plan.changed_placements)
    made = await _make(connection, plan, [wanted], by=by, now=now)
    if not made:
        raise _Overtaken
    await repository.hold_for(connection, amendment_id, made[0], until=decided_until(plan.changed_placements, now))


async def _offer(
    connection: Connection, plan: Plan, amendment_id: UUID, found: Sequence[WantedOffer], *, by: UUID, now: datetime
) -> None:
    made = await _make(connection, plan, _distinct([_moving(offer, plan) for offer in found]), by=by, now=now)
    if not made:
        raise _Overtaken
    await repository.link_offers(connection, amendment_id, made)


async def _make(
    connection: Connection, plan: Plan, wanted: Sequence[WantedOffer], *, by: UUID, now: datetime
) -> list[UUID]:
    wishes = [
        Wishes(
            request_id=plan.request.id,
            season_id=plan.request.season_id,
            offers=tuple(offer for offer in wanted if offer.placements),
        )
    ]
    await lock_offered(connection, wishes, now=now)
    made = await make_offers(
        connection, wishes, origin="amendment", policies=plan.policies, made_by=by, now=now, beside_others=True
    )
    return [offer_id for event in made for offer_id in event.offer_ids]


def _distinct(offers: Sequence[WantedOffer]) -> list[WantedOffer]:
    """Leave out what was found twice: beside the other steps, and by the desk."""
    found: dict[frozenset[Any], WantedOffer] = {}
    for offer in offers:
        found.setdefault(frozenset((at.activity_id, placement_key(at.placement)) for at in offer.placements), offer)
    return list(found.values())


def _moving(offer: WantedOffer, plan: Plan) -> WantedOffer:
    """Leave out of an offer the steps that are there already."""
    placements = tuple(placed for placed in offer.placements if not _is_there(placed, plan))
    return msgspec.structs.replace(offer, placements=placements)


def _is_there(placed: OfferedPlacement, plan: Plan) -> bool:
    booking = plan.standing.get(placed.activity_id)
    return booking is not None and (
        placement_key(booking.placement()),
        booking.ends_at,
    ) == (placement_key(placed.placement), placed.ends_at)


def decided_until(placements: Sequence[OfferedPlacement], now: datetime) -> datetime:
    """Give until when something is held that waits for a decision: until the first of it would begin."""
    return min((placement.starts_at for placement in placements), default=now + _UNTIL_DECIDED)
