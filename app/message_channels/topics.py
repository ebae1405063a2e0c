"""What channels tell: topics that somebody chooses, and the few words for each event (20 characters at most)."""

from typing import Final, Literal

from app import events
from app.errors import N_
from app.events import Event

Topic = Literal["requests", "employers", "amendments", "answers", "cases", "schedules", "bookings"]

TOPIC_NAMES: Final[dict[Topic, str]] = {
    "requests": N_("New, withdrawn and cancelled requests"),
    "employers": N_("Employers to verify"),
    "amendments": N_("Changes that are asked for"),
    "answers": N_("Answers to offers and kept places"),
    "cases": N_("Cases opened and settled"),
    "schedules": N_("Schedules released or failed"),
    "bookings": N_("Places confirmed, moved and given back"),
}
# The events of each topic, with their short texts.
TOPICS: Final[dict[Topic, dict[type[Event], str]]] = {
    "requests": {
        events.RequestSubmitted: N_("New request"),
        events.RequestWithdrawn: N_("Request withdrawn"),
        events.RequestCancelled: N_("Request cancelled"),
        events.RequestFiled: N_("Booking filed"),
    },
    "employers": {events.EmployerReviewAsked: N_("Employer to verify")},
    "amendments": {events.AmendmentProposed: N_("Change asked for")},
    "answers": {
        events.OfferAccepted: N_("Offer accepted"),
        events.OfferDeclined: N_("Offer declined"),
        events.PlacementsAccepted: N_("Place accepted"),
        events.PlacementsDeclined: N_("Place declined"),
    },
    "cases": {events.CaseOpened: N_("Case opened"), events.CaseSettled: N_("Case settled")},
    "schedules": {events.VersionReleased: N_("Schedule released"), events.SolveFailed: N_("Scheduling failed")},
    "bookings": {
        events.BookingConfirmed: N_("Place confirmed"),
        events.BookingTentative: N_("Place kept"),
        events.BookingMoved: N_("Place moved"),
        events.BookingReleased: N_("Place given back"),
        events.BookingLapsed: N_("Place lapsed"),
    },
}
TOPIC_OF: Final[dict[str, Topic]] = {event.type: topic for topic, told in TOPICS.items() for event in told}
SHORT_TEXTS: Final[dict[str, str]] = {
    events.ChannelTested.type: N_("Test message"),
    **{event.type: text for told in TOPICS.values() for event, text in told.items()},
}
# Events that some channel may be told of.
TOLD: Final[tuple[type[Event], ...]] = (events.ChannelTested, *(event for told in TOPICS.values() for event in told))
