"""What a solution is worth: the goals' values and the fairness figures, counted from the placements."""

from collections import Counter, defaultdict
from collections.abc import Iterable

from scheduling.model.problem import Activity, GoalName, Problem, preference
from scheduling.model.solution import FairnessFigures, GoalValue, Placement, Solution
from scheduling.model.verification import same_placement


def best_preference(activity: Activity) -> int:
    """The most preference that any placement inside an activity's windows could have; 0 where they allow none."""
    best = 0
    for window in activity.windows:
        if not window.starts:
            continue
        bonus = 0
        if target := activity.target:
            away = max(window.first_day - target.day, target.day - window.last_day, 0)
            bonus = max(0, target.value - target.per_day * away)
        best = max(best, window.preference + bonus)
    return best


def placed_requests(problem: Problem, solution: Solution) -> set[str]:
    """Requests all of whose activities have a placement."""
    placed = {p.activity for p in solution.placements}
    return {r.id for r in problem.requests if all(a.id in placed for a in r.activities)}


def placed_weight(problem: Problem, solution: Solution) -> int:
    """Weight of the requests all of whose activities have a placement."""
    placed = placed_requests(problem, solution)
    return sum(r.weight for r in problem.requests if r.id in placed)


def goal_values(problem: Problem, solution: Solution, bounds: dict[GoalName, float] | None = None) -> list[GoalValue]:
    """Values of the policy's goals, in its order.

    ``placed_weight`` and ``preference`` are sums to make large. ``audience_clash`` (students that two overlapping
    sessions both address), ``week_spread`` (activities above an even share of their week), ``earliness`` (sum of
    day indices), ``room_fit`` (unused seats plus room costs) and ``stability`` (moved fixed placements) are sums to
    make small. No solution has more preference than the sum of everybody's best.
    """
    activities = {a.id: a for r in problem.requests for a in r.activities}
    pairs = [(activities[p.activity], p) for p in solution.placements]
    values = {
        "placed_weight": lambda: placed_weight(problem, solution),
        "preference": lambda: sum(preference(a, p.day, p.start) or 0 for a, p in pairs),
        "audience_clash": lambda: audience_clash(problem, pairs),
        "week_spread": lambda: week_spread(problem, [p.day for _, p in pairs]),
        "earliness": lambda: sum(p.day for _, p in pairs),
        "room_fit": lambda: room_fit(problem, pairs),
        "stability": lambda: moved_placements(problem, solution),
    }
    everybody = sum(best_preference(a) for a in activities.values())
    known: dict[GoalName, float] = {"preference": everybody, **(bounds or {})}
    return [GoalValue(name=g.name, value=values[g.name](), bound=known.get(g.name)) for g in problem.policy.goals]


def audience_clash(problem: Problem, pairs: Iterable[tuple[Activity, Placement]]) -> int:
    """Sum, over overlapping pairs, of the cohorts of the majors that both address."""
    cohort = {m.id: m.cohort for m in problem.majors}
    by_day: dict[int, list[tuple[int, int, frozenset[str]]]] = defaultdict(list)
    for a, p in pairs:
        if a.audience:
            by_day[p.day].append((p.start, p.start + a.duration_slots, frozenset(a.audience)))
    total = 0
    for sessions in by_day.values():
        sessions.sort(key=lambda s: s[0])
        for i, (_, end, audience) in enumerate(sessions):
            for start, _, other in sessions[i + 1 :]:
                if start >= end:
                    break
                total += sum(cohort[m] for m in audience & other)
    return total


def week_spread(problem: Problem, days: list[int]) -> int:
    """Activities above the even share of their week, rounded up."""
    weeks = {d.week for d in problem.grid.days}
    share = -(-len(days) // len(weeks))
    per_week = Counter(problem.grid.days[d].week for d in days)
    return sum(max(0, count - share) for count in per_week.values())


def room_fit(problem: Problem, pairs: Iterable[tuple[Activity, Placement]]) -> int:
    """Unused seats of the rooms used, plus the rooms' costs."""
    rooms = {r.id: r for r in problem.rooms}
    return sum(max(0, rooms[r].capacity - a.capacity) + rooms[r].cost for a, p in pairs for r in p.rooms)


def moved_placements(problem: Problem, solution: Solution) -> int:
    """Fixed activities that are not at their reference placements."""
    fixed = {h.activity: h for h in problem.fixed}
    return sum(p.activity in fixed and not same_placement(p, fixed[p.activity]) for p in solution.placements)


def fairness_figures(problem: Problem, solution: Solution) -> FairnessFigures:
    """Shares of small owners, majors that nothing addresses, and the share of evenings."""
    placed = placed_requests(problem, solution)
    small = [r for r in problem.requests if r.small]
    audiences = {a.id: a.audience for r in problem.requests for a in r.activities}
    reached = {m for p in solution.placements for m in audiences[p.activity]}
    policy = problem.policy.fairness
    evening = policy.evening_from_slot
    small_share = _share(sum(r.id in placed for r in small), len(placed))
    evening_share = None
    if evening is not None:
        evening_share = _share(sum(p.start >= evening for p in solution.placements), len(solution.placements))
    return FairnessFigures(
        small_share_requested=_share(len(small), len(problem.requests)),
        small_share_placed=small_share,
        small_share_missing=_above(policy.small_share_at_least, small_share),
        majors_without_session=tuple(m.id for m in problem.majors if m.cohort > 0 and m.id not in reached),
        evening_share=evening_share,
        evening_share_above=_above(evening_share, policy.evening_share_at_most),
    )


def _share(part: int, whole: int) -> float | None:
    return part / whole if whole else None


def _above(share: float | None, limit: float | None) -> float:
    return 0.0 if share is None or limit is None else max(0.0, share - limit)
