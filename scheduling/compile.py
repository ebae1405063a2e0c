"""``python -m scheduling.compile``: compiles every kernel once, at set-up, into the cache.

A start then takes a second instead of a minute. Without numba there is nothing to do; where no cache folder can be
written (`scheduling.kernels.cache`), kernels are compiled anew in every process.
"""

import gc
import subprocess
import sys
import time

from scheduling.answers.snapshot import Snapshot
from scheduling.answers.warming import warm_open_season
from scheduling.arrays.season import compile_season
from scheduling.booths.assignment import assign_booths
from scheduling.booths.fair import Booth, Exhibitor
from scheduling.bound.upper_bound import upper_bound
from scheduling.kernels.cache import remove_older
from scheduling.kernels.compiled import CACHE_FOLDER, HAS_NUMBA
from scheduling.model.problem import (
    Activity,
    Campus,
    Channel,
    Day,
    Fixed,
    Forbidden,
    Grid,
    Group,
    Link,
    Problem,
    Request,
    Room,
    StaffLimit,
    Window,
)
from scheduling.moves.guided_search import GuidedSearch
from scheduling.moves.searcher import Searcher
from scheduling.search.construction import construction_order
from scheduling.search.polish import polish
from scheduling.search.solving import solve


def tiny_problem() -> Problem:
    """Two slots' worth of everything, so that every kernel is called."""
    window = Window(first_day=0, last_day=1, starts=(0, 1))

    def request(name: str, *, live: bool = False) -> Request:
        return Request(
            id=name,
            activities=(
                Activity(
                    id=name,
                    duration_slots=1,
                    windows=(window,),
                    needs_channel=live,
                    groups=("team",),
                    forbidden=(Forbidden(day=1, room="room"),),
                ),
            ),
        )

    return Problem(
        grid=Grid(slots_per_day=2, days=(Day(), Day())),
        campuses=(Campus(id="campus"),),
        rooms=(Room(id="room", campus="campus", capacity=1),),
        channels=(Channel(id="channel"),),
        staff_limits=(StaffLimit(campus="campus", from_slot=0, to_slot=2, limit=2),),
        groups=(Group(id="team", exclusive=True, max_per_day=2),),
        requests=tuple(request(f"q{i}", live=i % 2 == 0) for i in range(6)),
        links=(Link(before="q0", after="q1"),),
        fixed=(Fixed(activity="q2", day=0, start=0, rooms=("room",), channel="channel", state="tentative"),),
    )


def tiny_people_problem() -> Problem:
    """A few activities that share more people than rooms, so that the kernels of guided ejection are called."""
    people = tuple(f"p{i}" for i in range(5))
    window = Window(first_day=0, last_day=0, starts=(0, 1))
    return Problem(
        grid=Grid(slots_per_day=2, days=(Day(),)),
        campuses=(Campus(id="campus"),),
        rooms=(Room(id="room", campus="campus", capacity=1),),
        groups=tuple(Group(id=p, exclusive=True) for p in people),
        requests=tuple(
            Request(id=f"q{i}", activities=(Activity(id=f"q{i}", duration_slots=1, windows=(window,), groups=people),))
            for i in range(3)
        ),
    )


def warm_search() -> None:
    """Compile and cache the local search."""
    season = compile_season(tiny_problem())
    searcher = Searcher(season)
    searcher.construct(construction_order(season))
    searcher.improve(1)
    searcher.anneal(1, 1.0)


def warm_others() -> None:
    """Compile and cache the lower goals and guided ejection."""
    season = compile_season(tiny_problem())
    polish(Searcher(season).board, lambda _: True)
    GuidedSearch(Searcher(compile_season(tiny_people_problem()))).run(1)


def warm_rest() -> None:
    """Compile and cache everything else."""
    problem = tiny_problem()
    upper_bound(compile_season(problem))
    warm_up_booths()
    result = solve(problem, rounds=14, processes=1)
    solve(tiny_people_problem(), rounds=1, processes=1)
    snapshot = Snapshot(problem, result.solution)
    snapshot.insert(Request(id="new", activities=(Activity(id="new", duration_slots=2, windows=()),)))
    snapshot.free_placements("q1")
    warm_open_season()


def warm_up_booths() -> None:
    """Compile and cache, or load, the kernels of booths."""
    booths = tuple(Booth(id=str(i), row=0, column=i) for i in range(2))
    assign_booths(booths, (Exhibitor(id="new", wishes=("1",)),))


def warm_up() -> None:
    """Load the kernels of a solve in a process that will make many, so that the next one starts at once."""
    solve(tiny_problem(), rounds=8, processes=1)
    solve(tiny_people_problem(), rounds=1, processes=1)
    gc.freeze()  # the collector need not look through all that is loaded once more for every few thousand objects


def main() -> int:
    """Compile, and say how long it took."""
    if not HAS_NUMBA:
        sys.stdout.write("numba is not installed: the kernels run uncompiled, much slower\n")
        return 0
    began = time.perf_counter()
    # two cores: the local search here, what it does not share with the rest in a second process
    with subprocess.Popen([sys.executable, "-c", "from scheduling.compile import warm_others; warm_others()"]):
        warm_search()
    warm_rest()
    if CACHE_FOLDER is not None:
        remove_older(CACHE_FOLDER)
    sys.stdout.write(f"compiled the kernels in {time.perf_counter() - began:.0f} s\n")
    return 0


if __name__ == "__main__":
    sys.exit(main())
