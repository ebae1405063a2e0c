"""Amendments in PostgreSQL."""

from collections.abc import Collection, Sequence
from datetime import date, datetime
from typing import Any
from uuid import UUID

import msgspec

from app.amendments.domain import Amendment, AmendmentNotFound, AmendmentOpen, AmendmentState, Outcome
from app.amendments.steps import Size, Steps
from app.clock import Clock
from app.database import Connection, load_queries
from app.database.constraints import on_constraint
from app.database.rows import fetch_all
from app.offers.domain import OfferedPlacement
from app.requests.domain import RequestWish

_queries = load_queries(__file__)
on_constraint("amendment_one_open", lambda _: AmendmentOpen())


class LeftOver(msgspec.Struct, frozen=True):
    """An open amendment that nobody can accept any more; `is_wanted`: its request still stands."""

    id: UUID
    is_wanted: bool


class Rival(msgspec.Struct, frozen=True, kw_only=True):
    """Another request that waits and could be at the same place and time."""

    id: UUID
    reference: str
    title: str
    owner_name_zh: str
    owner_name_en: str


async def get_amendment(connection: Connection, amendment_id: UUID) -> Amendment:
    """Give an amendment. Raises AmendmentNotFound."""
    for amendment in await _list(connection, amendment_ids=[amendment_id]):
        return amendment
    raise AmendmentNotFound


async def list_amendments(connection: Connection, request_id: UUID) -> list[Amendment]:
    """List the amendments of a request, the newest first."""
    return await _list(connection, request_ids=[request_id])


async def list_of_season(
    connection: Connection, season_id: UUID, *, states: Sequence[AmendmentState]
) -> list[Amendment]:
    """List the amendments of a season in some states, the newest first."""
    return await _list(connection, season_id=season_id, states=list(states))


async def _list(
    connection: Connection,
    *,
    request_ids: list[UUID] | None = None,
    amendment_ids: list[UUID] | None = None,
    season_id: UUID | None = None,
    states: list[AmendmentState] | None = None,
) -> list[Amendment]:
    rows = _queries.list_amendments(
        connection, request_ids=request_ids, amendment_ids=amendment_ids, season_id=season_id, states=states
    )
    return await fetch_all(Amendment, rows)


async def insert_amendment(
    connection: Connection,
    request_id: UUID,
    wish: RequestWish,
    *,
    activity_ids: Sequence[UUID],
    asked_room_ids: Sequence[UUID],
    outcome: Outcome,
    findings: dict[str, Any],
    state: AmendmentState,
    note: str,
    proposed_by: UUID | None,
    now: datetime,
) -> UUID:
    """Insert an amendment. Raises AmendmentOpen."""
    made: UUID = await _queries.insert_amendment(
        connection,
        request_id=request_id,
        wish=msgspec.to_builtins(wish),
        activity_ids=list(activity_ids),
        asked_room_ids=list(asked_room_ids),
        outcome=outcome,
        findings=findings,
        state=state,
        note=note,
        proposed_by=proposed_by,
        now=now,
    )
    return made


async def lock_amendment(connection: Connection, amendment_id: UUID) -> Amendment:
    """Lock an amendment until this transaction ends; lock its request before."""
    await _queries.lock_amendment(connection, amendment_id=amendment_id)
    return await get_amendment(connection, amendment_id)


async def choose_offer(
    connection: Connection, amendment_id: UUID, offer_id: UUID, *, until: datetime, now: datetime
) -> None:
    """Let an amendment wait for approval with the offer that its owner chose, held `until` it is decided."""
    await _queries.choose_offer(connection, amendment_id=amendment_id, offer_id=offer_id, now=now)
    await _queries.hold_on(connection, offer_id=offer_id, until=until)


async def hold_for(connection: Connection, amendment_id: UUID, offer_id: UUID, *, until: datetime) -> None:
    """Hold an offer for an amendment `until` it is decided."""
    await _queries.link_offers(connection, amendment_id=amendment_id, offer_ids=[offer_id])
    await _queries.set_offer(connection, amendment_id=amendment_id, offer_id=offer_id)
    await _queries.hold_on(connection, offer_id=offer_id, until=until)


async def reopen(connection: Connection, amendment_id: UUID) -> None:
    """Let the owner of an amendment choose again."""
    await _queries.reopen(connection, amendment_id=amendment_id)


async def link_offers(connection: Connection, amendment_id: UUID, offer_ids: Sequence[UUID]) -> None:
    """Note which amendment some offers are of."""
    await _queries.link_offers(connection, amendment_id=amendment_id, offer_ids=list(offer_ids))


async def settle_amendment(
    connection: Connection,
    amendment_id: UUID,
    state: AmendmentState,
    *,
    settled_by: UUID | None,
    now: datetime,
    reason_code: str = "",
    note: str = "",
) -> None:
    """End an open amendment."""
    await _queries.settle_amendment(
        connection,
        amendment_id=amendment_id,
        state=state,
        settled_by=settled_by,
        now=now,
        reason_code=reason_code,
        note=note,
    )


async def insert_proposed_steps(connection: Connection, request_id: UUID, steps: Steps) -> None:
    """Insert the steps that are new."""
    new = [msgspec.to_builtins(step.activity) for step in steps.steps if step.before is None]
    if new:
        await _queries.insert_proposed_steps(connection, request_id=request_id, steps=new)


async def drop_proposed_steps(connection: Connection, activity_ids: Sequence[UUID]) -> None:
    """Drop steps that were proposed and not added."""
    await _queries.drop_proposed_steps(connection, activity_ids=list(activity_ids))


async def write_steps(connection: Connection, request_id: UUID, steps: Steps) -> None:
    """Make these the steps of a request, with their windows."""
    activities = [msgspec.to_builtins(activity) for activity in steps.activities]
    await _queries.write_steps(connection, request_id=request_id, steps=activities)
    windows = [
        {"activity_id": activity.id, "ordinal": ordinal, **msgspec.to_builtins(window)}
        for activity in steps.activities
        for ordinal, window in enumerate(activity.windows, start=1)
    ]
    ids = [activity.id for activity in steps.activities]
    await _queries.write_windows(connection, activity_ids=ids, windows=windows)


async def write_posts(connection: Connection, request_id: UUID, wish: RequestWish) -> None:
    """Make these the posts of a request."""
    posts = [{"ordinal": ordinal, **msgspec.to_builtins(post)} for ordinal, post in enumerate(wish.posts, start=1)]
    await _queries.write_posts(connection, request_id=request_id, posts=posts)


async def list_left_over(connection: Connection, *, batch: int) -> list[LeftOver]:
    """List open amendments that nobody can accept any more."""
    return await fetch_all(LeftOver, _queries.list_left_over(connection, batch=batch))


async def list_rivals(
    connection: Connection, request_id: UUID, placements: Sequence[OfferedPlacement], *, clock: Clock
) -> list[Rival]:
    """List other requests that wait and could be where some placements are."""
    rows = _queries.list_rivals(
        connection,
        activity_ids=[placement.activity_id for placement in placements],
        starts=[clock.local(placement.starts_at).replace(tzinfo=None) for placement in placements],
        ends=[clock.local(placement.ends_at).replace(tzinfo=None) for placement in placements],
        request_id=request_id,
    )
    return await fetch_all(Rival, rows)


async def list_approved_sizes(connection: Connection, request_id: UUID) -> dict[UUID, Size]:
    """List what somebody approved, by the activities that changed since without anybody being asked."""
    rows = _queries.list_approved_sizes(connection, request_id=request_id)
    return {size.activity_id: size for size in await fetch_all(Size, rows)}


async def keep_approved_sizes(connection: Connection, request_id: UUID) -> None:
    """Note the sizes of a request's activities as approved, where none are noted."""
    await _queries.keep_approved_sizes(connection, request_id=request_id)


async def forget_approved_sizes(connection: Connection, request_id: UUID) -> None:
    """Take a request's activities as they are for approved."""
    await _queries.forget_approved_sizes(connection, request_id=request_id)


async def find_host(connection: Connection, room_ids: Collection[UUID]) -> UUID | None:
    """Give the department that all of some rooms are of; None where there is none."""
    host_id: UUID | None = await _queries.find_host(connection, room_ids=list(room_ids))
    return host_id


async def list_deciders(connection: Connection, room_ids: Collection[UUID], *, today: date) -> list[UUID]:
    """List who has the duty to decide about all of some rooms on a day."""
    rows = _queries.list_deciders(connection, room_ids=list(room_ids), today=today)
    return [row["account_id"] async for row in rows]


async def note_overdue(
    connection: Connection, season_id: UUID, *, before: datetime, now: datetime, batch: int
) -> dict[UUID, UUID]:
    """Note that who decides is reminded of changes that wait since before a moment; give them with their requests."""
    rows = _queries.note_overdue(connection, season_id=season_id, before=before, now=now, batch=batch)
    return {row["id"]: row["request_id"] async for row in rows}
