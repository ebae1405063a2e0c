"""What follows from the strikes that count: a warning, a pause, a suspension. Pure; the days are the school's."""

from collections.abc import Iterable, Sequence
from datetime import date, datetime, timedelta
from typing import Final
from zoneinfo import ZoneInfo

import msgspec

from app.events import OutcomeKind
from app.seasons.policies import Policies
from app.strikes.domain import Outcome, Strike

_YEAR: Final = timedelta(days=365)
_PAUSED_FROM: Final = 2


class _NoShow(msgspec.Struct, frozen=True):
    """A no-show, or late cancellations that count as one: when it came to be, on which day, and when it is over."""

    at: datetime
    day: date
    over: date


def outcome_of(
    strikes: Iterable[Strike], policies: Policies, *, today: date, zone: ZoneInfo, waived_at: datetime | None
) -> Outcome:
    """Give what holds today, by the rules of the newest strike's season; nothing is held back by what was waived."""
    standing = sorted((one for one in strikes if one.counts_on(today)), key=lambda one: (one.noted_at, one.id))
    counted, late_left = _counted(standing, policies.late_cancels_per_no_show, zone)
    kind, until = _kind(standing, counted, policies, today=today, waived_at=waived_at)
    return Outcome(
        kind=kind,
        count=len(counted),
        late_left=late_left,
        until=until,
        next=_after_one_more(counted, policies, today=today),
    )


def _counted(standing: Sequence[Strike], late_per_no_show: int, zone: ZoneInfo) -> tuple[list[_NoShow], int]:
    found: list[_NoShow] = []
    late: list[Strike] = []
    for strike in standing:
        whole = [strike]
        if strike.cause == "late_cancel":
            late.append(strike)
            if len(late) != late_per_no_show:
                continue
            whole, late = late, []
        over = min(one.expires_on for one in whole)
        found.append(_NoShow(strike.noted_at, strike.noted_at.astimezone(zone).date(), over))
    return found, len(late)


def _kind(
    standing: Sequence[Strike],
    counted: Sequence[_NoShow],
    policies: Policies,
    *,
    today: date,
    waived_at: datetime | None,
) -> tuple[OutcomeKind, date | None]:
    if not counted:
        return ("noted" if standing else "clear"), None
    latest = counted[-1]
    if waived_at is not None and latest.at <= waived_at:
        return "warned", None
    pause_ends = latest.day + timedelta(days=policies.no_show_block_days)
    of_a_year = [one for one in counted if today < one.day + _YEAR]
    too_many = len(of_a_year) - policies.no_show_suspend_after
    if policies.no_show_suspend_after and too_many >= 0:
        # Until so many are over that fewer are left, and never shorter than a pause.
        ends = sorted(min(one.over, one.day + _YEAR) for one in of_a_year)
        return "suspended", max(ends[too_many], pause_ends)
    if len(counted) >= _PAUSED_FROM and today < pause_ends:
        return "paused", pause_ends
    return "warned", None


def _after_one_more(counted: Sequence[_NoShow], policies: Policies, *, today: date) -> OutcomeKind:
    of_a_year = sum(today < one.day + _YEAR for one in counted)
    if policies.no_show_suspend_after and of_a_year + 1 >= policies.no_show_suspend_after:
        return "suspended"
    return "paused" if len(counted) + 1 >= _PAUSED_FROM and policies.no_show_block_days else "warned"
