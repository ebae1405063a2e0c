"""The rules that exclude a request from a schedule, with the activities that hold what it needs."""

from scheduling.answers.openings import LISTED, Openings, allowed_starts
from scheduling.answers.snapshot import Snapshot
from scheduling.arrays.channels import usable_channels
from scheduling.arrays.season import Season
from scheduling.model.problem import Activity, Request, Room
from scheduling.model.solution import Blocking

HOLDERS_LISTED = 6


def blocking_rules(snapshot: Snapshot, request: Request) -> tuple[Blocking, ...]:
    """The rules that close most placements; never empty.

    Parameters
    ----------
    request
        A request of the snapshot's problem, with those of its activities that have no placement.
    """
    for activity in request.activities:
        if never := _never(snapshot.season, activity, request):
            return never
    looks = [Openings(snapshot.board, activity) for activity in request.activities]
    stuck = [look for look in looks if not look.has_placement]
    if not stuck:
        # each step has a placement by itself: what does not fit is their order, pauses and people together
        last = looks[-1]
        return (Blocking(rule="link_order", activity=last.activity.id, places=int(last.allowed.sum())),)
    counted = [(int(entry.starts.sum()), look, entry) for look in stuck for entry in look.closed]
    counted.sort(key=lambda found: -found[0])
    names = snapshot.season.activities
    return tuple(
        Blocking(
            rule=entry.rule,
            activity=look.activity.id,
            resource=entry.resource,
            day=entry.day,
            held_by=tuple(names[b].id for b in look.holders(entry)[:HOLDERS_LISTED]),
            places=places,
        )
        for places, look, entry in counted[:LISTED]
    )


def _never(season: Season, activity: Activity, request: Request) -> tuple[Blocking, ...]:
    """What keeps an activity out even of an empty season: its days and hours, every room or every channel."""
    places = int(allowed_starts(season, season.activity_index[activity.id]).sum())
    if not places:
        return (Blocking(rule="start_not_allowed", activity=activity.id),)
    if activity.needs_channel and not usable_channels(season.index, activity):
        rule = "channel_count" if not season.problem.channels else "channel_features"
        return (Blocking(rule=rule, activity=activity.id, places=places),)
    chosen = season.index.chooser.rooms_by_campus(activity, request)
    if activity.rooms_needed <= max((len(rooms) for rooms in chosen.values()), default=0):
        return ()
    lacks = [_lacks(activity, request, room) for room in season.problem.rooms]
    # the rule that alone keeps out most rooms names the lack best; large rooms exist but lack a stage, or the reverse
    alone = [found[0] for found in lacks if len(found) == 1]
    rules = sorted(set(alone), key=lambda rule: (-alone.count(rule), rule))
    if any(not found for found in lacks) or not lacks:
        rules = ["room_count"]
    rules = rules or sorted({rule for found in lacks for rule in found})
    return tuple(Blocking(rule=rule, activity=activity.id, places=places) for rule in rules[:3])


def _lacks(activity: Activity, request: Request, room: Room) -> list[str]:
    """Rules that keep an activity out of a room at any time."""
    rules = {
        "room_capacity": room.capacity < activity.capacity,
        "room_features": not set(activity.features) <= set(room.features),
        "campus_not_allowed": activity.campuses is not None and room.campus not in activity.campuses,
        "room_not_allowed": activity.rooms is not None and room.id not in activity.rooms,
        "room_restricted": not request.may_use(room),
        "forbidden_place": any(f.room == room.id and f.day is None and f.start is None for f in activity.forbidden),
    }
    return [rule for rule, broken in rules.items() if broken]
