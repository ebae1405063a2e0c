"""Use cases of blockings: ask for one, change it, take it back, list them."""

from datetime import date, datetime
from uuid import UUID

import msgspec
from msgspec import UNSET

from app.actors import Actor
from app.blockings import repository
from app.blockings.counting import close_for, lift, renew
from app.blockings.domain import (
    STATE_NAMES,
    AskBlocking,
    BlockedAlready,
    Blocking,
    BlockingDecided,
    BlockingGrows,
    BlockingNotFound,
    BlockingOver,
    BlockingRow,
    ChangeBlocking,
    OtherDepartmentsRoom,
    WithdrawBlocking,
)
from app.blockings.reading import approves_there, decides_about, get_seen, is_of, is_seen, seen_by
from app.blockings.repository import BlockingDays
from app.clock import Clock
from app.database import Connection
from app.database.rows import must_be_seen
from app.errors import N_, Forbidden, Invalid, NotFound
from app.events import BlockingAsked, BlockingChanged, BlockingToDecide, BlockingWithdrawn
from app.facts.domain import changes_of
from app.facts.locks import lock_every_season
from app.outbox import append, append_all
from app.permissions import may_at_all, must_at_all
from app.venues import closure_repository
from app.venues.closure_domain import AddClosure, closed_spans
from app.venues.closure_repository import ClosableResource, Spans
from app.venues.closures import check_reason


async def ask_blocking(
    connection: Connection, resource_id: UUID, command: AskBlocking, *, actor: Actor, clock: Clock
) -> Blocking:
    """Ask to block a room or channel; where its author approves it counts at once.

    Raises Invalid, NotFound, Forbidden, OtherDepartmentsRoom, BlockedAlready, ClosedAlready.
    """
    must_at_all(actor, "block_venues")
    await lock_every_season(connection)
    resource = await closure_repository.lock_resource(connection, resource_id)
    _must_be_askable(actor, resource_id, resource)
    await check_reason(connection, command.reason_code)
    days, spans = _days_of(AddClosure(**changes_of(command)), clock)
    # Whoever has no department asks for whose room it is.
    owner = None if actor.organises else actor.department_id or resource.department_id
    now = clock.now()
    await _must_not_overlap(connection, resource_id, owner, spans, clock)
    at_once = approves_there(actor, resource_id, resource)
    blocking_id = await repository.insert_blocking(
        connection,
        resource_id,
        days,
        department_id=owner,
        state="accepted" if at_once else "asked",
        asked_by=actor.account_id,
        now=now,
    )
    event = BlockingAsked(subject_id=blocking_id, resource_id=resource_id, at_once=at_once)
    await append(connection, event, actor_id=actor.account_id, now=now, reason=command.note)
    row = await repository.get_blocking(connection, blocking_id)
    if at_once:
        await close_for(connection, row, actor=actor, clock=clock)
    else:
        await _tell_deciders(connection, row, actor=actor, clock=clock)
    return seen_by(actor, row, now=now)


async def change_blocking(
    connection: Connection,
    blocking_id: UUID,
    command: ChangeBlocking,
    *,
    seen: int | None,
    actor: Actor,
    clock: Clock,
) -> Blocking:
    """Change days, hours, reason or note; what was accepted is made longer only by whoever approves there.

    Raises BlockingNotFound, Invalid, BlockingDecided, BlockingOver, BlockingGrows, BlockedAlready, PreconditionFailed.
    """
    row, resource = await _lock_changeable(connection, blocking_id, seen=seen, actor=actor, now=clock.now())
    changes = changes_of(command)
    if command.reason_code is not UNSET:
        await check_reason(connection, command.reason_code)
    before = msgspec.structs.replace(row.days(), reason_code=row.reason_code, note=row.note)
    days, spans = _days_of(msgspec.structs.replace(before, **changes), clock, known=row.first_day)
    old = closed_spans(row.days(), clock.zone)
    if row.state == "accepted" and not approves_there(actor, row.resource_id, resource) and not _is_within(spans, old):
        raise BlockingGrows
    await _must_not_overlap(connection, row.resource_id, row.department_id, spans, clock, but=blocking_id)
    changed = tuple(name for name in changes if getattr(before, name) != getattr(days, name))
    if changed:
        await repository.update_blocking(connection, blocking_id, days)
        event = BlockingChanged(
            subject_id=blocking_id, resource_id=row.resource_id, changed=changed, by_owner=is_of(actor, row)
        )
        await append(connection, event, actor_id=actor.account_id, now=clock.now(), reason=days.note)
        if row.state == "accepted":
            await renew(connection, await repository.get_blocking(connection, blocking_id), actor=actor, clock=clock)
    return await get_seen(connection, blocking_id, actor=actor, now=clock.now())


async def withdraw_blocking(
    connection: Connection,
    blocking_id: UUID,
    command: WithdrawBlocking,
    *,
    seen: int | None,
    actor: Actor,
    clock: Clock,
) -> Blocking:
    """Take a blocking back, or lift one that counts.

    Raises BlockingNotFound, Invalid, BlockingDecided, BlockingOver, PreconditionFailed.
    """
    row, _ = await _lock_changeable(connection, blocking_id, seen=seen, actor=actor, now=clock.now())
    own = is_of(actor, row)
    if not own and not command.reason:
        raise Invalid.at("reason", N_("Say why: whose blocking it is will read it."), "missing")
    if row.state == "accepted":
        await lift(connection, row, actor=actor, now=clock.now())
    await repository.decide_blocking(
        connection, blocking_id, "withdrawn", decided_by=actor.account_id, now=clock.now(), note=command.reason
    )
    event = BlockingWithdrawn(subject_id=blocking_id, resource_id=row.resource_id, by_owner=own)
    await append(connection, event, actor_id=actor.account_id, now=clock.now(), reason=command.reason)
    return await get_seen(connection, blocking_id, actor=actor, now=clock.now())


async def list_own(connection: Connection, *, actor: Actor, now: datetime) -> list[Blocking]:
    """List the blockings of somebody's house and of rooms about which they decide, those that wait first."""
    must_at_all(actor, "block_venues")
    rows = await repository.list_blockings(connection)
    return [
        seen_by(actor, row, now=now)
        for row in rows
        if is_of(actor, row) or decides_about(actor, row.resource_id, row.room_department_id)
    ]


async def list_waiting(connection: Connection, *, actor: Actor, now: datetime) -> list[Blocking]:
    """List what waits for somebody's decision and has not passed."""
    rows = []
    if may_at_all(actor, "decide_blockings"):
        rows = await repository.list_blockings(connection, states=["asked"], ends_after=now)
    return [
        seen_by(actor, row, now=now) for row in rows if decides_about(actor, row.resource_id, row.room_department_id)
    ]


async def list_on_venue(connection: Connection, resource_id: UUID, *, actor: Actor, now: datetime) -> list[Blocking]:
    """List what is blocked of a room or channel, or asked for, and has not passed, as far as somebody may see it."""
    rows = await repository.list_blockings(
        connection, resource_id=resource_id, states=["asked", "accepted"], ends_after=now
    )
    return [seen_by(actor, row, now=now) for row in rows if is_seen(actor, row)]


async def _lock_changeable(
    connection: Connection, blocking_id: UUID, *, seen: int | None, actor: Actor, now: datetime
) -> tuple[BlockingRow, ClosableResource]:
    must_at_all(actor, "block_venues")
    await lock_every_season(connection)
    row = await repository.lock_blocking(connection, blocking_id)
    if not actor.organises and not is_of(actor, row):
        raise BlockingNotFound
    must_be_seen(row.row_version, seen)
    if row.state not in ("asked", "accepted"):
        raise BlockingDecided(state=STATE_NAMES[row.state])
    if row.ends_at <= now:
        raise BlockingOver
    return row, await closure_repository.lock_resource(connection, row.resource_id)


async def _tell_deciders(connection: Connection, row: BlockingRow, *, actor: Actor, clock: Clock) -> None:
    """Tell whoever has the duty to decide about the room that somebody asks to block it."""
    now = clock.now()
    deciders = await repository.list_deciders(connection, row.resource_id, today=clock.local(now).date())
    told = [
        BlockingToDecide(subject_id=account_id, blocking_id=row.id)
        for account_id in deciders
        if account_id != actor.account_id
    ]
    await append_all(connection, told, actor_id=actor.account_id, now=now)


def _must_be_askable(actor: Actor, resource_id: UUID, resource: ClosableResource) -> None:
    if resource.kind == "team":
        raise NotFound
    if decides_about(actor, resource_id, resource.department_id):
        return
    if actor.department_id is None:
        raise Forbidden
    if resource.department_id not in (None, actor.department_id):
        raise OtherDepartmentsRoom


def _days_of(asked: AddClosure, clock: Clock, *, known: date | None = None) -> tuple[BlockingDays, Spans]:
    """Give the days as they are stored, and the spans that they cover; a `known` first day may have passed.

    Raises Invalid.
    """
    spans = closed_spans(asked, clock.zone)
    first = clock.local(spans[0][0]).date()
    if spans[0][1] <= clock.now() and first != known:
        raise Invalid.at("first_day", N_("This time has passed."), "in-the-past")
    if spans[-1][1] <= clock.now():
        raise Invalid.at("last_day", N_("This time has passed."), "in-the-past")
    days = BlockingDays(
        first_day=first,
        last_day=asked.last_day or first,
        from_time=asked.from_time,
        until_time=asked.until_time,
        starts_at=spans[0][0],
        ends_at=spans[-1][1],
        reason_code=asked.reason_code,
        note=asked.note,
    )
    return days, spans


async def _must_not_overlap(
    connection: Connection,
    resource_id: UUID,
    department_id: UUID | None,
    spans: Spans,
    clock: Clock,
    *,
    but: UUID | None = None,
) -> None:
    others = await repository.list_blockings_of(
        connection,
        department_id,
        resource_id=resource_id,
        states=["asked", "accepted"],
        ends_after=spans[0][0],
        begins_before=spans[-1][1],
    )
    for other in others:
        theirs = closed_spans(other.days(), clock.zone)
        if other.id != but and any(starts < end and start < ends for starts, ends in spans for start, end in theirs):
            raise BlockedAlready(extra={"blocking_id": str(other.id)}, first=other.first_day, last=other.last_day)


def _is_within(spans: Spans, old: Spans) -> bool:
    return all(any(start <= starts and ends <= end for start, end in old) for starts, ends in spans)
