"""Rules of a request before it is submitted; every refusal names the field and says what would be right."""

from collections.abc import Mapping
from datetime import date, datetime, timedelta
from uuid import UUID

import msgspec

from app.clock import Clock, end_minute, start_minute
from app.database import Connection
from app.errors import N_, FieldError, Invalid
from app.kinds import KINDS, OF_THE_SCHOOL, needs_channel
from app.requests.domain import ActivityWish, OwnerKind, RequestWish, Window, pause_days
from app.requests.known_codes import list_known_codes
from app.seasons import repository as seasons
from app.seasons.calendar import Calendar
from app.seasons.domain import Season
from app.seasons.policies import Policies
from app.texts import SECONDS_SENTENCE, is_whole_minute


def completed_activity(wish: ActivityWish, path: str) -> ActivityWish:
    """Complete what was left out, by the kind. Raises Invalid where kind, mode and rooms disagree."""
    rule = KINDS[wish.kind]
    mode = wish.attendance_mode or rule.modes[0]
    if mode not in rule.modes:
        raise Invalid.at(f"{path}.attendance_mode", N_("This kind of activity is not held that way."), "mode")
    lowest, highest = rule.rooms
    if mode == "online":
        lowest, highest = 0, min(highest, 1 if wish.kind == "livestream" else 0)
    elif rule.channel != "never" and wish.kind != "livestream":
        lowest = max(lowest, 1)
    rooms = lowest if wish.rooms_needed is None else wish.rooms_needed
    if not lowest <= rooms <= highest:
        raise Invalid.at(
            f"{path}.rooms_needed", _rooms_sentence(lowest, highest), "rooms", lowest=lowest, highest=highest
        )
    if wish.same_day_as_previous and pause_days(wish.gap_after_previous_minutes):
        sentence = N_("A pause of a day or more and the same day exclude each other.")
        raise Invalid.at(f"{path}.gap_after_previous_minutes", sentence, "contradiction")
    if wish.booths and not rule.is_fair:
        raise Invalid.at(f"{path}.booths", N_("Only fairs have booths."), "booths")
    return msgspec.structs.replace(wish, attendance_mode=mode, rooms_needed=rooms)


def _rooms_sentence(lowest: int, highest: int) -> str:
    if highest == 0:
        return N_("This kind of activity takes no room.")
    if lowest == highest:
        return N_("This kind of activity takes {lowest} room at a time.")
    return N_("This kind of activity takes {lowest} to {highest} rooms at once.")


def takes_channel(activity: ActivityWish) -> bool:
    """Whether a completed activity takes a livestream channel."""
    return needs_channel(activity.kind, activity.attendance_mode or "on_site")


def check_windows(activity: ActivityWish, path: str, season: Season) -> None:
    """Check that windows lie in the season, end after they start and are long enough. Raises Invalid."""
    for index, window in enumerate(activity.windows):
        at = f"{path}.windows[{index}]"
        _check_window(window, at, season)
        if _minutes(window) < activity.duration_minutes:
            sentence = N_("The window is shorter than the activity ({minutes} minutes).")
            raise Invalid.at(f"{at}.until_time", sentence, "window-too-short", minutes=activity.duration_minutes)
    day_minutes = end_minute(season.day_closes) - start_minute(season.day_opens)
    if activity.duration_minutes > day_minutes:
        sentence = N_("This is longer than the season's day ({minutes} minutes).")
        raise Invalid.at(f"{path}.duration_minutes", sentence, "too-long", minutes=day_minutes)


def _check_window(window: Window, at: str, season: Season) -> None:
    for name in ("from_time", "until_time"):
        if not is_whole_minute(getattr(window, name)):
            raise Invalid.at(f"{at}.{name}", SECONDS_SENTENCE, "seconds")
    if window.last_day < window.first_day:
        raise Invalid.at(f"{at}.last_day", N_("The last day comes before the first."), "ends-before-start")
    if _minutes(window) <= 0:
        raise Invalid.at(f"{at}.until_time", N_("The window ends before it starts."), "ends-before-start")
    if window.last_day < season.first_day or window.first_day > season.last_day:
        first, last = season.first_day, season.last_day
        sentence = N_("The season runs from {first} to {last}: these days lie outside it.")
        raise Invalid.at(f"{at}.first_day", sentence, "outside-season", first=first, last=last)


def _minutes(window: Window) -> int:
    return end_minute(window.until_time) - start_minute(window.from_time)


def check_kinds(wish: RequestWish, owner: OwnerKind) -> None:
    """Check that employers ask for kinds that are theirs, not the school's. Raises Invalid."""
    for index, activity in enumerate(wish.activities):
        if owner == "employer" and activity.kind in OF_THE_SCHOOL:
            sentence = N_("This kind of activity is held by departments and the career centre.")
            raise Invalid.at(f"activities[{index}].kind", sentence, "kind-of-the-school")


async def asking_span(
    connection: Connection, season: Season, policies: Policies, *, today: date
) -> tuple[date, date, Calendar]:
    """Give the first and the last day that can be asked for today, and the calendar from today on."""
    calendar = await seasons.get_calendar(connection, today, season.last_day + timedelta(days=60))
    earliest = calendar.add_working_days(today, policies.lead_time_working_days)
    return earliest, today + timedelta(days=policies.booking_horizon_days), calendar


async def check_lead_time(
    connection: Connection,
    wish: RequestWish,
    season: Season,
    policies: Policies,
    *,
    for_centre: bool,
    clock: Clock,
    now: datetime,
) -> None:
    """Check the days asked for: not past, not too soon to tell students, not off, and not too far but for the centre.

    Raises Invalid.
    """
    today = clock.local(now).date()
    earliest, latest, calendar = await asking_span(connection, season, policies, today=today)
    for index, activity in enumerate(wish.activities):
        last_days = [window.last_day for window in activity.windows] or [season.last_day]
        first_days = [window.first_day for window in activity.windows] or [season.first_day]
        at = f"activities[{index}].windows"
        if max(last_days) < today:
            raise Invalid.at(at, N_("These days have passed."), "in-the-past")
        if max(last_days) < earliest:
            sentence = N_(
                "This is less than {days} working days away, too late to tell students. The earliest day is {earliest}."
            )
            values = {"days": policies.lead_time_working_days, "earliest": earliest}
            raise Invalid(FieldError(at, sentence, values, "lead-time"), extra={"earliest_day": earliest})
        if min(first_days) > latest and not for_centre:
            sentence = N_("Requests are taken up to {days} days ahead, at the moment until {latest}.")
            values = {"days": policies.booking_horizon_days, "latest": latest}
            raise Invalid(FieldError(at, sentence, values, "horizon"), extra={"latest_day": latest})
        _check_working_days(activity, at, season, calendar, earliest)


def _check_working_days(activity: ActivityWish, at: str, season: Season, calendar: Calendar, earliest: date) -> None:
    days = [
        (max(window.first_day, season.first_day, earliest), min(window.last_day, season.last_day))
        for window in activity.windows
    ]
    if not days or any(calendar.add_working_days(first, 0) <= last for first, last in days):
        return
    nearest = calendar.add_working_days(min(first for first, _ in days), 0)
    if nearest > season.last_day:
        raise Invalid.at(at, N_("Nothing is held on these days: they are holidays or weekends."), "day-off")
    sentence = N_("Nothing is held on these days: they are holidays or weekends. The next working day is {nearest}.")
    raise Invalid(FieldError(at, sentence, {"nearest": nearest}, "day-off"), extra={"nearest_day": nearest})


async def check_references(connection: Connection, wish: RequestWish) -> None:
    """Check that features, majors, campuses and rooms exist. Raises Invalid."""
    known = await list_known_codes(
        connection,
        features=[code for activity in wish.activities for code in activity.features],
        majors=[code for activity in wish.activities for code in activity.audience]
        + [code for post in wish.posts for code in post.majors],
        campus_ids=[campus for activity in wish.activities for campus in activity.campus_ids],
        asked_room_ids=[room for activity in wish.activities for room in activity.asked_room_ids],
    )
    hosts: set[UUID | None] = set()
    for index, activity in enumerate(wish.activities):
        at = f"activities[{index}]"
        for code in activity.features:
            if code not in known.features:
                raise Invalid.at(f"{at}.features", N_("No room has a feature “{code}”."), "unknown-feature", code=code)
        for code in activity.audience:
            if code not in known.majors:
                raise Invalid.at(f"{at}.audience", N_("There is no major {code}."), "unknown-major", code=code)
        if not set(activity.campus_ids) <= known.campus_ids:
            raise Invalid.at(f"{at}.campus_ids", N_("There is no such campus."), "unknown-campus")
        _check_asked_rooms(activity, f"{at}.asked_room_ids", known.rooms)
        hosts |= {known.rooms[room] for room in activity.asked_room_ids} - {None}
        # One department is the host of a request: whoever decides there decides about all of it.
        if len(hosts) > 1:
            sentence = N_("These rooms belong to several departments; ask for those of one.")
            raise Invalid.at(f"{at}.asked_room_ids", sentence, "several-hosts")
    for index, post in enumerate(wish.posts):
        for code in post.majors:
            if code not in known.majors:
                raise Invalid.at(f"posts[{index}].majors", N_("There is no major {code}."), "unknown-major", code=code)


def _check_asked_rooms(activity: ActivityWish, at: str, known: Mapping[UUID, UUID | None]) -> None:
    asked_for, needed = set(activity.asked_room_ids), activity.rooms_needed or 0
    if not asked_for:
        return
    if not asked_for <= set(known):
        raise Invalid.at(at, N_("There is no such room."), "unknown-room")
    if not needed:
        raise Invalid.at(at, N_("This activity takes no room."), "no-room-needed")
    if len(asked_for) < needed:
        sentence = N_("It takes {needed} rooms at the same time; name at least as many, or none.")
        raise Invalid.at(at, sentence, "too-few-rooms", needed=needed)
