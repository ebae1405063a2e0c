"""Offered placements beside the rules of now: others were booked, and facts changed, since they were found."""

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime
from uuid import UUID

import msgspec

from app.bookings.domain import ConfirmPlacement, Placement, ResourceClosed
from app.bookings.placement_rules import checked_placement, read_facts
from app.bookings.repository import BookingFacts, Step
from app.clock import Clock
from app.database import Connection
from app.offers.domain import Offer
from app.requests.domain import Activity

# What of a wish decides where it fits.
OF_A_WISH = (
    *("kind", "duration_minutes", "rooms_needed", "needs_channel", "attendance", "booths", "features"),
    *("campus_ids", "asked_room_ids"),
)


async def check_rules(
    connection: Connection,
    activity_id: UUID,
    placement: Placement,
    *,
    clock: Clock,
    as_if: Activity | None = None,
    steps: list[Step] | None = None,
) -> BookingFacts:
    """Give the facts of a placement that the school offered, with what it breaks of wishes and limits.

    `as_if` is the activity as it would be, `steps` where the request's would be beside it. Raises Invalid where another
    rule is broken but being free, ResourceClosed in a closure that spares only what stands in it.
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
    if steps is not None:
        facts = msgspec.structs.replace(facts, steps=steps)
    checked_placement(facts, wanted, actor=None, clock=clock)
    if facts.is_spared:
        raise ResourceClosed(what="…")
    return facts


def timed_steps(activities: Sequence[Activity], times: Mapping[UUID, tuple[datetime, datetime]]) -> list[Step]:
    """Give the steps of a request in their order, each from when to when it would be, if it has a place."""
    return [
        Step(
            activity_id=activity.id,
            ordinal=ordinal,
            gap_after_previous_minutes=activity.gap_after_previous_minutes,
            same_day_as_previous=activity.same_day_as_previous,
            starts_at=times[activity.id][0] if activity.id in times else None,
            ends_at=times[activity.id][1] if activity.id in times else None,
        )
        for ordinal, activity in enumerate(activities, start=1)
    ]


def unasked_rules(facts: BookingFacts, offer: Offer, agreed: Collection[str]) -> list[str]:
    """Give what a placement breaks that nobody said yes to: limits, and a day that is off since it was offered."""
    since = [rule for rule in facts.unwished if rule == "day_off" and rule not in offer.costs]
    return [rule for rule in (*facts.over_limits, *since) if rule not in agreed]
