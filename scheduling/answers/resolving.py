"""Solving again around fixed placements: few moves, proposals to ask for others, and what each move would gain."""

from collections.abc import Callable, Sequence

import msgspec

from scheduling.answers.snapshot import Snapshot
from scheduling.model.problem import Fixed, Goal, Problem
from scheduling.model.solution import Ask, Progress, Result, Solution
from scheduling.search.solving import solve

TRADE_OFF_BUDGETS: tuple[int | None, ...] = (0, 1, 2, 5, 10, None)


class TradeOff(msgspec.Struct, frozen=True, kw_only=True):
    """What a budget of moves brings: ``budget`` (``None`` = any number), value, moves made, requests placed."""

    budget: int | None
    value: float
    moved: int
    placed: int


def resolve(
    problem: Problem,
    *,
    time_limit_seconds: float = 10.0,
    seed: int = 1,
    rounds: int | None = None,
    processes: int | None = None,
    on_progress: Callable[[Progress], None] | None = None,
    should_stop: Callable[[], bool] | None = None,
) -> Result:
    """Solve around the fixed placements and propose asks.

    Confirmed and pinned placements stay, no tentative one is dropped, at most ``policy.move_budget`` of them move, and
    every move comes with who gains: nobody where it serves a lower goal. With ``policy.ask_budget`` the requests that
    still have no placement are tried once more with the confirmed placements that ``may_ask`` allows to move: what
    would open is listed in ``Result.asked`` and is no part of the solution.
    """
    result = solve(
        problem,
        time_limit_seconds=time_limit_seconds,
        seed=seed,
        rounds=rounds,
        processes=processes,
        on_progress=on_progress,
        should_stop=should_stop,
    )
    moved = tuple(
        msgspec.structs.replace(move, gains=_gains(problem, result.solution, move.activity)) for move in result.moved
    )
    return msgspec.structs.replace(result, moved=moved, asked=propose_asks(problem, result.solution))


def propose_asks(problem: Problem, solution: Solution) -> tuple[Ask, ...]:
    """Packages of at most ``policy.ask_budget`` moves of confirmed placements in all, most weight per move first."""
    budget = problem.policy.ask_budget
    if budget == 0 or not any(h.may_ask and h.state == "confirmed" for h in problem.fixed):
        return ()
    placed = {p.activity for p in solution.placements}
    waiting = [r for r in problem.requests if any(a.id not in placed for a in r.activities)]
    at = {p.activity: p for p in solution.placements}
    asked = {h.activity for h in problem.fixed if h.may_ask and h.state == "confirmed"}
    fixed = tuple(
        Fixed(
            activity=p.activity,
            day=p.day,
            start=p.start,
            rooms=p.rooms,
            channel=p.channel,
            state="tentative" if p.activity in asked else "confirmed",
        )
        for p in at.values()
    )
    known = {r.id for r in waiting}
    rest = tuple(r for r in problem.requests if r.id not in known)
    links = tuple(k for k in problem.links if k.before in at and k.after in at)
    snapshot = Snapshot(msgspec.structs.replace(problem, requests=rest, fixed=fixed, links=links))
    asks: list[Ask] = []
    used: set[str] = set()
    for request in sorted(waiting, key=lambda r: (-r.weight, r.id)):
        for offer in snapshot.insert(request, 1):
            own = {move.activity for move in offer.moves}
            if own and len(own) <= budget and not own & used:
                asks.append(Ask(moves=offer.moves, gains=(request.id,), placements=offer.placements))
                budget -= len(own)
                used |= own
        if budget == 0:
            break
    return tuple(asks)


def trade_off(
    problem: Problem,
    *,
    budgets: Sequence[int | None] = TRADE_OFF_BUDGETS,
    time_limit_seconds: float = 5.0,
    seed: int = 1,
    processes: int | None = None,
) -> list[TradeOff]:
    """Value against moved tentative placements, one solve per budget; a smaller budget's better result counts."""
    curve: list[TradeOff] = []
    best: Result | None = None
    for budget in budgets:
        # what moves for a lower goal brings no weight, so it is no part of this curve
        goals = (Goal(name="placed_weight"),)
        policy = msgspec.structs.replace(problem.policy, move_budget=budget, goals=goals)
        result = solve(
            msgspec.structs.replace(problem, policy=policy),
            time_limit_seconds=time_limit_seconds,
            seed=seed,
            processes=processes,
            initial=None if best is None else best.solution,
        )
        if best is None or result.placed_weight > best.placed_weight:
            best = result
        curve.append(
            TradeOff(
                budget=budget,
                value=best.value,
                moved=len(best.moved),
                placed=best.requests - len(best.unplaced),
            )
        )
    return curve


def _gains(problem: Problem, solution: Solution, activity: str) -> tuple[str, ...]:
    """New requests that now use a resource and day that the moved activity left."""
    fixed = {h.activity: h for h in problem.fixed}
    old = fixed[activity]
    owner = {a.id: r.id for r in problem.requests for a in r.activities}
    length = {a.id: a.duration_slots for r in problem.requests for a in r.activities}
    left = {*old.rooms, old.channel} - {None}
    return tuple(
        dict.fromkeys(
            owner[p.activity]
            for p in solution.placements
            if p.activity not in fixed
            and p.day == old.day
            and left.intersection((*p.rooms, p.channel))
            and p.start < old.start + length[activity]
            and old.start < p.start + length[p.activity]
        )
    )
