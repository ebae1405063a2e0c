"""Policies: rules that differ from school to school. Defaults are here, a season's changes are rows."""

from collections.abc import Mapping, Sequence
from typing import Annotated, Any, Final, Literal

import msgspec
from msgspec import Meta

from app.errors import N_, Invalid, NotFound
from app.kinds import Kind

Days = Annotated[int, Meta(ge=0, le=400)]
Count = Annotated[int, Meta(ge=0, le=1000)]
Hours = Annotated[int, Meta(ge=1, le=1000)]
Minutes = Annotated[int, Meta(ge=0, le=24 * 60)]
# An activity lasts no longer than this.
LONGEST_MINUTES: Final = 840
RoomMinutes = Annotated[int, Meta(ge=15, le=LONGEST_MINUTES)]
Weight = Annotated[int, Meta(ge=0, le=10_000)]
Share = Annotated[float, Meta(ge=0, le=1)]
ClockTime = Annotated[str, Meta(pattern="^([01][0-9]|2[0-3]):[0-5][0-9]$(?!\\n)")]
Relaxation = Literal["days", "start", "campus", "capacity", "fewer_rooms", "online", "shorter"]


class UnknownPolicy(NotFound):
    """There is no policy of that name."""

    type = "policy-not-found"
    sentence = N_("There is no policy named “{name}”.")


class Policies(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Every policy with its default; field names are the policies' names."""

    employer_confirms: bool = False
    employer_answer_hours: Hours = 72
    offer_hold_hours: Hours = 48
    waitlist_hold_hours: Hours = 24
    offers_per_request: Annotated[int, Meta(ge=1, le=20)] = 3
    offers_hold_after_release: bool = True
    amend_growth_percent: Annotated[int, Meta(ge=0, le=100)] = 20
    lead_time_working_days: Days = 5
    booking_horizon_days: Days = 90
    start_grace_minutes: Minutes = 0
    room_max_minutes: RoomMinutes = LONGEST_MINUTES
    employer_review_working_days: Days = 3
    licence_notice_days: Count = 30
    approval_told_after_working_days: Days = 3  # 0: at once
    reminder_hours_before: Count = 24
    lapse_notice_working_days: Days = 3
    series_end_notice_days: Days = 14  # 0: nobody is told
    cancel_until_working_days: Days = 1
    campus_entry_until_working_days: Annotated[int, Meta(ge=0, le=30)] = 1
    campus_entry_keep_days: Days = 30
    appeal_file_keep_days: Days = 30
    safety_filing_people: Annotated[int, Meta(ge=0, le=100_000)] = 1000  # 0: no such rule
    safety_filing_outsiders: Annotated[int, Meta(ge=0, le=100_000)] = 100  # 0: no such rule
    safety_filing_working_days: Days = 20
    filing_kinds: Annotated[tuple[Kind, ...], Meta(max_length=10)] = ("department_fair", "guidance_event")
    filing_people: Annotated[int, Meta(ge=0, le=100_000)] = 500
    filing_booths: Annotated[int, Meta(ge=0, le=2000)] = 60
    filing_objection_working_days: Days = 2
    case_working_days: Days = 3
    request_decision_working_days: Days = 3  # 0: nobody is reminded
    no_show_block_days: Days = 30
    no_show_suspend_after: Count = 3  # 0: never
    late_cancels_per_no_show: Count = 2  # 0: they do not count
    strike_expires_days: Days = 365
    open_requests_per_employer: Count = 3
    drafts_per_owner: Count = 60
    talks_per_day_per_employer: Count = 1
    fairs_per_month_per_employer: Count = 2
    fairs_minimum_gap_days: Days = 7
    fairs_per_day_per_department: Count = 1
    activities_per_campus_day: Count = 40
    activities_per_campus_evening: Count = 20
    evening_from: ClockTime = "18:00"
    travel_minutes_between_campuses: Minutes = 60
    usual_starts: Annotated[tuple[ClockTime, ...], Meta(max_length=96)] = ("09:30", "14:00", "16:30", "19:00")
    only_usual_starts: bool = False
    weight_default: Weight = 10
    weight_small_or_medium: Weight = 12
    weight_department_fair: Weight = 30
    weight_key_group: Weight = 40
    small_share_at_least: Share = 0.0  # 0: no such rule
    evening_share_at_most: Share = 1.0  # 1: no such rule
    every_major_served: bool = False
    move_budget: Count = 10
    solve_seconds: Annotated[int, Meta(ge=1, le=3600)] = 10
    tolerance_preference: Share = 0.05
    tolerance_audience_clash: Share = 0.1
    relaxations_offered: tuple[Relaxation, ...] = ("days", "start", "campus", "capacity", "fewer_rooms", "online")
    class_periods: Annotated[tuple[tuple[ClockTime, ClockTime], ...], Meta(min_length=1, max_length=20)] = (
        ("08:00", "08:45"),
        ("08:50", "09:35"),
        ("09:50", "10:35"),
        ("10:40", "11:25"),
        ("11:30", "12:15"),
        ("14:00", "14:45"),
        ("14:50", "15:35"),
        ("15:50", "16:35"),
        ("16:40", "17:25"),
        ("19:00", "19:45"),
        ("19:50", "20:35"),
        ("20:40", "21:25"),
    )
    smtp_messages_per_minute: Annotated[int, Meta(ge=1, le=100_000)] = 6000


DEFAULT_POLICIES = Policies()


def policies_from_rows(rows: Mapping[str, Any]) -> Policies:
    """Give a season's policies: the defaults and what people changed."""
    known = {field.name for field in msgspec.structs.fields(Policies)}
    return msgspec.convert({name: value for name, value in rows.items() if name in known}, Policies)


def check_policy(name: str, value: Any) -> Any:
    """Give the value in its stored form. Raises UnknownPolicy, Invalid; msgspec.ValidationError of a wrong shape."""
    for field in msgspec.structs.fields(Policies):
        if field.name == name:
            fitting = msgspec.convert(value, field.type)
            if name == "class_periods":
                _check_periods(fitting)
            return msgspec.to_builtins(fitting)
    raise UnknownPolicy(name=name)


def _check_periods(periods: Sequence[tuple[str, str]]) -> None:
    ended = ""
    for number, (begins, ends) in enumerate(periods):
        at = f"value[{number}]"
        if ends <= begins:
            raise Invalid.at(at, N_("A period ends after it begins."), "ends-before-start")
        if begins < ended:
            raise Invalid.at(at, N_("A period begins when the one before it has ended."), "overlap")
        ended = ends
