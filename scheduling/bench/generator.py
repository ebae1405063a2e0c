"""Generated seasons of any size in the neutral format: seeded, tight or normal, with two profiles of demand.

Employers are Zipf-distributed, wishes peak in March, room timetables are 30-50 % blocked in a weekly pattern.
*interviews*: interview blocks of one to four rooms compete for small rooms. *halls*: large information sessions and
fairs compete for the few halls.
"""

from datetime import date, timedelta
from typing import Literal

import msgspec
import numpy as np

from scheduling.bench.neutral_format import NeutralRequest, NeutralRoom, NeutralSeason

Profile = Literal["interviews", "halls"]
Random = np.random.Generator

SLOTS = 27
WIDTH = SLOTS + 1
FIRST_DAY, CALENDAR_DAYS = date(2026, 2, 2), 88
HOLIDAYS = {date(2026, 4, 6)}
BLOCKS = ((0, 4), (4, 8), (12, 16), (16, 20), (22, 26))  # of lectures; the last is the evening
PARTS = ((0, 8), (9, 15), (15, 20), (20, 27))
TYPICAL_START = (3, 12, 16, 22)
PART_PREFERENCE = (14, 9, 4, 1)
WEEK_SHARE = (0.2, 0.1, 0.1, 0.6, 1, 1.7, 2, 2, 1.7, 1.2, 0.8, 0.6, 0.4)
WEEKDAY_SHARE = (0.8, 1.1, 1.2, 1.2, 0.8)
CAPACITIES = (40, 40, 60, 60, 80, 80, 120, 120, 160, 200, 200, 300, 400, 500, 800)
KINDS = ("info_session", "department_fair", "livestream", "interview_block", "workplace_experience")
KIND_SHARES: dict[Profile, tuple[float, ...]] = {
    "interviews": (0.55, 0.05, 0.15, 0.2, 0.05),
    "halls": (0.72, 0.1, 0.1, 0.03, 0.05),
}
TYPICAL_AUDIENCE: dict[Profile, float] = {"interviews": 95.0, "halls": 190.0}
MAJORS, DEPARTMENTS = 60, 20


def generate(
    requests: int,
    *,
    rooms: int | None = None,
    seed: int = 1,
    tight: bool = False,
    profile: Profile = "interviews",
) -> NeutralSeason:
    """A season with so many requests.

    Parameters
    ----------
    rooms
        ``None`` = what the size calls for, fewer if ``tight``.
    tight
        A fifth less staff and channels, too.
    """
    random = np.random.default_rng(seed)
    days = [FIRST_DAY + timedelta(i) for i in range(CALENDAR_DAYS)]
    days = [day for day in days if day.weekday() < 5 and day not in HOLIDAYS]
    if rooms is None:
        rooms = round(0.014 * requests + 8) if tight else round(0.024 * requests + 12)
    campuses = 2 if rooms < 40 else 3 if rooms < 200 else 10
    shares = _campus_shares(campuses)
    room_list = _rooms(random, rooms, shares, days)
    demand = _day_demand(days)
    employers = max(20, requests // 3)
    popularity = 1 / np.arange(1, employers + 1) ** 0.6
    small = random.random(employers) < 0.6
    asked = [
        _request(random, i, profile, demand, shares, int(employer), small=bool(small[employer]))
        for i, employer in enumerate(random.choice(employers, requests, p=popularity / popularity.sum()))
    ]
    asked = [_made_possible(r, room_list) for r in asked]
    weeks = np.bincount([(day - FIRST_DAY).days // 7 for day in days], weights=demand)
    peak = requests * float(weeks.max()) / 5
    looseness = 1 / 1.25 if tight else 1.0
    return NeutralSeason(
        slot_minutes=30,
        day_start="08:00",
        slots_per_day=SLOTS,
        turnover_slots=1,
        days=tuple(day.isoformat() for day in days),
        campuses=campuses,
        staff_per_campus_day=tuple(int(np.ceil(peak * share * 0.82 * looseness)) for share in shares),
        channels=int(np.clip(round(peak * 0.27 / 3.0 * looseness), 2, 160)),
        campus_gap_slots=2,
        cohort=tuple(int(c) for c in random.integers(40, 400, MAJORS)),
        rooms=tuple(room_list),
        requests=tuple(asked),
    )


def _campus_shares(campuses: int) -> list[float]:
    if campuses == 2:
        return [0.6, 0.4]
    if campuses == 3:
        return [0.5, 0.3, 0.2]
    return [1 / campuses] * campuses


def _day_demand(days: list[date]) -> np.ndarray[tuple[int], np.dtype[np.float64]]:
    weight = np.array([WEEK_SHARE[(d - FIRST_DAY).days // 7] * WEEKDAY_SHARE[d.weekday()] for d in days])
    return np.asarray(weight / weight.sum())


def _rooms(random: Random, count: int, shares: list[float], days: list[date]) -> list[NeutralRoom]:
    campus = np.sort(random.choice(len(shares), count, p=shares))
    capacity = random.choice(CAPACITIES, count)
    rooms = []
    number_on_campus = 0
    for r in range(count):
        number_on_campus = number_on_campus + 1 if r and campus[r] == campus[r - 1] else 0
        # every campus has a hall, a large hall, a lecture room and a seminar room
        if number_on_campus < 4:
            capacity[r] = (300, 500 if campus[r] else 800, 200, 60)[number_on_campus]
        features = _room_features(random, int(capacity[r]), number_on_campus)
        rooms.append(
            NeutralRoom(
                id=f"r{r}",
                campus=int(campus[r]),
                capacity=int(capacity[r]),
                features=features,
                free=tuple(_timetable(random, days)),
            )
        )
    return rooms


def _room_features(random: Random, capacity: int, number_on_campus: int) -> tuple[str, ...]:
    equipped, staged, filmed, boothed = random.random(4)
    features = []
    if equipped < 0.85 or number_on_campus < 3:
        features.append("projector")
    if (capacity >= 200 and staged < 0.8) or number_on_campus < 3:
        features.append("stage")
    if filmed < 0.25 or number_on_campus < 3:
        features.append("studio")
    if (capacity >= 300 and boothed < 0.6) or number_on_campus < 2:
        features.append("booths")
    if capacity <= 80:
        features.append("interview")
    return tuple(features)


def _timetable(random: Random, days: list[date]) -> list[str]:
    """Free slots by day: opening hours less lectures, which recur every week."""
    opens, closes = (0, SLOTS) if random.random() < 0.7 else ((0, 20), (2, 26))[random.integers(2)]
    share = random.uniform(0.3, 0.5)
    pattern = random.random((5, len(BLOCKS)))
    rows = []
    for day in days:
        free = np.zeros(WIDTH, dtype=np.bool_)
        free[opens : closes + 1] = True
        for b, (start, end) in enumerate(BLOCKS):
            if pattern[day.weekday(), b] < (share * 0.4 if b == len(BLOCKS) - 1 else share):
                free[start : end + 1] = False
        rows.append("".join("1" if slot else "0" for slot in free))
    return rows


def _request(
    random: Random,
    number: int,
    profile: Profile,
    demand: np.ndarray[tuple[int], np.dtype[np.float64]],
    shares: list[float],
    employer: int,
    *,
    small: bool,
) -> NeutralRequest:
    kind = KINDS[int(random.choice(len(KINDS), p=KIND_SHARES[profile]))]
    talk, fair, live, interview = (kind == k for k in KINDS[:4])
    duration = int(random.choice((3, 4)) if talk else random.choice((2, 3)) if live else 8)
    rooms = int(random.choice((1, 2, 3, 4), p=(0.4, 0.3, 0.15, 0.15))) if interview else int(talk or fair)
    channel = live or (talk and random.random() < 0.22)
    audience = 20
    if talk:
        audience = int(np.clip(random.lognormal(np.log(TYPICAL_AUDIENCE[profile]), 0.75), 20, 700))
    elif fair:
        audience = int(random.integers(200, 700))
    features = {"department_fair": ["booths"], "interview_block": ["interview"]}.get(kind, [])
    if talk:
        features = ["projector"] if random.random() < 0.6 else []
        if audience > 180 and random.random() < 0.5:
            features.append("stage")
        if channel and random.random() < 0.4:
            features.append("studio")
    anywhere = random.random() < 0.55
    campuses = tuple(range(len(shares))) if anywhere else (int(random.choice(len(shares), p=shares)),)
    days = len(demand)
    target = int(random.choice(days, p=demand))
    before, after = random.choice((0, 1, 2, 3, 5, 8), 2, p=(0.12, 0.18, 0.2, 0.2, 0.2, 0.1))
    preference = _start_preferences(random, duration, narrow=talk or live, evening_first=talk)
    base = 14 if small else 10
    majors = int(random.choice((2, 4, 8, 20)))
    first_major = int(random.integers(MAJORS))
    return NeutralRequest(
        id=f"q{number}",
        kind=kind,
        duration_slots=duration,
        rooms_needed=rooms,
        needs_channel=bool(channel),
        attendance=audience,
        features=tuple(features),
        campuses=campuses,
        first_day=max(0, target - int(before)),
        last_day=min(days - 1, target + int(after)),
        target_day=target,
        starts=tuple(preference),
        start_preference=tuple(preference.values()),
        employer=employer,
        department=int(random.integers(DEPARTMENTS)) if fair else None,
        majors=tuple((first_major + k) % MAJORS for k in range(majors)),
        weight=base + int(random.integers(4)) + (20 if fair else 0),
    )


def _start_preferences(random: Random, duration: int, *, narrow: bool, evening_first: bool) -> dict[int, int]:
    """Preference of each wished start; parts of the day are ranked at random."""
    order = random.choice(4, 4, replace=False, p=(0.1, 0.35, 0.2, 0.35) if evening_first else None)
    parts = int(random.choice((1, 2, 3, 4), p=(0.15, 0.35, 0.25, 0.25))) if narrow else 4
    preference: dict[int, int] = {}
    for rank, part in enumerate(order[:parts].tolist()):
        for start in range(*PARTS[part]):
            if start + duration <= SLOTS:
                preference[start] = PART_PREFERENCE[rank] + (6 if start == TYPICAL_START[part] else 0)
    if not preference:
        preference = dict.fromkeys(range(SLOTS - duration + 1), 0)
    return dict(sorted(preference.items()))


def _made_possible(request: NeutralRequest, rooms: list[NeutralRoom]) -> NeutralRequest:
    """A request that no campus could ever hold asks for less."""
    fitting = [0] * (1 + max((r.campus for r in rooms), default=0))
    for room in rooms:
        if room.capacity >= request.attendance and set(request.features) <= set(room.features):
            fitting[room.campus] += 1
    if request.rooms_needed == 0 or any(fitting[c] >= request.rooms_needed for c in request.campuses):
        return request
    return msgspec.structs.replace(
        request,
        features=("interview",) if request.kind == "interview_block" else (),
        campuses=tuple(range(len(fitting))),
        attendance=min(request.attendance, 200),
        rooms_needed=1,
    )
