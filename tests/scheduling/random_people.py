"""Small random seasons in which activities share many people, as interview days and consultation hours do."""

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
    Policy,
    Problem,
    Request,
    Room,
    StaffLimit,
    Window,
)

DAYS, SLOTS, PEOPLE, EACH = 3, 6, 24, 6


def random_people(
    seed: int, *, requests: int = 24, longest: int = 2, fixed: bool = True, everything: bool = False
) -> Problem:
    """A season drawn from a seed: six people an activity, links, closures, bans, busy times, what is fixed.

    With ``everything`` there are also channels, staff limits, travel, limits per day, itineraries and several rooms.
    """
    random = Random(seed)
    rooms = tuple(_room(random, f"r{i}") for i in range(random.randint(2, 4)))
    asked = tuple(_request(random, f"q{i}", longest, rooms, everything=everything) for i in range(requests))
    problem = Problem(
        grid=Grid(slots_per_day=SLOTS, days=tuple(Day(week=0) for _ in range(DAYS))),
        campuses=(Campus(id="north"), Campus(id="south")),
        travel_slots=((0, 1), (1, 0)) if everything else (),
        rooms=rooms,
        channels=(Channel(id="c"),) if everything else (),
        staff_limits=(StaffLimit(campus="north", from_slot=0, to_slot=3, limit=3),) if everything else (),
        groups=tuple(_group(random, f"g{i}", everything=everything) for i in range(PEOPLE)),
        requests=asked,
        links=tuple(
            Link(
                before=asked[i].activities[-1].id,
                after=asked[j].activities[0].id,
                min_gap_slots=random.choice((0, 1)),
                max_gap_slots=random.choice((None, 3)),
                same_day=random.random() < 0.2,
                max_days=random.choice((None, 1)),
            )
            for i, j in (sorted(random.sample(range(requests), 2)) for _ in range(random.randint(0, 3)))
        ),
        policy=Policy(move_budget=random.choice((None, 0, 1, 3))),
    )
    return _with_fixed(random, problem) if fixed else problem


def _interval(random: Random) -> Interval:
    start = random.randrange(SLOTS)
    return Interval(random.randrange(DAYS), start, random.randint(start + 1, SLOTS))


def _room(random: Random, id_: str) -> Room:
    return Room(
        id=id_,
        campus=random.choice(("north", "south")),
        capacity=random.choice((20, 60)),
        features=random.choice(((), ("stage",))),
        open=random.choice((None, None, tuple(Interval(d, 1, SLOTS) for d in range(DAYS)))),
        blocked=random.choice(((), (_interval(random),))),
        turnover_slots=random.choice((0, 0, 1)),
        turnover_by_kind=random.choice(({}, {"fair": 1})),
    )


def _group(random: Random, id_: str, *, everything: bool) -> Group:
    return Group(
        id=id_,
        exclusive=random.random() < 0.9,
        travel=everything,
        busy=random.choice(((), (), (_interval(random),))),
        max_per_day=random.choice((None, 2)) if everything else None,
    )


def _activity(random: Random, id_: str, longest: int, rooms: tuple[Room, ...], *, everything: bool) -> Activity:
    duration = random.randint(1, longest)
    starts = sorted(random.sample(range(SLOTS - duration + 1), random.randint(1, SLOTS - duration + 1)))
    first = random.randrange(DAYS)
    live = everything and random.random() < 0.2
    ban = Forbidden(room=rooms[0].id, start=random.randrange(SLOTS), day=random.choice((None, 0)))
    return Activity(
        id=id_,
        kind=random.choice(("talk", "fair")),
        duration_slots=duration,
        rooms_needed=random.choice((0, 1, 1, 2) if everything else (0, 1, 1, 1)),
        capacity=random.choice((0, 20, 50)),
        features=random.choice(((), (), ("stage",))),
        needs_channel=live,
        groups=tuple(f"g{i}" for i in random.sample(range(PEOPLE), EACH)),
        windows=(Window(first_day=first, last_day=random.randint(first, DAYS - 1), starts=tuple(starts)),),
        forbidden=random.choice(((), (), (ban,))),
    )


def _request(random: Random, id_: str, longest: int, rooms: tuple[Room, ...], *, everything: bool) -> Request:
    count = random.choice((1, 1, 2)) if everything else 1
    return Request(
        id=id_,
        weight=random.randint(0, 9),
        activities=tuple(_activity(random, f"{id_}.{k}", longest, rooms, everything=everything) for k in range(count)),
    )


def _with_fixed(random: Random, problem: Problem) -> Problem:
    """Fix some activities anywhere, clashes and broken wishes included."""
    fixed = []
    for activity in (a for r in problem.requests for a in r.activities):
        if random.random() > 0.25:
            continue
        room = random.choice(problem.rooms)
        beside = [other.id for other in problem.rooms if other.campus == room.campus and other != room]
        rooms = (room.id, *beside)[: activity.rooms_needed]
        if len(rooms) == activity.rooms_needed:
            fixed.append(
                Fixed(
                    activity=activity.id,
                    day=random.randrange(DAYS),
                    start=random.randint(0, SLOTS - activity.duration_slots),
                    rooms=rooms,
                    channel="c" if activity.needs_channel else None,
                    state=random.choice(("confirmed", "tentative", "tentative")),
                )
            )
    return msgspec.structs.replace(problem, fixed=tuple(fixed))
