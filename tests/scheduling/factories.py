"""Small problems written in one line each."""

from typing import Any

from scheduling import Activity, Campus, Day, Grid, Placement, Problem, Request, Room, Solution, Window

SLOTS = 10


def window(first_day: int = 0, last_day: int = 4, starts: tuple[int, ...] | None = None, preference: int = 0) -> Window:
    return Window(
        first_day=first_day,
        last_day=last_day,
        starts=tuple(range(SLOTS - 1)) if starts is None else starts,
        preference=preference,
    )


def activity(id_: str = "a", **fields: Any) -> Activity:
    return Activity(**{"id": id_, "duration_slots": 2, "windows": (window(),), **fields})


def request(id_: str = "a", *activities: Activity, **fields: Any) -> Request:
    return Request(**{"id": id_, "owner": "acme", "activities": activities or (activity(id_),), **fields})


def room(id_: str = "r", **fields: Any) -> Room:
    return Room(**{"id": id_, "campus": "north", "capacity": 100, **fields})


def problem(*requests: Request, **fields: Any) -> Problem:
    """Five days of ten slots, two campuses one slot apart, one room in the north unless said otherwise."""
    return Problem(
        **{
            "grid": Grid(slots_per_day=SLOTS, days=tuple(Day(week=i // 3) for i in range(5))),
            "campuses": (Campus(id="north"), Campus(id="south")),
            "travel_slots": ((0, 1), (1, 0)),
            "rooms": (room(),),
            "requests": requests,
            **fields,
        }
    )


def placement(activity: str = "a", day: int = 0, start: int = 0, *rooms: str, channel: str | None = None) -> Placement:
    return Placement(activity=activity, day=day, start=start, rooms=rooms or ("r",), channel=channel)


def online(activity: str = "a", day: int = 0, start: int = 0, channel: str | None = None) -> Placement:
    return Placement(activity=activity, day=day, start=start, channel=channel)


def solution(*placements: Placement) -> Solution:
    return Solution(placements=placements)
