"""A draft compared with the standing bookings: new, moved, given back, kept."""

from collections.abc import Iterable, Sequence

from app.bookings.domain import Booking
from app.schedules.domain import Change, Difference, PlacedActivity


def same_placement(old: PlacedActivity, new: PlacedActivity) -> bool:
    """Whether both are at the same time in the same venues, so that nobody needs to be told."""
    return (old.starts_at, old.ends_at, set(old.room_ids), old.channel_id) == (
        new.starts_at,
        new.ends_at,
        set(new.room_ids),
        new.channel_id,
    )


def booked_placement(booking: Booking, kind: str = "") -> PlacedActivity:
    """Give a booking in the form of a version's placement."""
    return PlacedActivity(
        activity_id=booking.activity_id,
        request_id=booking.request_id,
        kind=kind,
        starts_at=booking.starts_at,
        ends_at=booking.ends_at,
        room_ids=booking.room_ids,
        channel_id=booking.channel_id,
        pinned=False,
    )


def difference(standing: Iterable[Booking], placements: Sequence[PlacedActivity]) -> Difference:
    """Compare a draft's placements with the standing bookings."""
    wanted = {placement.activity_id: placement for placement in placements}
    old = {booking.activity_id: booked_placement(booking) for booking in standing}
    new, moved, kept = [], [], 0
    for placement in placements:
        before = old.get(placement.activity_id)
        if before is None:
            new.append(_change(None, placement))
        elif same_placement(before, placement):
            kept += 1
        else:
            moved.append(_change(before, placement))
    cancelled = [_change(before, None) for activity, before in old.items() if activity not in wanted]
    return Difference(new=new, moved=moved, cancelled=cancelled, kept=kept)


def _change(old: PlacedActivity | None, new: PlacedActivity | None) -> Change:
    either = new or old
    if either is None:
        raise ValueError("a change has an old or a new placement")
    return Change(activity_id=either.activity_id, request_id=either.request_id, kind=either.kind, old=old, new=new)
