"""Figures of a solve beside its placements: the gap to the bound, and the activities that moved."""

from scheduling.model.problem import Problem
from scheduling.model.solution import Move, Placement, Solution
from scheduling.model.verification import same_placement


def relative_gap(bound: float, value: float) -> float:
    """(bound - value) / bound, 0 for an empty season."""
    return (bound - value) / bound if bound > 0 else 0.0


def moves_of(problem: Problem, solution: Solution) -> tuple[Move, ...]:
    """Fixed activities in new placements."""
    fixed = {h.activity: h for h in problem.fixed}
    moves = []
    for p in solution.placements:
        h = fixed.get(p.activity)
        if h is not None and not same_placement(p, h):
            old = Placement(activity=h.activity, day=h.day, start=h.start, rooms=h.rooms, channel=h.channel)
            moves.append(Move(activity=p.activity, old=old, new=p))
    return tuple(moves)
