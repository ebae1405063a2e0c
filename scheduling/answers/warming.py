"""Loads the kernels that answer for one more request, and nothing of the solver."""

from scheduling.answers.open_season import PEOPLE, Occupied, OpenSeason, Own, people_group
from scheduling.model.problem import (
    Activity,
    Campus,
    Channel,
    Day,
    Grid,
    Interval,
    Link,
    Problem,
    Request,
    Room,
    StaffLimit,
    Window,
)


def warm_open_season() -> None:
    """Compile and cache, or load, the kernels of `scheduling.answers.open_season`: later questions do not wait."""
    season = OpenSeason(
        Problem(
            grid=Grid(slots_per_day=4, days=(Day(), Day())),
            campuses=(Campus(id="campus"),),
            rooms=(Room(id="room", campus="campus", capacity=1),),
            channels=(Channel(id="channel"),),
            staff_limits=(StaffLimit(campus="campus", from_slot=0, to_slot=4, limit=2),),
            groups=(people_group(travel=True),),
        )
    )
    season.occupy("", Occupied((("room", Interval(0, 0, 1)),), "campus"))
    windows = (Window(first_day=0, last_day=1, starts=(0, 1, 2, 3)),)
    steps = tuple(
        Activity(
            id=name, duration_slots=1, windows=windows, groups=(PEOPLE,), needs_channel=not rooms, rooms_needed=rooms
        )
        for name, rooms in (("first", 1), ("second", 1), ("third", 0))
    )
    links = (Link(before="first", after="second"), Link(before="second", after="third", same_day=True))
    own = Own(busy=((Interval(0, 0, 1), "campus"),))
    for asked in (Request(id="new", activities=steps, links=links), Request(id="new", activities=steps[:1])):
        season.ways(asked, own)
        season.likely_placements(asked, own)
