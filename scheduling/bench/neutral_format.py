"""Reads the neutral benchmark format: whole days as strings of free slots, one activity per request."""

from collections import defaultdict
from datetime import date
from typing import Annotated

import msgspec

from scheduling.model.json_text import refuse_double_keys
from scheduling.model.problem import (
    Activity,
    Campus,
    Channel,
    Day,
    Grid,
    Group,
    Interval,
    Major,
    Problem,
    Request,
    Room,
    StaffLimit,
    Target,
    Window,
)
from scheduling.model.reading import decode_json
from scheduling.model.validation import ProblemError, validate

Index = Annotated[int, msgspec.Meta(ge=0)]

TARGET_VALUE, TARGET_PER_DAY = 10, 2


class NeutralRoom(msgspec.Struct, frozen=True, gc=False):
    """``free``: a string per day, ``1`` = usable, turnover before closures already taken out."""

    id: str
    campus: Index
    capacity: Index
    features: tuple[str, ...]
    free: tuple[str, ...]


class NeutralRequest(msgspec.Struct, frozen=True, gc=False):
    """One activity; ``start_preference`` goes with ``starts``."""

    id: str
    kind: str
    duration_slots: Annotated[int, msgspec.Meta(ge=1)]
    rooms_needed: Index
    needs_channel: bool
    attendance: Index
    features: tuple[str, ...]
    campuses: tuple[Index, ...]
    first_day: Index
    last_day: Index
    target_day: Index
    starts: tuple[Index, ...]
    start_preference: tuple[Index, ...]
    employer: Index
    department: Index | None
    majors: tuple[Index, ...]
    weight: Index


class NeutralSeason(msgspec.Struct, frozen=True):
    """A whole instance."""

    slot_minutes: int
    day_start: str
    slots_per_day: int
    turnover_slots: Index
    days: tuple[str, ...]
    campuses: Index
    staff_per_campus_day: tuple[Index, ...]
    channels: Index
    campus_gap_slots: Index
    cohort: tuple[Index, ...]
    rooms: tuple[NeutralRoom, ...]
    requests: tuple[NeutralRequest, ...]


def read_neutral(data: bytes) -> Problem:
    """The problem of a neutral instance; activities have the ids of their requests.

    Raises
    ------
    ProblemError
        With the path of what does not fit.
    """
    refuse_double_keys(data)
    season = decode_json(data, NeutralSeason)
    _check(season)
    problem = neutral_problem(season)
    validate(problem)
    return problem


def neutral_problem(season: NeutralSeason) -> Problem:
    """The same season as a problem."""
    first = date.fromisoformat(season.days[0])
    hours, minutes = season.day_start.split(":")
    everyday = range(season.campuses)
    employers = sorted({r.employer for r in season.requests})
    departments = sorted({r.department for r in season.requests if r.department is not None})
    return Problem(
        grid=Grid(
            slot_minutes=season.slot_minutes,
            first_slot_minute=int(hours) * 60 + int(minutes),
            slots_per_day=season.slots_per_day,
            days=tuple(Day(date=d, week=(date.fromisoformat(d) - first).days // 7) for d in season.days),
        ),
        campuses=tuple(Campus(id=f"c{i}") for i in everyday),
        travel_slots=tuple(tuple(0 if i == j else season.campus_gap_slots for j in everyday) for i in everyday),
        rooms=tuple(_room(r, season.turnover_slots) for r in season.rooms),
        channels=tuple(Channel(id=f"channel{i}", turnover_slots=season.turnover_slots) for i in range(season.channels)),
        staff_limits=tuple(
            StaffLimit(campus=f"c{i}", from_slot=0, to_slot=season.slots_per_day, limit=limit)
            for i, limit in enumerate(season.staff_per_campus_day)
        ),
        groups=(
            *(Group(id=f"employer{e}", exclusive=True, travel=True) for e in employers),
            *(Group(id=f"department{d}", max_per_day=1) for d in departments),
        ),
        majors=tuple(Major(id=f"major{i}", cohort=c) for i, c in enumerate(season.cohort)),
        requests=tuple(_request(r) for r in season.requests),
    )


def _room(room: NeutralRoom, turnover: int) -> Room:
    return Room(
        id=room.id,
        campus=f"c{room.campus}",
        capacity=room.capacity,
        features=room.features,
        blocked=tuple(i for day, row in enumerate(room.free) for i in _closures(day, row)),
        turnover_slots=turnover,
    )


def _closures(day: int, row: str) -> list[Interval]:
    closures = []
    start = None
    for slot, free in enumerate(row + "1"):
        if free == "0" and start is None:
            start = slot
        elif free == "1" and start is not None:
            closures.append(Interval(day, start, slot))
            start = None
    return closures


def _request(request: NeutralRequest) -> Request:
    by_preference: dict[int, list[int]] = defaultdict(list)
    for start, preference in zip(request.starts, request.start_preference, strict=True):
        by_preference[preference].append(start)
    groups = [f"employer{request.employer}"]
    if request.department is not None:
        groups.append(f"department{request.department}")
    activity = Activity(
        id=request.id,
        kind=request.kind,
        duration_slots=request.duration_slots,
        rooms_needed=request.rooms_needed,
        capacity=request.attendance,
        features=request.features,
        campuses=tuple(f"c{c}" for c in request.campuses),
        needs_channel=request.needs_channel,
        groups=tuple(groups),
        audience=tuple(f"major{m}" for m in request.majors),
        windows=tuple(
            Window(
                first_day=request.first_day,
                last_day=request.last_day,
                starts=tuple(starts),
                preference=preference,
            )
            for preference, starts in sorted(by_preference.items())
        ),
        target=Target(day=request.target_day, value=TARGET_VALUE, per_day=TARGET_PER_DAY),
    )
    return Request(id=request.id, owner=f"employer{request.employer}", weight=request.weight, activities=(activity,))


def _check(season: NeutralSeason) -> None:
    """What the translation itself relies on; the rest is checked on the problem."""
    if not season.days:
        raise ProblemError("$.days", "needs at least one day")
    for i, day in enumerate(season.days):
        try:
            date.fromisoformat(day)
        except ValueError:
            raise ProblemError(f"$.days[{i}]", f"{day!r} is no date like 2026-03-02") from None
    hours, _, minutes = season.day_start.partition(":")
    if not (hours.isdigit() and minutes.isdigit()):
        raise ProblemError("$.day_start", f"{season.day_start!r} is no time like 08:00")
    if len(season.staff_per_campus_day) != season.campuses:
        raise ProblemError("$.staff_per_campus_day", f"needs {season.campuses} numbers")
    for i, room in enumerate(season.rooms):
        if len(room.free) != len(season.days):
            raise ProblemError(f"$.rooms[{i}].free", f"needs {len(season.days)} days")
        for j, row in enumerate(room.free):
            if set(row) - {"0", "1"} or len(row) < season.slots_per_day:
                raise ProblemError(f"$.rooms[{i}].free[{j}]", "needs a 0 or 1 for every slot of the day")
    for i, request in enumerate(season.requests):
        if len(request.starts) != len(request.start_preference):
            raise ProblemError(f"$.requests[{i}].start_preference", f"needs {len(request.starts)} numbers")
