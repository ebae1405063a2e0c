"""What happened to a request, as its reader may see it."""

from typing import Final

import msgspec

from app.actors import Actor
from app.database import Connection
from app.events import (
    ActivityExempted,
    BookingConfirmed,
    BookingLapsed,
    BookingMoved,
    BookingReleased,
    BookingTentative,
    ExemptionRemoved,
    ParticipationAccepted,
    ParticipationDeclined,
    RequestWeighted,
)
from app.outbox.repository import HistoryLine
from app.requests import repository
from app.requests.access import parts_in
from app.requests.domain import Request

# What organisers do among themselves.
_OF_THE_CENTRE: Final = frozenset({RequestWeighted.type, ActivityExempted.type, ExemptionRemoved.type})
_OF_BOOKINGS: Final = tuple(
    event.type for event in (BookingConfirmed, BookingTentative, BookingMoved, BookingReleased, BookingLapsed)
)
# Who of another employer answered is that employer's own.
_OF_OTHER_EMPLOYERS: Final = frozenset({ParticipationAccepted.type, ParticipationDeclined.type})


async def list_visible_history(connection: Connection, request: Request, *, actor: Actor) -> list[HistoryLine]:
    """List what happened to a request, as its reader may see it. Raises RequestNotFound."""
    parts_in(actor, request)
    lines = await repository.list_history(connection, request.id, types=_OF_BOOKINGS, hides_others=not actor.organises)
    if actor.organises:
        return lines
    # What an owner changed away is theirs to know.
    shown = [line for line in lines if line.type not in _OF_THE_CENTRE or line.payload.get("voided")]
    return [
        msgspec.structs.replace(line, actor_name=None) if line.type in _OF_OTHER_EMPLOYERS else line for line in shown
    ]
