"""Sentences for codes: events, findings, states, and why a request has no place."""

from typing import Final

from app.errors import N_

EVENT_WORDS: Final[dict[str, str]] = {
    "request.drafted": N_("Written down"),
    "request.changed": N_("Changed"),
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
    "employer.registered": N_("Registered"),
    "employer.changed": N_("Entry changed"),
    "employer.review_asked": N_("Review asked for"),
    "employer.verified": N_("Verified"),
    "employer.refused": N_("Refused"),
    "employer.suspended": N_("Suspended"),
}

FINDING_WORDS: Final[dict[str, str]] = {
    "elite_schools_only": N_("Only certain universities: one of the three bans. State the major or the skill instead."),
    "gender": N_("A condition of gender: one of the three bans."),
    "household_registration": N_("A condition of household registration: one of the three bans."),
    "marital_status": N_("A condition of marriage or children: unlawful."),
    "fees": N_("Money asked of students: a sign of fraud."),
    "free_mailbox_no_landline": N_("A free mailbox and no landline: a sign of fraud, no proof."),
    "licence_missing": N_("The licence is missing."),
    "name_differs": N_("The name differs from the licence."),
    "code_differs": N_("The credit code differs from the licence."),
    "licence_expired": N_("The licence has expired."),
}

PROOF_WORDS: Final[dict[str, str]] = {
    "impossible": N_("Proven: no place even in an empty season"),
    "full": N_("Proven: full, even if everything tentative moved"),
    "movable": N_("Possible if others move"),
    "free": N_("A place is free now"),
    "search_limit": N_("Not settled: the search found none"),
    "placed": N_("Has a place"),
}

# Rules of the engine (scheduling.RULES), as the fact in the way.
RULE_WORDS: Final[dict[str, str]] = {
    "unknown_activity": N_("the activity was not part of the solve"),
    "unknown_room": N_("the room was not part of the solve"),
    "unknown_channel": N_("the channel was not part of the solve"),
    "unknown_day": N_("the day is not a working day of the season"),
    "placed_twice": N_("it has a place already"),
    "incomplete_request": N_("the other steps of the request have no place"),
    "outside_day": N_("it does not fit into the day"),
    "start_not_allowed": N_("none of the days and hours asked for is left"),
    "forbidden_place": N_("the organiser ruled this place out"),
    "room_count": N_("there are not enough rooms at the same time"),
    "rooms_on_one_campus": N_("the rooms are not on one campus"),
    "campus_not_allowed": N_("it is another campus than asked for"),
    "room_not_allowed": N_("no room has enough booths or is among those allowed"),
    "room_restricted": N_("the rooms belong to other departments"),
    "room_capacity": N_("no room is large enough"),
    "room_features": N_("no room has everything asked for"),
    "room_closed": N_("the rooms are not open then"),
    "room_blocked": N_("the rooms are closed then (classes, exams, maintenance)"),
    "room_overlap": N_("the rooms that fit are taken then"),
    "channel_count": N_("a livestream channel is missing or not needed"),
    "channel_not_allowed": N_("the channel is not among those allowed"),
    "channel_features": N_("no livestream channel has everything asked for"),
    "channel_closed": N_("the livestream channels are off then"),
    "channel_blocked": N_("the livestream channels are closed then"),
    "channel_overlap": N_("the livestream channels are taken then"),
    "staff_limit": N_("the campus has reached its limit of activities then"),
    "group_overlap": N_("its people are elsewhere then"),
    "group_travel": N_("its people could not get from one campus to the other in time"),
    "group_busy": N_("its people are busy then"),
    "group_max_per_day": N_("its limit per day is reached"),
    "group_period_limit": N_("its limit per month is reached"),
    "group_min_gap_days": N_("another one of the same owner is too close"),
    "link_order": N_("its steps do not fit one after the other"),
    "link_gap": N_("the pause between its steps does not fit"),
    "link_days": N_("its steps are too many or too few days apart"),
    "link_campus": N_("its steps are not on one campus"),
    "held_dropped": N_("a promised place would be lost"),
    "held_moved": N_("a promised place would move"),
    "move_budget": N_("more places would move than the budget allows"),
}

RELAXATION_WORDS: Final[dict[str, str]] = {
    "days": N_("another day"),
    "start": N_("another hour"),
    "campus": N_("another campus"),
    "capacity": N_("a smaller room"),
    "fewer_rooms": N_("fewer rooms at once"),
    "online": N_("online"),
    "shorter": N_("shorter"),
}

PURPOSE_WORDS: Final[dict[str, str]] = {
    "verify_email": N_("Confirm the address"),
    "reset_password": N_("New password"),
    "account_created": N_("Account opened"),
    "employer_verified": N_("Employer verified"),
    "employer_refused": N_("Employer not verified"),
    "employer_suspended": N_("Employer suspended"),
    "request_returned": N_("Request returned"),
    "request_refused": N_("Request refused"),
    "request_approved": N_("Request approved"),
    "request_left_unplaced": N_("No place found"),
    "booking_confirmed": N_("Place confirmed"),
    "booking_held": N_("Place kept"),
    "booking_moved": N_("Place moved"),
    "booking_released": N_("Place given back"),
}
