"""The scheduling problem: a season, its resources, its requests and its rules.

Everything is ids (``str``) and integers, so that no calendar is needed to solve: days are indices into
``Grid.days``, times of day are slots of ``Grid.slot_minutes`` minutes counted from ``Grid.first_slot_minute``.
All intervals are half-open, ``[from_slot, to_slot)``.

The structs say *what* is asked. `scheduling.model.validation` refuses what does not fit together, and
`scheduling.model.verification` says, rule by rule, whether a solution keeps it.
"""

from typing import Annotated, Literal

import msgspec

MAX_SLOTS_PER_DAY = 192
MAX_ROOMS_AT_ONCE = 20

Id = Annotated[str, msgspec.Meta(min_length=1, max_length=200)]
DayIndex = Annotated[int, msgspec.Meta(ge=0, le=10_000, description="index into grid.days")]
Slot = Annotated[int, msgspec.Meta(ge=0, le=2 * MAX_SLOTS_PER_DAY, description="slots from the day's first slot")]
Duration = Annotated[int, msgspec.Meta(ge=1, le=MAX_SLOTS_PER_DAY, description="slots")]
Turnover = Annotated[int, msgspec.Meta(ge=0, le=MAX_SLOTS_PER_DAY, description="slots kept free after an activity")]
Share = Annotated[float, msgspec.Meta(ge=0.0, le=1.0, description="a share, 0 to 1")]


def _count(unit: str) -> msgspec.Meta:
    return msgspec.Meta(ge=0, le=1_000_000_000, description=unit)


Activities = Annotated[int, _count("activities")]
Days = Annotated[int, _count("days")]
Graduates = Annotated[int, _count("graduates")]
Moves = Annotated[int, _count("moved places")]
Points = Annotated[int, _count("points of preference")]
Seats = Annotated[int, _count("seats")]
Slots = Annotated[int, _count("slots")]
Week = Annotated[int, _count("number of the teaching week")]
Weight = Annotated[int, _count("weight; any unit, the same for all requests")]

FixedState = Literal["confirmed", "tentative", "pinned"]
GoalName = Literal["placed_weight", "preference", "audience_clash", "week_spread", "earliness", "room_fit", "stability"]
Relaxation = Literal["days", "start", "campus", "capacity", "fewer_rooms", "online", "shorter"]

RELAXATIONS: tuple[Relaxation, ...] = (
    "days",
    "start",
    "campus",
    "capacity",
    "fewer_rooms",
    "online",
    "shorter",
)


class Interval(msgspec.Struct, frozen=True, array_like=True, forbid_unknown_fields=True, gc=False):
    """A stretch ``[from_slot, to_slot)`` of one day, written ``[day, from_slot, to_slot]``.

    ``to_slot`` of a closure may lie beyond the end of the day: it then keeps turnover out.
    """

    day: DayIndex
    from_slot: Slot
    to_slot: Slot


class Day(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True, gc=False):
    """One working day. ``date`` is a label only; ``week`` counts teaching weeks for the spread goal."""

    date: str | None = None
    week: Week = 0


class Grid(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Days and slots. The bare time of every activity lies inside ``[0, slots_per_day)``."""

    slot_minutes: Annotated[int, msgspec.Meta(ge=1, le=1440, description="minutes of a slot")] = 30
    first_slot_minute: Annotated[int, msgspec.Meta(ge=0, lt=1440, description="minutes after midnight")] = 0
    slots_per_day: Annotated[int, msgspec.Meta(ge=1, le=MAX_SLOTS_PER_DAY, description="slots")]
    days: Annotated[tuple[Day, ...], msgspec.Meta(min_length=1, max_length=1000)]


class Campus(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A site. Rooms of one activity are always on one campus."""

    id: Id


class Room(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True, gc=False):
    """A room.

    The bare time of an activity lies inside ``open`` (``None`` = always open); the bare time *and* the turnover
    after it touch no ``blocked`` interval. ``restricted_to`` lists the owners that may use it (``None`` = all).
    ``cost`` is added to the unused seats in the room-fit goal.
    """

    id: Id
    campus: Id
    capacity: Seats
    features: tuple[Id, ...] = ()
    restricted_to: tuple[Id, ...] | None = None
    open: tuple[Interval, ...] | None = None
    blocked: tuple[Interval, ...] = ()
    turnover_slots: Turnover = 0
    turnover_by_kind: dict[str, Turnover] = {}
    cost: Seats = 0


class Channel(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True, gc=False):
    """A livestream channel: a named resource under the same time rules as a room."""

    id: Id
    features: tuple[Id, ...] = ()
    open: tuple[Interval, ...] | None = None
    blocked: tuple[Interval, ...] = ()
    turnover_slots: Turnover = 0
    turnover_by_kind: dict[str, Turnover] = {}


class StaffLimit(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """At most ``limit`` activities with a room on ``campus`` start in ``[from_slot, to_slot)`` of each day."""

    campus: Id
    from_slot: Slot
    to_slot: Slot
    limit: Activities
    days: tuple[DayIndex, ...] | None = None


class PeriodLimit(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True, gc=False):
    """At most ``limit`` activities of the group on the days ``first_day … last_day`` (both included)."""

    first_day: DayIndex
    last_day: DayIndex
    limit: Activities


class Group(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True, gc=False):
    """Activities that share something: an employer's team, a department, a named person, a cohort.

    ``exclusive``: bare times of members never overlap; with ``travel`` two members on different campuses of one
    day are also ``travel_slots`` apart. ``busy``: no member overlaps these intervals. ``max_per_day``,
    ``period_limits`` count members. ``min_gap_days``: any two members are at least so many days apart (1 = never
    on one day).
    """

    id: Id
    exclusive: bool = False
    travel: bool = False
    busy: tuple[Interval, ...] = ()
    max_per_day: Activities | None = None
    period_limits: tuple[PeriodLimit, ...] = ()
    min_gap_days: Days = 0


class Major(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A field of study with ``cohort`` graduates this season."""

    id: Id
    cohort: Graduates


class Window(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True, gc=False):
    """Any of ``starts`` on any of the days ``first_day … last_day`` (both included)."""

    first_day: DayIndex
    last_day: DayIndex
    starts: tuple[Slot, ...]
    preference: Points = 0


class Target(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True, gc=False):
    """A wished day: adds ``max(0, value - per_day * |day - target day|)`` to the preference."""

    day: DayIndex
    value: Points
    per_day: Points


class Forbidden(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True, gc=False):
    """A placement that is out of the question: all the given fields must match; at least one is given."""

    day: DayIndex | None = None
    start: Slot | None = None
    room: Id | None = None


class Activity(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True, gc=False):
    """One thing to place: a day, a start, ``rooms_needed`` rooms of one campus and, if asked, a channel.

    ``capacity`` is needed in *each* room. ``campuses``, ``rooms`` and ``channels`` restrict the choice (``None`` =
    any). Its preference at a placement is the largest ``preference`` of the windows that contain it, plus ``target``.
    """

    id: Id
    kind: str = ""
    duration_slots: Duration
    rooms_needed: Annotated[int, msgspec.Meta(ge=0, le=MAX_ROOMS_AT_ONCE, description="rooms at once")] = 1
    capacity: Seats = 0
    features: tuple[Id, ...] = ()
    campuses: tuple[Id, ...] | None = None
    rooms: tuple[Id, ...] | None = None
    needs_channel: bool = False
    channel_features: tuple[Id, ...] = ()
    channels: tuple[Id, ...] | None = None
    groups: tuple[Id, ...] = ()
    audience: tuple[Id, ...] = ()
    windows: tuple[Window, ...]
    target: Target | None = None
    forbidden: tuple[Forbidden, ...] = ()


class Link(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True, gc=False):
    """``before`` ends, then ``after`` starts; it holds when both are placed.

    Days first: ``min_days <= day(after) - day(before) <= max_days`` (0 with ``same_day``). On one day the pause
    between end and start lies in ``min_gap_slots … max_gap_slots``; gaps in slots do not count across days.
    ``same_campus`` binds where both have rooms.
    """

    before: Id
    after: Id
    min_gap_slots: Slots = 0
    max_gap_slots: Slots | None = None
    same_day: bool = False
    min_days: Days = 0
    max_days: Days | None = None
    same_campus: bool = False


class Request(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True, gc=False):
    """What one owner asks for. All its activities are placed or none; placed, it is worth ``weight``.

    As the guest of a ``host`` it may also use rooms that are restricted to that owner.
    """

    id: Id
    owner: str = ""
    host: str = ""
    weight: Weight = 1
    small: bool = False
    activities: Annotated[tuple[Activity, ...], msgspec.Meta(min_length=1)]
    links: tuple[Link, ...] = ()

    def may_use(self, room: Room) -> bool:
        """Whether a room is open to its owner, or to the host whose guest it is."""
        return room.restricted_to is None or any(name in room.restricted_to for name in (self.owner, self.host) if name)


class Fixed(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True, gc=False):
    """A placement given before the solve.

    ``confirmed`` and ``pinned`` never move; a re-solve may *propose* the move of one with ``may_ask``.
    ``tentative`` may move, within the activity's own wishes, but is never dropped. It is
    not checked against windows or capacity, and fixed placements may clash with each other, but nothing new with them.
    """

    activity: Id
    day: DayIndex
    start: Slot
    rooms: tuple[Id, ...] = ()
    channel: Id | None = None
    state: FixedState = "confirmed"
    may_ask: bool = False


class Goal(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A goal and the share of its best value that later goals may give away."""

    name: GoalName
    tolerance: Share = 0.0


class Fairness(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Optional floors and ceilings on shares.

    ``small_share_at_least``: of the placed requests, so many belong to small owners. ``evening_share_at_most``: of the
    placed activities, so many start at ``evening_from_slot`` or later. Who gives way is never fixed; the result names
    what is missing where fixed placements alone break a share. ``every_major``: requests for majors that nothing
    addresses yet are brought in first; which are still left out is named too.
    """

    small_share_at_least: Share | None = None
    evening_from_slot: Slot | None = None
    evening_share_at_most: Share | None = None
    every_major: bool = False


DEFAULT_GOALS = (
    Goal(name="placed_weight"),
    Goal(name="preference", tolerance=0.05),
    Goal(name="audience_clash", tolerance=0.1),
    Goal(name="week_spread", tolerance=0.1),
    Goal(name="room_fit", tolerance=0.1),
)


class Policy(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """How the organiser wants it solved.

    ``move_budget`` bounds moved tentative placements (``None`` = no bound), ``ask_budget`` proposed moves of confirmed
    ones. ``relaxations`` may be offered to a request without a placement; ``relaxed_days`` is how far outside its days,
    further only where nothing else is free, and ``relaxed_capacity_share`` the smallest part of its capacity an offer
    may go.
    """

    goals: tuple[Goal, ...] = DEFAULT_GOALS
    move_budget: Moves | None = None
    ask_budget: Moves = 0
    relaxations: tuple[Relaxation, ...] = RELAXATIONS
    relaxed_days: Days = 7
    relaxed_capacity_share: Share = 0.7
    fairness: Fairness = Fairness()


class Problem(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A whole season. ``travel_slots[i][j]`` is the pause between campuses ``i`` and ``j``; empty = none."""

    format: Literal["chunzhao.problem/1"] = "chunzhao.problem/1"
    grid: Grid
    campuses: tuple[Campus, ...] = ()
    travel_slots: tuple[tuple[Slot, ...], ...] = ()
    rooms: tuple[Room, ...] = ()
    channels: tuple[Channel, ...] = ()
    staff_limits: tuple[StaffLimit, ...] = ()
    groups: tuple[Group, ...] = ()
    majors: tuple[Major, ...] = ()
    requests: tuple[Request, ...] = ()
    links: tuple[Link, ...] = ()
    fixed: tuple[Fixed, ...] = ()
    policy: Policy = Policy()


def turnover_slots(resource: Room | Channel, kind: str) -> int:
    """Slots the resource is kept free after an activity of ``kind``."""
    return resource.turnover_by_kind.get(kind, resource.turnover_slots)


def preference(activity: Activity, day: int, start: int) -> int | None:
    """Preference of a start, or ``None`` where no window allows it."""
    best = max(
        (w.preference for w in activity.windows if w.first_day <= day <= w.last_day and start in w.starts),
        default=None,
    )
    if best is None or activity.target is None:
        return best
    target = activity.target
    return best + max(0, target.value - target.per_day * abs(day - target.day))
