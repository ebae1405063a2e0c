"""What whoever runs a fair does with its exhibitors: accept, put on the waitlist, refuse with a reason."""

from uuid import UUID

from app.actors import Actor
from app.clock import Clock
from app.database import Connection
from app.database.rows import must_be_seen
from app.errors import N_, Invalid
from app.events.fairs import (
    ExhibitorRefused,
    ExhibitorWaitlisted,
)
from app.fairs import repository
from app.fairs.access import get_run
from app.fairs.domain import STATE_NAMES, DecideExhibitor, Exhibitor, ExhibitorState, Fair
from app.fairs.errors import ExhibitorMoveImpossible, ExhibitorNotFound, FairOver, NoBoothLeft
from app.fairs.giving import Given, booths_left, free_team, give_booth, leave_booth
from app.outbox import append

_FROM: dict[str, tuple[ExhibitorState, ...]] = {
    "accept": ("applied", "waitlisted", "invited", "declined", "withdrawn"),
    "waitlist": ("applied",),
    "refuse": ("invited", "applied", "waitlisted", "accepted"),
}


async def accept(
    connection: Connection,
    fair_id: UUID,
    exhibitor_id: UUID,
    command: DecideExhibitor,
    *,
    seen: int | None,
    actor: Actor,
    clock: Clock,
) -> Exhibitor:
    """Give an exhibitor a booth, also for one that said yes by telephone.

    Raises FairNotFound, ExhibitorNotFound, ExhibitorMoveImpossible, PreconditionFailed, FairOver, NoBoothLeft,
    NotVerified, FairLimit, PeopleElsewhere.
    """
    fair, exhibitor = await _locked(connection, fair_id, exhibitor_id, "accept", seen=seen, actor=actor, clock=clock)
    takes_one = exhibitor.shares_with is None and not exhibitor.takes_booth
    if takes_one and await booths_left(connection, fair) <= 0:
        raise NoBoothLeft
    given = Given(actor=actor, clock=clock, over_limits=command.over_limits)
    await give_booth(connection, fair, exhibitor, given)
    return await repository.get_exhibitor(connection, exhibitor_id)


async def waitlist(
    connection: Connection,
    fair_id: UUID,
    exhibitor_id: UUID,
    *,
    seen: int | None,
    actor: Actor,
    clock: Clock,
) -> Exhibitor:
    """Let an application wait for a booth. Raises what accept raises."""
    fair, exhibitor = await _locked(connection, fair_id, exhibitor_id, "waitlist", seen=seen, actor=actor, clock=clock)
    await repository.update_state(connection, exhibitor_id, "waitlisted", now=clock.now())
    event = ExhibitorWaitlisted(subject_id=fair.id, season_id=fair.season_id, exhibitor_id=exhibitor.id)
    await append(connection, event, actor_id=actor.account_id, now=clock.now())
    return await repository.get_exhibitor(connection, exhibitor_id)


async def refuse(
    connection: Connection,
    fair_id: UUID,
    exhibitor_id: UUID,
    command: DecideExhibitor,
    *,
    seen: int | None,
    actor: Actor,
    clock: Clock,
) -> Exhibitor:
    """Say no with a reason, take an invitation back, or take a booth back. Raises what accept raises; Invalid."""
    if not command.note:
        raise Invalid.at("note", N_("Say why; it is told to the exhibitor."), "missing")
    fair, exhibitor = await _locked(connection, fair_id, exhibitor_id, "refuse", seen=seen, actor=actor, clock=clock)
    await repository.update_state(connection, exhibitor_id, "refused", now=clock.now(), note=command.note)
    await leave_booth(connection, exhibitor)
    await free_team(connection, fair.id, exhibitor)
    event = ExhibitorRefused(
        subject_id=fair.id,
        season_id=fair.season_id,
        exhibitor_id=exhibitor.id,
        had_booth=exhibitor.state == "accepted",
    )
    await append(connection, event, actor_id=actor.account_id, now=clock.now(), reason=command.note)
    return await repository.get_exhibitor(connection, exhibitor_id)


def possible_acts(exhibitor: Exhibitor) -> tuple[str, ...]:
    """Give what can be decided about an exhibitor in its state."""
    return tuple(act for act, states in _FROM.items() if exhibitor.state in states)


async def _locked(
    connection: Connection,
    fair_id: UUID,
    exhibitor_id: UUID,
    act: str,
    *,
    seen: int | None,
    actor: Actor,
    clock: Clock,
) -> tuple[Fair, Exhibitor]:
    fair = await get_run(connection, fair_id, actor=actor, lock=True)
    exhibitor = await repository.get_exhibitor(connection, exhibitor_id)
    if exhibitor.fair_id != fair_id:
        raise ExhibitorNotFound
    if not fair.is_open(clock.now()):
        raise FairOver
    must_be_seen(exhibitor.row_version, seen)
    if exhibitor.state not in _FROM[act]:
        raise ExhibitorMoveImpossible(state=STATE_NAMES[exhibitor.state])
    return fair, exhibitor
