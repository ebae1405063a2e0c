"""What a solve returns: placements, and what is known about them."""

import msgspec

from scheduling.model.problem import DayIndex, GoalName, Id, Relaxation, Slot

ENGINE_VERSION = "1.7.0"


class Placement(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True, gc=False):
    """The placement of one activity."""

    activity: Id
    day: DayIndex
    start: Slot
    rooms: tuple[Id, ...] = ()
    channel: Id | None = None


class Solution(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Placements, at most one per activity. A request is placed when all its activities are."""

    placements: tuple[Placement, ...] = ()


class Violation(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """One broken rule. ``rule`` is a stable code, see `scheduling.model.verification.RULES`.

    ``excess``: so many of the activities have to give way at least.
    """

    rule: str
    activities: tuple[str, ...] = ()
    resource: str | None = None
    day: int | None = None
    detail: str = ""
    excess: int = 1


class GoalValue(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Value of one goal. ``bound`` is what no solution can beat, where one is known."""

    name: GoalName
    value: float
    bound: float | None = None


class FairnessFigures(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Shares, each in 0 … 1 (``None`` where nothing can be divided).

    ``small_share_missing`` and ``evening_share_above`` are how far fixed placements keep the policy's shares from
    holding.
    """

    small_share_requested: float | None = None
    small_share_placed: float | None = None
    small_share_missing: float = 0.0
    majors_without_session: tuple[str, ...] = ()
    evening_share: float | None = None
    evening_share_above: float = 0.0


class Move(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A fixed activity in a new placement. ``gains`` lists the requests that this move lets in."""

    activity: Id
    old: Placement
    new: Placement
    gains: tuple[Id, ...] = ()


class Ask(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A proposal: if the owners of ``moves`` agree, the requests ``gains`` get ``placements``.

    Nothing of it is part of the solution: the old placements are kept until the owners agree.
    """

    moves: tuple[Move, ...]
    gains: tuple[Id, ...]
    placements: tuple[Placement, ...]


class Progress(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Where a running solve stands; ``value`` and ``bound`` are shares of the total weight."""

    elapsed_seconds: float
    value: float
    bound: float | None = None
    gap: float | None = None
    placed: int = 0
    unplaced: int = 0
    rounds: int = 0
    phase: str = ""


class Effort(msgspec.Struct, frozen=True, kw_only=True):
    """How much one solve did: with the problem, the engine version and the lock it decides the placements.

    Attributes
    ----------
    processes
        Searching threads.
    rounds
        Rounds of the search.
    sweeps
        Parts of the sweeps over the lower goals and of the exact days after them; ``None`` = all.
    guided_after
        Rounds after which the search began anew from the days of the bound's program; ``None`` = never.
    decomposed_after, decompositions
        Rounds after which the decomposition began (``None`` = never), and its steps.
    """

    seed: int
    rounds: int
    sweeps: int | None
    processes: int
    guided_after: int | None = None
    decomposed_after: int | None = None
    decompositions: int = 0


class Recipe(Effort, frozen=True, kw_only=True):
    """An effort with the engine version that made it: what `scheduling.replay` takes."""

    engine_version: str
    cancelled: bool = False


class Result(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A solution with its proof and its history.

    ``value`` = placed weight / total weight, ``gap`` = (bound - value) / bound. ``unplaced`` lists requests.
    ``recipe`` gives the same placements again on the same engine and lock.
    """

    solution: Solution
    unplaced: tuple[Id, ...]
    value: float
    bound: float
    gap: float
    placed_weight: int
    total_weight: int
    requests: int
    effort: Effort
    goals: tuple[GoalValue, ...] = ()
    fairness: FairnessFigures = FairnessFigures()
    first_complete_seconds: float = 0.0
    bound_seconds: float | None = None
    seconds: float = 0.0
    engine_version: str = ENGINE_VERSION
    cancelled: bool = False
    peak_rss_mb: float = 0.0
    moved: tuple[Move, ...] = ()
    asked: tuple[Ask, ...] = ()

    @property
    def recipe(self) -> Recipe:
        """How to get the same placements again, see `scheduling.replay`."""
        effort = msgspec.structs.asdict(self.effort)
        return Recipe(**effort, engine_version=self.engine_version, cancelled=self.cancelled)


class Blocking(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Why placements of a request are taken: the rule, the resource, and the activities that hold it.

    ``places`` counts the (day, start, campus) choices that this rule alone closes.
    """

    rule: str
    activity: Id
    resource: str | None = None
    day: int | None = None
    held_by: tuple[Id, ...] = ()
    places: int = 0


class Offer(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A placement that is free, with what must be given up for it.

    ``relaxed`` names the wishes that are not kept, ``cost`` orders offers (smaller is nearer to the wish), ``moves``
    are the tentative placements that have to move for it.
    """

    placements: tuple[Placement, ...]
    relaxed: tuple[Relaxation, ...] = ()
    cost: float = 0.0
    preference: int = 0
    moves: tuple[Move, ...] = ()


class Explanation(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Why a request has no placement, and what could be offered instead.

    ``proof`` is one of ``placed``, ``free`` (a placement is open right now), ``impossible`` (no placement even in an
    empty season), ``full`` (no placement even if every tentative booking may move), ``movable`` (a placement exists if
    tentative bookings move: ``offers`` names them) or ``search_limit`` (not settled within the limit).
    """

    request: Id
    proof: str
    blocking: tuple[Blocking, ...] = ()
    offers: tuple[Offer, ...] = ()
