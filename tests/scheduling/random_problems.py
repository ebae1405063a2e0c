"""Small random problems that use every rule at once."""

import itertools
from random import Random

import msgspec

from scheduling import (
    Activity,
    Campus,
    Channel,
    Day,
    Fixed,
    Forbidden,
    Grid,
    Group,
    Interval,
    Link,
    Major,
    PeriodLimit,
    Policy,
    Problem,
    Request,
    Room,
    StaffLimit,
    Target,
    Window,
)

KINDS = ("talk", "fair", "live")
FEATURES = ("stage", "studio")


def random_problem(seed: int, *, requests: int = 12, days: int = 4, slots: int = 8, fixed: bool = True) -> Problem:
    """A problem drawn from a seed: two campuses, named channels, itineraries, links, all kinds of groups."""
    random = Random(seed)
    groups = tuple(_group(random, f"g{i}", days, slots) for i in range(6))
    rooms = tuple(_room(random, f"r{i}", days, slots) for i in range(random.randint(1, 5)))
    channels = tuple(_channel(random, f"c{i}", days, slots) for i in range(random.randint(0, 3)))
    asked = tuple(_request(random, f"q{i}", days, slots, rooms, channels) for i in range(requests))
    problem = Problem(
        grid=Grid(
            slot_minutes=random.choice((15, 30, 60)),
            slots_per_day=slots,
            days=tuple(Day(week=d // 2) for d in range(days)),
        ),
        campuses=(Campus(id="north"), Campus(id="south")),
        travel_slots=random.choice(((), ((0, 1), (2, 0)))),
        rooms=rooms,
        channels=channels,
        staff_limits=tuple(
            StaffLimit(
                campus=random.choice(("north", "south")),
                from_slot=0,
                to_slot=random.randint(1, slots),
                limit=random.randint(0, 2),
                days=random.choice((None, (0, days - 1))),
            )
            for _ in range(random.randint(0, 2))
        ),
        groups=groups,
        majors=tuple(Major(id=f"m{i}", cohort=10 * i) for i in range(4)),
        requests=asked,
        links=_cross_links(random, asked),
        policy=Policy(move_budget=random.choice((None, 0, 1, 3))),
    )
    return _with_fixed(random, problem) if fixed else problem


def _interval(random: Random, days: int, slots: int) -> Interval:
    start = random.randrange(slots)
    return Interval(random.randrange(days), start, random.randint(start + 1, slots))


def _room(random: Random, id_: str, days: int, slots: int) -> Room:
    return Room(
        id=id_,
        campus=random.choice(("north", "south")),
        capacity=random.choice((20, 60, 200)),
        features=tuple(f for f in FEATURES if random.random() < 0.6),
        restricted_to=random.choice((None, None, None, ("acme",))),
        open=random.choice((None, None, tuple(Interval(d, 1, slots) for d in range(days)))),
        blocked=tuple(_interval(random, days, slots) for _ in range(random.randint(0, 3))),
        turnover_slots=random.choice((0, 1)),
        turnover_by_kind=random.choice(({}, {"fair": 2})),
        cost=random.choice((0, 5)),
    )


def _channel(random: Random, id_: str, days: int, slots: int) -> Channel:
    return Channel(
        id=id_,
        features=random.choice(((), ("studio",))),
        open=random.choice((None, None, tuple(Interval(d, 0, slots - 1) for d in range(days)))),
        blocked=random.choice(((), (_interval(random, days, slots),))),
        turnover_slots=random.choice((0, 1)),
        turnover_by_kind=random.choice(({}, {"live": 0})),
    )


def _group(random: Random, id_: str, days: int, slots: int) -> Group:
    return Group(
        id=id_,
        exclusive=random.random() < 0.6,
        travel=random.random() < 0.5,
        busy=random.choice(((), (_interval(random, days, slots),))),
        max_per_day=random.choice((None, None, 1, 2)),
        period_limits=random.choice(((), (), (PeriodLimit(first_day=0, last_day=1, limit=1),))),
        min_gap_days=random.choice((0, 0, 0, 1, 2)),
    )


def _window(random: Random, days: int, slots: int, duration: int) -> Window:
    first = random.randrange(days)
    starts = sorted(random.sample(range(slots - duration + 1), random.randint(1, slots - duration + 1)))
    return Window(
        first_day=first,
        last_day=random.randint(first, days - 1),
        starts=tuple(starts),
        preference=random.randint(0, 9),
    )


def _activity(
    random: Random, id_: str, days: int, slots: int, rooms: tuple[Room, ...], channels: tuple[Channel, ...]
) -> Activity:
    duration = random.randint(1, 3)
    live = bool(channels) and random.random() < 0.3
    return Activity(
        id=id_,
        kind=random.choice(KINDS),
        duration_slots=duration,
        rooms_needed=random.choice((0, 1) if live else (1, 1, 1, 2)),
        capacity=random.choice((0, 20, 50)),
        features=random.choice(((), (), ("stage",))),
        campuses=random.choice((None, None, ("north",))),
        rooms=random.choice((None, None, None, (rooms[0].id,))),
        needs_channel=live,
        channel_features=random.choice(((), ("studio",))) if live else (),
        channels=random.choice((None, (channels[0].id,))) if live else None,
        groups=tuple(random.sample([f"g{i}" for i in range(6)], random.randint(0, 2))),
        audience=tuple(random.sample([f"m{i}" for i in range(4)], 2)),
        windows=tuple(_window(random, days, slots, duration) for _ in range(random.randint(1, 2))),
        target=random.choice((None, Target(day=random.randrange(days), value=5, per_day=2))),
        forbidden=random.choice(
            (
                (),
                (),
                (Forbidden(day=random.randrange(days)),),
                (Forbidden(room=rooms[0].id, start=random.randrange(slots)),),
                (Forbidden(room=rooms[0].id),),
            )
        ),
    )


def _request(
    random: Random, id_: str, days: int, slots: int, rooms: tuple[Room, ...], channels: tuple[Channel, ...]
) -> Request:
    count = random.choice((1, 1, 1, 2, 3))
    activities = tuple(_activity(random, f"{id_}.{k}", days, slots, rooms, channels) for k in range(count))
    links = tuple(_link(random, a.id, b.id) for a, b in itertools.pairwise(activities) if random.random() < 0.7)
    return Request(
        id=id_,
        owner=random.choice(("acme", "law")),
        weight=random.randint(0, 9),
        small=random.random() < 0.5,
        activities=activities,
        links=links,
    )


def _link(random: Random, before: str, after: str) -> Link:
    return Link(
        before=before,
        after=after,
        min_gap_slots=random.choice((0, 1)),
        max_gap_slots=random.choice((None, None, 3)),
        same_day=random.random() < 0.2,
        max_days=random.choice((None, 2)),
        same_campus=random.random() < 0.3,
    )


def _cross_links(random: Random, requests: tuple[Request, ...]) -> tuple[Link, ...]:
    """Links between different requests, always from an earlier to a later one, so that none runs in a circle."""
    links = []
    for _ in range(random.randint(0, 2)):
        if len(requests) > 1:
            i, j = sorted(random.sample(range(len(requests)), 2))
            links.append(_link(random, requests[i].activities[-1].id, requests[j].activities[0].id))
    return tuple(links)


def _with_fixed(random: Random, problem: Problem) -> Problem:
    """Fix some activities anywhere, clashes and broken wishes included."""
    fixed = []
    for request in problem.requests:
        if random.random() > 0.3:
            continue
        for activity in request.activities:
            if random.random() < 0.2:
                continue
            room = random.choice(problem.rooms)
            beside = [other.id for other in problem.rooms if other.campus == room.campus and other != room]
            rooms = (room.id, *beside)[: activity.rooms_needed]
            if len(rooms) < activity.rooms_needed:
                continue
            fixed.append(
                Fixed(
                    activity=activity.id,
                    day=random.randrange(len(problem.grid.days)),
                    start=random.randint(0, problem.grid.slots_per_day - activity.duration_slots),
                    rooms=rooms,
                    channel=random.choice(problem.channels).id if activity.needs_channel else None,
                    state=random.choice(("confirmed", "tentative", "tentative")),
                )
            )
    return msgspec.structs.replace(problem, fixed=tuple(fixed))
