"""What the page of a blocking shows: how it stands, what is booked there, what may be there, who did what."""

from uuid import UUID

import msgspec

from app.actors import Actor
from app.blockings import repository
from app.blockings.deciding import list_free_instead, list_in_the_way
from app.blockings.domain import Blocking, Exemption, FreeRoom
from app.blockings.reading import get_seen
from app.clock import Clock
from app.database import Connection
from app.outbox.repository import HistoryLine, list_history
from app.venues.closure_domain import StandingBooking
from app.venues.domain import CodeEntry
from app.venues.named import read_code_entries


class BlockingView(msgspec.Struct, frozen=True, kw_only=True):
    """A blocking as its page shows it: to who decides with what is booked and what is free then.

    `history` and `exemptions` are for who decides and the house whose it is; `closure_id` is one of its closures.
    """

    blocking: Blocking
    reasons: list[CodeEntry]
    bookings: list[StandingBooking]
    free: list[FreeRoom]
    exemptions: list[Exemption]
    closure_id: UUID | None
    history: list[HistoryLine]


async def read_blocking(connection: Connection, blocking_id: UUID, *, actor: Actor, clock: Clock) -> BlockingView:
    """Read a blocking's page. Raises BlockingNotFound."""
    blocking = await get_seen(connection, blocking_id, actor=actor, now=clock.now())
    decides = "refuse" in blocking.acts
    closures = await repository.list_closures_of(connection, blocking_id)
    is_own = blocking.asked_by_name is not None
    return BlockingView(
        blocking=blocking,
        reasons=list((await read_code_entries(connection, "closure")).values()),
        bookings=await list_in_the_way(connection, blocking_id, actor=actor, clock=clock) if decides else [],
        free=await list_free_instead(connection, blocking_id, actor=actor, clock=clock) if decides else [],
        exemptions=await repository.list_exemptions(connection, [one.id for one in closures]) if is_own else [],
        closure_id=closures[0].id if closures else None,
        history=await list_history(connection, blocking_id) if is_own else [],
    )
