"""Which rooms an activity may ever use."""

from collections import defaultdict

from scheduling.model.problem import Activity, Problem, Request


class RoomChooser:
    """Rooms that an activity may use, by campus; the answer is shared by activities that ask the same."""

    def __init__(self, problem: Problem) -> None:
        self.problem = problem
        rooms = problem.rooms
        # cheapest first: dear, large and well equipped rooms are kept for those that need them
        cost = [r.cost * 1000 + r.capacity + 40 * len(r.features) for r in rooms]
        self.order = sorted(range(len(rooms)), key=lambda r: (cost[r], r))
        self.known: dict[tuple[object, ...], dict[str, list[int]]] = {}
        self.restricted = any(r.restricted_to is not None for r in problem.rooms)

    def rooms_by_campus(self, activity: Activity, request: Request) -> dict[str, list[int]]:
        """Indices of rooms by campus that an activity of a request may use, cheapest first."""
        never = frozenset(
            f.room for f in activity.forbidden if f.room is not None and f.day is None and f.start is None
        )
        key = (
            activity.capacity,
            activity.features,
            activity.campuses,
            activity.rooms,
            (request.owner, request.host) if self.restricted else None,
            never,
        )
        if key not in self.known:
            features = set(activity.features)
            by_campus: dict[str, list[int]] = defaultdict(list)
            for r in self.order:
                room = self.problem.rooms[r]
                if (
                    room.capacity >= activity.capacity
                    and features <= set(room.features)
                    and (activity.campuses is None or room.campus in activity.campuses)
                    and (activity.rooms is None or room.id in activity.rooms)
                    and request.may_use(room)
                    and room.id not in never
                ):
                    by_campus[room.campus].append(r)
            self.known[key] = by_campus
        return self.known[key]
