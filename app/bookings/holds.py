"""Holds whose time is over make way for whoever asks for the place next."""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from app.bookings import repository
from app.database import Connection
from app.events import HoldReleased
from app.outbox import append_all


async def release_expired_holds(connection: Connection, resource_ids: Sequence[UUID], *, now: datetime) -> None:
    """Release the expired holds of some resources, which are locked; their offers are settled from the events.

    Requests and offers are not touched here: whoever accepts an offer locks those first.
    """
    expired = await repository.release_expired_holds(connection, resource_ids, now=now)
    events = [
        HoldReleased(subject_id=hold.offer_id, season_id=hold.season_id, booking_id=hold.id)
        for hold in sorted(expired, key=lambda hold: hold.id)
    ]
    await append_all(connection, events, actor_id=None, now=now)
