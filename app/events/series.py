"""What happened to series as a whole; their requests have events of their own."""

from datetime import date
from uuid import UUID

from app.events.event import Event


class SeriesEvent(Event, frozen=True, kw_only=True):
    """The subject is the series; of these requests it tells."""

    request_ids: tuple[UUID, ...]


class SeriesMade(SeriesEvent, frozen=True, kw_only=True):
    type = "series.made"


class SeriesExtended(SeriesEvent, frozen=True, kw_only=True):
    type = "series.extended"


class SeriesSubmitted(SeriesEvent, frozen=True, kw_only=True):
    type = "series.submitted"


class SeriesChanged(SeriesEvent, frozen=True, kw_only=True):
    type = "series.changed"


class SeriesApproved(SeriesEvent, frozen=True, kw_only=True):
    type = "series.approved"


class SeriesAwaitsPlaces(SeriesEvent, frozen=True, kw_only=True):
    """These dates were approved, and no place has followed in time: their owner is told of the approval by itself."""

    type = "series.awaits_places"


class SeriesReturned(SeriesEvent, frozen=True, kw_only=True):
    type = "series.returned"
    reason_code: str


class SeriesRefused(SeriesEvent, frozen=True, kw_only=True):
    type = "series.refused"
    reason_code: str


class SeriesCancelled(SeriesEvent, frozen=True, kw_only=True):
    """What was still to come of it is given up; its owner is told where the career centre did it."""

    type = "series.cancelled"
    by_centre: bool


class SeriesEndsSoon(SeriesEvent, frozen=True, kw_only=True):
    type = "series.ends_soon"
    last_day: date
