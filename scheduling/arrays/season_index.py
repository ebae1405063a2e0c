"""A problem's names as numbers."""

from collections import defaultdict

from scheduling.arrays.room_choice import RoomChooser
from scheduling.arrays.season_data import Ints
from scheduling.arrays.time_grid import words_for
from scheduling.model.problem import Activity, Channel, Problem, Request, Room


class SeasonIndex:
    """What each id is in the arrays, and what is worked out once for many of them.

    Parameters
    ----------
    problem
        As `scheduling.model.validation.validate` lets it through.
    """

    def __init__(self, problem: Problem) -> None:
        self.problem = problem
        self.days = len(problem.grid.days)
        resources: list[Room | Channel] = [*problem.rooms, *problem.channels]
        longest = max(
            (t for r in resources for t in (r.turnover_slots, *r.turnover_by_kind.values())),
            default=0,
        )
        self.slots = problem.grid.slots_per_day + longest
        self.words = words_for(self.slots)
        self.campus_index = {c.id: i for i, c in enumerate(problem.campuses)}
        self.room_index = {r.id: i for i, r in enumerate(problem.rooms)}
        self.channel_index = {c.id: i for i, c in enumerate(problem.channels)}
        self.group_index = {g.id: i for i, g in enumerate(problem.groups)}
        self.major_index = {m.id: i for i, m in enumerate(problem.majors)}
        self.use_requests()
        self.chooser = RoomChooser(problem)
        self.channel_groups: list[list[int]] = []
        self.opening: Ints | None = None
        self.binding = [g.exclusive or bool(g.busy) for g in problem.groups]
        self.counting = [
            g.max_per_day is not None or bool(g.period_limits) or g.min_gap_days > 0 for g in problem.groups
        ]

    def use_requests(self) -> None:
        """Number activities and kinds."""
        self.activities: list[Activity] = []
        self.request_of: list[int] = []
        for q, request in enumerate(self.problem.requests):
            ordered = in_link_order(request)
            self.activities += ordered
            self.request_of += [q] * len(ordered)
        self.kinds = {kind: i for i, kind in enumerate(dict.fromkeys(a.kind for a in self.activities))}
        self.activity_index = {a.id: i for i, a in enumerate(self.activities)}


def in_link_order(request: Request) -> list[Activity]:
    """Activities so that each comes after those it follows; otherwise as given."""
    before: dict[str, set[str]] = defaultdict(set)
    for link in request.links:
        before[link.after].add(link.before)
    ordered: list[Activity] = []
    waiting = list(request.activities)
    done: set[str] = set()
    while waiting:
        ready = next(a for a in waiting if before[a.id] <= done)
        waiting.remove(ready)
        ordered.append(ready)
        done.add(ready.id)
    return ordered
