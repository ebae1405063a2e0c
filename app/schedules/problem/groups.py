"""Groups of activities for the engine: teams that can be at one activity at a time, limits of owners."""

from datetime import date
from uuid import UUID

from app.kinds import FAIRS, TALKS
from app.requests.domain import Activity, Request
from app.schedules.problem.facts import SeasonFacts
from app.schedules.problem.season_grid import SeasonGrid
from scheduling import Group, Interval, PeriodLimit


class GroupBook:
    """Collects the groups of activities; each is built once."""

    def __init__(self, facts: SeasonFacts, grid: SeasonGrid) -> None:
        self._facts = facts
        self._grid = grid
        self._groups: dict[str, Group] = {}

    def of(self, request: Request, activity: Activity) -> tuple[str, ...]:
        """Give the names of an activity's groups, and build those that are new."""
        names = [self._team(team) for team in activity.team_ids]
        if request.employer_id is not None and activity.kind in TALKS:
            names.append(self._talks(request.employer_id))
        if request.employer_id is not None and activity.kind in FAIRS:
            names.append(self._employer_fairs(request.employer_id))
        if request.department_id is not None and activity.kind in FAIRS:
            names.append(self._department_fairs(request.department_id))
        return tuple(names)

    def built(self) -> tuple[Group, ...]:
        """Give every group that was built."""
        return tuple(self._groups.values())

    def _add(self, group: Group) -> str:
        return self._groups.setdefault(group.id, group).id

    def _team(self, team_id: UUID) -> str:
        name = f"team:{team_id}"
        if name not in self._groups:
            self._groups[name] = Group(id=name, exclusive=True, travel=True, busy=self._busy(team_id))
        return name

    def _busy(self, team_id: UUID) -> tuple[Interval, ...]:
        index = self._grid.index()
        return tuple(
            interval
            for occupancy in self._facts.outside
            if occupancy.resource_id == team_id
            for interval in self._grid.intervals(occupancy.starts_at, occupancy.ends_at, index)
        )

    def _talks(self, employer_id: UUID) -> str:
        limit = self._facts.policies.talks_per_day_per_employer
        return self._add(Group(id=f"talks:{employer_id}", max_per_day=limit))

    def _department_fairs(self, department_id: UUID) -> str:
        limit = self._facts.policies.fairs_per_day_per_department
        return self._add(Group(id=f"fairs:{department_id}", max_per_day=limit))

    def _employer_fairs(self, employer_id: UUID) -> str:
        return self._add(employer_fairs(f"fairs:{employer_id}", self._facts, self._grid))


def employer_fairs(name: str, facts: SeasonFacts, grid: SeasonGrid) -> Group:
    """Give the limits of an employer's fairs: so many in a month, so many days apart."""
    policies = facts.policies
    months = tuple(
        PeriodLimit(first_day=first, last_day=last, limit=policies.fairs_per_month_per_employer)
        for first, last in _months(grid.days)
    )
    return Group(id=name, period_limits=months, min_gap_days=policies.fairs_minimum_gap_days)


def _months(days: tuple[date, ...]) -> list[tuple[int, int]]:
    spans: dict[tuple[int, int], tuple[int, int]] = {}
    for position, day in enumerate(days):
        first, _ = spans.get((day.year, day.month), (position, position))
        spans[day.year, day.month] = (first, position)
    return list(spans.values())
