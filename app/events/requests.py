"""What happened to requests and to those who take part in them."""

from datetime import date
from uuid import UUID

from app.events.event import Event


class RequestDrafted(Event, frozen=True, kw_only=True):
    type = "request.drafted"


class RequestChanged(Event, frozen=True, kw_only=True):
    type = "request.changed"
    changed: tuple[str, ...] = ()


class RequestAgreed(Event, frozen=True, kw_only=True):
    type = "request.agreed"


class RequestWeighted(Event, frozen=True, kw_only=True):
    type = "request.weighted"
    weight: int | None


class RequestSubmitted(Event, frozen=True, kw_only=True):
    type = "request.submitted"


class DecidedEvent(Event, frozen=True, kw_only=True):
    """A decision of the career centre; where it is one of a whole series, that tells its owner."""

    series_id: UUID | None = None


class RequestReturned(DecidedEvent, frozen=True, kw_only=True):
    type = "request.returned"
    reason_code: str


class RequestApproved(DecidedEvent, frozen=True, kw_only=True):
    type = "request.approved"


class RequestAwaitsPlace(Event, frozen=True, kw_only=True):
    """It was approved, and no place has followed in time: its owner is told of the approval by itself."""

    type = "request.awaits_place"


class RequestRefused(DecidedEvent, frozen=True, kw_only=True):
    """A request is refused; `offer_ids` are the placements that are offered instead."""

    type = "request.refused"
    reason_code: str
    offer_ids: tuple[UUID, ...] = ()


class RequestWithdrawn(Event, frozen=True, kw_only=True):
    type = "request.withdrawn"


class RequestWaitlisted(Event, frozen=True, kw_only=True):
    type = "request.waitlisted"


class RequestScheduled(Event, frozen=True, kw_only=True):
    type = "request.scheduled"


class RequestCancelled(Event, frozen=True, kw_only=True):
    type = "request.cancelled"
    late: bool = False  # by its owner, with fewer working days left than the season's rule asks for


class RequestStopped(Event, frozen=True, kw_only=True):
    type = "request.stopped"
    reason_code: str


class RequestFiled(Event, frozen=True, kw_only=True):
    """A department booked its own request without an approval (备案)."""

    type = "request.filed"


class RequestObjected(Event, frozen=True, kw_only=True):
    """The career centre objected to what a department filed; its places are given back."""

    type = "request.objected"
    reason_code: str


class RequestLapsesSoon(Event, frozen=True, kw_only=True):
    """Without a decision or a place the last day that the request asks for comes near."""

    type = "request.lapses_soon"
    last_day: date


class RequestLapsed(Event, frozen=True, kw_only=True):
    """Without a decision or a place the last day that the request asks for is over."""

    type = "request.lapsed"
    last_day: date


class RequestTookPlace(Event, frozen=True, kw_only=True):
    type = "request.took_place"


class RequestNotShown(Event, frozen=True, kw_only=True):
    type = "request.no_show"


class RequestLeftUnplaced(Event, frozen=True, kw_only=True):
    """A released schedule does not place the request, and the organiser ticked that its owner is told.

    `offer_ids` are the placements that are offered instead.
    """

    type = "request.left_unplaced"
    version_id: UUID
    offer_ids: tuple[UUID, ...] = ()


class ParticipationAsked(Event, frozen=True, kw_only=True):
    """The owner of a request named another employer; the subject is the request."""

    type = "participation.asked"
    employer_id: UUID


class ParticipationAccepted(Event, frozen=True, kw_only=True):
    type = "participation.accepted"
    employer_id: UUID


class ParticipationDeclined(Event, frozen=True, kw_only=True):
    type = "participation.declined"
    employer_id: UUID


class ParticipationEnded(Event, frozen=True, kw_only=True):
    """Nothing comes of it for a participant: it is no longer named, or the request has ended before it had a place."""

    type = "participation.ended"
    employer_id: UUID


class VisitorsEntered(Event, frozen=True, kw_only=True):
    """So many people who come to campus for an activity were entered; the subject is the request."""

    type = "visitors.entered"
    activity_id: UUID
    count: int


class HostNamed(Event, frozen=True, kw_only=True):
    """Who receives the visitors of an activity was named; the subject is the request."""

    type = "host.named"
    activity_id: UUID


class DecisionsOverdue(Event, frozen=True, kw_only=True):
    """Nobody decided in time; the subject is the season, and of each of these it is said once.

    `changed_ids` are requests of which a change waits.
    """

    type = "decisions.overdue"
    request_ids: tuple[UUID, ...] = ()
    employer_ids: tuple[UUID, ...] = ()
    changed_ids: tuple[UUID, ...] = ()


class RequestHandedOver(Event, frozen=True, kw_only=True):
    """It has another contact of the same employer."""

    type = "request.handed_over"
    handover_id: UUID
