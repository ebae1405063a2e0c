"""Course timetables whose whole solution is known: every event of them has been given a slot and a room beforehand.

The events are dealt out over room-slots first. Students then choose among events of different slots, rooms are made
as large as the audiences that they hold, and events ask for features that their room has. So the timetable that was
dealt out breaks no rule, and a search that leaves events over has not looked long enough.

The scheme of hidden solutions is that of the hard instances of Lewis and Paechter (2007), *Finding feasible timetables
using group-based operators*.
"""

from dataclasses import dataclass

import numpy as np

from scheduling.bench.itc2007 import DAYS, SLOTS, Instance, Table

ROOMS = (26, 30)
FILLED = (0.97, 1.0)
STUDENTS = (500, 1000)
CLASHING = 0.15  # of the pairs of events share a student
SPREAD = 0.2  # how much more or less than the others a student chooses
FEATURES = 10
HAS_FEATURE = 0.5  # a room, a feature
ASKS_FEATURE = 0.3  # an event, a feature that its room has


@dataclass(frozen=True)
class Generated:
    """An instance and the timetable that was dealt out."""

    instance: Instance
    slot: Table  # (events,) 0 … 44
    room: Table  # (events,)


def generate_instance(
    seed: int,
    *,
    rooms: int | None = None,
    filled: float | None = None,
    students: int | None = None,
    clashing: float = CLASHING,
) -> Generated:
    """Draw an instance from a seed; where nothing is asked for, sizes are drawn too.

    Parameters
    ----------
    rooms
        At least 1; drawn from `ROOMS`.
    filled
        Events per room-slot, in (0, 1]; drawn from `FILLED`.
    students
        At least 1; drawn from `STUDENTS`.
    clashing
        About which share of the pairs of events have a student in common, in [0, 1). It decides how hard the instance
        is: with few such pairs anything goes, with many the slots that were dealt out are the only way, and easy to
        see. Hardest is what lies between.
    """
    random = np.random.default_rng(seed)
    drawn_rooms, drawn_students = (int(random.integers(low, high + 1)) for low, high in (ROOMS, STUDENTS))
    drawn_filled = float(random.uniform(*FILLED))
    rooms = drawn_rooms if rooms is None else rooms
    students = drawn_students if students is None else students
    places = DAYS * SLOTS * rooms
    events = max(1, round(places * (drawn_filled if filled is None else filled)))
    slot, room = np.divmod(random.permutation(places)[:events], rooms)
    attends = _choices(random, slot, students, clashing)
    audience = attends.sum(axis=0)
    size = np.zeros(rooms, dtype=np.int64)
    np.maximum.at(size, room, audience)
    room_features = (random.random((rooms, FEATURES)) < HAS_FEATURE).astype(np.int64)
    asked = random.random((events, FEATURES)) < ASKS_FEATURE
    instance = Instance(
        size=size,
        attends=attends,
        room_features=room_features,
        event_features=room_features[room] * asked,
        allowed=np.ones((events, DAYS * SLOTS), dtype=np.int64),
        before=np.zeros((events, events), dtype=np.int64),
    )
    return Generated(instance, slot, room)


def _choices(random: np.random.Generator, slot: Table, students: int, clashing: float) -> Table:
    """Which events each student attends, never two of one slot; shape ``(students, events)``."""
    # pairs are drawn as good as independently, so a share of exp(-students * (each / events)**2) is never drawn
    each = len(slot) * np.sqrt(-np.log1p(-clashing) / students)
    attends = np.zeros((students, len(slot)), dtype=np.int64)
    popular = random.permutation(len(slot)) + len(slot) // 4  # the most popular event is chosen five times as often
    by_slot = [np.flatnonzero(slot == s) for s in np.unique(slot)]
    for student in range(students):
        count = min(len(by_slot), max(1, round(each * random.uniform(1 - SPREAD, 1 + SPREAD))))
        for s in random.permutation(len(by_slot))[:count]:
            choice = by_slot[s]
            attends[student, random.choice(choice, p=popular[choice] / popular[choice].sum())] = 1
    return attends


def instance_text(instance: Instance) -> str:
    """The instance as a ``.tim`` file of four blocks: no slots that are not allowed, no precedences."""
    students, events = instance.attends.shape
    rooms, features = instance.room_features.shape
    head = f"{events} {rooms} {features} {students}"
    blocks = [instance.size, instance.attends, instance.room_features, instance.event_features]
    lines = [" ".join(map(str, row)) for block in blocks for row in block.reshape(-1, block.shape[-1]).tolist()]
    return "\n".join([head, *lines]) + "\n"
