"""Two entries of one employer become one: what moves, what would clash, and the act."""

from datetime import datetime
from uuid import UUID

import msgspec

from app.actors import Actor
from app.clock import Clock
from app.database import Connection, load_queries
from app.database.rows import fetch_all, fetch_one, must_be_seen
from app.employers import repository as employers
from app.employers.domain import Employer
from app.errors import N_, Conflict, Invalid
from app.events import EmployerMergedAway, EmployerSuspended, EmployerTookIn
from app.facts.locks import lock_every_season
from app.outbox import append
from app.people import repository as people
from app.permissions import must
from app.schedules.audit import read_promises
from app.seasons import repository as seasons
from app.strikes.noting import settle
from app.texts import Command

_queries = load_queries(__file__)
MOST_ALIKE = 8


class Alike(msgspec.Struct, frozen=True, kw_only=True):
    """An entry that may be the same employer."""

    id: UUID
    legal_name: str
    credit_code: str
    state: str


class Clash(msgspec.Struct, frozen=True, kw_only=True):
    """Two places at the same time."""

    one_title: str
    one_reference: str | None
    one_starts_at: datetime
    other_title: str
    other_reference: str | None
    other_starts_at: datetime


class Moving(msgspec.Struct, frozen=True, kw_only=True):
    """How much an entry brings along."""

    requests: int
    bookings: int
    people: int
    participations: int


class MergePreview(msgspec.Struct, frozen=True, kw_only=True):
    """What would go from one entry into the other, and what is in the way."""

    source: Employer
    into: Employer
    moving: Moving
    clashes: list[Clash]


class Merge(Command, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Which entry goes into this one, as it was looked at."""

    from_id: UUID
    from_version: int | None = None


class PlacesClash(Conflict):
    """The people of one employer cannot be at two places at once; `clashes` lists which."""

    type = "places-clash"
    sentence = N_("The two have {count} places at the same time. Move or give back one of each first.")


class LimitsBroken(Conflict):
    """Together the two would break rules that each of them keeps."""

    type = "merge-breaks-rules"
    sentence = N_("Together the two break the rules of {count} bookings, such as talks a day. Move those first.")


async def list_alike(connection: Connection, employer_id: UUID, code: str = "") -> list[Alike]:
    """List entries that may be the same employer."""
    rows = _queries.list_alike(connection, employer_id=employer_id, code=code.strip(), batch=MOST_ALIKE)
    return await fetch_all(Alike, rows)


async def preview_merge(connection: Connection, into_id: UUID, from_id: UUID) -> MergePreview:
    """Give what a merge would do. Raises EmployerNotFound, Invalid."""
    if from_id == into_id:
        raise Invalid.at("from_id", N_("Choose another entry."))
    return MergePreview(
        source=await employers.get_employer(connection, from_id),
        into=await employers.get_employer(connection, into_id),
        moving=await fetch_one(Moving, _queries.count_moving(connection, employer_id=from_id)),
        clashes=await fetch_all(Clash, _queries.list_clashes(connection, from_id=from_id, into_id=into_id)),
    )


async def merge_employers(
    connection: Connection, into_id: UUID, command: Merge, *, seen: int | None, actor: Actor, clock: Clock
) -> Employer:
    """Let one entry go into another with everything that is its own.

    Raises EmployerNotFound, Invalid, PreconditionFailed, PlacesClash, LimitsBroken.
    """
    must(actor, "review_employers")
    await lock_every_season(connection)
    for employer_id in sorted({into_id, command.from_id}):
        await people.lock_people(connection, employer_id)
        await employers.lock_employer(connection, employer_id)
    preview = await preview_merge(connection, into_id, command.from_id)
    must_be_seen(preview.into.row_version, seen)
    must_be_seen(preview.source.row_version, command.from_version)
    if preview.clashes:
        raise PlacesClash(count=len(preview.clashes), extra={"clashes": preview.clashes})
    before = await _count_broken(connection, clock)
    await _move(connection, preview, actor=actor, now=clock.now())
    await _keep_suspended(connection, preview, actor=actor, clock=clock)
    broken = await _count_broken(connection, clock) - before
    if broken > 0:
        raise LimitsBroken(count=broken)
    return await employers.mark_changed(connection, into_id, needs_review=False)


async def _keep_suspended(connection: Connection, preview: MergePreview, *, actor: Actor, clock: Clock) -> None:
    """Suspend the other entry where the one that is gone was, and let follow what their strikes together ask for."""
    source, into = preview.source, await employers.lock_employer(connection, preview.into.id)
    if source.state == "suspended" and into.state != "suspended" and source.suspended_until is not None:
        into = await employers.update_state(
            connection,
            into.id,
            "suspended",
            note=source.state_note,
            suspended_until=source.suspended_until,
            for_strikes=source.suspended_for_strikes,
        )
        event = EmployerSuspended(subject_id=into.id, until=source.suspended_until.isoformat())
        await append(connection, event, actor_id=actor.account_id, now=clock.now(), reason=source.state_note)
    await settle(connection, into, actor=actor, clock=clock)


async def _count_broken(connection: Connection, clock: Clock) -> int:
    """Count the bookings that break a rule and have not begun."""
    now, count = clock.now(), 0
    today = clock.local(now).date()
    for season in await seasons.list_seasons(connection):
        if season.last_day >= today:
            count += len((await read_promises(connection, season.id, clock=clock)).broken(now))
    return count


async def _move(connection: Connection, preview: MergePreview, *, actor: Actor, now: datetime) -> None:
    source, into = preview.source, preview.into
    both = {"from_id": source.id, "into_id": into.id}
    teams = {"from_team": source.team_id, "into_team": into.team_id}
    known = await people.get_people(connection, into.id)
    other = await people.get_people(connection, source.id)
    owner = known.owner or other.owner
    if owner is not None:
        await people.upsert_owner(connection, into.id, owner.account_id, now=now)
    await _queries.move_requests(connection, **both)
    await _queries.move_strikes(connection, **both)
    await _queries.drop_doubled_parts(connection, **both)
    await _queries.move_parts(connection, **both)
    await _queries.move_exhibits(connection, **both)
    await _queries.drop_doubled_teams(connection, **teams)
    await _queries.move_teams(connection, **teams)
    await _queries.move_people(connection, **both)
    await _queries.move_scan(connection, **both)
    await _queries.close_entry(connection, **both, merged_by=actor.account_id, now=now)
    gone = EmployerMergedAway(subject_id=source.id, into_id=into.id)
    await append(connection, gone, actor_id=actor.account_id, now=now)
    took = EmployerTookIn(subject_id=into.id, from_id=source.id)
    await append(
        connection, took, actor_id=actor.account_id, now=now, reason=f"{source.legal_name} {source.credit_code}"
    )
