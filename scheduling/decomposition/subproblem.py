"""Whether a day can hold who is to be there, and where: the subproblem of `scheduling.decomposition.benders`."""

from typing import NamedTuple

from ortools.sat.python import cp_model

from scheduling.arrays.naming import Place
from scheduling.exact.day_rules import DayRules, Option, Variable, small_solver, total_of
from scheduling.moves.board import Board

DETERMINISTIC_SECONDS = 0.5  # for who has a place
STAYING_SECONDS = 0.5  # of the same sort, for who keeps its own
MUST = 1_000_000  # worth of an activity that may not be dropped


class Member(NamedTuple):
    """An activity that is to be on a campus (-1: it needs no room).

    ``old`` is the place it has that day now, ``home`` the one it is held at if that is the same day, ``worth`` what
    having a place is worth.
    """

    activity: int
    campus: int
    old: Place | None
    home: Place | None
    worth: int


class DayPacking(DayRules):
    """The most worth of its members that a day holds, and then, as far as found in time, most of them at home.

    Attributes
    ----------
    places
        Where the solution has the members, once it is solved.
    """

    def __init__(self, board: Board, day: int, members: list[Member]) -> None:
        super().__init__(board, day)
        self.members = members
        self.worth: list[cp_model.LinearExpr] = []
        self.at_home: list[Variable] = []
        self.places: dict[int, Place] = {}
        self.solver = small_solver(DETERMINISTIC_SECONDS)
        for member in members:
            self._add(member)
        for a, b in self.team_pairs():
            self.keep_team_apart(a, b)
        self.add_shared()
        self.model.maximize(total_of(self.worth))

    def solve(self) -> None:
        """Fill ``places``; may run in another thread. Its limits are of deterministic time."""
        if self.solver.solve(self.model) not in {cp_model.OPTIMAL, cp_model.FEASIBLE}:
            return
        self.places = self.chosen_places(self.solver)
        if self.at_home:
            self._send_home()

    @property
    def left_out(self) -> list[Member]:
        """Members without a place."""
        return [member for member in self.members if member.activity not in self.places]

    def _add(self, member: Member) -> None:
        a, campus, old, home, worth = member
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
            if home is not None and _is_at(option, home):
                stays = self.model.new_bool_var("")
                kept = total_of([option.chosen, *(option.rooms[r] for r in home[4])])
                self.model.add(kept >= (len(home[4]) + 1) * stays)
                self.model.add_hint(stays, is_old and old == home)
                self.at_home.append(stays)

    def _send_home(self) -> None:
        """The same worth with more members at home."""
        self.model.clear_hints()  # type: ignore[no-untyped-call]
        for index in range(len(self.model.proto.variables)):
            variable = self.model.get_int_var_from_proto_index(index)
            self.model.add_hint(variable, self.solver.value(variable))
        self.model.add(total_of(self.worth) >= round(self.solver.objective_value))
        self.model.maximize(total_of(self.at_home))
        self.solver.parameters.max_deterministic_time = STAYING_SECONDS
        if self.solver.solve(self.model) in {cp_model.OPTIMAL, cp_model.FEASIBLE}:
            self.places = self.chosen_places(self.solver)


def _is_at(option: Option, place: Place | None) -> bool:
    if place is None:
        return False
    _, start, _, pool, rooms = place
    return option.start == start and option.pool == pool and set(rooms) <= set(option.rooms)
