"""The subproblem of `scheduling.decomposition.benders`: it places as many activities of one day as can be."""

from typing import NamedTuple

from ortools.sat.python import cp_model

from scheduling.arrays.naming import IndexPlacement
from scheduling.exact.day_rules import DayRules, Option, Variable, small_solver, total_of
from scheduling.moves.board import Board

DETERMINISTIC_SECONDS = 0.5  # for who has a placement
STAYING_SECONDS = 0.5  # of the same sort, for who keeps its own
MUST = 1_000_000  # worth of an activity that may not be dropped


class Member(NamedTuple):
    """An activity that is to be on a campus (-1: it needs no room).

    ``old`` is the placement it has that day now, ``reference`` its reference placement if that is on the same day,
    ``worth`` what having a placement is worth.
    """

    activity: int
    campus: int
    old: IndexPlacement | None
    reference: IndexPlacement | None
    worth: int


class Subproblem(DayRules):
    """The heaviest choice of its members that a day holds, with as many as can be at their reference placements.

    Attributes
    ----------
    placements
        Where the solution has the members, once it is solved.
    """

    def __init__(self, board: Board, day: int, members: list[Member]) -> None:
        super().__init__(board, day)
        self.members = members
        self.worth: list[cp_model.LinearExpr] = []
        self.at_reference: list[Variable] = []
        self.placements: dict[int, IndexPlacement] = {}
        self.solver = small_solver(DETERMINISTIC_SECONDS)
        for member in members:
            self._add(member)
        for a, b in self.team_pairs():
            self.keep_team_apart(a, b)
        self.add_shared()
        self.model.maximize(total_of(self.worth))

    def solve(self) -> None:
        """Fill ``placements``; may run in another thread. Its limits are of deterministic time."""
        if self.solver.solve(self.model) not in {cp_model.OPTIMAL, cp_model.FEASIBLE}:
            return
        self.placements = self.chosen_placements(self.solver)
        if self.at_reference:
            self._prefer_references()

    @property
    def left_out(self) -> list[Member]:
        """Members without a placement."""
        return [member for member in self.members if member.activity not in self.placements]

    def _add(self, member: Member) -> None:
        a, campus, old, reference, worth = member
        own = self.options.setdefault(a, [])
        for opening in self.openings(a, campus):
            for pool in opening.pools:
                rooms = {r: self.model.new_bool_var("") for r in opening.rooms}
                self.add_option(a, Option(campus, opening.start, pool, self.model.new_bool_var(""), rooms))
        self.model.add_at_most_one(option.chosen for option in own)
        self.worth += [worth * option.chosen for option in own]
        for option in own:
            is_old = _is_at(option, old)
            self.model.add_hint(option.chosen, is_old)
            for r, uses in option.rooms.items():
                self.model.add_hint(uses, is_old and old is not None and r in old[4])
            if reference is not None and _is_at(option, reference):
                stays = self.model.new_bool_var("")
                kept = total_of([option.chosen, *(option.rooms[r] for r in reference[4])])
                self.model.add(kept >= (len(reference[4]) + 1) * stays)
                self.model.add_hint(stays, is_old and old == reference)
                self.at_reference.append(stays)

    def _prefer_references(self) -> None:
        """The same worth with more members at their reference placements."""
        self.model.clear_hints()  # type: ignore[no-untyped-call]
        for index in range(len(self.model.proto.variables)):
            variable = self.model.get_int_var_from_proto_index(index)
            self.model.add_hint(variable, self.solver.value(variable))
        self.model.add(total_of(self.worth) >= round(self.solver.objective_value))
        self.model.maximize(total_of(self.at_reference))
        self.solver.parameters.max_deterministic_time = STAYING_SECONDS
        if self.solver.solve(self.model) in {cp_model.OPTIMAL, cp_model.FEASIBLE}:
            self.placements = self.chosen_placements(self.solver)


def _is_at(option: Option, placement: IndexPlacement | None) -> bool:
    if placement is None:
        return False
    _, start, _, pool, rooms = placement
    return option.start == start and option.pool == pool and set(rooms) <= set(option.rooms)
