"""Offered placements beside the rules of now: others were booked, and facts changed, since they were found."""

from uuid import UUID

import msgspec

from app.bookings.domain import ConfirmPlacement, Placement, ResourceClosed
from app.bookings.placement_rules import checked_placement, read_facts
from app.bookings.repository import BookingFacts
from app.clock import Clock
from app.database import Connection
from app.requests.domain import Activity

# What of a wish decides where it fits.
OF_A_WISH = (
    *("kind", "duration_minutes", "rooms_needed", "needs_channel", "attendance", "booths", "features", "campus_ids"),
)


async def check_rules(
    connection: Connection, activity_id: UUID, placement: Placement, *, clock: Clock, as_if: Activity | None = None
) -> BookingFacts:
    """Give the facts of a placement that the school offered, with what it breaks of wishes and limits.

    `as_if` is the activity as it would be. Raises Invalid where another rule is broken but being free, ResourceClosed
    in a closure that spares only what stands in it.
    """
    wanted = ConfirmPlacement(
        activity_id=activity_id,
        starts_at=placement.starts_at,
        room_ids=placement.room_ids,
        channel_id=placement.channel_id,
    )
    facts = await read_facts(connection, wanted, clock, minutes=None if as_if is None else as_if.duration_minutes)
    if as_if is not None:
        wish = {name: getattr(as_if, name) for name in OF_A_WISH}
        facts = msgspec.structs.replace(facts, activity=msgspec.structs.replace(facts.activity, **wish))
    checked_placement(facts, wanted, actor=None, clock=clock)
    if facts.is_spared:
        raise ResourceClosed(what="…")
    return facts
