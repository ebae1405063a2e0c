"""How sure a "no place" is.

- ``impossible``: no place even in an empty season, by trying every choice.
- ``movable``: a concrete place exists if one or two tentative activities move to places that are free.
- ``full``: an exact CP-SAT model of the request and of everything that can stand in its way, each of those free to be
  anywhere in an otherwise empty season (a relaxation of the real problem), has no solution. So no schedule that keeps
  all of them contains the request, however the tentative ones move.
- ``search_limit``: none of these could be shown within the limits.
"""

from collections.abc import Iterable

import msgspec
from ortools.sat.python import cp_model

from scheduling.occupancy import Occupancy
from scheduling.problem import Channel, Problem, Request, Room, turnover_slots
from scheduling.request_places import activity_choices, free_places, obstacles_of
from scheduling.solution import Move, Offer, Placement

_MOVES_TRIED = 40
_CHOICES_LIMIT = 6000
_MODEL_SECONDS = 1.0


def prove(problem: Problem, occupancy: Occupancy, request: Request) -> tuple[str, tuple[Offer, ...]]:
    """The kind of proof, and with ``movable`` the places that open when others move."""
    if not free_places(Occupancy(problem, _fixed_places(problem, occupancy, confirmed=False)), request):
        return "impossible", ()
    if not free_places(Occupancy(problem, _fixed_places(problem, occupancy, confirmed=True)), request):
        return "full", ()
    if moves := _moves(problem, occupancy, request):
        return "movable", moves
    return ("full" if _cannot_all_be_kept(problem, occupancy, request) else "search_limit"), ()


def _fixed_places(problem: Problem, occupancy: Occupancy, *, confirmed: bool) -> list[Placement]:
    fixed = {held.activity for held in problem.held if held.state != "tentative"} if confirmed else set()
    return [placement for name, placement in occupancy.placements.items() if name in fixed]


def _holders(occupancy: Occupancy, request: Request) -> list[set[str]]:
    """For each choice of a one-activity request, the activities that would have to go; the fewest first."""
    sets = {
        frozenset(holder for obstacle in obstacles for holder in obstacle.held_by)
        for _, _, obstacles in obstacles_of(occupancy, request)
        if obstacles and all(obstacle.held_by for obstacle in obstacles)
    }
    return [set(found) for found in sorted(sets, key=lambda found: (len(found), sorted(found)))]


def _moves(problem: Problem, occupancy: Occupancy, request: Request) -> tuple[Offer, ...]:
    """Places of a one-activity request that open when one or two tentative ones move to places that are free."""
    if len(request.activities) > 1:
        return ()
    fixed = {held.activity for held in problem.held if held.state != "tentative"}
    whose = {activity.id: other for other in problem.requests for activity in other.activities}
    for holders in _holders(occupancy, request)[:_MOVES_TRIED]:
        movable = all(name not in fixed and len(whose[name].activities) == 1 for name in holders)
        if not movable or len(holders) > 2:
            continue
        offer = _move_away(occupancy, request, [whose[name] for name in sorted(holders)])
        if offer is not None:
            return (offer,)
    return ()


def _move_away(occupancy: Occupancy, request: Request, others: list[Request]) -> Offer | None:
    old = {other.id: occupancy.take(other.activities[0].id) for other in others}
    own = free_places(occupancy, request)
    moved: list[Move] = []
    if own:
        occupancy.put(own[0][0])
        for other in others:
            place = free_places(occupancy, other)
            before = old[other.id]
            if not place or before is None:
                break
            occupancy.put(place[0][0])
            moved.append(Move(activity=other.activities[0].id, old=before, new=place[0][0], gains=(request.id,)))
        for move in moved:
            occupancy.take(move.activity)
        occupancy.take(request.activities[0].id)
    for placement in old.values():
        if placement is not None:
            occupancy.put(placement)
    if own and len(moved) == len(others):
        return Offer(placements=own[0], moves=tuple(moved), cost=10.0 * len(moved))
    return None


class _Literal(msgspec.Struct, frozen=True):
    """A choice of an activity as a model variable, with what it holds."""

    variable: cp_model.IntVar
    placement: Placement


def _cannot_all_be_kept(problem: Problem, occupancy: Occupancy, request: Request) -> bool:
    """Whether the relaxed exact model has no solution; False also when it is too large or takes too long.

    Each request of the model is placed whole in an otherwise empty season; rooms and channels are held by at most
    one, groups' limits per day are kept. Rules left out only make the model easier, so infeasibility is a proof.
    """
    whose = {activity.id: other for other in problem.requests for activity in other.activities}
    standing = {
        holder
        for _, _, obstacles in obstacles_of(occupancy, request)
        for obstacle in obstacles
        for holder in obstacle.held_by
    }
    others = {whose[name].id: whose[name] for name in standing}
    fixed = {place.activity: place for place in _fixed_places(problem, occupancy, confirmed=True)}
    empty = Occupancy(problem)
    model = cp_model.CpModel()
    literals: list[_Literal] = []
    for member in (request, *others.values()):
        for activity in member.activities:
            choices = [fixed[activity.id]] if activity.id in fixed else _single_places(empty, member, activity.id)
            if choices is None or len(literals) + len(choices) > _CHOICES_LIMIT:
                return False
            own = [_Literal(model.new_bool_var(""), choice) for choice in choices]
            model.add_exactly_one(literal.variable for literal in own)
            literals += own
    _add_resources(model, empty, literals)
    _add_day_limits(model, empty, literals)
    solver = cp_model.CpSolver()
    solver.parameters.max_time_in_seconds = _MODEL_SECONDS
    solver.parameters.num_workers = 1
    return bool(solver.solve(model) == cp_model.INFEASIBLE)


def _single_places(empty: Occupancy, request: Request, activity_id: str) -> list[Placement] | None:
    """Every place of one activity in an empty season; None where it takes several rooms (too many to list)."""
    activity = empty.activities[activity_id]
    if activity.rooms_needed > 1:
        return None
    found: list[Placement] = []
    for (day, start, campus), rooms in activity_choices(empty, activity, request.owner):
        candidates = [[empty.rooms[room]] for room in rooms] if rooms else [[]]
        for candidate in candidates:
            placement, _ = empty.try_place(activity, day, start, campus, candidate)
            if placement is not None:
                found += _with_channels(empty, placement, activity_id)
        if len(found) > _CHOICES_LIMIT:
            return None
    return found


def _with_channels(empty: Occupancy, placement: Placement, activity_id: str) -> Iterable[Placement]:
    if placement.channel is None:
        return [placement]
    activity = empty.activities[activity_id]
    return [
        msgspec.structs.replace(placement, channel=channel.id)
        for channel in empty.problem.channels
        if set(activity.channel_features) <= set(channel.features)
    ]


def _add_resources(model: cp_model.CpModel, empty: Occupancy, literals: list[_Literal]) -> None:
    held: dict[tuple[str, int, int], list[cp_model.IntVar]] = {}
    for literal in literals:
        place = literal.placement
        activity = empty.activities[place.activity]
        resources: list[Room | Channel] = [empty.rooms[room] for room in place.rooms]
        if place.channel is not None:
            resources.append(empty.channels[place.channel])
        for resource in resources:
            until = place.start + activity.duration_slots + turnover_slots(resource, activity.kind)
            for slot in range(place.start, until):
                held.setdefault((resource.id, place.day, slot), []).append(literal.variable)
    for variables in held.values():
        if len(variables) > 1:
            model.add_at_most_one(variables)


def _add_day_limits(model: cp_model.CpModel, empty: Occupancy, literals: list[_Literal]) -> None:
    by_day: dict[tuple[str, int], list[cp_model.IntVar]] = {}
    for literal in literals:
        for name in empty.activities[literal.placement.activity].groups:
            if empty.groups[name].max_per_day is not None:
                by_day.setdefault((name, literal.placement.day), []).append(literal.variable)
    for (name, _), variables in by_day.items():
        limit = empty.groups[name].max_per_day
        if limit is not None and len(variables) > limit:
            model.add(sum(variables) <= limit)
