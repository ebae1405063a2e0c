"""Use cases of decisions about all of a series that waits for one, and of giving up what is still to come.

The version that was looked at covers the series and each of its requests, so that what was read is what is decided.
"""

from collections.abc import Sequence
from datetime import datetime
from typing import Literal
from uuid import UUID

from app.actors import Actor
from app.clock import Clock
from app.database import Connection
from app.decisions import decide, endings
from app.decisions.rivals import read_rivals
from app.events import SeriesApproved, SeriesCancelled, SeriesRefused, SeriesReturned
from app.outbox import append
from app.permissions import must_at_all
from app.requests import repository as requests
from app.requests.domain import CancelRequest
from app.requests.states import MOVES
from app.series import repository
from app.series.domain import CancelSeries, DateHasRivals, DecideSeries, NothingToDo, SeriesDate, SeriesDetail
from app.series.reading import Opened, get_detail, ids_of, lock_opened


async def approve_series(
    connection: Connection, series_id: UUID, *, seen: int | None, actor: Actor, clock: Clock
) -> SeriesDetail:
    """Approve every date that waits for a decision, or none.

    Raises SeriesNotFound, NothingToDo, DateHasRivals, PreconditionFailed, EmployerNotVerified, ParticipantNotVerified.
    """
    must_at_all(actor, "approve")
    now = clock.now()
    opened, waiting = await _waiting(connection, series_id, seen=seen, actor=actor, now=now)
    await _must_leave_others_a_place(connection, waiting, actor=actor, clock=clock)
    for request_id in ids_of(waiting):
        await decide.approve_request(connection, request_id, seen=None, actor=actor, now=now, series_id=series_id)
    event = SeriesApproved(subject_id=series_id, season_id=opened.row.season_id, request_ids=ids_of(waiting))
    await append(connection, event, actor_id=actor.account_id, now=now)
    return await get_detail(connection, series_id, actor=actor, now=now)


async def send_back_series(
    connection: Connection,
    series_id: UUID,
    decision: DecideSeries,
    *,
    act: Literal["return", "refuse"],
    seen: int | None,
    actor: Actor,
    now: datetime,
) -> SeriesDetail:
    """Return or refuse every date that waits for a decision, with the reason.

    Raises SeriesNotFound, NothingToDo, PreconditionFailed.
    """
    must_at_all(actor, act)
    opened, waiting = await _waiting(connection, series_id, seen=seen, actor=actor, now=now)
    decide_one = decide.return_request if act == "return" else decide.refuse_request
    for request_id in ids_of(waiting):
        await decide_one(connection, request_id, decision, seen=None, actor=actor, now=now, series_id=series_id)
    kind = SeriesReturned if act == "return" else SeriesRefused
    event = kind(
        subject_id=series_id,
        season_id=opened.row.season_id,
        request_ids=ids_of(waiting),
        reason_code=decision.reason_code,
    )
    await append(connection, event, actor_id=actor.account_id, now=now, reason=decision.note)
    return await get_detail(connection, series_id, actor=actor, now=now)


async def cancel_series(
    connection: Connection, series_id: UUID, command: CancelSeries, *, seen: int | None, actor: Actor, clock: Clock
) -> SeriesDetail:
    """Give up what is still to come from a day on: places are given back, the rest is withdrawn; the past stays.

    Raises SeriesNotFound, NothingToDo, PreconditionFailed.
    """
    now = clock.now()
    opened = await lock_opened(connection, series_id, seen=seen, actor=actor, now=now)
    able = [
        date for date in opened.able("withdraw", "cancel") if command.from_day is None or date.day >= command.from_day
    ]
    if not able:
        raise NothingToDo
    for date in able:
        await _give_up(connection, date, command, actor=actor, clock=clock)
    await repository.raise_version(connection, series_id)
    event = SeriesCancelled(
        subject_id=series_id, season_id=opened.row.season_id, request_ids=ids_of(able), by_centre=actor.organises
    )
    await append(connection, event, actor_id=actor.account_id, now=now, reason=command.note)
    return await get_detail(connection, series_id, actor=actor, now=now)


async def _give_up(
    connection: Connection, date: SeriesDate, command: CancelSeries, *, actor: Actor, clock: Clock
) -> None:
    if date.request.state in MOVES["cancel"].before:
        cancellation = CancelRequest(note=command.note)
        await endings.cancel_request(connection, date.request.id, cancellation, actor=actor, clock=clock)
    else:
        await decide.withdraw_request(connection, date.request.id, actor=actor, now=clock.now())


async def _must_leave_others_a_place(
    connection: Connection, waiting: Sequence[SeriesDate], *, actor: Actor, clock: Clock
) -> None:
    steps = await requests.list_activities(connection, ids_of(waiting))
    for date in waiting:
        if any(step.asked_room_ids for step in steps[date.request.id]):
            rivals = await read_rivals(connection, date.request, actor=actor, clock=clock)
            if rivals.losers:
                raise DateHasRivals(day=date.day, extra={"request_id": str(date.request.id)})


async def _waiting(
    connection: Connection, series_id: UUID, *, seen: int | None, actor: Actor, now: datetime
) -> tuple[Opened, list[SeriesDate]]:
    opened = await lock_opened(connection, series_id, seen=seen, actor=actor, now=now)
    waiting = opened.waiting()
    if not waiting:
        raise NothingToDo
    return opened, waiting
