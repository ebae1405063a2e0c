"""A series as one reader may see it."""

from collections import defaultdict
from collections.abc import Sequence
from datetime import datetime
from typing import Final
from uuid import UUID

import msgspec

from app.actors import Actor
from app.bookings import repository as bookings
from app.bookings.domain import Booking
from app.database import Connection
from app.database.rows import must_be_seen
from app.outbox.repository import HistoryLine, list_history
from app.requests import repository as requests
from app.requests.access import must_see, seen_by
from app.requests.states import Act, Party, possible_acts
from app.series import repository
from app.series.domain import SeriesAct, SeriesDate, SeriesDetail, SeriesNotFound, SeriesRow, state_of

# What is done to a series is done to those of its dates for which one of these moves is possible.
MOVES: Final[dict[SeriesAct, tuple[Act, ...]]] = {
    "submit": ("submit",),
    "approve": ("approve",),
    "return": ("return",),
    "refuse": ("refuse",),
    "change": ("edit", "amend"),
    "cancel": ("withdraw", "cancel"),
}


class Opened(msgspec.Struct, frozen=True, kw_only=True):
    """A series with its dates, and the reader's part in it."""

    row: SeriesRow
    dates: tuple[SeriesDate, ...]
    party: Party

    def able(self, *acts: Act) -> list[SeriesDate]:
        """List the dates that are still to come and for which one of some moves is possible."""
        return [
            date for date in self.dates if date.is_live and {*acts} & {*possible_acts(date.request.state, self.party)}
        ]

    def waiting(self) -> list[SeriesDate]:
        """List the dates that wait for a decision."""
        return [date for date in self.dates if date.request.state == "submitted"]


async def open_series(connection: Connection, series_id: UUID, *, actor: Actor, now: datetime) -> Opened:
    """Give a series to who may see it. Raises SeriesNotFound."""
    row = await repository.get_series(connection, series_id)
    listed = await requests.list_requests(connection, row.season_id, request_ids=row.request_ids)
    by_id = {request.id: request for request in listed}
    ordered = [by_id[request_id] for request_id in row.request_ids]
    party = must_see(actor, ordered[0], hidden=SeriesNotFound)
    standing = await _standing(connection, row)
    dates = tuple(
        SeriesDate(
            day=request.series_day or now.date(),
            request=seen_by(actor, request),
            bookings=tuple(standing[request.id]),
            has_begun=any(booking.starts_at <= now for booking in standing[request.id]),
        )
        for request in ordered
    )
    return Opened(row=row, dates=dates, party=party)


async def lock_opened(
    connection: Connection, series_id: UUID, *, seen: int | None, actor: Actor, now: datetime
) -> Opened:
    """Lock a series and its requests, and give it if it is as it was looked at.

    Raises SeriesNotFound, PreconditionFailed.
    """
    await repository.lock_series(connection, series_id)
    row = await repository.get_series(connection, series_id)
    await requests.lock_requests(connection, row.request_ids)
    opened = await open_series(connection, series_id, actor=actor, now=now)
    must_be_seen(opened.row.row_version, seen)
    return opened


async def get_detail(connection: Connection, series_id: UUID, *, actor: Actor, now: datetime) -> SeriesDetail:
    """Give a series with its dates, those that dropped out, and what can be done. Raises SeriesNotFound."""
    opened = await open_series(connection, series_id, actor=actor, now=now)
    ahead = [date for date in opened.dates if date.is_live] or opened.dates
    shown, state = ahead[0].request, state_of(opened.dates)
    acts: list[SeriesAct] = [act for act, moves in MOVES.items() if opened.able(*moves)]
    decides = [act for act in acts if act not in ("approve", "return", "refuse") or opened.waiting()]
    return SeriesDetail(
        id=series_id,
        season_id=opened.row.season_id,
        title=shown.title,
        owner_name_zh=shown.owner_name_zh,
        owner_name_en=shown.owner_name_en,
        state=state,
        row_version=opened.row.row_version,
        dates=opened.dates,
        dropped=tuple(await repository.list_dropped(connection, series_id)),
        acts=(*decides, *(("add",) if state != "cancelled" else ())),
    )


async def list_visible_history(
    connection: Connection, series_id: UUID, *, actor: Actor, now: datetime
) -> list[HistoryLine]:
    """List what happened to a series as a whole. Raises SeriesNotFound."""
    await open_series(connection, series_id, actor=actor, now=now)
    return await list_history(connection, series_id)


async def _standing(connection: Connection, row: SeriesRow) -> dict[UUID, list[Booking]]:
    activities = await requests.list_activities(connection, row.request_ids)
    ids = [activity.id for group in activities.values() for activity in group]
    found: dict[UUID, list[Booking]] = defaultdict(list)
    for booking in await bookings.list_standing(connection, row.season_id, activity_ids=ids):
        found[booking.request_id].append(booking)
    return found


def ids_of(dates: Sequence[SeriesDate]) -> tuple[UUID, ...]:
    """Give the requests of some dates."""
    return tuple(date.request.id for date in dates)
