"""The rules that a booking can break, in words."""

from collections.abc import Iterable, Mapping
from typing import Final

from app.cases.repository import ResourceName
from app.errors import N_
from app.facts.domain import BrokenRule
from app.locales import Translator
from app.schedules.domain import Break

_OTHERWISE: Final = N_("A rule of the schedule is not kept.")
RULE_WORDS: Final[dict[str, str]] = {
    "unknown_room": N_("The room is no longer there."),
    "unknown_channel": N_("The livestream channel is no longer there."),
    "unknown_activity": N_("The activity is no longer there."),
    "placed_twice": N_("The activity has two places at once."),
    "incomplete_request": N_("Another step of the same request has no place any more."),
    "unknown_day": N_("The day lies outside the season."),
    "day_off": N_("The day is declared off."),
    "outside_day": N_("It lies outside the hours of the season’s day."),
    "start_not_allowed": N_("The time is none of those that were asked for, or none at which activities start."),
    "forbidden_place": N_("This place was forbidden for the activity."),
    "room_count": N_("It has another number of rooms than it needs."),
    "rooms_on_one_campus": N_("Its rooms lie on several campuses."),
    "campus_not_allowed": N_("The campus is none of those that were asked for."),
    "room_not_allowed": N_("The room has too few booths, or is not given for so long."),
    "room_restricted": N_("The room belongs to a department and is for its own activities."),
    "room_capacity": N_("The room has too few seats."),
    "room_features": N_("The room lacks something that was asked for."),
    "room_closed": N_("The room is not open at that time."),
    "room_blocked": N_("The room is closed then."),
    "room_overlap": N_("The room is not free for long enough between two activities."),
    "channel_count": N_("It has no livestream channel, or one that it does not need."),
    "channel_not_allowed": N_("The livestream channel is none of those that the activity may take."),
    "channel_features": N_("The livestream channel lacks something that was asked for."),
    "channel_closed": N_("The livestream channel is not open at that time."),
    "channel_blocked": N_("The livestream channel is closed then."),
    "channel_overlap": N_("The livestream channel is not free for long enough between two activities."),
    "staff_limit": N_("There are more activities on the campus then than its staff can look after."),
    "group_overlap": N_("The same people are at two activities at once."),
    "group_travel": N_("The same people do not have the time for the way between two campuses."),
    "group_busy": N_("The same people are busy then."),
    "group_max_per_day": N_("Its owner has more activities of this kind on one day than allowed."),
    "group_period_limit": N_("Its owner has more fairs in one month than allowed."),
    "group_min_gap_days": N_("Two fairs of its owner are too close to each other."),
    "link_order": N_("The steps of the request are not in their order."),
    "link_gap": N_("The pause between two steps of the request is too short."),
    "link_days": N_("Two steps of the request are not so many days apart as they should be."),
    "link_campus": N_("Two steps of the request are on different campuses."),
}


def in_words(
    breaks: Iterable[Break], names: Mapping[str, ResourceName], translate: Translator
) -> tuple[BrokenRule, ...]:
    """Give broken rules as their reader reads them, with the room, channel or campus."""
    found = []
    for entry in breaks:
        known = names.get(entry.resource or "")
        found.append(
            BrokenRule(
                rule=entry.rule,
                text=translate(RULE_WORDS.get(entry.rule, _OTHERWISE)),
                resource="" if known is None else translate.name(known),
            )
        )
    return tuple(dict.fromkeys(found))
