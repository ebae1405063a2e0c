"""Why a request has no place: the rules in the way with who holds what, how sure that is, and the nearest offers."""

from collections import defaultdict

from scheduling.occupancy import Occupancy, allowed_starts, request_of, static_obstacles
from scheduling.offers import find_offers
from scheduling.problem import Activity, Problem, Request
from scheduling.proofs import prove
from scheduling.request_places import free_places, obstacles_of
from scheduling.solution import Blocking, Explanation, Solution

OFFERS = 3
_LISTED = 12
_HOLDERS_LISTED = 6


def explain(problem: Problem, solution: Solution, request_id: str, *, offers: int = OFFERS) -> Explanation:
    """Explain one request, see `Explainer.explain`; for several of one solution, keep an `Explainer`."""
    return Explainer(problem, solution).explain(request_id, offers=offers)


class Explainer:
    """Explains requests of one solution.

    Parameters
    ----------
    problem, solution
        The season and its places; `solution` keeps every rule.
    """

    def __init__(self, problem: Problem, solution: Solution) -> None:
        self.problem = problem
        self.occupancy = Occupancy(problem, solution.placements)

    def explain(self, request_id: str, *, offers: int = OFFERS, with_proof: bool = True) -> Explanation:
        """The rules in the way, how sure the no is, and the nearest offers.

        Parameters
        ----------
        request_id
            Any request of the problem.
        offers
            How many offers are looked for.
        with_proof
            Whether to look for a proof (up to a second); without it the answer is ``search_limit``.

        Returns
        -------
        Explanation
            `blocking` is never empty where there is no free place; rules that close most places come first.

        Raises
        ------
        KeyError
            When the problem has no such request.
        """
        request = request_of(self.problem, request_id)
        occupancy = self.occupancy
        if all(activity.id in occupancy.placements for activity in request.activities):
            return Explanation(request=request_id, proof="placed")
        if found := free_places(occupancy, request, most=offers):
            free = find_offers(occupancy, request, offers, found)
            return Explanation(request=request_id, proof="free", offers=free)
        blocking = _blocking(self.problem, occupancy, request)
        proof, moves = prove(self.problem, occupancy, request) if with_proof else ("search_limit", ())
        offered = find_offers(occupancy, request, offers, [])
        return Explanation(request=request_id, proof=proof, blocking=blocking, offers=(*moves, *offered)[:offers])


def _blocking(problem: Problem, occupancy: Occupancy, request: Request) -> tuple[Blocking, ...]:
    for activity in request.activities:
        if impossible := _impossible(problem, activity, request):
            return impossible
    places: dict[tuple[str, str, str | None, int], int] = defaultdict(int)
    holders: dict[tuple[str, str, str | None, int], dict[str, None]] = defaultdict(dict)
    free: dict[str, bool] = {activity.id: False for activity in request.activities}
    for activity, (day, _, _), obstacles in obstacles_of(occupancy, request):
        free[activity.id] |= not obstacles
        for obstacle in obstacles:
            key = (activity.id, obstacle.rule, obstacle.resource, day)
            places[key] += 1
            holders[key].update(dict.fromkeys(obstacle.held_by))
    stuck = [activity.id for activity in request.activities if not free[activity.id]]
    if not stuck:
        # Each step has a place by itself: what does not fit is their order, pauses and people together.
        last = request.activities[-1].id
        return (
            Blocking(rule="link_order", activity=last, places=len(allowed_starts(problem, request.activities[-1]))),
        )
    ordered = sorted((key for key in places if key[0] in stuck), key=lambda key: -places[key])
    return tuple(
        Blocking(
            rule=rule,
            activity=activity,
            resource=resource,
            day=day,
            held_by=tuple(holders[activity, rule, resource, day])[:_HOLDERS_LISTED],
            places=places[activity, rule, resource, day],
        )
        for activity, rule, resource, day in ordered[:_LISTED]
    )


def _impossible(problem: Problem, activity: Activity, request: Request) -> tuple[Blocking, ...]:
    """What keeps an activity out even of an empty season: its days and hours, or every room there is."""
    starts = allowed_starts(problem, activity)
    if not starts:
        return (Blocking(rule="start_not_allowed", activity=activity.id),)
    if activity.rooms_needed == 0:
        return ()
    fitting = Occupancy(problem).fitting_rooms(activity, request.owner)
    if fitting:
        return ()
    obstacles = [static_obstacles(activity, request.owner, room) for room in problem.rooms]
    if sum(not found for found in obstacles) >= 1:
        return (Blocking(rule="room_count", activity=activity.id, places=len(starts)),)
    # The rule that alone keeps out most rooms names the lack best; large rooms exist but lack a stage, or the reverse.
    alone: dict[str, int] = defaultdict(int)
    for found in obstacles:
        if len(found) == 1:
            alone[found[0]] += 1
    rules = sorted(alone, key=lambda rule: -alone[rule]) or sorted({rule for found in obstacles for rule in found})
    return tuple(Blocking(rule=rule, activity=activity.id, places=len(starts)) for rule in rules[:3]) or (
        Blocking(rule="room_count", activity=activity.id, places=len(starts)),
    )
