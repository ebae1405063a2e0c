"""What more would help most: rooms, staff and channels, each figure from an actual re-solve."""

from collections.abc import Iterator

import msgspec

from scheduling.explaining import Explainer
from scheduling.problem import Channel, Problem, Room, StaffLimit
from scheduling.solution import Solution
from scheduling.solving import solve

MOST_CANDIDATES = 6
ROUNDS = 30  # of search for each: about two seconds at 2,000 requests


class Addition(msgspec.Struct, frozen=True, kw_only=True):
    """One thing more, and what it brings: ``kind`` is ``room``, ``staff`` or ``channel``.

    ``gain`` is the placed weight it adds and ``placed`` the requests, found by solving with it from the present
    solution.
    """

    kind: str
    campus: str | None = None
    capacity: int | None = None
    features: tuple[str, ...] = ()
    gain: int = 0
    placed: int = 0


def valuable_additions(
    problem: Problem, solution: Solution, *, rounds: int = ROUNDS, seed: int = 1, most: int = 60
) -> list[Addition]:
    """The most valuable additions, best first.

    Candidates come from what blocks the unplaced requests (the first ``most`` of them); each is then added to the
    problem, which is solved again from the present solution for so many ``rounds``: no clock decides, so the same
    arguments give the same figures. Lower goals are left alone, no figure speaks of them.
    """
    placed = {p.activity for p in solution.placements}
    weight = sum(r.weight for r in problem.requests if all(a.id in placed for a in r.activities))
    count = sum(all(a.id in placed for a in r.activities) for r in problem.requests)
    found = []
    for addition in _candidates(problem, solution, most):
        result = solve(
            _with(problem, addition),
            rounds=rounds,
            sweeps=0,
            seed=seed,
            processes=1,
            initial=solution,
        )
        gain = result.placed_weight - weight
        placed_now = result.requests - len(result.unplaced)
        found.append(msgspec.structs.replace(addition, gain=gain, placed=placed_now - count))
    return sorted(found, key=lambda a: -a.gain)


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
            id="\u200badded room",
            campus=addition.campus or "",
            capacity=addition.capacity or 0,
            features=addition.features,
            turnover_slots=max((r.turnover_slots for r in problem.rooms), default=0),
        )
        return replace(problem, rooms=(*problem.rooms, room))
    if addition.kind == "channel":
        turnover = max((c.turnover_slots for c in problem.channels), default=0)
        return replace(
            problem, channels=(*problem.channels, Channel(id="\u200badded channel", turnover_slots=turnover))
        )
    limits: list[StaffLimit] = [
        replace(k, limit=k.limit + 1) if k.campus == addition.campus else k for k in problem.staff_limits
    ]
    return replace(problem, staff_limits=tuple(limits))
