"""The name, meaning and unit of each rule of a season."""

from typing import Final

import msgspec

from app.errors import N_
from app.kinds import KINDS


class PolicyWords(msgspec.Struct, frozen=True):
    """A rule's name, its meaning in a sentence, its unit."""

    name: str
    meaning: str
    unit: str = ""


class PolicyGroup(msgspec.Struct, frozen=True):
    """Rules that belong together."""

    name: str
    rules: dict[str, PolicyWords]


_WORKING_DAYS = N_("working days")
_MINUTES = N_("minutes")
_PERCENT = N_("percent")
_HOURS = N_("hours")
_POINTS = N_("points")

POLICY_GROUPS: Final[tuple[PolicyGroup, ...]] = (
    PolicyGroup(
        N_("Asking and deciding"),
        {
            "lead_time_working_days": PolicyWords(
                N_("Lead time"),
                N_("So many working days lie between a request and its activity, so that students can be told."),
                _WORKING_DAYS,
            ),
            "booking_horizon_days": PolicyWords(
                N_("How far ahead requests are taken"),
                N_("Counted in calendar days from today, to the end of the activity. The career centre is exempt."),
                N_("days"),
            ),
            "start_grace_minutes": PolicyWords(
                N_("Late booking until"),
                N_("What began so many minutes ago can still be booked. 0: nothing that has begun."),
                N_("minutes after the start"),
            ),
            "employer_review_working_days": PolicyWords(
                N_("Time to verify an employer"),
                N_("The reviewer's screen counts down to it, from the day the entry was sent."),
                _WORKING_DAYS,
            ),
            "request_decision_working_days": PolicyWords(
                N_("Time to decide a request"),
                N_("Afterwards the inbox shows it as overdue, and the organisers are reminded once. 0: never."),
                _WORKING_DAYS,
            ),
            "approval_told_after_working_days": PolicyWords(
                N_("Approval told by itself after"),
                N_("Whoever has a place by then is told of that alone; 0: every approval is told at once."),
                _WORKING_DAYS,
            ),
            "case_working_days": PolicyWords(
                N_("Settle a case within"),
                N_("A booking that a changed fact has broken is moved, given back or agreed to by then."),
                _WORKING_DAYS,
            ),
            "reminder_hours_before": PolicyWords(
                N_("Reminder before an activity"),
                N_("So long before it begins, those who come are reminded of a confirmed place; 0: never."),
                _HOURS,
            ),
            "licence_notice_days": PolicyWords(
                N_("Notice before a licence ends"),
                N_("So long before its licence ends, an employer is told to hand in the new one; 0: never."),
                N_("days before"),
            ),
            "lapse_notice_working_days": PolicyWords(
                N_("Notice before a request expires"),
                N_("So long before the last day asked for, the owner of a request without a place is told; 0: never."),
                N_("working days before"),
            ),
            "series_end_notice_days": PolicyWords(
                N_("Notice before a series ends"),
                N_("So long before its last date, the owner of a series is told and can ask for more; 0: never."),
                N_("days before"),
            ),
            "cancel_until_working_days": PolicyWords(
                N_("Free cancellation until"),
                N_("Later than so many working days before the start it counts as a late cancellation."),
                N_("working days before"),
            ),
            "campus_entry_until_working_days": PolicyWords(
                N_("Visitors entered until"),
                N_("So many working days before the start employers enter who comes to campus; then the centre does."),
                N_("working days before"),
            ),
            "campus_entry_keep_days": PolicyWords(
                N_("Visitors kept for"),
                N_("So many days after the activity names, phones and number plates are deleted."),
                N_("days"),
            ),
            "appeal_file_keep_days": PolicyWords(
                N_("Files of appeals kept for"),
                N_("So many days after an appeal is decided the file that came with it is deleted."),
                N_("days"),
            ),
            "safety_filing_people": PolicyWords(
                N_("Large events: more people than"),
                N_("They are filed with security in time, or go off the public programme; 0: no such rule."),
                N_("people"),
            ),
            "safety_filing_outsiders": PolicyWords(
                N_("… or more people from outside than"),
                N_("Those who are not of the school, as the request says; 0: no such rule."),
                N_("people"),
            ),
            "safety_filing_working_days": PolicyWords(
                N_("Large events are filed until"),
                N_("So many working days before, security has the papers; the owner is reminded twice."),
                N_("working days before"),
            ),
            "filing_kinds": PolicyWords(
                N_("Departments book by themselves"),
                N_("Such events of their own, in their own rooms, need no approval: booking files them."),
            ),
            "filing_people": PolicyWords(
                N_("… up to so many people"), N_("Larger ones are decided by the career centre first."), N_("people")
            ),
            "filing_booths": PolicyWords(
                N_("… up to so many booths"), N_("Larger fairs are decided by the career centre first."), N_("booths")
            ),
            "filing_objection_working_days": PolicyWords(
                N_("Objection to what was filed within"),
                N_("So long the career centre can object; the place is then given back, with the reason."),
                _WORKING_DAYS,
            ),
            "employer_confirms": PolicyWords(
                N_("Employers confirm first"),
                N_("If on, a released place is kept for the employer and promised only when it has accepted."),
            ),
            "employer_answer_hours": PolicyWords(
                N_("Time to accept a released place"),
                N_("Where employers confirm first; halfway they are reminded, and afterwards the place is free again."),
                _HOURS,
            ),
            "offer_hold_hours": PolicyWords(
                N_("Time to accept an offer"), N_("So long nobody else gets what is offered."), _HOURS
            ),
            "waitlist_hold_hours": PolicyWords(
                N_("Time to take a place from the waitlist"),
                N_("So long what became free is kept for the first in line; then it is the next one’s turn."),
                _HOURS,
            ),
            "offers_per_request": PolicyWords(
                N_("Offers per request"),
                N_("So many are open at a time; the first that is accepted ends the others."),
                N_("offers"),
            ),
            "amend_growth_percent": PolicyWords(
                N_("Growth without approval"),
                N_("A scheduled activity may become so much larger or longer, where it fits in its place."),
                N_("%"),
            ),
            "offers_hold_after_release": PolicyWords(
                N_("A release offers other places"),
                N_("If on, owners who get no place are offered free ones, which are held for them."),
            ),
        },
    ),
    PolicyGroup(
        N_("Limits"),
        {
            "open_requests_per_employer": PolicyWords(
                N_("Open requests per employer"),
                N_("Sent, but not yet scheduled, refused or withdrawn; the next one waits."),
                N_("requests"),
            ),
            "drafts_per_owner": PolicyWords(
                N_("Drafts per employer or department"),
                N_("Kept, but not sent; the next one waits until one is sent or withdrawn."),
                N_("drafts"),
            ),
            "talks_per_day_per_employer": PolicyWords(
                N_("Talks per day and employer"), N_("Info sessions, online ones included."), N_("a day")
            ),
            "fairs_per_month_per_employer": PolicyWords(
                N_("Fairs per month and employer"), N_("Fairs that an employer takes part in."), N_("a month")
            ),
            "fairs_minimum_gap_days": PolicyWords(
                N_("Between two fairs of an employer"), N_("Counted in calendar days."), N_("days")
            ),
            "fairs_per_day_per_department": PolicyWords(
                N_("Fairs per day and department"), N_("A department's own people look after each."), N_("a day")
            ),
            "room_max_minutes": PolicyWords(
                N_("Longest booking of a room"),
                N_("For rooms that have no limit of their own; a room's own limit counts before it."),
                _MINUTES,
            ),
            "activities_per_campus_day": PolicyWords(
                N_("Activities per day and campus"), N_("As many as the staff there can look after."), N_("a day")
            ),
            "activities_per_campus_evening": PolicyWords(
                N_("Activities per evening and campus"),
                N_("Those that start after the hour at which the evening begins."),
                N_("an evening"),
            ),
        },
    ),
    PolicyGroup(
        N_("No-shows and late cancellations"),
        {
            "no_show_block_days": PolicyWords(
                N_("Pause after the second no-show"),
                N_("The first no-show is a warning; from the second on no new requests and places for so long."),
                N_("days"),
            ),
            "no_show_suspend_after": PolicyWords(
                N_("Suspended after"),
                N_("So many no-shows within a year suspend an employer, until the first of them is over. 0: never."),
                N_("no-shows"),
            ),
            "late_cancels_per_no_show": PolicyWords(
                N_("Late cancellations that count as one no-show"), N_("0: they do not count."), N_("cancellations")
            ),
            "strike_expires_days": PolicyWords(
                N_("No-shows and late cancellations count for"),
                N_("Afterwards they are shown, but nothing follows from them."),
                N_("days"),
            ),
        },
    ),
    PolicyGroup(
        N_("Times"),
        {
            "usual_starts": PolicyWords(
                N_("Usual starts"), N_("The schedule prefers these hours. Several, separated by commas.")
            ),
            "only_usual_starts": PolicyWords(
                N_("Only usual starts"), N_("If on, no activity is given another start than these.")
            ),
            "evening_from": PolicyWords(N_("The evening starts at"), N_("For the limit of activities per evening.")),
            "travel_minutes_between_campuses": PolicyWords(
                N_("Way from campus to campus"),
                N_("The same people need so long between two activities, where the campuses say nothing else."),
                _MINUTES,
            ),
            "class_periods": PolicyWords(
                N_("Class periods"),
                N_("For class timetables that name periods. One a line, from and to, such as 08:00-08:45."),
            ),
        },
    ),
    PolicyGroup(
        N_("What counts how much"),
        {
            "weight_default": PolicyWords(
                N_("A request"), N_("Where not every request finds a place, more points go first."), _POINTS
            ),
            "weight_small_or_medium": PolicyWords(
                N_("A small or medium enterprise's request"), N_("Above the first, they are not crowded out."), _POINTS
            ),
            "weight_department_fair": PolicyWords(
                N_("A department fair"), N_("It serves many employers at once."), _POINTS
            ),
            "weight_key_group": PolicyWords(
                N_("A fair with priority"), N_("Special fairs that the school gives priority."), _POINTS
            ),
        },
    ),
    PolicyGroup(
        N_("Fairness"),
        {
            "small_share_at_least": PolicyWords(
                N_("Share of small and medium enterprises, at least"),
                N_(
                    "Of the requests with a place. Until it holds, other requests are left out, those of fewest points "
                    "first; what is promised stays. 0: no such rule."
                ),
                _PERCENT,
            ),
            "evening_share_at_most": PolicyWords(
                N_("Share of evenings, at most"),
                N_(
                    "Of the activities with a place. Above it, activities move to the day or are left out; what is "
                    "promised stays. 100: no such rule."
                ),
                _PERCENT,
            ),
            "every_major_served": PolicyWords(
                N_("A session for every major"),
                N_("If on, requests for majors that nothing addresses yet go first, even at the cost of others."),
            ),
        },
    ),
    PolicyGroup(
        N_("Making the schedule"),
        {
            "solve_seconds": PolicyWords(
                N_("Time to look for a schedule"),
                N_("Longer finds a little more; it can be stopped at any time."),
                N_("seconds"),
            ),
            "move_budget": PolicyWords(
                N_("Places that may move"),
                N_("So many places that are kept, but not yet promised, may move to let others in."),
                N_("places"),
            ),
            "tolerance_preference": PolicyWords(
                N_("Wishes may give way by"),
                N_("So much of the kept wishes may be given up for fewer clashes, an even season and fitting rooms."),
                _PERCENT,
            ),
            "tolerance_audience_clash": PolicyWords(
                N_("Clashes of majors may grow by"),
                N_("So much may be given up for an even season and fitting rooms."),
                _PERCENT,
            ),
            "relaxations_offered": PolicyWords(
                N_("What an offer may change"),
                N_("Where there is no place as asked for, offers change one or two of these."),
            ),
        },
    ),
    PolicyGroup(
        N_("Mails"),
        {
            "smtp_messages_per_minute": PolicyWords(
                N_("Mails a minute"), N_("As many as the school's mail server takes."), N_("mails")
            ),
        },
    ),
)
POLICIES: Final = {name: words for group in POLICY_GROUPS for name, words in group.rules.items()}
YES: Final = N_("yes")
NO: Final = N_("no")

RELAXATION_WORDS: Final[dict[str, str]] = {
    "days": N_("another day"),
    "start": N_("another hour"),
    "campus": N_("another campus"),
    "capacity": N_("a smaller room"),
    "fewer_rooms": N_("fewer rooms at once"),
    "online": N_("online"),
    "shorter": N_("shorter"),
}

# The check boxes of rules that are a choice of several.
TICKS: Final[dict[str, dict[str, str]]] = {
    "relaxations_offered": RELAXATION_WORDS,
    "filing_kinds": {str(kind): rule.name for kind, rule in KINDS.items()},
}
