"""The events that a release would append, for the preview of its mails."""

from app.bookings.domain import event_placement
from app.events import BookingConfirmed, BookingMoved, BookingReleased, BookingTentative, Event
from app.schedules.domain import Change, Difference, PlacedActivity, Version
from app.schedules.release import as_placement


def prospective_events(version: Version, difference: Difference, *, confirms: bool) -> list[Event]:
    """Give moves first, then what is lost, then gains; their sequences are not final, so they may not be sent."""
    return [
        *(
            _moved(version, change, change.old, change.new, confirms=confirms)
            for change in difference.moved
            if change.old and change.new
        ),
        *(_released(version, change, change.old) for change in difference.cancelled if change.old),
        *(_gained(version, change, change.new, confirms=confirms) for change in difference.new if change.new),
    ]


def _moved(version: Version, change: Change, old: PlacedActivity, new: PlacedActivity, *, confirms: bool) -> Event:
    return BookingMoved(
        subject_id=change.activity_id,
        season_id=version.season_id,
        activity_id=change.activity_id,
        request_id=change.request_id,
        old=event_placement(as_placement(old)),
        place=event_placement(as_placement(new)),
        sequence=0,
        tentative=confirms,
    )


def _released(version: Version, change: Change, old: PlacedActivity) -> Event:
    return BookingReleased(
        subject_id=change.activity_id,
        season_id=version.season_id,
        activity_id=change.activity_id,
        request_id=change.request_id,
        old=event_placement(as_placement(old)),
        sequence=0,
    )


def _gained(version: Version, change: Change, new: PlacedActivity, *, confirms: bool) -> Event:
    kind = BookingTentative if confirms else BookingConfirmed
    return kind(
        subject_id=change.activity_id,
        season_id=version.season_id,
        activity_id=change.activity_id,
        request_id=change.request_id,
        place=event_placement(as_placement(new)),
        sequence=0,
    )
