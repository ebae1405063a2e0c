"""`python -m scheduling.compile`: compile the kernels once, at set-up, so that nobody's first solve waits for it.

A small season that is full (so that every kind of search has to work) is solved; numba keeps the machine code beside
the package or in ``NUMBA_CACHE_DIR``. Without numba there is nothing to do.
"""

import time

from scheduling.compiled import HAS_NUMBA
from scheduling.problem import (
    Activity,
    Campus,
    Channel,
    Day,
    Grid,
    Group,
    Interval,
    Link,
    Major,
    Problem,
    Request,
    Room,
    StaffLimit,
    Window,
)
from scheduling.solving import solve

_DAYS, _SLOTS, _REQUESTS = 4, 12, 60
_ROUNDS = 20


def small_full_season() -> Problem:
    """Twice as many requests as places, with every kind of resource and rule."""
    anywhere = Window(first_day=0, last_day=_DAYS - 1, starts=tuple(range(_SLOTS - 3)), preference=5)
    return Problem(
        grid=Grid(slots_per_day=_SLOTS, days=tuple(Day(week=day // 2) for day in range(_DAYS))),
        campuses=(Campus(id="a"), Campus(id="b")),
        travel_slots=((0, 2), (2, 0)),
        rooms=tuple(
            Room(
                id=f"room {number}",
                campus="ab"[number % 2],
                capacity=20 * (1 + number),
                turnover_slots=1,
                blocked=(Interval(0, number, number + 2),),
            )
            for number in range(4)
        ),
        channels=(Channel(id="channel", turnover_slots=1),),
        staff_limits=(StaffLimit(campus="a", from_slot=0, to_slot=_SLOTS, limit=5),),
        groups=tuple(
            Group(id=f"team {number}", exclusive=True, travel=True, max_per_day=2, min_gap_days=number % 2)
            for number in range(20)
        ),
        majors=(Major(id="m", cohort=30),),
        requests=tuple(_request(number, anywhere) for number in range(_REQUESTS)),
    )


def _request(number: int, window: Window) -> Request:
    activities = tuple(
        Activity(
            id=f"{number}/{step}",
            kind="talk",
            duration_slots=2 + number % 3,
            rooms_needed=0 if number % 7 == 3 else 1 + (number % 5 == 0),
            capacity=15 + number % 30,
            needs_channel=number % 7 in (2, 3),
            groups=(f"team {number % 20}",),
            audience=("m",) if number % 2 else (),
            windows=(window,),
        )
        for step in range(2 if number % 9 == 0 else 1)
    )
    links = (Link(before=f"{number}/0", after=f"{number}/1", min_gap_slots=1),) if len(activities) == 2 else ()
    return Request(id=str(number), owner=f"o{number}", weight=10 + number % 4, activities=activities, links=links)


def main() -> None:
    """Solve the small season, by one process and by two."""
    if not HAS_NUMBA:
        print("engine: numba is not installed; the slower path is used")  # noqa: T201 - a tool for people
        return
    started = time.perf_counter()
    for processes in (1, 2):
        solve(small_full_season(), rounds=_ROUNDS, processes=processes, time_limit_seconds=120.0)
    print(f"engine: compiled in {time.perf_counter() - started:.0f} s")  # noqa: T201 - a tool for people


if __name__ == "__main__":
    main()
