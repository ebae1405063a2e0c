"""What is open for one more request: ways by day against a count of everything, in a season that changes in place."""

from collections import Counter
from collections.abc import Iterator
from itertools import combinations

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from scheduling import (
    Activity,
    Campus,
    Channel,
    Day,
    Fixed,
    Grid,
    Group,
    Interval,
    Link,
    Placement,
    Problem,
    Request,
    Room,
    Solution,
    StaffLimit,
    Window,
    verify,
)
from scheduling.answers.open_season import PEOPLE, DayWays, Occupied, OpenSeason, Own
from scheduling.answers.ways import MOST_WAYS
from scheduling.model.day_parts import part_of_day

DAYS, SLOTS = 3, 6
ROOMS = ("small", "large", "south")
CAMPUS = {"small": "north", "large": "north", "south": "south"}


def school(turnover: int = 0, *, limit: int = 9, per_day: int = 2, travel: int = 1) -> Problem:
    """Three days of six slots from 10:00, three rooms on two campuses, two channels, one limit of staff."""
    return Problem(
        grid=Grid(slots_per_day=SLOTS, slot_minutes=60, first_slot_minute=600, days=(Day(),) * DAYS),
        campuses=(Campus(id="north"), Campus(id="south")),
        travel_slots=((0, travel), (travel, 0)),
        rooms=tuple(
            Room(id=name, campus=CAMPUS[name], capacity=size, turnover_slots=turnover)
            for name, size in zip(ROOMS, (50, 200, 100), strict=True)
        ),
        channels=(Channel(id="one", turnover_slots=turnover), Channel(id="two", turnover_slots=turnover)),
        staff_limits=(StaffLimit(campus="north", from_slot=0, to_slot=SLOTS, limit=limit),),
        groups=(
            Group(id=PEOPLE, exclusive=True, travel=True),
            Group(id="talks", max_per_day=per_day, min_gap_days=0),
        ),
    )


def newcomer(*steps: Activity, links: tuple[Link, ...] = ()) -> Request:
    return Request(id="new", activities=steps, links=links)


def step(name: str = "new", *, days: tuple[int, int] = (0, DAYS - 1), **fields: object) -> Activity:
    duration = fields.get("duration_slots", 1)
    starts = tuple(range(SLOTS - int(str(duration)) + 1))
    return msgspec.convert(
        {
            "id": name,
            "duration_slots": duration,
            "capacity": 40,
            "groups": (PEOPLE,),
            "windows": [{"first_day": days[0], "last_day": days[1], "starts": starts}],
            **fields,
        },
        Activity,
    )


class Taken(msgspec.Struct, frozen=True):
    """A booking of the test: one room or channel, or neither."""

    resource: str | None
    day: int
    start: int
    length: int
    own: bool = False
    counted: bool = False

    def occupied(self, turnover: int) -> Occupied:
        if self.resource is None:
            return Occupied(day=self.day, start=self.start)
        stretch = Interval(self.day, self.start, self.start + self.length + turnover)
        return Occupied(((self.resource, stretch),), CAMPUS.get(self.resource), self.day, self.start)

    @property
    def busy(self) -> tuple[Interval, str | None]:
        return Interval(self.day, self.start, self.start + self.length), CAMPUS.get(self.resource or "")


def own_of(bookings: list[Taken]) -> Own:
    return Own(
        busy=tuple(taken.busy for taken in bookings if taken.own),
        counted={"talks": tuple(taken.day for taken in bookings if taken.counted)},
    )


def with_bookings(problem: Problem, bookings: list[Taken], request: Request) -> Problem:
    """The problem in which the bookings are confirmed requests, and the newcomer is one more."""
    requests, fixed = [request], []
    for i, taken in enumerate(bookings):
        groups = (PEOPLE,) * taken.own + ("talks",) * taken.counted
        in_room = taken.resource in ROOMS
        activity = Activity(
            id=f"b{i}",
            duration_slots=taken.length,
            rooms_needed=int(in_room),
            needs_channel=taken.resource is not None and not in_room,
            groups=groups,
            windows=(),
        )
        requests.append(Request(id=f"b{i}", activities=(activity,)))
        fixed.append(
            Fixed(
                activity=f"b{i}",
                day=taken.day,
                start=taken.start,
                rooms=(taken.resource,) if in_room and taken.resource else (),
                channel=None if in_room else taken.resource,
            )
        )
    return msgspec.structs.replace(problem, requests=tuple(requests), fixed=tuple(fixed))


def is_kept(problem: Problem, placed: tuple[Placement, ...]) -> bool:
    """Whether the placements break no rule, neither among themselves nor with the bookings."""
    given_ = tuple(
        Placement(activity=f.activity, day=f.day, start=f.start, rooms=f.rooms, channel=f.channel)
        for f in problem.fixed
    )
    before = Counter((v.rule, v.activities) for v in verify(problem, Solution(placements=given_)))
    after = Counter((v.rule, v.activities) for v in verify(problem, Solution(placements=(*given_, *placed))))
    return all(rule == "incomplete_request" for rule, _ in after - before)


def places(
    problem: Problem, activity: Activity, placed: tuple[Placement, ...], windows: tuple[Window, ...]
) -> Iterator[Placement]:
    """One placement for each day, start and campus: in the smallest rooms that do, and the first channel that does."""
    by_size = sorted(problem.rooms, key=lambda room: room.capacity)
    starts = sorted({(d, s) for w in windows for d in range(w.first_day, w.last_day + 1) for s in w.starts})
    for campus in [c.id for c in problem.campuses] if activity.rooms_needed else [None]:
        own = [room.id for room in by_size if room.campus == campus]
        for day, start in starts:
            for rooms in combinations(own, activity.rooms_needed):
                found = next(
                    (
                        place
                        for channel in ([c.id for c in problem.channels] if activity.needs_channel else [None])
                        if is_kept(
                            problem,
                            (
                                *placed,
                                place := Placement(
                                    activity=activity.id, day=day, start=start, rooms=rooms, channel=channel
                                ),
                            ),
                        )
                    ),
                    None,
                )
                if found is not None:
                    yield found
                    break


def counted(problem: Problem, request: Request) -> list[int]:
    """Ways by day, by trying everything."""
    first, *rest = request.activities
    wide = tuple(msgspec.structs.replace(w, first_day=0, last_day=DAYS - 1) for w in first.windows)
    anywhere = msgspec.structs.replace(first, windows=wide)
    free = msgspec.structs.replace(request, activities=(anywhere, *rest))
    problem = msgspec.structs.replace(problem, requests=(free, *problem.requests[1:]))
    ways = [0] * DAYS
    for place in places(problem, anywhere, (), wide):
        if can_follow(problem, list(rest), (place,)):
            ways[place.day] += 1
    return ways


def can_follow(problem: Problem, rest: list[Activity], placed: tuple[Placement, ...]) -> bool:
    if not rest:
        return True
    return any(
        can_follow(problem, rest[1:], (*placed, place)) for place in places(problem, rest[0], placed, rest[0].windows)
    )


@st.composite
def taken(draw: st.DrawFn) -> Taken:
    resource = draw(st.sampled_from((*ROOMS, "one", "two", None)))
    own = draw(st.booleans())
    length = draw(st.integers(1, 2))
    return Taken(
        resource,
        draw(st.integers(0, DAYS - 1)),
        draw(st.integers(0, SLOTS - length)),
        length,
        own,
        own and draw(st.booleans()),
    )


@st.composite
def asked(draw: st.DrawFn) -> Request:
    count = draw(st.integers(1, 2))
    steps = []
    for i in range(count):
        first = draw(st.integers(0, DAYS - 1))
        rooms = draw(st.integers(0, 2))
        steps.append(
            step(
                f"s{i}",
                days=(first, draw(st.integers(first, DAYS - 1))),
                duration_slots=draw(st.integers(1, 3)),
                rooms_needed=rooms,
                needs_channel=rooms == 0 or draw(st.booleans()),
                capacity=draw(st.sampled_from((40, 90, 150))),
                groups=(PEOPLE, "talks") if draw(st.booleans()) else (PEOPLE,),
            )
        )
    links = tuple(
        Link(
            before=f"s{i}",
            after=f"s{i + 1}",
            min_gap_slots=draw(st.integers(0, 1)),
            same_day=draw(st.booleans()),
        )
        for i in range(count - 1)
    )
    return newcomer(*steps, links=links)


def distinct(bookings: list[Taken]) -> list[Taken]:
    """Leave out bookings that meet an earlier one in a resource, as the database does (with the longest turnover)."""
    kept: list[Taken] = []
    for one in bookings:
        if not any(
            one.day == other.day
            and one.start < other.start + other.length + 1
            and other.start < one.start + one.length + 1
            and ((one.resource == other.resource and one.resource is not None) or (one.own and other.own))
            for other in kept
        ):
            kept.append(one)
    return kept


@settings(max_examples=120, deadline=None)
@given(st.lists(taken(), max_size=8).map(distinct), asked(), st.integers(0, 1), st.integers(1, 3), st.integers(1, 2))
def test_ways_are_those_that_trying_everything_finds(
    bookings: list[Taken], request: Request, turnover: int, limit: int, per_day: int
) -> None:
    problem = school(turnover, limit=limit, per_day=per_day)
    season = OpenSeason(problem)
    for i, one in enumerate(bookings):
        season.occupy(i, one.occupied(turnover))
    whole = with_bookings(problem, bookings, request)
    ways = season.ways(request, own_of(bookings))
    assert [day.ways for day in ways] == [min(MOST_WAYS, count) for count in counted(whole, request)]
    assert all((day.no_way is None) == (day.ways > 0) for day in ways)
    offers = season.likely_placements(request, own_of(bookings))
    for offer in offers:
        assert is_kept(whole, offer.placements)
    starts = [offer.placements[0] for offer in offers]
    assert len({(place.day, part_of_day(problem.grid, place.start)) for place in starts}) == len(starts)
    if len(request.activities) == 1:
        wish = request.activities[0].windows[0]
        assert bool(offers) == any(day.ways for day in ways[wish.first_day : wish.last_day + 1])


@settings(max_examples=100, deadline=None)
@given(st.lists(st.tuples(st.integers(0, 5), st.none() | taken()), max_size=25), asked())
def test_a_season_changed_in_place_answers_like_a_new_one(
    changes: list[tuple[int, Taken | None]], request: Request
) -> None:
    changed, now = OpenSeason(school(1)), dict[int, Taken]()
    for key, one in changes:
        changed.ways(request, Own())
        if one is None:
            now.pop(key, None)
            changed.vacate(key)
        else:
            now[key] = one
            changed.occupy(key, one.occupied(1))
    fresh = OpenSeason(school(1))
    for key, one in now.items():
        fresh.occupy(key, one.occupied(1))
    own = own_of(list(now.values()))
    assert changed.ways(request, own) == fresh.ways(request, own)
    assert changed.likely_placements(request, own) == fresh.likely_placements(request, own)
    with changed.without(list(now)):
        assert changed.ways(request, own) == OpenSeason(school(1)).ways(request, own)
    assert changed.ways(request, own) == fresh.ways(request, own)


ALL_DAY = Interval(0, 0, SLOTS)


def closed(*names: str) -> Problem:
    problem = school()
    rooms = tuple(
        msgspec.structs.replace(room, blocked=(ALL_DAY,)) if room.id in names else room for room in problem.rooms
    )
    return msgspec.structs.replace(problem, rooms=rooms)


@pytest.mark.parametrize(
    ("season", "booked", "own", "wanted", "no_way"),
    [
        (OpenSeason(school()), ROOMS, Own(), step(), "full"),
        (OpenSeason(school()), (), Own(busy=((ALL_DAY, None),)), step(), "clash"),
        (OpenSeason(school()), (), Own(counted={"talks": (0, 0)}), step(groups=("talks",)), "clash"),
        (OpenSeason(closed(*ROOMS), school()), (), Own(), step(), "exams"),
        (OpenSeason(closed(*ROOMS), closed(*ROOMS)), (), Own(), step(), "closed"),
        (OpenSeason(closed(*ROOMS)), (), Own(), step(), "closed"),
        (OpenSeason(closed("small", "south"), school()), ("large",), Own(), step(), "full"),
        (OpenSeason(school()), (), Own(), step(capacity=5000), "unfit"),
    ],
    ids=["full", "clash", "count", "exams", "closed", "closed-too", "booked-beside-exams", "unfit"],
)
def test_a_day_without_a_way_says_why(
    season: OpenSeason, booked: tuple[str, ...], own: Own, wanted: Activity, no_way: str
) -> None:
    for name in booked:
        season.occupy(name, Occupied(((name, ALL_DAY),), CAMPUS[name]))
    first, *others = season.ways(newcomer(wanted), own)
    assert first == DayWays(0, no_way)  # type: ignore[arg-type]
    assert all(day.ways for day in others) or no_way == "unfit"


def test_a_first_step_that_nothing_can_follow_is_full() -> None:
    season = OpenSeason(school())
    steps = (step("talk"), step("test", duration_slots=4))
    same_day = (Link(before="talk", after="test", same_day=True),)
    for name in ROOMS:
        season.occupy(name, Occupied(((name, Interval(0, 3, 4)),), CAMPUS[name]))
    found = season.ways(newcomer(*steps, links=same_day), Own())
    assert [(day.ways, day.no_way) for day in found] == [(0, "full"), (4, None), (4, None)]


def test_placements_are_of_different_days_parts_and_rooms() -> None:
    offers = OpenSeason(school()).likely_placements(newcomer(step(days=(0, 1))), Own())
    places = [offer.placements[0] for offer in offers]
    assert len({place.day for place in places}) == 2
    assert len({place.rooms for place in places}) == 3
    # the smallest room that does comes first, and a better liked window before all others
    assert places[0].rooms == ("small",)


def test_what_is_liked_most_comes_first() -> None:
    windows = (
        {"first_day": 2, "last_day": 2, "starts": (4,), "preference": 30},
        {"first_day": 0, "last_day": 1, "starts": (0, 1), "preference": 10},
    )
    offers = OpenSeason(school()).likely_placements(newcomer(step(windows=windows)), Own())
    assert [(offer.placements[0].day, offer.placements[0].start, offer.cost) for offer in offers] == [
        (2, 4, 0),
        (0, 0, 20),
        (1, 0, 20),
    ]
