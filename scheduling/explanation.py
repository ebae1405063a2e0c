"""Why a request has no place, how certain that is, and what could be offered instead."""

from collections.abc import Iterator
from itertools import combinations

import msgspec

from scheduling.blocking import Blockers, static_reasons
from scheduling.columns import open_choices_of
from scheduling.enlarged import Enlarged
from scheduling.problem import Activity, Problem, Relaxation, Request, Window
from scheduling.snapshot import Snapshot
from scheduling.solution import Blocking, Explanation, Offer, Solution

OFFERS = 3
RELAXATION_COST: dict[Relaxation, float] = {
    "start": 10.0,
    "days": 12.0,
    "campus": 20.0,
    "capacity": 25.0,
    "shorter": 25.0,
    "fewer_rooms": 30.0,
    "online": 40.0,
}


def explain(problem: Problem, solution: Solution, request_id: str) -> Explanation:
    """Explain one request, see `Explainer.explain`; for many of one solution, keep an `Explainer`."""
    return Explainer(problem, solution).explain(request_id)


class Explainer:
    """Explains requests of one solution.

    Parameters
    ----------
    problem, solution
        A valid problem and a feasible solution of it.
    """

    def __init__(self, problem: Problem, solution: Solution) -> None:
        self.problem = problem
        self.requests = {r.id: r for r in problem.requests}
        self.placed = {p.activity for p in solution.placements}
        self.snapshot = Snapshot(problem, solution)
        self.names = [a.id for a in self.snapshot.season.activities]
        # with everything gone that may go: if even this is full, no shuffling of tentative places can help
        fixed = tuple(h for h in problem.held if h.state != "tentative")
        self.emptied = Snapshot(msgspec.structs.replace(problem, held=fixed))
        self.empty = Snapshot(msgspec.structs.replace(problem, held=()))

    def explain(self, request_id: str, *, chains: bool = True) -> Explanation:
        """The blocking rules with who holds the resources, a proof, and the three nearest offers.

        Raises
        ------
        KeyError
            If the problem has no such request.
        """
        request = self.requests[request_id]
        if all(a.id in self.placed for a in request.activities):
            return Explanation(request=request_id, proof="placed")
        newcomer = _renamed(request)
        offers = self.snapshot.insert(newcomer, OFFERS, chains=False)
        if offers:
            return Explanation(request=request_id, proof="free", offers=tuple(map(_named_back, offers)))
        if not self._possible(self.empty, newcomer):
            proof = "impossible"
        elif not self._possible(self.emptied, newcomer):
            proof = "full"
        else:
            offers = self.snapshot.insert(newcomer, OFFERS) if chains else []
            proof = "movable" if offers else "search_limit"
        nearest = sorted([*offers, *self._relaxed(newcomer)], key=lambda offer: offer.cost)[:OFFERS]
        return Explanation(
            request=request_id,
            proof=proof,
            blocking=tuple(self.blocking(request_id)),
            offers=tuple(map(_named_back, nearest)),
        )

    def blocking(self, request_id: str) -> list[Blocking]:
        """The blocking rules of a request alone."""
        found = self._blocking(_renamed(self.requests[request_id]))
        return [msgspec.structs.replace(b, activity=_old_name(b.activity)) for b in found]

    def _possible(self, snapshot: Snapshot, request: Request) -> bool:
        """Whether each activity has a place of its own: if not, the request surely has none."""
        enlarged = Enlarged(snapshot.searcher, request)
        return all(
            open_choices_of(enlarged.data, enlarged.data_handle, enlarged.state_handle, a) for a in enlarged.activities
        )

    def _blocking(self, request: Request) -> list[Blocking]:
        enlarged = Enlarged(self.snapshot.searcher, request)
        found: list[Blocking] = []
        names = [*self.names, *(a.id for a in request.activities)]
        for activity in request.activities:
            static = static_reasons(self.problem, request, activity)
            if static:
                found += static
            elif not activity.windows:
                found.append(Blocking(rule="start_not_allowed", activity=activity.id))
            else:
                a = enlarged.index_of(activity.id)
                found += Blockers(self.problem, names, enlarged, a).find(activity.id)
        return found

    def _relaxed(self, request: Request) -> list[Offer]:
        """Offers through one relaxation that the policy allows, or through two where one is not enough."""
        allowed = sorted(self.problem.policy.relaxations, key=RELAXATION_COST.__getitem__)
        offers: list[Offer] = []
        for relaxation in allowed:
            offers += self._offers_with(request, (relaxation,), 2)
        helpful = {offer.relaxed[0] for offer in offers}
        for pair in combinations([r for r in allowed if r not in helpful], 2):
            if len(offers) >= OFFERS:
                break
            offers += self._offers_with(request, pair, 1)
        return offers

    def _offers_with(self, request: Request, chosen: tuple[Relaxation, ...], limit: int) -> list[Offer]:
        relaxed = self._relax(request, chosen)
        if relaxed is None:
            return []
        base = sum(RELAXATION_COST[r] for r in chosen)
        return [
            msgspec.structs.replace(
                offer, relaxed=chosen, cost=base + _distance(request, offer) - 0.1 * offer.preference
            )
            for offer in self.snapshot.insert(relaxed, limit, chains=False)
        ]

    def _relax(self, request: Request, chosen: tuple[Relaxation, ...]) -> Request | None:
        """The request with wishes dropped, or None where a relaxation does not apply to it."""
        activities = list(request.activities)
        for relaxation in chosen:
            changed = [self._relax_activity(a, relaxation) for a in activities]
            if all(new is None for new in changed):
                return None
            activities = [new or a for new, a in zip(changed, activities, strict=True)]
        return msgspec.structs.replace(request, activities=tuple(activities))

    def _relax_activity(self, a: Activity, relaxation: Relaxation) -> Activity | None:
        policy, grid = self.problem.policy, self.problem.grid
        replace = msgspec.structs.replace
        if relaxation == "days" and a.windows:
            return replace(a, windows=tuple(_more_days(a, policy.relaxed_days, len(grid.days))))
        if relaxation == "start" and a.windows:
            starts = tuple(range(grid.slots_per_day - a.duration_slots + 1))
            wider = (replace(w, starts=starts, preference=0) for w in a.windows)
            return replace(a, windows=(*a.windows, *wider))
        if relaxation == "campus" and a.campuses is not None and len(a.campuses) < len(self.problem.campuses):
            return replace(a, campuses=None)
        if relaxation == "capacity" and a.capacity > 0 and a.rooms_needed:
            return replace(a, capacity=int(a.capacity * policy.relaxed_capacity_share))
        if relaxation == "fewer_rooms" and a.rooms_needed > 1:
            return replace(a, rooms_needed=a.rooms_needed - 1)
        if relaxation == "online" and a.rooms_needed and self.problem.channels and not a.needs_channel:
            return replace(a, rooms_needed=0, needs_channel=True)
        if relaxation == "shorter" and a.duration_slots > 1:
            return replace(a, duration_slots=a.duration_slots - 1)
        return None


def _more_days(a: Activity, extra: int, days: int) -> Iterator[Window]:
    yield from a.windows
    for w in a.windows:
        yield msgspec.structs.replace(
            w, first_day=max(0, w.first_day - extra), last_day=min(days - 1, w.last_day + extra), preference=0
        )


def _distance(request: Request, offer: Offer) -> float:
    """Days outside the wished ones."""
    wished = {a.id: a.windows for a in request.activities}
    total = 0.0
    for p in offer.placements:
        total += min((max(0, w.first_day - p.day, p.day - w.last_day) for w in wished[p.activity]), default=0)
    return total


_SUFFIX = "\u200b*"


def _renamed(request: Request) -> Request:
    """The request under names of its own, since the snapshot knows it already."""
    replace = msgspec.structs.replace
    return replace(
        request,
        id=request.id + _SUFFIX,
        activities=tuple(replace(a, id=a.id + _SUFFIX) for a in request.activities),
        links=tuple(replace(k, before=k.before + _SUFFIX, after=k.after + _SUFFIX) for k in request.links),
    )


def _old_name(activity: str) -> str:
    return activity.removesuffix(_SUFFIX)


def _named_back(offer: Offer) -> Offer:
    replace = msgspec.structs.replace
    return replace(
        offer,
        placements=tuple(replace(p, activity=_old_name(p.activity)) for p in offer.placements),
        moves=tuple(replace(m, gains=tuple(map(_old_name, m.gains))) for m in offer.moves),
    )
