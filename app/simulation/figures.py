"""The figures of a simulated season, and which of them are promises."""

from typing import Final

import msgspec

TENTATIVE_MOVES_MEDIAN_AT_MOST: Final = 2
# Approved and placed, reminded to answer, confirmed, reminded of it.
MESSAGES_UNCHANGED_AT_MOST: Final = 4
# Nobody may ever be let down in one of these ways.
_NEVER: Final = (
    "cases_untold",
    "violations",
    "messages_lost",
    "messages_doubled",
    "confirmed_moved_without_consent",
    "unexplained_refusals",
    "refusals_without_offer_though_feasible",
)


class SimulatedFigures(msgspec.Struct, frozen=True, kw_only=True):
    """The figures that `simulate --json` prints of one run.

    `messages_unchanged_max`: most messages to one person about one booking that never changed, with those about its
    request as a whole; `messages_unchanged_kinds` says which. `messages_unplaced_max`: most about a request that
    never had a place; `messages_request_max`: most about any request, with all of its bookings and changes.
    """

    cases_untold: int
    messages_per_person_median: float
    messages_unchanged_max: int
    messages_unchanged_kinds: dict[str, int]
    messages_unplaced_max: int
    messages_request_max: int
    requests: int
    series: int
    series_dates: int
    series_days_dropped: int
    series_changes: int
    amendments: int
    cancellations: int
    no_shows: int
    closures: int
    facts_changed: int
    late_requests: int
    offers_made: int
    offers_accepted: int
    handed_over: int
    waitlist_promotions: int
    cases_opened: int
    cases_open: int
    violations: int
    messages_due: int
    messages_lost: int
    messages_doubled: int
    confirmed_moved_without_consent: int
    unexplained_refusals: int
    refusals_without_offer_though_feasible: int
    tentative_moves_median: float
    tentative_moves_max: float
    seconds: float = 0.0

    def broken_promises(self) -> dict[str, float]:
        """Give the figures that should not be as they are."""
        broken: dict[str, float] = {name: getattr(self, name) for name in _NEVER if getattr(self, name)}
        if self.tentative_moves_median > TENTATIVE_MOVES_MEDIAN_AT_MOST:
            broken["tentative_moves_median"] = self.tentative_moves_median
        if self.messages_unchanged_max > MESSAGES_UNCHANGED_AT_MOST:
            broken["messages_unchanged_max"] = self.messages_unchanged_max
        return broken


class Simulated(msgspec.Struct, frozen=True, kw_only=True):
    """One season twice: releases confirm, and employers confirm."""

    off: SimulatedFigures
    on: SimulatedFigures

    def is_as_promised(self) -> bool:
        """Whether both runs kept every promise, and what was tentative was moved at all."""
        return not self.off.broken_promises() and not self.on.broken_promises() and self.on.tentative_moves_max > 0
