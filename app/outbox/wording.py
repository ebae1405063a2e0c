"""The words for events in the history of a thing."""

from typing import Final

from app.errors import N_
from app.events import BlockingAsked, BlockingChanged, OffersMade
from app.outbox.repository import HistoryLine

EVENT_WORDS: Final[dict[str, str]] = {
    "request.drafted": N_("Written down"),
    "request.changed": N_("Changed"),
    "request.agreed": N_("Another time agreed to"),
    "request.submitted": N_("Sent to the career centre"),
    "request.returned": N_("Returned for changes"),
    "request.approved": N_("Approved"),
    "request.refused": N_("Refused"),
    "request.withdrawn": N_("Withdrawn"),
    "request.waitlisted": N_("Put on the waitlist"),
    "request.scheduled": N_("Scheduled"),
    "request.cancelled": N_("Cancelled"),
    "request.filed": N_("Filed by booking it"),
    "request.objected": N_("The career centre objected"),
    "request.stopped": N_("Stopped by the school"),
    "request.took_place": N_("Took place"),
    "request.lapses_soon": N_("Told that it expires soon"),
    "request.lapsed": N_("Expired without a place"),
    "request.no_show": N_("Nobody came"),
    "request.weighted": N_("Weight changed"),
    "request.handed_over": N_("Handed over to a colleague"),
    "request.left_unplaced": N_("Told that there is no place"),
    "offers.made": N_("Other places offered"),
    "offer.accepted": N_("Offer accepted"),
    "offer.declined": N_("Offer declined"),
    "offer.lost": N_("Offer accepted, but the place was gone"),
    "visitors.entered": N_("Visitors entered"),
    "host.named": N_("Host on site named"),
    "swap.proposed": N_("Swap asked for"),
    "swap.agreed": N_("Swap agreed to; the other side has not answered yet"),
    "offers.broken": N_("Offer taken back because something changed at the school"),
    "offers.withdrawn": N_("Offer taken back"),
    "offers.expired": N_("Offer expired"),
    "amendment.proposed": N_("Change asked for"),
    "amendment.impossible": N_("Change not possible"),
    "amendment.chosen": N_("Place for the change chosen"),
    "amendment.accepted": N_("Change accepted"),
    "amendment.refused": N_("Change refused"),
    "amendment.withdrawn": N_("Change taken back"),
    "amendment.expired": N_("Change expired"),
    "placements.accepted": N_("Place accepted"),
    "placements.declined": N_("Place declined"),
    "placements.reminded": N_("Reminded to answer"),
    "placements.expired": N_("Not answered in time: the place is free again"),
    "participation.asked": N_("Another employer asked to take part"),
    "participation.accepted": N_("Another employer takes part"),
    "participation.declined": N_("Another employer takes no part"),
    "participation.ended": N_("Another employer told that it is not planned with them"),
    "case.opened": N_("To be placed anew, because a fact changed"),
    "case.settled": N_("Keeps the rules again, or has another place"),
    "case.kept": N_("Agreed that it stays as it is"),
    "booking.confirmed": N_("Place confirmed"),
    "booking.tentative": N_("Place kept for the owner"),
    "booking.moved": N_("Moved"),
    "booking.released": N_("Place given back"),
    "booking.reminded": N_("Reminded of it"),
    "booking.lapsed": N_("Not answered in time: the place is free again"),
    "booking.joined": N_("Another employer told of the place"),
    "booking.taken_over": N_("Told to the new contact"),
    "booking.handed_on": N_("Taken out of the old contact's calendar"),
    "booking.left": N_("Another employer's place given back"),
    "closure.exempted": N_("May take place although it is closed"),
    "closure.exemption_removed": N_("May no longer take place where it is closed"),
    "blocking.asked": N_("Asked for"),
    "blocking.changed": N_("Changed"),
    "blocking.accepted": N_("Accepted"),
    "blocking.refused": N_("Refused"),
    "blocking.withdrawn": N_("Lifted"),
    "employer.registered": N_("Registered"),
    "employer.changed": N_("Entry changed"),
    "employer.review_asked": N_("Review asked for"),
    "employer.verified": N_("Verified"),
    "employer.refused": N_("Refused"),
    "employer.suspended": N_("Suspended"),
    "employer.reinstated": N_("Suspension ended"),
    "strike.noted": N_("No-show or late cancellation noted"),
    "strike.removed": N_("No-show or late cancellation taken back"),
    "strike.appeal_made": N_("Appeal received"),
    "strike.appeal_decided": N_("Appeal decided"),
    "strike.waived": N_("May ask again before the time"),
    "account.duty_given": N_("Duty given"),
    "account.duty_changed": N_("Duty changed"),
    "account.duty_ended": N_("Duty ended"),
    "account.absence_noted": N_("Absence entered"),
    "account.absence_ended": N_("Absence taken back"),
    "account.deputy_needed": N_("Told to stand in"),
    "account.decision_asked": N_("Asked to decide"),
    "department.limits_changed": N_("What the department decides by itself was changed"),
    "employer.licence_ends_soon": N_("Told that the licence ends soon"),
    "employer.licence_ended": N_("The licence has ended: reviewed again"),
    "employer.merged_away": N_("Went into another entry"),
    "employer.took_in": N_("Took in another entry"),
    "employer.claim_made": N_("Somebody asked to join"),
    "employer.claim_withdrawn": N_("Who asked to join took it back"),
    "employer.claim_accepted": N_("Who asked to join was accepted"),
    "employer.claim_declined": N_("Who asked to join was declined"),
    "employer.person_invited": N_("Colleague invited"),
    "employer.invitation_withdrawn": N_("Invitation taken back"),
    "employer.person_joined": N_("Colleague joined"),
    "employer.person_left": N_("Colleague left"),
    "employer.owner_changed": N_("Another owner"),
    "employer.requests_handed_over": N_("Requests handed over to a colleague"),
}

_EXCEPTIONS: Final = {
    "exempted": N_("Something may take place nevertheless"),
    "exemption_removed": N_("Exception taken back"),
}
_AT_ONCE: Final = N_("Blocked")
_ANOTHER_ASKED: Final = N_("The owner asked for another time; other places offered")


def happened(line: HistoryLine) -> str:
    """Give the sentence, not translated yet, for what a line of a history tells."""
    if line.type == OffersMade.type and line.payload.get("asked"):
        return _ANOTHER_ASKED
    if line.type == BlockingAsked.type and line.payload.get("at_once"):
        return _AT_ONCE
    if line.type == BlockingChanged.type:
        return _EXCEPTIONS.get("".join(line.payload.get("changed", ())), EVENT_WORDS[line.type])
    return EVENT_WORDS.get(line.type, line.type)
