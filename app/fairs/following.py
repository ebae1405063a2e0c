"""What time does with fairs: booths go to who waits, the silent are reminded, who said yes follows a fair."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from app.clock import Clock
from app.database import Connection, Database
from app.errors import DomainError
from app.events.fairs import (
    BoothOffered,
    BoothOfferExpired,
    ExhibitorAskedAgain,
    ExhibitorEvent,
    ExhibitorReminded,
    FairCalledOff,
    FairLostPlace,
)
from app.fairs import repository
from app.fairs.domain import OPEN, Fair
from app.fairs.giving import Given, booths_left, give_booth, leave_booth
from app.outbox import append_all
from app.seasons import repository as seasons
from app.seasons.policies import DEFAULT_POLICIES


async def go_through_fairs(database: Database, *, clock: Clock) -> int:
    """Give free booths to those who wait, each kept until its answer is due; give how many were offered."""
    async with database.read() as connection:
        fair_ids = await repository.list_fairs_to_go_through(connection, now=clock.now())
    return sum([await database.transact(_go_through, fair_id, clock=clock) for fair_id in fair_ids])


async def _go_through(connection: Connection, fair_id: UUID, *, clock: Clock) -> int:
    fair = await repository.lock_fair(connection, fair_id)
    now = clock.now()
    for exhibitor_id in await repository.list_expired(connection, fair_id, now=now):
        await repository.update_state(connection, exhibitor_id, "declined", now=now)
        await leave_booth(connection, await repository.get_exhibitor(connection, exhibitor_id))
        await _tell(connection, fair, [exhibitor_id], BoothOfferExpired, clock=clock)
    if not fair.is_open(now):
        return 0
    policies = await seasons.get_policies(connection, fair.season_id)
    until = now + timedelta(hours=policies.waitlist_hold_hours)
    if fair.starts_at is not None:
        until = min(until, fair.starts_at)
    offered: list[UUID] = []
    left = await booths_left(connection, fair)
    while left > 0 and (waiting := await repository.find_next_waiting(connection, fair_id)) is not None:
        await repository.update_state(connection, waiting, "invited", now=now, held_until=until)
        offered.append(waiting)
        left -= 1
    await _tell(connection, fair, offered, BoothOffered, clock=clock)
    return len(offered)


async def remind_silent(connection: Connection, *, clock: Clock) -> int:
    """Remind those who have not answered their invitation, once each; give how many."""
    now = clock.now()
    silent = await repository.list_silent(connection, now=now)
    await repository.mark_reminded(connection, [one.id for one in silent], now=now)
    events = [ExhibitorReminded(subject_id=one.fair_id, season_id=one.season_id, exhibitor_id=one.id) for one in silent]
    await append_all(connection, events, actor_id=None, now=now)
    return len(silent)


async def forget_people(connection: Connection, *, now: datetime) -> None:
    """Delete who came to fairs that are over as long as the seasons' rules say."""
    await repository.delete_people_of_over(connection, now=now, keep_days=DEFAULT_POLICIES.campus_entry_keep_days)


async def follow_fairs(database: Database, *, clock: Clock) -> int:
    """Tell the exhibitors of fairs that moved, got a place, lost it, or are called off; give of how many fairs."""
    async with database.read() as connection:
        fair_ids = await repository.list_moved(connection)
    for fair_id in fair_ids:
        await database.transact(_follow, fair_id, clock=clock)
    return len(fair_ids)


async def _follow(connection: Connection, fair_id: UUID, *, clock: Clock) -> None:
    fair = await repository.lock_fair(connection, fair_id)
    told = await repository.get_told(connection, fair_id)
    exhibitors = [one for one in await repository.list_exhibitors(connection, fair_id) if one.state in OPEN]
    if told.ended_told:
        return
    await repository.mark_told(connection, fair, ended=not fair.is_held)
    stands = [one.id for one in exhibitors if one.state in ("accepted", "waitlisted", "invited")]
    old = {"old_starts_at": told.told_starts_at, "old_ends_at": told.told_ends_at}
    if not fair.is_held:
        await _tell(connection, fair, [one.id for one in exhibitors], FairCalledOff, clock=clock, **old)
    elif fair.starts_at is None and told.told_starts_at is not None:
        await _tell(connection, fair, stands, FairLostPlace, clock=clock, **old)
    elif told.is_elsewhere or (told.told_starts_at, told.told_ends_at) != (fair.starts_at, fair.ends_at):
        await _tell(connection, fair, stands, ExhibitorAskedAgain, clock=clock)


async def accept_verified(database: Database, employer_id: UUID, *, clock: Clock) -> int:
    """Give booths to an employer that said yes before it was verified; give how many entries were looked at.

    Where a limit or its people's time is in the way now, the application waits for whoever runs the fair.
    """
    async with database.read() as connection:
        waiting = await repository.list_yes_of_unverified(connection, employer_id)
    for fair_id, exhibitor_id in waiting:
        try:
            await database.transact(_accept_verified, fair_id, exhibitor_id, clock=clock)
        except DomainError:
            continue
    return len(waiting)


async def _accept_verified(connection: Connection, fair_id: UUID, exhibitor_id: UUID, *, clock: Clock) -> None:
    fair = await repository.lock_fair(connection, fair_id)
    exhibitor = await repository.get_exhibitor(connection, exhibitor_id)
    if exhibitor.state == "applied" and fair.is_open(clock.now()) and exhibitor.employer_state == "verified":
        await give_booth(connection, fair, exhibitor, Given(actor=None, clock=clock, by_itself=True))
        given = await repository.get_exhibitor(connection, exhibitor_id)
        if given.state == "accepted" and exhibitor.agreed_starts_at != fair.starts_at:
            # It said yes to another time.
            await repository.agree_to_time(connection, exhibitor_id, exhibitor.agreed_starts_at)
            await _tell(connection, fair, [exhibitor_id], ExhibitorAskedAgain, clock=clock)


async def _tell(
    connection: Connection,
    fair: Fair,
    exhibitor_ids: Sequence[UUID],
    kind: type[ExhibitorEvent],
    *,
    clock: Clock,
    **more: Any,
) -> None:
    events = [
        kind(subject_id=fair.id, season_id=fair.season_id, exhibitor_id=exhibitor_id, **more)
        for exhibitor_id in exhibitor_ids
    ]
    await append_all(connection, events, actor_id=None, now=clock.now())
