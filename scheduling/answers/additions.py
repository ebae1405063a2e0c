"""The rooms, staff and channels that would help most if they were added; each figure comes from an actual re-solve."""

from collections import Counter
from collections.abc import Iterator
from datetime import date
from typing import Final

import msgspec

from scheduling.answers.explaining import Explainer
from scheduling.model.day_parts import DayPart, part_of_day
from scheduling.model.problem import Channel, Grid, Interval, Problem, Room, StaffLimit
from scheduling.model.solution import Result, Solution
from scheduling.search.solving import solve

MOST_CANDIDATES = 6
MOST_NARROWED = 2  # rooms that are tried on one weekday's morning, afternoon or evening alone as well
ROUNDS = 100  # of search for each: about five seconds at 2,000 requests, and 30 miss what one weekday brings

_ADDED: Final = "\u200badded"


class Addition(msgspec.Struct, frozen=True, kw_only=True):
    """One thing more, and what it brings: ``kind`` is ``room``, ``staff`` or ``channel``.

    ``weekday`` (1 = Monday) and ``part`` say when a room is there; ``None`` is always. ``gain`` is the placed weight it
    adds and ``placed`` the requests, found by solving with it from the present solution.
    """

    kind: str
    campus: str | None = None
    capacity: int | None = None
    features: tuple[str, ...] = ()
    weekday: int | None = None
    part: DayPart | None = None
    gain: int = 0
    placed: int = 0


def valuable_additions(
    problem: Problem, solution: Solution, *, rounds: int = ROUNDS, seed: int = 1, most: int = 60
) -> list[Addition]:
    """The most valuable additions, best first.

    Candidates come from what blocks the unplaced requests (the first ``most`` of them); each is then added to the
    problem, which is solved again from the present solution for so many ``rounds``: no clock decides, so the same
    arguments give the same figures. The best rooms are tried once more on the one weekday's part of the day on which
    they were used most, where the days have dates. Lower goals are left alone, no figure speaks of them.
    """
    trial = _Trial(problem, solution, rounds, seed)
    found = [trial.run(addition) for addition in _candidates(problem, solution, most)]
    rooms = sorted((f for f in found if f[0].kind == "room" and f[0].gain > 0), key=lambda f: -f[0].gain)
    narrowed = [_when_used(problem.grid, addition, result) for addition, result in rooms[:MOST_NARROWED]]
    found += [trial.run(addition) for addition in narrowed if addition is not None]
    # for the same gain, a room on one evening a week is the easier thing to find
    return sorted((addition for addition, _ in found), key=lambda a: (-a.gain, a.weekday is None))


class _Trial:
    """Solves with one thing more."""

    def __init__(self, problem: Problem, solution: Solution, rounds: int, seed: int) -> None:
        self.problem, self.solution, self.rounds, self.seed = problem, solution, rounds, seed
        placed = {p.activity for p in solution.placements}
        whole = [r for r in problem.requests if all(a.id in placed for a in r.activities)]
        self.weight, self.count = sum(r.weight for r in whole), len(whole)

    def run(self, addition: Addition) -> tuple[Addition, Result]:
        """With its figures."""
        problem = _with(self.problem, addition)
        result = solve(problem, rounds=self.rounds, sweeps=0, seed=self.seed, processes=1, initial=self.solution)
        placed = result.requests - len(result.unplaced)
        figures = {"gain": result.placed_weight - self.weight, "placed": placed - self.count}
        return msgspec.structs.replace(addition, **figures), result


def _when_used(grid: Grid, addition: Addition, result: Result) -> Addition | None:
    """The same room on the weekday and part of the day in which a solution uses it most."""
    used: Counter[tuple[int, DayPart]] = Counter()
    for placement in result.solution.placements:
        if _ADDED in placement.rooms and (weekday := _weekday(grid, placement.day)) is not None:
            used[weekday, part_of_day(grid, placement.start)] += 1
    if not used:
        return None
    (weekday, part), _ = min(used.items(), key=lambda item: (-item[1], item[0]))
    return msgspec.structs.replace(addition, weekday=weekday, part=part)


def _weekday(grid: Grid, day: int) -> int | None:
    try:
        return date.fromisoformat(grid.days[day].date or "").isoweekday()
    except ValueError:
        return None  # dates are labels: another one, or none, has no weekday


def _open(grid: Grid, addition: Addition) -> tuple[Interval, ...] | None:
    """When the added room is there; ``None`` = always."""
    if addition.weekday is None or addition.part is None:
        return None
    slots = [slot for slot in range(grid.slots_per_day) if part_of_day(grid, slot) == addition.part]
    days = [day for day in range(len(grid.days)) if _weekday(grid, day) == addition.weekday]
    return tuple(Interval(day, slots[0], slots[-1] + 1) for day in days)


def _candidates(problem: Problem, solution: Solution, most: int) -> list[Addition]:
    """Kinds of relief, those that would touch most waiting weight first."""
    placed = {p.activity for p in solution.placements}
    explainer = Explainer(problem, solution)
    waiting = [r for r in problem.requests if any(a.id not in placed for a in r.activities)]
    # rules name the room or the campus that is in the way
    campus_of = {c.id: c.id for c in problem.campuses} | {r.id: r.campus for r in problem.rooms}
    worth: dict[Addition, int] = {}
    for request in sorted(waiting, key=lambda r: -r.weight)[:most]:
        needs = {a.id: a for a in request.activities}
        for blocking in explainer.explain(request.id, with_proof=False).blocking:
            activity = needs[blocking.activity]
            campus = campus_of.get(blocking.resource or "")
            for addition in _relief(blocking.rule, campus, activity.capacity, activity.features):
                worth[addition] = worth.get(addition, 0) + request.weight
    return sorted(worth, key=lambda a: -worth[a])[:MOST_CANDIDATES]


def _relief(rule: str, campus: str | None, capacity: int, features: tuple[str, ...]) -> Iterator[Addition]:
    if rule in {"room_overlap", "room_blocked"} and campus is not None:
        # sizes in steps, so that requests that one room would serve count together
        size = next((s for s in (40, 80, 200, 500) if s >= capacity), capacity)
        yield Addition(kind="room", campus=campus, capacity=size, features=tuple(sorted(features)))
    elif rule == "staff_limit" and campus is not None:
        yield Addition(kind="staff", campus=campus)
    elif rule == "channel_overlap":
        yield Addition(kind="channel")


def _with(problem: Problem, addition: Addition) -> Problem:
    replace = msgspec.structs.replace
    if addition.kind == "room":
        room = Room(
            id=_ADDED,
            campus=addition.campus or "",
            capacity=addition.capacity or 0,
            features=addition.features,
            open=_open(problem.grid, addition),
            turnover_slots=max((r.turnover_slots for r in problem.rooms), default=0),
        )
        return replace(problem, rooms=(*problem.rooms, room))
    if addition.kind == "channel":
        turnover = max((c.turnover_slots for c in problem.channels), default=0)
        return replace(problem, channels=(*problem.channels, Channel(id=_ADDED, turnover_slots=turnover)))
    limits: list[StaffLimit] = [
        replace(k, limit=k.limit + 1) if k.campus == addition.campus else k for k in problem.staff_limits
    ]
    return replace(problem, staff_limits=tuple(limits))
