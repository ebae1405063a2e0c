"""Morning, afternoon and evening."""

from typing import Final, Literal

from scheduling.model.problem import Grid

DayPart = Literal["morning", "afternoon", "evening"]
# From and until which minute of the day an activity of that part starts.
DAY_PARTS: Final[dict[DayPart, tuple[int, int]]] = {
    "morning": (0, 12 * 60),
    "afternoon": (12 * 60, 18 * 60),
    "evening": (18 * 60, 24 * 60),
}


def part_of_day(grid: Grid, slot: int) -> DayPart:
    """The part of the day in which a slot starts."""
    minute = grid.first_slot_minute + slot * grid.slot_minutes
    return next(part for part, (first, until) in DAY_PARTS.items() if first <= minute % (24 * 60) < until)
