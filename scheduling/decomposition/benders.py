"""Logic-based Benders decomposition: one program assigns campuses and days, then each day is solved exactly.

A local search changes a few bookings at a time. The master (`scheduling.decomposition.master`) sees the whole season
but no rooms; its solution in whole numbers differs from a good schedule in a few dozen activities. Each day that gains
an activity is solved exactly as a subproblem (`scheduling.decomposition.subproblem`). An activity that does not fit
returns to its former day, and the subproblem adds an inequality over activities of its type to the master
(`scheduling.decomposition.cuts`), which is then solved again (Hooker and Ottosson 2003).
"""

from collections import defaultdict
from collections.abc import Callable, Iterable
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import numpy as np
from ortools.sat.python import cp_model

from scheduling.arrays.naming import IndexPlacement
from scheduling.arrays.season_data import Ints
from scheduling.bound.upper_bound import BoundProgram
from scheduling.decomposition.cuts import Cut, NoGood, find_cut, fits_rooms
from scheduling.decomposition.master import Chosen, Master, Neighbourhood
from scheduling.decomposition.subproblem import MUST, Member, Subproblem
from scheduling.exact.interruptible import Stopped, wait_unless
from scheduling.moves.board import Board
from scheduling.moves.searcher import Searcher

BREADTHS = (1_000, 3_000, 6_000)  # columns of a neighbourhood, one after the other
MOST_CHECKS = 8  # decisions after each other that are only checked, by types of activities
MOST_RETURNS = 10  # packings after each other, until nobody has to go back


class Decomposition:
    """The program and the days, in steps from a schedule on.

    Parameters
    ----------
    program
        The bound's, solved.
    best
        The schedule to start from.
    order
        Requests, in which what is left over is inserted.

    Attributes
    ----------
    incumbent
        The best schedule found, or the first one.
    exhausted
        Whether further steps would bring nothing.
    """

    def __init__(self, program: BoundProgram, best: Searcher, seed: int, threads: int, order: Ints) -> None:
        self.data, self.order = best.season.data, order
        self.master = Master(program)
        self.relaxation = program.relaxation
        self.base, self.trial, self.incumbent = (Searcher(best.season, seed, best.move_budget) for _ in range(3))
        for searcher in (self.base, self.trial, self.incumbent):
            searcher.follow(best)
        self.threads = ThreadPoolExecutor(threads, thread_name_prefix="packing")
        self.key = self._key(self.relaxation.activity, self.relaxation.campus, self.relaxation.day)
        self.may_move = (self.trial.fixed == 0) & ((best.move_budget > 0) | (self.data.tentative == 0))
        self.may_move[list(self.relaxation.exempt)] = False
        self.neighbourhood: Neighbourhood | None = None
        self.breadth = 0
        self.checks = 0
        self.fitting: set[tuple[int, ...]] = set()  # campus-days and who is there that rooms are known to hold
        self.has_learnt = False
        self.exhausted = False

    def close(self) -> None:
        """End the threads."""
        self.threads.shutdown()

    def step(self, should_stop: Callable[[], bool]) -> bool:
        """Decide once and pack the days that this changes; whether the incumbent became better.

        Raises
        ------
        Stopped
            If asked to stop before its end.
        """
        now = self._columns_now(self.base.board)
        if self.neighbourhood is None:
            most, self.has_learnt = BREADTHS[self.breadth], False
            self.neighbourhood = self.master.neighbourhood(
                now, most, lambda solver, model: self._run_linear(solver, model, should_stop)
            )
        wanted = None if self.neighbourhood is None else self._decide(self.neighbourhood, should_stop)
        if self.neighbourhood is None or wanted is None or self._weight(wanted) <= self.incumbent.board.value:
            self._go_on()
            return False
        self.trial.follow(self.base)
        old = self.trial.board.placements()
        members = self._settle(now, wanted)
        if self.checks < MOST_CHECKS and self._learn_from_rooms(self.neighbourhood, wanted, members, should_stop):
            self.checks += 1
            return False
        self.checks = 0
        first = self._pack(members, old, should_stop)
        has_gained = self.trial.board.value > self.incumbent.board.value and self._keeps_promises()
        if has_gained:
            self.incumbent.follow(self.trial)
        if any(packing.left_out for packing in first):
            self._learn(self.neighbourhood, first, should_stop)
        else:
            self._go_on()
        return has_gained

    def _go_on(self) -> None:
        """To another neighbourhood: of what was found, or with what was learnt, or a wider one."""
        self.neighbourhood = None
        if self.incumbent.board.value > self.base.board.value:
            self.base.follow(self.incumbent)
        elif not self.has_learnt:
            self.breadth += 1
            self.exhausted = self.breadth == len(BREADTHS)

    def _key(self, activity: Ints, campus: Ints, day: Ints) -> Ints:
        return (activity * (self.data.campuses + 1) + campus + 1) * self.data.days + day

    def _columns_now(self, board: Board) -> Chosen:
        """The columns of a schedule's placements, without those that cannot be chosen; shape ``(columns,)``."""
        state = board.state
        placed = np.flatnonzero(state.day >= 0)
        now = np.isin(self.key, self._key(placed, state.campus[placed], state.day[placed]))
        return np.asarray(now & self.master.is_free)

    def _decide(self, neighbourhood: Neighbourhood, should_stop: Callable[[], bool]) -> Chosen | None:
        solver = neighbourhood.solver()
        running = self.threads.submit(solver.solve, neighbourhood.model)
        wait_unless(should_stop, [running], [solver.stop_search])
        if running.result() not in {cp_model.OPTIMAL, cp_model.FEASIBLE}:
            return None
        return neighbourhood.columns(solver)

    def _weight(self, chosen: Chosen) -> int:
        """Of the requests that are whole in these columns or beside them."""
        has = self.trial.board.state.fixed == 1
        has[list(self.relaxation.exempt)] = True
        has[self.relaxation.activity[chosen]] = True
        return int(self.data.weight[np.logical_and.reduceat(has, self.data.activity_ptr[:-1])].sum())

    def _pack(
        self, members: dict[int, dict[int, Member]], old: dict[int, IndexPlacement], should_stop: Callable[[], bool]
    ) -> list[Subproblem]:
        """Place the members by packing their days anew, and insert who is left over; the first packing of each day."""
        packings: dict[int, Subproblem] = {}
        first: list[Subproblem] = []
        changed = sorted(members)
        for number in range(MOST_RETURNS):
            for day in changed:
                self._empty(day, members[day])
            for day in changed:
                if should_stop():
                    raise Stopped
                packings[day] = Subproblem(self.trial.board, day, list(members[day].values()))
            self._solve([packings[day] for day in changed], should_stop)
            if number == 0:
                first = [packings[day] for day in changed]
            changed = self._send_back(changed, packings, members, old)
            if not changed:
                break
        self._take_over(packings.values(), old)
        return first

    def _learn_from_rooms(
        self,
        neighbourhood: Neighbourhood,
        wanted: Chosen,
        members: dict[int, dict[int, Member]],
        should_stop: Callable[[], bool],
    ) -> bool:
        """Tell the program which campus-days' rooms cannot hold the members; whether there are any. Raises Stopped."""
        relaxation = self.relaxation
        fits = True
        for day in sorted(members):
            for campus in sorted({member.campus for member in members[day].values()} - {-1}):
                if should_stop():
                    raise Stopped
                here = relaxation.activity[wanted & (relaxation.campus == campus) & (relaxation.day == day)].tolist()
                coming = {member.activity for member in members[day].values() if member.campus == campus}
                key = (campus, day, *here)
                if key in self.fitting:
                    continue
                if fits_rooms(relaxation, campus, day, here, coming):
                    self.fitting.add(key)
                else:
                    self._keep(neighbourhood, find_cut(relaxation, campus, day, here))
                    fits = False
        return not fits

    def _keep(self, neighbourhood: Neighbourhood, item: Cut | NoGood) -> None:
        self.master.learnt.append(item)
        neighbourhood.learn(item)
        self.has_learnt = True

    def _settle(self, now: Chosen, wanted: Chosen) -> dict[int, dict[int, Member]]:
        """Bring the trial to the columns wanted where placements are free; by day, those that then have none."""
        data, trial, relaxation = self.data, self.trial, self.relaxation
        board = trial.board
        for a in relaxation.activity[now & ~wanted].tolist():
            board.take(a)
        days = np.full(len(data.duration), -1, dtype=np.int64)
        campuses = days.copy()
        days[relaxation.activity[wanted]] = relaxation.day[wanted]
        campuses[relaxation.activity[wanted]] = relaxation.campus[wanted]
        requests = np.unique(data.request_of[relaxation.activity[wanted]])
        trial.keep_to_days(days)
        trial.refresh_queue(requests)
        trial.construct(self.order[np.isin(self.order, requests)])
        trial.keep_to_days(None)
        for a in np.flatnonzero((board.state.day >= 0) & (days >= 0) & (board.state.campus != campuses)).tolist():
            board.take(a)
        members: dict[int, dict[int, Member]] = defaultdict(dict)
        for j in np.flatnonzero(wanted & (board.state.day[relaxation.activity] < 0)).tolist():
            a, campus, day = (int(x[j]) for x in (relaxation.activity, relaxation.campus, relaxation.day))
            members[day][a] = Member(a, campus, None, self._reference(a, campus, day), self._worth(a))
        return members

    def _empty(self, day: int, members: dict[int, Member]) -> None:
        """Take out, and add to a day's members, whoever may move on their campuses and their teammates elsewhere."""
        data, state = self.data, self.trial.board.state
        campuses = {member.campus for member in members.values()}
        groups = {g for a in members for g in data.exclusive_group[data.exclusive_ptr[a] : data.exclusive_ptr[a + 1]]}
        team = {int(a) for g in groups for a in data.member[data.member_ptr[g] : data.member_ptr[g + 1]]}
        # one model does not see both ends of a link
        is_linked = np.diff(data.link_ptr) > 0
        for a in np.flatnonzero((state.day == day) & self.may_move & ~is_linked).tolist():
            campus = int(state.campus[a])
            if campus in campuses or a in team:
                members[a] = Member(
                    a, campus, self.trial.board.placement_of(a), self._reference(a, campus, day), self._worth(a)
                )
                self.trial.board.take(a)

    def _reference(self, a: int, campus: int, day: int) -> IndexPlacement | None:
        """The reference placement of an activity, if that is on this campus and day."""
        reference = self.trial.board.reference_of(a)
        return reference if reference is not None and (reference[2], reference[0]) == (campus, day) else None

    def _worth(self, a: int) -> int:
        q = self.data.request_of[a]
        if self.trial.board.state.must[q]:
            return MUST
        return max(1, int(self.data.weight[q]) // int(self.data.activity_ptr[q + 1] - self.data.activity_ptr[q]))

    def _solve(self, packings: list[Subproblem], should_stop: Callable[[], bool]) -> None:
        running = [self.threads.submit(packing.solve) for packing in packings]
        wait_unless(should_stop, running, [packing.solver.stop_search for packing in packings])

    def _send_back(
        self,
        changed: list[int],
        packings: dict[int, Subproblem],
        members: dict[int, dict[int, Member]],
        old: dict[int, IndexPlacement],
    ) -> list[int]:
        """Who does not fit becomes a member of the day where it was; the days that this changes."""
        again: set[int] = set()
        for day in changed:
            for member in packings[day].left_out:
                a = member.activity
                del members[day][a]
                if a in old and old[a][0] != day:
                    members[old[a][0]][a] = Member(
                        a, old[a][2], old[a], self._reference(a, old[a][2], old[a][0]), member.worth
                    )
                    again.add(old[a][0])
        return sorted(again)

    def _take_over(self, packings: Iterable[Subproblem], old: dict[int, IndexPlacement]) -> None:
        """Put everybody where they are now to be, whole requests only, and insert who is left over."""
        trial, board, data = self.trial, self.trial.board, self.data
        touched = {member.activity for packing in packings for member in packing.members}
        for packing in packings:
            for a, placement in packing.placements.items():
                if board.state.day[a] < 0 and board.is_free(a, placement):
                    board.put(a, placement)
        for a in sorted(touched):
            if board.state.day[a] < 0 and a in old and board.is_free(a, old[a]):
                board.put(a, old[a])
        for q in sorted({int(data.request_of[a]) for a in touched}):
            if not board.is_placed(q):
                trial.take_request(q)
        trial.refresh_queue()
        trial.construct(self.order)

    def _keeps_promises(self) -> bool:
        """Whether all that must have a placement have one, and nobody moved where nobody may."""
        trial, board = self.trial, self.trial.board
        if trial.move_budget == 0 and board.moved:
            return False
        return all(board.is_placed(q) for q in np.flatnonzero(board.state.must).tolist())

    def _learn(self, neighbourhood: Neighbourhood, packings: list[Subproblem], should_stop: Callable[[], bool]) -> None:
        """Tell the program what did not fit. Raises Stopped."""
        for packing in packings:
            for campus in sorted({member.campus for member in packing.left_out}):
                if should_stop():
                    raise Stopped
                wanted = [member.activity for member in packing.members if member.campus == campus]
                self._keep(neighbourhood, find_cut(self.relaxation, campus, packing.day, wanted))

    def _run_linear(self, solver: Any, model: Any, should_stop: Callable[[], bool]) -> None:
        running = self.threads.submit(solver.solve, model)
        wait_unless(should_stop, [running], [solver.interrupt_solve])
