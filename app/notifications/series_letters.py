"""What letters about a series say of its dates."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import date
from uuid import UUID

import msgspec

from app.events import SeriesEndsSoon, SeriesEvent
from app.notifications import links
from app.notifications.facts_repository import RequestFacts
from app.notifications.letters import Letter, SeriesDay, Stop


def series_letter(
    letter: Letter,
    event: SeriesEvent,
    requests: Mapping[UUID, RequestFacts],
    itinerary: Callable[[UUID], Sequence[Stop]],
) -> Letter:
    """Give the letter of one request of a series as that of the series: with all of the dates that it is about."""
    days = [
        SeriesDay(
            day=requests[key].series_day or date.min,
            reference=requests[key].reference,
            stop=next(iter(itinerary(key)), None),
        )
        for key in event.request_ids
        if key in requests
    ]
    return msgspec.structs.replace(
        letter,
        path=links.series_page(event.subject_id),
        series=tuple(sorted(days, key=lambda one: one.day)),
        until=event.last_day if isinstance(event, SeriesEndsSoon) else None,
    )


def one_of_each(requests: Iterable[RequestFacts]) -> list[RequestFacts]:
    """Give some requests in their order, of a series only the first: it is decided as one."""
    found: dict[UUID, RequestFacts] = {}
    for request in requests:
        found.setdefault(request.series_id or request.id, request)
    return list(found.values())
