"""A draft compared with the standing bookings: new, moved, given back, kept."""

from collections.abc import Iterable, Sequence

from app.bookings.domain import Booking
from app.schedules.domain import Change, Difference, PlacedActivity


def same_place(old: PlacedActivity, new: PlacedActivity) -> bool:
    """Whether nobody needs to be told."""
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


def difference(standing: Iterable[Booking], places: Sequence[PlacedActivity]) -> Difference:
    """What a release of these places would change."""
    wanted = {place.activity_id: place for place in places}
    old = {booking.activity_id: booked_placement(booking) for booking in standing}
    new, moved, kept = [], [], 0
    for place in places:
        before = old.get(place.activity_id)
        if before is None:
            new.append(_change(None, place))
        elif same_place(before, place):
            kept += 1
        else:
            moved.append(_change(before, place))
    cancelled = [_change(before, None) for activity, before in old.items() if activity not in wanted]
    return Difference(new=new, moved=moved, cancelled=cancelled, kept=kept)


def _change(old: PlacedActivity | None, new: PlacedActivity | None) -> Change:
    either = new or old
    if either is None:
        raise ValueError("a change has an old or a new place")
    return Change(activity_id=either.activity_id, request_id=either.request_id, kind=either.kind, old=old, new=new)
