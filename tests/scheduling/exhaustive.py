"""The best weight of a tiny problem by trying everything; rules are the verifier's."""

from itertools import combinations

from scheduling import Activity, Placement, Problem, Solution, verify


def best_weight(problem: Problem) -> int:
    """Largest placed weight of any solution without violations."""
    placements = tuple(
        Placement(activity=f.activity, day=f.day, start=f.start, rooms=f.rooms, channel=f.channel)
        for f in problem.fixed
    )
    return _best(problem, 0, placements, {f.activity for f in problem.fixed})


def _best(problem: Problem, index: int, placed: tuple[Placement, ...], fixed: set[str]) -> int:
    if index == len(problem.requests):
        return 0
    request = problem.requests[index]
    missing = [a for a in request.activities if a.id not in fixed]
    best = _best(problem, index + 1, placed, fixed) + (0 if missing else request.weight)
    if missing:
        for extended in _placements(problem, missing, placed):
            best = max(best, request.weight + _best(problem, index + 1, extended, fixed))
    return best


def _placements(
    problem: Problem, activities: list[Activity], placed: tuple[Placement, ...]
) -> list[tuple[Placement, ...]]:
    found = [placed]
    for activity in activities:
        found = [(*before, placement) for before in found for placement in _wished_placements(problem, activity)]
    return [f for f in found if not verify(problem, Solution(placements=f))]


def _wished_placements(problem: Problem, activity: Activity) -> list[Placement]:
    times = {(d, s) for w in activity.windows for d in range(w.first_day, w.last_day + 1) for s in w.starts}
    rooms = list(combinations([r.id for r in problem.rooms], activity.rooms_needed))
    channels = [c.id for c in problem.channels] if activity.needs_channel else [None]
    return [
        Placement(activity=activity.id, day=d, start=s, rooms=r, channel=c)
        for d, s in sorted(times)
        for r in rooms
        for c in channels
    ]
