"""The nearest free placements of a request that gives up one or two wishes, as far as the policy allows."""

from collections.abc import Iterator, Sequence
from itertools import combinations

import msgspec
import numpy as np

from scheduling.answers.newcomer import Fields, newcomer_fields, start_fields
from scheduling.answers.snapshot import Snapshot
from scheduling.arrays.season_data import Ints
from scheduling.arrays.season_index import in_link_order
from scheduling.model.problem import Activity, Link, Problem, Relaxation, Request, preference
from scheduling.model.solution import Offer, Placement

# what giving up a wish costs before distance; the order in which offers are looked for
_COST: dict[Relaxation, float] = {
    "start": 1.0,
    "days": 2.0,
    "campus": 3.0,
    "shorter": 4.0,
    "capacity": 5.0,
    "fewer_rooms": 6.0,
    "online": 8.0,
}
_TIMES = ("days", "start")
_ONLINE_KINDS = frozenset({"info_session", "joint_session", "guidance_event"})
MINUTES_LIKE_A_DAY = 180
NEAREST = 1 << 20  # score of a placement as wished; a slot further off scores one less
NO_START = -1


def nearest_offers(snapshot: Snapshot, request: Request, most: int, links: Sequence[Link] = ()) -> tuple[Offer, ...]:
    """Up to ``most`` offers, the cheapest first: with one wish given up, else with two; days further off than
    ``relaxed_days`` only where there is nothing else.
    """
    policy = snapshot.problem.policy
    near = _offers_within(snapshot, request, most, links, policy.relaxed_days)
    return near or _offers_within(snapshot, request, most, links, len(snapshot.problem.grid.days))


def _offers_within(
    snapshot: Snapshot, request: Request, most: int, links: Sequence[Link], reach: int
) -> tuple[Offer, ...]:
    """Offers up to so many days off the wishes."""
    problem = snapshot.problem
    forms = _Forms(snapshot, request, links, reach)
    offers: list[Offer] = []
    for relaxed in _relaxations(problem):
        if len(offers) >= most:
            break
        changed = forms.request(relaxed)
        if changed is None:
            continue
        # three neighbouring half hours are one offer, so some more of a day are looked at
        placements = snapshot.free_offers(changed, 4 * most, per_day=most, fields=forms.fields(relaxed))
        offers += _different(problem, request, [o.placements for o in placements], relaxed, most - len(offers))
    return tuple(sorted(offers, key=lambda offer: offer.cost))


class _Forms:
    """A request with wishes given up, as request and as arrays; what two forms share is made once."""

    def __init__(self, snapshot: Snapshot, request: Request, links: Sequence[Link], reach: int) -> None:
        self.season, self.problem = snapshot.season, snapshot.problem
        self.links, self.reach = links, reach
        self.requests: dict[tuple[Relaxation, ...], Request | None] = {(): request}
        self.structure: dict[tuple[Relaxation, ...], Fields] = {}
        self.starts: dict[tuple[Relaxation, ...], Fields] = {}

    def request(self, relaxed: tuple[Relaxation, ...]) -> Request | None:
        """The request in another form, or None where a relaxation changes nothing; times are in the fields only."""
        own = tuple(name for name in relaxed if name not in _TIMES)
        if own not in self.requests:
            before = self.request(own[:-1])
            self.requests[own] = None if before is None else _relaxed(self.problem, before, own[-1])
        return self.requests[own]

    def fields(self, relaxed: tuple[Relaxation, ...]) -> Fields:
        """Its arrays."""
        own = tuple(name for name in relaxed if name not in _TIMES)
        times = tuple(name for name in relaxed if name in (*_TIMES, "shorter"))
        request = self.request(relaxed)
        if request is None:
            raise KeyError(relaxed)
        if own not in self.structure:
            self.structure[own] = newcomer_fields(self.season, request, self.links)
        if times not in self.starts:
            reach = self.reach if "days" in times else 0
            scores = [_scores(self.problem, activity, times, reach) for activity in in_link_order(request)]
            self.starts[times] = start_fields(scores, self.season.data.slots)
        return self.structure[own] | self.starts[times]


def _relaxations(problem: Problem) -> Iterator[tuple[Relaxation, ...]]:
    offered = sorted(problem.policy.relaxations, key=lambda name: _COST[name])
    for name in offered:
        yield (name,)
    yield from sorted(combinations(offered, 2), key=lambda pair: sum(_COST[name] for name in pair))


def _relaxed(problem: Problem, request: Request, name: Relaxation) -> Request | None:
    activities = tuple(_relax(problem, activity, name) for activity in request.activities)
    return None if activities == request.activities else msgspec.structs.replace(request, activities=activities)


def _relax(problem: Problem, activity: Activity, name: Relaxation) -> Activity:
    replace = msgspec.structs.replace
    match name:
        case "campus":
            return replace(activity, campuses=None)
        case "capacity":
            return replace(activity, capacity=int(activity.capacity * problem.policy.relaxed_capacity_share))
        case "fewer_rooms":
            return replace(activity, rooms_needed=max(activity.rooms_needed - 1, min(activity.rooms_needed, 1)))
        case "online":
            if activity.kind not in _ONLINE_KINDS or activity.rooms_needed == 0:
                return activity
            return replace(activity, rooms_needed=0, needs_channel=True)
        case "shorter":
            less = max(1, activity.duration_slots // 4)
            return replace(activity, duration_slots=max(1, activity.duration_slots - less))
        case "days" | "start":
            return activity


def _scores(problem: Problem, activity: Activity, relaxed: tuple[Relaxation, ...], reach: int) -> Ints:
    """`NEAREST` less the distance to the nearest wish, `NO_START` where not even the relaxed wishes allow a start."""
    grid = problem.grid
    days, starts = np.arange(len(grid.days)), np.arange(grid.slots_per_day)
    best = np.full((len(days), len(starts)), NO_START, dtype=np.int64)
    for window in activity.windows:
        off_days = np.maximum(np.maximum(window.first_day - days, days - window.last_day), 0)
        wished = np.array(window.starts, dtype=np.int64)
        if len(wished):
            off_starts = np.abs(starts[:, None] - wished).min(axis=1)
        elif "days" in relaxed:
            off_starts = np.zeros(len(starts), dtype=np.int64)  # a wish whose days are all off has no start left
        else:
            continue
        score = NEAREST - off_days[:, None] * day_in_slots(problem) - off_starts
        allowed = (off_days[:, None] <= reach) & ((off_starts == 0) | ("start" in relaxed))
        best = np.maximum(best, np.where(allowed, score, NO_START))
    best[:, max(0, grid.slots_per_day - activity.duration_slots + 1) :] = NO_START
    for placement in activity.forbidden:
        if placement.room is None:
            day = slice(None) if placement.day is None else placement.day
            best[day, slice(None) if placement.start is None else placement.start] = NO_START
    return best


def day_in_slots(problem: Problem) -> int:
    """A day off counts like so many slots off."""
    return max(1, MINUTES_LIKE_A_DAY // problem.grid.slot_minutes)


def _different(
    problem: Problem,
    request: Request,
    placements: list[tuple[Placement, ...]],
    relaxed: tuple[Relaxation, ...],
    most: int,
) -> list[Offer]:
    """The nearest placements, no two in the same two hours or so: three neighbouring half hours are one offer."""
    apart = max(1, 120 // problem.grid.slot_minutes)
    own = {activity.id: activity for activity in request.activities}
    offers: list[Offer] = []
    times: set[tuple[tuple[int, int], ...]] = set()
    for found in placements:
        when = tuple((placement.day, placement.start // apart) for placement in found)
        if when in times or len(offers) >= most:
            continue
        times.add(when)
        distance = sum(_distance(problem, own[placement.activity], placement) for placement in found)
        cost = sum(_COST[name] for name in relaxed) + distance / day_in_slots(problem)
        worth = sum(preference(own[placement.activity], placement.day, placement.start) or 0 for placement in found)
        offers.append(Offer(placements=found, relaxed=relaxed, cost=round(cost, 3), preference=worth))
    return offers


def _distance(problem: Problem, activity: Activity, placement: Placement) -> int:
    """Slots off the nearest wish."""
    return min(
        (
            max(window.first_day - placement.day, placement.day - window.last_day, 0) * day_in_slots(problem)
            + min((abs(start - placement.start) for start in window.starts), default=0)
            for window in activity.windows
        ),
        default=0,
    )
