"""The words for events in the history of a thing."""

from typing import Final

from app.errors import N_

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
    "request.stopped": N_("Stopped by the school"),
    "request.took_place": N_("Took place"),
    "request.no_show": N_("Nobody came"),
    "request.weighted": N_("Weight changed"),
    "request.left_unplaced": N_("Told that there is no place"),
    "participation.asked": N_("Another employer asked to take part"),
    "participation.accepted": N_("Another employer takes part"),
    "participation.declined": N_("Another employer takes no part"),
    "participation.ended": N_("Another employer told that it is not planned with them"),
    "case.opened": N_("To be placed anew, because a fact changed"),
    "case.settled": N_("Keeps the rules again, or has another place"),
    "case.kept": N_("Agreed that it stays as it is"),
    "booking.joined": N_("Another employer told of the place"),
    "booking.left": N_("Another employer's place given back"),
    "employer.registered": N_("Registered"),
    "employer.changed": N_("Entry changed"),
    "employer.review_asked": N_("Review asked for"),
    "employer.verified": N_("Verified"),
    "employer.refused": N_("Refused"),
    "employer.suspended": N_("Suspended"),
}
