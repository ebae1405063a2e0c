"""Shares that the policy asks for, repaired after the search.

A share of all placed requests is no rule of one day or room, so the search does not know it. This last step repairs it:
an activity moves out of the evening, or the lightest request on the wrong side of a share is taken out. Fixed
activities count in every share but are never taken out; what is still missing then is reported with the figures.
"""

import numpy as np

from scheduling.model.problem import Fairness, Problem
from scheduling.moves.searcher import Searcher

PLACEMENTS_LOOKED_AT = 400
ROUNDING = 1e-9  # of a share times a count


def keep_fair(searcher: Searcher, problem: Problem) -> None:
    """Change the present placements until the policy's fairness rules hold, as far as nothing fixed must give way."""
    if problem.policy.fairness == Fairness():
        return
    repair = _Repair(searcher, problem)
    if problem.policy.fairness.every_major:
        repair.serve_majors()
    repair.leave_evenings()
    repair.make_room()
    searcher.keep_incumbent()


class _Repair:
    def __init__(self, searcher: Searcher, problem: Problem) -> None:
        self.searcher, self.board = searcher, searcher.board
        self.data, self.state = self.board.data, self.board.state
        self.fairness = problem.policy.fairness
        self.small = [request.small for request in problem.requests]
        first = self.data.activity_ptr[:-1]
        self.fixed = (np.maximum.reduceat(self.data.reference_day, first) >= 0).tolist() if self.small else []

    def make_room(self) -> None:
        """Take requests out, the lightest first, until all shares hold; whoever fits in instead comes in."""
        out: list[int] = []
        while (q := self._who_gives_way()) is not None:
            self.searcher.take_request(q)
            out.append(q)
            self._fill([other for other in self._waiting() if other not in out])
        self._fill(self._waiting() if out else [])

    def _excesses(self) -> tuple[float, float]:
        """How many placed requests of small owners are missing, and how many evening activities are too many."""
        placed = [q for q in range(len(self.small)) if self.board.is_placed(q)]
        activities = np.flatnonzero(self.state.day >= 0).tolist()
        least, most = self.fairness.small_share_at_least or 0.0, self.fairness.evening_share_at_most
        missing = least * len(placed) - sum(self.small[q] for q in placed)
        evenings = sum(self._is_evening(a) for a in activities) - (1.0 if most is None else most) * len(activities)
        return missing - ROUNDING, evenings - ROUNDING

    def _who_gives_way(self) -> int | None:
        """The lightest request on the wrong side of a share that is broken, if any is not fixed."""
        missing, evenings = self._excesses()
        wrong = [
            q
            for q in range(len(self.small))
            if self.board.is_placed(q)
            and not self.fixed[q]
            and ((missing > 0 and not self.small[q]) or (evenings > 0 and self._evenings(q)))
        ]
        return min(wrong, key=lambda q: (self.data.weight[q], q), default=None)

    def _fill(self, waiting: list[int]) -> None:
        """Place who fits in, the heaviest first, unless a share would be further from what is asked."""
        for q in waiting:
            before = self._excesses()
            if self.searcher.try_insert(q) and any(
                now > max(0.0, was) for now, was in zip(self._excesses(), before, strict=True)
            ):
                self.searcher.take_request(q)

    def leave_evenings(self) -> None:
        """Move activities that nothing holds out of the evening, where another placement is free."""
        for a in np.flatnonzero((self.state.day >= 0) & (self.data.reference_day < 0)).tolist():
            if self._excesses()[1] <= 0:
                return
            placement = self.board.placement_of(a)
            if placement is None or not self._is_evening(a):
                continue
            self.board.take(a)
            found = self.board.free_placements(a, limit=PLACEMENTS_LOOKED_AT, per_day=PLACEMENTS_LOOKED_AT)
            evening = self.fairness.evening_from_slot or 0
            self.board.put(a, next((free for free, _ in found if free[1] < evening), placement))

    def serve_majors(self) -> None:
        """Bring in, by ejecting others where need be, a request for each major that nothing addresses."""
        for m in np.argsort(-self.data.cohort, kind="stable").tolist():
            if self.data.cohort[m] > 0 and m not in self._served():
                for q in self._waiting():
                    if m in self._majors(q) and self._force(q):
                        break

    def _force(self, q: int) -> bool:
        """Place a request at the cost of others; undone where it serves no more majors, or drops a tentative one."""
        board = self.board
        before = len(self._served())
        board.begin()
        done = board.insert(q, forced=True)
        touched = board.touched
        for other in touched if done else ():
            board.insert(other)
        kept = all(board.is_placed(other) for other in touched if self.state.must[other])
        if not done or not kept or len(self._served()) <= before or board.moved > self.searcher.move_budget:
            board.undo()
            return False
        for other in touched:
            self.searcher.requeue(other)
        return True

    def _waiting(self) -> list[int]:
        waiting = [q for q in range(len(self.small)) if not self.board.is_placed(q)]
        return sorted(waiting, key=lambda q: (-self.data.weight[q], q))

    def _own(self, q: int) -> range:
        return range(int(self.data.activity_ptr[q]), int(self.data.activity_ptr[q + 1]))

    def _evenings(self, q: int) -> int:
        return sum(self._is_evening(a) for a in self._own(q))

    def _is_evening(self, a: int) -> bool:
        evening = self.fairness.evening_from_slot
        return evening is not None and self.state.day[a] >= 0 and bool(self.state.start[a] >= evening)

    def _majors(self, q: int) -> set[int]:
        first, last = self.data.audience_ptr[self._own(q).start], self.data.audience_ptr[self._own(q).stop]
        return set(self.data.audience_major[first:last].tolist())

    def _served(self) -> set[int]:
        return {
            m
            for a in np.flatnonzero(self.state.day >= 0).tolist()
            for m in self.data.audience_major[self.data.audience_ptr[a] : self.data.audience_ptr[a + 1]].tolist()
        }
