"""Whether a placement that a person chose keeps the order of a request's steps and the way between campuses."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from itertools import pairwise
from uuid import UUID

import msgspec

from app.bookings.domain import Placement
from app.bookings.repository import BookingFacts, Step
from app.clock import Clock
from app.errors import N_, Invalid
from app.requests.domain import pause_days


def check_itinerary(facts: BookingFacts, placement: Placement, clock: Clock) -> None:
    """Check the order of the request's steps and the way of its people. Raises Invalid."""
    if broken := broken_order(facts.steps, facts.activity.id, placement.starts_at, placement.ends_at, clock):
        raise Invalid.at("starts_at", *broken)
    if facts.missed_way is not None:
        sentence = N_("The same people are on another campus shortly before or after; the way takes {minutes} minutes.")
        raise Invalid.at("starts_at", sentence, "travel", minutes=facts.missed_way)


def broken_order(
    steps: Sequence[Step], activity_id: UUID, starts_at: datetime, ends_at: datetime, clock: Clock
) -> tuple[str, str] | None:
    """Give sentence and code of the rule that these times of one step break beside the booked times of the others."""
    own = next(step for step in steps if step.activity_id == activity_id)
    if any(step.ordinal < own.ordinal and step.ends_at > starts_at for step in steps if step.ends_at):
        return N_("An earlier step of the request would still be going on, or would come later."), "step-order"
    if any(step.ordinal > own.ordinal and step.starts_at < ends_at for step in steps if step.starts_at):
        return N_("A later step of the request would come earlier, or before this one is over."), "step-order"
    placed = msgspec.structs.replace(own, starts_at=starts_at, ends_at=ends_at)
    pairs = [
        (before, placed) if after is own else (placed, after)
        for before, after in pairwise(steps)
        if own in (before, after)
    ]
    return next(filter(None, (_broken_pause(before, after, clock) for before, after in pairs)), None)


def _broken_pause(before: Step, after: Step, clock: Clock) -> tuple[str, str] | None:
    if before.ends_at is None or after.starts_at is None:
        return None
    days = (clock.local(after.starts_at).date() - clock.local(before.ends_at).date()).days
    if after.same_day_as_previous and days:
        return N_("This step and the one before it are to be on one day."), "step-day"
    pause = timedelta(minutes=after.gap_after_previous_minutes)
    if days < pause_days(after.gap_after_previous_minutes) or (not days and after.starts_at - before.ends_at < pause):
        return N_("The pause between two steps of the request would be too short."), "step-pause"
    return None
