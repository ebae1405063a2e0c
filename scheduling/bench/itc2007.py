"""Post-enrolment course timetabling (ITC-2007, track 2) as a problem of ours, and an independent check.

Events become requests with one activity of one slot, students exclusive groups, precedences links, rooms rooms. An
event weighs the students it has, so that the unplaced weight is the competition's distance to feasibility; that is the
only goal.

Source: Lewis, Paechter, McCollum (2007), Post enrolment based course timetabling: a description of the problem
model used for track two of the second International Timetabling Competition.
"""

import gzip
from collections import defaultdict
from dataclasses import dataclass
from itertools import combinations
from pathlib import Path

import numpy as np
import numpy.typing as npt

from scheduling.model.problem import (
    Activity,
    Campus,
    Day,
    Goal,
    Grid,
    Group,
    Link,
    Policy,
    Problem,
    Request,
    Room,
    Window,
)
from scheduling.model.solution import Solution
from scheduling.model.validation import ProblemError

DAYS, SLOTS = 5, 9

Table = npt.NDArray[np.int64]


@dataclass(frozen=True)
class Instance:
    """Tables of an instance, all 0/1 but ``size``."""

    size: Table  # (rooms,)
    attends: Table  # (students, events)
    room_features: Table  # (rooms, features)
    event_features: Table  # (events, features)
    allowed: Table  # (events, 45)
    before: Table  # (events, events)

    @property
    def events(self) -> int:
        """Number of events."""
        return int(self.attends.shape[1])


def read_instance(source: Path) -> Instance:
    """Read a ``.tim`` file, plain or gzipped.

    The older format has four blocks and ends after the features of the events: every slot is allowed, and nothing
    has to come before anything.

    Raises
    ------
    ProblemError
        If it has not the numbers its head promises.
    """
    data = source.read_bytes()
    if data.startswith(b"\x1f\x8b"):
        data = gzip.decompress(data)
    try:
        numbers = np.array(data.split(), dtype=np.int64)
        events, rooms, features, students = (int(n) for n in numbers[:4])
    except ValueError:
        raise ProblemError("$", "is no table of whole numbers with a head of four") from None
    shapes = [
        (rooms,),
        (students, events),
        (rooms, features),
        (events, features),
        (events, DAYS * SLOTS),
        (events, events),
    ]
    sizes = [int(np.prod(shape)) for shape in shapes]
    older, whole = 4 + sum(sizes[:4]), 4 + sum(sizes)
    if min(events, rooms, features, students) < 0 or len(numbers) not in (older, whole):
        raise ProblemError("$", f"has {len(numbers)} numbers instead of {whole}, or {older} in the older format")
    if len(numbers) == older:
        free = [np.ones(sizes[4], dtype=np.int64), np.zeros(sizes[5], dtype=np.int64)]
        numbers = np.concatenate([numbers[:older], *free])
    parts = np.split(numbers[4:], np.cumsum(sizes)[:-1])
    return Instance(*(part.reshape(shape) for part, shape in zip(parts, shapes, strict=True)))


def as_problem(instance: Instance) -> Problem:
    """The instance as a problem; request and activity ``e7`` is event 7, room ``r2`` room 2."""
    audience = instance.attends.sum(axis=0)
    groups: dict[int, list[str]] = defaultdict(list)
    cliques = _cliques(instance)
    for g, events in enumerate(cliques):
        for e in events:
            groups[e].append(f"s{g}")
    pairs = np.argwhere(instance.before == 1)
    return Problem(
        grid=Grid(slot_minutes=60, first_slot_minute=540, slots_per_day=SLOTS, days=tuple(Day() for _ in range(DAYS))),
        campuses=(Campus(id="campus"),),
        rooms=tuple(
            Room(
                id=f"r{r}",
                campus="campus",
                capacity=int(size),
                features=tuple(f"f{f}" for f in np.flatnonzero(instance.room_features[r])),
            )
            for r, size in enumerate(instance.size)
        ),
        groups=tuple(Group(id=f"s{g}", exclusive=True) for g in range(len(cliques))),
        requests=tuple(
            Request(
                id=f"e{e}",
                weight=max(1, int(audience[e])),
                activities=(
                    Activity(
                        id=f"e{e}",
                        duration_slots=1,
                        capacity=int(audience[e]),
                        features=tuple(f"f{f}" for f in np.flatnonzero(instance.event_features[e])),
                        groups=tuple(groups[e]),
                        windows=tuple(
                            Window(first_day=d, last_day=d, starts=tuple(np.flatnonzero(row).tolist()))
                            for d, row in enumerate(instance.allowed[e].reshape(DAYS, SLOTS))
                            if row.any()
                        ),
                    ),
                ),
            )
            for e in range(instance.events)
        ),
        links=tuple(Link(before=f"e{i}", after=f"e{j}") for i, j in pairs.tolist()),
        policy=Policy(goals=(Goal(name="placed_weight"),)),
    )


def _cliques(instance: Instance) -> list[list[int]]:
    """Students whose events cover all clashing pairs: the others add no rule. Large ones first."""
    own = sorted({tuple(np.flatnonzero(row).tolist()) for row in instance.attends}, key=lambda e: (-len(e), e))
    covered: set[tuple[int, int]] = set()
    kept = []
    for events in own:
        pairs = set(combinations(events, 2))
        if not pairs <= covered:
            covered |= pairs
            kept.append(list(events))
    return kept


def slots_and_rooms(instance: Instance, solution: Solution) -> tuple[Table, Table]:
    """Slot (0 … 44) and room of each event, -1 where it is not placed."""
    slot, room = np.full(instance.events, -1), np.full(instance.events, -1)
    for p in solution.placements:
        slot[int(p.activity[1:])] = p.day * SLOTS + p.start
        room[int(p.activity[1:])] = int(p.rooms[0][1:])
    return slot, room


def broken_rules(instance: Instance, slot: Table, room: Table) -> list[str]:
    """Hard rules that a timetable breaks, counted on the raw tables alone."""
    found = []
    placed = np.flatnonzero(slot >= 0)
    audience = instance.attends.sum(axis=0)
    pairs = list(zip(slot[placed].tolist(), room[placed].tolist(), strict=True))
    if len(set(pairs)) != len(pairs):
        found.append("two events in one room at once")
    for e in placed:
        if not instance.allowed[e, slot[e]]:
            found.append(f"event {e} in a slot that is not allowed")
        if instance.size[room[e]] < audience[e]:
            found.append(f"event {e} in a room too small")
        if (instance.room_features[room[e]] < instance.event_features[e]).any():
            found.append(f"event {e} in a room without its features")
    for student, row in enumerate(instance.attends):
        times = slot[np.flatnonzero(row)]
        times = times[times >= 0]
        if len(set(times.tolist())) != len(times):
            found.append(f"student {student} in two events at once")
    for before, after in np.argwhere(instance.before == 1).tolist():
        if slot[before] >= 0 and slot[after] >= 0 and slot[before] >= slot[after]:
            found.append(f"event {before} not before event {after}")
    return found
