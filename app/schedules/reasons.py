"""Sentences that explain why a request is unplaced: the fact in the way, how sure it is, what an offer gives up.

The school is their subject: they never blame the asker or "the system". Pages and mails use the same sentences.
"""

from typing import Final

import msgspec

from app.errors import N_


class Fact(msgspec.Struct, frozen=True):
    """The sentences of a rule in the way: in general, and with the rooms or channels that it is about."""

    plain: str
    named: str = ""


FACTS: Final[dict[str, Fact]] = {
    "room_overlap": Fact(
        N_("The rooms that fit are given to others at those times."),
        N_("The rooms that fit, {places}, are given to others at those times."),
    ),
    "room_blocked": Fact(
        N_("The rooms that fit are closed at those times: classes, exams or repairs."),
        N_("{places}: closed at those times for classes, exams or repairs."),
    ),
    "room_closed": Fact(
        N_("The rooms that fit are not open at those times."), N_("{places}: not open at those times.")
    ),
    "room_count": Fact(N_("The school has not so many fitting rooms on one campus at the same time.")),
    "room_capacity": Fact(N_("The rooms that fit otherwise are too small.")),
    "room_features": Fact(N_("The rooms that are large enough lack some of the equipment.")),
    "room_restricted": Fact(N_("The rooms that fit belong to departments, for their own activities.")),
    "room_not_allowed": Fact(N_("The rooms that fit otherwise have too few booths, or are not given for so long.")),
    "campus_not_allowed": Fact(N_("The rooms that fit are on another campus.")),
    "rooms_on_one_campus": Fact(N_("The rooms that fit are not on one campus.")),
    "channel_overlap": Fact(
        N_("The livestream channels that fit are given to others at those times."),
        N_("The livestream channels that fit, {places}, are given to others at those times."),
    ),
    "channel_count": Fact(N_("The school has no livestream channel for it.")),
    "channel_not_allowed": Fact(N_("The livestream channels that may be used do not fit.")),
    "channel_features": Fact(N_("The livestream channels lack some of the equipment.")),
    "channel_closed": Fact(N_("The livestream channels are off at those times.")),
    "channel_blocked": Fact(N_("The livestream channels are closed at those times.")),
    "staff_limit": Fact(N_("The campus has as many activities at those times as the school can look after.")),
    "group_overlap": Fact(N_("The same people have another activity at those times.")),
    "group_travel": Fact(N_("The same people could not get from one campus to the other in time.")),
    "group_busy": Fact(N_("The same people are busy at those times.")),
    "group_max_per_day": Fact(N_("The limit of such activities a day is reached.")),
    "group_period_limit": Fact(N_("The limit of such activities a month is reached.")),
    "group_min_gap_days": Fact(N_("Another one of the same kind is too few days away.")),
    "link_order": Fact(N_("Each step has a free place, but they do not fit one after the other as asked for.")),
    "link_gap": Fact(N_("The pause between the steps does not fit.")),
    "link_days": Fact(N_("The steps lie too many days apart, or too few.")),
    "link_campus": Fact(N_("The steps cannot all be on one campus.")),
    "start_not_allowed": Fact(N_("None of the days asked for can be used: holidays, or too soon to tell students.")),
    "outside_day": Fact(N_("It is longer than the hours asked for.")),
    "forbidden_place": Fact(N_("The career centre keeps this place free.")),
}
NO_FACT: Final = N_("There were more requests than places at those times.")

PROOFS: Final[dict[str, str]] = {
    "impossible": N_("Proven: even an empty season has no place for it."),
    "full": N_("Proven: there is no place unless something confirmed moves."),
    "movable": N_("There is a place if others move that are not confirmed yet."),
    "free": N_("A place has become free since."),
    "search_limit": N_("Not proven: a search of limited time found none."),
}
CERTAIN: Final = frozenset({"impossible", "full"})

# What an offer gives up, where it is not said more exactly.
COSTS: Final[dict[str, str]] = {
    "days": N_("another day than asked for"),
    "start": N_("another hour than asked for"),
    "campus": N_("another campus than asked for"),
    "capacity": N_("a smaller room than asked for"),
    "fewer_rooms": N_("fewer rooms at once than asked for"),
    "online": N_("online instead of in a room"),
    "shorter": N_("shorter than asked for"),
    "outside_wishes": N_("outside the days and hours asked for"),
    "day_off": N_("on a day off"),
}

# Rules of the engine (scheduling.RULES), as what a placement chosen by hand would break.
BROKEN_RULES: Final[dict[str, str]] = {
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
    "room_not_allowed": N_("no room has enough booths, is given for so long or is among those allowed"),
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
    "small_share": N_("small employers would have less than their share"),
    "evening_share": N_("more evenings would be taken than the school allows"),
}

# When an added room would be there (scheduling.answers.additions.DAY_PARTS).
DAY_PARTS: Final[dict[str, str]] = {
    "morning": N_("on {weekday} mornings"),
    "afternoon": N_("on {weekday} afternoons"),
    "evening": N_("on {weekday} evenings"),
}
