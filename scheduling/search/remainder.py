"""A proof from the requests that are left over: they, and those in their way, cannot weigh more than they do.

Whatever some requests weigh at most, with the weight of all others it bounds every schedule. The requests without a
placement are the first. An exact model places the best choice of them as if they were alone; those whose placements
that needs are added, and so on. Where what is left over concerns few, the model soon needs nobody else, and its answer
is the weight that is placed. The linear program's bound can miss that by a whole request, for it takes parts of
activities.
"""

from collections import Counter, defaultdict
from collections.abc import Callable, Iterator

from scheduling.arrays.naming import IndexPlacement
from scheduling.arrays.season import Season
from scheduling.exact.season_model import SeasonModel, keeps_link
from scheduling.search.recombine import Counted, counted_at, limit_of

MOST_MODELS = 20


class Remainder:
    """The requests left over by a schedule, and those in their way.

    Parameters
    ----------
    placements
        The schedule.
    move_budget
        Tentative activities that may move; ``None`` = any number.

    Attributes
    ----------
    bound
        No schedule weighs more.
    """

    def __init__(self, season: Season, placements: dict[int, IndexPlacement], move_budget: int | None) -> None:
        self.season, self.data, self.placements = season, season.data, placements
        self.move_budget = move_budget
        self.bound = season.total_weight
        self.users: dict[Counted, list[int]] = defaultdict(list)

    def prove(self, weight: int, should_stop: Callable[[], bool]) -> None:
        """Lower the bound until it is this weight, or no larger model helps.

        Raises
        ------
        Stopped
            If asked to stop before the end; the bound is then as low as it came.
        """
        data = self.data
        chosen = {q for q in range(len(data.weight)) if data.weight[q] and not self._is_whole(q)}
        model = SeasonModel(self.season, self.move_budget)
        for number in range(MOST_MODELS):
            best = model.best(chosen, should_stop)
            if best is None:
                return
            if number == 0:
                self._note_users()
            others = self.season.total_weight - sum(int(data.weight[q]) for q in chosen)
            self.bound = min(self.bound, others + best.bound)
            more = self._in_the_way(chosen, best.placements) - chosen
            if self.bound <= weight or not more:
                return
            chosen |= more

    def _note_users(self) -> None:
        for a, placement in self.placements.items():
            for key in counted_at(self.data, a, placement):
                self.users[key].append(a)

    def _is_whole(self, q: int) -> bool:
        return all(
            a in self.placements for a in range(int(self.data.activity_ptr[q]), int(self.data.activity_ptr[q + 1]))
        )

    def _in_the_way(self, chosen: set[int], wanted: dict[int, IndexPlacement]) -> set[int]:
        """Requests whose placements do not go together with those that are wanted for the chosen ones."""
        data = self.data
        wanted_by = Counter(key for a, placement in wanted.items() for key in counted_at(data, a, placement))
        found: set[int] = set()
        for key, count in wanted_by.items():
            others = [a for a in self.users.get(key, ()) if int(data.request_of[a]) not in chosen]
            if count + len(others) > limit_of(data, key):
                found.update(others)
        for a, placement in wanted.items():
            found.update(self._unlinked(a, placement))
            found.update(self._out_of_reach(a, placement))
        if self.move_budget is not None:
            found.update(a for a in self.placements if self._is_moved(a))
        return {int(data.request_of[a]) for a in found}

    def _unlinked(self, a: int, placement: IndexPlacement) -> Iterator[int]:
        """Who is linked to an activity and too early or late for it there."""
        data = self.data
        for j in range(int(data.link_ptr[a]), int(data.link_ptr[a + 1])):
            b = int(data.link_other[j])
            if b in self.placements:
                here, there = placement[:3], self.placements[b][:3]
                before, first, second = (b, there, here) if data.link_follows[j] else (a, here, there)
                if not keeps_link(data, j, before, first, second):
                    yield b

    def _out_of_reach(self, a: int, placement: IndexPlacement) -> Iterator[int]:
        """Teammates on another campus that are too near in time."""
        data = self.data
        day, start, campus = placement[:3]
        for g in data.exclusive_group[data.exclusive_ptr[a] : data.exclusive_ptr[a + 1]].tolist():
            for b in data.member[data.member_ptr[g] : data.member_ptr[g + 1]].tolist() if data.group_travel[g] else ():
                other = self.placements.get(b)
                if b == a or other is None or other[0] != day or min(campus, other[2]) < 0:
                    continue
                there, back = data.travel[campus, other[2]], data.travel[other[2], campus]
                ends, other_ends = start + data.duration[a], other[1] + data.duration[b]
                if other[1] < ends + there and start < other_ends + back:
                    yield b

    def _is_moved(self, a: int) -> bool:
        data = self.data
        reference = (data.reference_day[a], data.reference_start[a], data.reference_campus[a], data.reference_pool[a])
        rooms = data.reference_rooms[a, : data.reference_room_count[a]].tolist()
        *where, at = self.placements[a]
        return bool(data.tentative[a]) and (tuple(where) != reference or set(at) != set(rooms))
