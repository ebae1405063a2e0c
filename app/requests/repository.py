"""Requests in PostgreSQL."""

from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from datetime import date, datetime, time
from typing import Any
from uuid import UUID

import msgspec

from app.database import Connection, load_queries
from app.database.rows import fetch_all, fetch_one, struct_of
from app.database.searching import pattern_of
from app.kinds import WITH_EXHIBITORS
from app.outbox.repository import HistoryLine
from app.requests.domain import (
    Activity,
    ActivityNotFound,
    ActivityWish,
    OwnerKind,
    Participant,
    ParticipantState,
    Post,
    Request,
    RequestNotFound,
    RequestWish,
)
from app.requests.states import RequestState

_queries = load_queries(__file__)


class Owner(msgspec.Struct, frozen=True, kw_only=True):
    """Whose request it is."""

    kind: OwnerKind
    employer_id: UUID | None = None
    department_id: UUID | None = None

    @property
    def id(self) -> UUID | None:
        """Give the employer or the department; None for the career centre."""
        return self.employer_id or self.department_id


class RemovedParticipant(msgspec.Struct, frozen=True):
    """An employer that is no longer named, as it was."""

    employer_id: UUID
    state: ParticipantState
    asked_at: datetime | None


_OWN_COLUMNS = ("title", "contact_name", "contact_email", "contact_phone", "contact_locale", "notice_text", "remark")


def _own_columns(wish: RequestWish) -> dict[str, Any]:
    return {name: getattr(wish, name) for name in _OWN_COLUMNS}


async def next_reference(connection: Connection, season_id: UUID, prefix: str) -> str:
    """Give the next reference; others wait until this transaction ends."""
    reference: str = await _queries.next_reference(connection, season_id=season_id, prefix=prefix)
    return reference


async def insert_request(
    connection: Connection,
    wish: RequestWish,
    *,
    season_id: UUID,
    owner: Owner,
    reference: str,
    contact_id: UUID | None,
    now: datetime,
) -> UUID | None:
    """Insert a draft without its parts; None where the reference is taken."""
    request_id: UUID | None = await _queries.insert_request(
        connection,
        **_own_columns(wish),
        season_id=season_id,
        reference=reference,
        owner_kind=owner.kind,
        employer_id=owner.employer_id,
        department_id=owner.department_id,
        contact_id=contact_id,
        now=now,
    )
    return request_id


async def update_request(connection: Connection, request_id: UUID, wish: RequestWish) -> None:
    """Change what is asked for, without its parts."""
    await _queries.update_request(connection, request_id=request_id, **_own_columns(wish))


async def delete_parts(connection: Connection, request_id: UUID, activities: Sequence[ActivityWish]) -> bool:
    """Delete the parts before they are written anew as these; only possible while nothing was booked for them.

    A step that is organised as a fair stays where it is to be one still; give whether any does.
    """
    fairs = [ordinal for ordinal, activity in enumerate(activities, start=1) if activity.kind in WITH_EXHIBITORS]
    return bool(await _queries.delete_parts(connection, request_id=request_id, fair_ordinals=fairs))


async def insert_parts(
    connection: Connection,
    request_id: UUID,
    *,
    activities: Sequence[ActivityWish],
    channels: Sequence[bool],
    posts: Sequence[Post],
    some_stay: bool = False,
) -> None:
    """Insert activities with windows and teams, and posts; `channels`: which take one, `some_stay`: over others."""
    rows, windows = [], []
    for ordinal, (activity, needs_channel) in enumerate(zip(activities, channels, strict=True), start=1):
        rows.append({"ordinal": ordinal, "needs_channel": needs_channel, **msgspec.structs.asdict(activity)})
        windows += [
            {"activity": ordinal, "ordinal": window_ordinal, **msgspec.structs.asdict(window)}
            for window_ordinal, window in enumerate(activity.windows, start=1)
        ]
    if some_stay:
        await _queries.write_over_steps(connection, request_id=request_id, activities=rows)
    await _queries.insert_parts(
        connection,
        request_id=request_id,
        activities=rows,
        windows=windows,
        posts=[{"ordinal": ordinal, **msgspec.structs.asdict(post)} for ordinal, post in enumerate(posts, start=1)],
    )


async def remove_participants_but(
    connection: Connection, request_id: UUID, employer_ids: Sequence[UUID]
) -> list[RemovedParticipant]:
    """Remove the participants that are not among these, and give them."""
    rows = _queries.remove_participants_but(connection, request_id=request_id, employer_ids=list(employer_ids))
    return await fetch_all(RemovedParticipant, rows)


async def insert_participants(
    connection: Connection,
    request_id: UUID,
    employer_ids: Sequence[UUID],
    *,
    state: ParticipantState,
    answered_by: UUID | None,
    answered_at: datetime | None,
) -> None:
    """Insert participants; those that are there stay as they are."""
    if not employer_ids:
        return
    await _queries.insert_participants(
        connection,
        request_id=request_id,
        employer_ids=list(employer_ids),
        state=state,
        answered_by=answered_by,
        answered_at=answered_at,
    )


async def forget_answers(connection: Connection, request_id: UUID) -> None:
    """Invite those who accepted once more."""
    await _queries.forget_answers(connection, request_id=request_id)


async def mark_asked(connection: Connection, request_id: UUID, *, now: datetime) -> list[UUID]:
    """Mark as asked who was invited and not told yet, and give them."""
    return [row["employer_id"] async for row in _queries.mark_asked(connection, request_id=request_id, now=now)]


async def add_window(
    connection: Connection, activity_id: UUID, *, day: date, from_time: time, until_time: time
) -> None:
    """Add an agreed time as the activity's last wish, unless any day suits it."""
    await _queries.add_window(connection, activity_id=activity_id, day=day, from_time=from_time, until_time=until_time)


async def get_request(connection: Connection, request_id: UUID) -> Request:
    """Give a request. Raises RequestNotFound."""
    return await fetch_one(Request, _queries.find_request(connection, request_id=request_id), missing=RequestNotFound)


async def lock_request(connection: Connection, request_id: UUID) -> Request:
    """Lock a request until this transaction ends, and give it. Raises RequestNotFound."""
    await _queries.lock_request(connection, request_id=request_id)
    return await get_request(connection, request_id)


async def lock_requests(connection: Connection, request_ids: Sequence[UUID]) -> None:
    """Lock some requests until this transaction ends."""
    await _queries.lock_requests(connection, request_ids=list(request_ids))


async def raise_versions(connection: Connection, request_ids: Collection[UUID]) -> None:
    """Raise the versions of requests of which something moved, so that nobody decides on what they saw before."""
    if request_ids:
        await _queries.raise_versions(connection, request_ids=list(request_ids))


async def find_request_by_reference(connection: Connection, season_id: UUID, reference: str) -> UUID | None:
    """Give the request of a reference."""
    found: UUID | None = await _queries.find_request_by_reference(connection, season_id=season_id, reference=reference)
    return found


async def list_requests(
    connection: Connection,
    season_id: UUID,
    *,
    states: Sequence[str] | None = None,
    employer_id: UUID | None = None,
    department_id: UUID | None = None,
    search: str | None = None,
    request_ids: Sequence[UUID] | None = None,
) -> list[Request]:
    """List requests, the longest waiting first."""
    return await fetch_all(
        Request,
        _queries.list_requests(
            connection,
            season_id=season_id,
            states=None if states is None else list(states),
            employer_id=employer_id,
            department_id=department_id,
            search=pattern_of(search),
            request_ids=None if request_ids is None else list(request_ids),
        ),
    )


async def list_request_ids(
    connection: Connection, season_id: UUID, *, states: Sequence[str], search: str | None
) -> list[UUID]:
    """List only the ids of requests in some states, in the same order: a page of a list then reads its own rows."""
    rows = _queries.list_request_ids(connection, season_id=season_id, states=list(states), search=pattern_of(search))
    return [row["id"] async for row in rows]


async def count_by_state(connection: Connection, season_id: UUID) -> dict[str, int]:
    """Count the requests of a season in each state."""
    rows = _queries.count_by_state(connection, season_id=season_id)
    return {row["state"]: row["requests"] async for row in rows}


async def count_open_of_employer(
    connection: Connection, season_id: UUID, employer_id: UUID, *, beside: UUID | None = None
) -> int:
    """Count an employer's requests that are not settled yet, beside those of a series; another series is one."""
    given = {"season_id": season_id, "employer_id": employer_id, "series_id": beside}
    return int(await _queries.count_open_of_employer(connection, **given))


async def count_drafts(connection: Connection, season_id: UUID, owner_id: UUID) -> int:
    """Count the drafts that an employer or a department keeps in a season."""
    count: int = await _queries.count_drafts(connection, season_id=season_id, owner_id=owner_id)
    return count


async def list_in_states(connection: Connection, request_ids: set[UUID], states: Sequence[RequestState]) -> set[UUID]:
    """Give those of some requests that are in some states."""
    rows = _queries.list_in_states(connection, request_ids=sorted(request_ids), states=list(states))
    return {row["id"] async for row in rows}


async def lock_in_states(connection: Connection, request_ids: set[UUID], states: Sequence[RequestState]) -> set[UUID]:
    """Lock those of some requests that are in some states, until this transaction ends, and give them."""
    rows = _queries.lock_in_states(connection, request_ids=sorted(request_ids), states=list(states))
    return {row["id"] async for row in rows}


async def update_state(
    connection: Connection,
    request_id: UUID,
    state: str,
    *,
    reason_code: str = "",
    note: str = "",
    submitted_at: datetime | None = None,
) -> None:
    """Set a request's state."""
    await _queries.update_state(
        connection, request_id=request_id, state=state, reason_code=reason_code, note=note, submitted_at=submitted_at
    )


async def mark_filed(connection: Connection, request_id: UUID, *, now: datetime) -> None:
    """Note that a department booked its own request without an approval."""
    await _queries.mark_filed(connection, request_id=request_id, now=now)


async def list_filed(connection: Connection, season_id: UUID, *, since: datetime) -> list[Request]:
    """List requests that were filed since a moment, the oldest first."""
    return await fetch_all(Request, _queries.list_filed(connection, season_id=season_id, since=since))


async def move_request(
    connection: Connection, request: Request, state: RequestState, *, reason_code: str = "", note: str = ""
) -> Request:
    """Set the state of a request that this transaction has locked, and give it as it is then."""
    await update_state(connection, request.id, state, reason_code=reason_code, note=note)
    return msgspec.structs.replace(
        request, state=state, state_reason=reason_code, state_note=note, row_version=request.row_version + 1
    )


async def update_states(
    connection: Connection, states: Mapping[UUID, RequestState], *, reason_codes: Mapping[UUID, str] | None = None
) -> None:
    """Set the states of some requests."""
    if states:
        await _queries.update_states(
            connection,
            request_ids=list(states),
            states=list(states.values()),
            reason_codes=[(reason_codes or {}).get(request_id, "") for request_id in states],
        )


async def update_weight(
    connection: Connection,
    request_id: UUID,
    weight: int | None,
    *,
    key_group: bool | None,
    set_by: UUID | None,
    reason: str,
) -> None:
    """Set an organiser's own weight, and whether a special fair has priority (None: as it is)."""
    await _queries.update_weight(
        connection, request_id=request_id, weight=weight, key_group=key_group, set_by=set_by, reason=reason
    )


async def get_key_group(connection: Connection, request_id: UUID) -> bool:
    """Give whether a special fair has priority. For organisers only."""
    return bool(await _queries.get_key_group(connection, request_id=request_id))


async def list_activities(connection: Connection, request_ids: Sequence[UUID]) -> dict[UUID, list[Activity]]:
    """Give the activities of some requests, in their order."""
    found: dict[UUID, list[Activity]] = defaultdict(list)
    async for row in _queries.list_activities(connection, request_ids=list(request_ids)):
        activity = struct_of(Activity, row)
        found[activity.request_id].append(activity)
    return found


async def get_request_of_activity(connection: Connection, activity_id: UUID) -> UUID:
    """Give the request of an activity. Raises ActivityNotFound."""
    request_id: UUID | None = await _queries.find_request_of_activity(connection, activity_id=activity_id)
    if request_id is None:
        raise ActivityNotFound
    return request_id


async def list_posts(connection: Connection, request_ids: Sequence[UUID]) -> dict[UUID, list[Post]]:
    """Give the posts of some requests, in their order."""
    found: dict[UUID, list[Post]] = defaultdict(list)
    async for row in _queries.list_posts(connection, request_ids=list(request_ids)):
        values = dict(row)
        found[values.pop("request_id")].append(msgspec.convert(values, Post))
    return found


async def list_participants(connection: Connection, request_ids: Sequence[UUID]) -> dict[UUID, list[Participant]]:
    """Give the other employers of joint sessions."""
    found: dict[UUID, list[Participant]] = defaultdict(list)
    async for row in _queries.list_participants(connection, request_ids=list(request_ids)):
        participant = struct_of(Participant, row)
        found[participant.request_id].append(participant)
    return found


class WhatWaits(msgspec.Struct, frozen=True):
    """Whether a request's owner is to answer what is `kept` for it, or offers."""

    kept: bool
    offered: bool


async def get_what_waits(connection: Connection, request_id: UUID) -> WhatWaits:
    """Give what waits for the owner of a request."""
    return await fetch_one(WhatWaits, _queries.get_what_waits(connection, request_id=request_id))


async def list_history(
    connection: Connection, request_id: UUID, *, types: Collection[str], hides_others: bool = False, batch: int = 200
) -> list[HistoryLine]:
    """List who did what to a request and, of some types, to its bookings, the newest first; `hides_others`: without the
    names of people of other owners, as of a swap.
    """
    rows = _queries.list_history(
        connection, request_id=request_id, types=list(types), hides_others=hides_others, batch=batch
    )
    return await fetch_all(HistoryLine, rows)
