"""What an office does every day, measured on a generated or given season: insert, explain, re-solve."""

import time
from random import Random
from typing import Any

import msgspec
import numpy as np

from scheduling.answers.additions import valuable_additions
from scheduling.answers.explaining import Explainer
from scheduling.answers.resolving import resolve
from scheduling.answers.snapshot import Snapshot
from scheduling.model.problem import Fixed, FixedState, Problem
from scheduling.model.solution import Result, Solution
from scheduling.model.verification import verify
from scheduling.search.solving import solve


def fix_placements(problem: Problem, solution: Solution, tentative_share: float, seed: int) -> Problem:
    """The problem with a solution's placements fixed, some of them tentative."""
    random = Random(seed)
    states: list[FixedState] = [
        "tentative" if random.random() < tentative_share else "confirmed" for _ in solution.placements
    ]
    fixed = tuple(
        Fixed(activity=p.activity, day=p.day, start=p.start, rooms=p.rooms, channel=p.channel, state=state)
        for p, state in zip(solution.placements, states, strict=True)
    )
    return msgspec.structs.replace(problem, fixed=fixed)


def without(problem: Problem, count: int, seed: int) -> tuple[Problem, list[int]]:
    """The problem less ``count`` random requests, and their indices."""
    chosen = sorted(Random(seed).sample(range(len(problem.requests)), min(count, len(problem.requests))))
    gone = set(chosen)
    ids = {a.id for i in chosen for a in problem.requests[i].activities}
    return msgspec.structs.replace(
        problem,
        requests=tuple(r for i, r in enumerate(problem.requests) if i not in gone),
        links=tuple(k for k in problem.links if k.before not in ids and k.after not in ids),
    ), chosen


def run_insert(
    problem: Problem, *, newcomers: int = 200, time_limit_seconds: float = 10.0, seed: int = 1
) -> dict[str, Any]:
    """Insert requests, one at a time, into the season solved without them."""
    base, chosen = without(problem, newcomers, seed)
    result = solve(base, time_limit_seconds=time_limit_seconds, seed=seed)
    season = fix_placements(base, result.solution, 0.3, seed)
    began = time.perf_counter()
    snapshot = Snapshot(season)
    snapshot_seconds = time.perf_counter() - began
    figures: dict[str, Any] = {"requests": len(base.requests), "snapshot_seconds": round(snapshot_seconds, 3)}
    snapshot.insert(problem.requests[chosen[0]])
    for name, chains in (("direct", False), ("chains", True)):
        seconds = []
        offered = 0
        for i in chosen:
            began = time.perf_counter()
            offered += bool(snapshot.insert(problem.requests[i], chains=chains))
            seconds.append(time.perf_counter() - began)
        figures[name] = {"offered": offered, "of": len(chosen), **_milliseconds(seconds)}
    figures["violations"] = _broken_offers(problem, season, result, snapshot, chosen[:20])
    return figures


def _broken_offers(problem: Problem, season: Problem, result: Result, snapshot: Snapshot, chosen: list[int]) -> int:
    """Rules broken by taking the best offer of each newcomer alone."""
    broken = 0
    for i in chosen:
        for offer in snapshot.insert(problem.requests[i])[:1]:
            moved = {m.activity: m.new for m in offer.moves}
            grown = msgspec.structs.replace(season, requests=(*season.requests, problem.requests[i]))
            placements = (*(moved.get(p.activity, p) for p in result.solution.placements), *offer.placements)
            broken += len(verify(grown, Solution(placements=placements)))
    return broken


def run_explain(
    problem: Problem, *, time_limit_seconds: float = 10.0, seed: int = 1, most: int = 200
) -> dict[str, Any]:
    """Explain the requests that have no placement."""
    result = solve(problem, time_limit_seconds=time_limit_seconds, seed=seed)
    explainer = Explainer(problem, result.solution)
    chosen = result.unplaced[:most]
    for request in chosen[:1]:
        explainer.explain(request)
    seconds, proof_seconds = [], []
    proofs: dict[str, int] = {}
    offers = unexplained = 0
    for request in chosen:
        began = time.perf_counter()
        quick = explainer.explain(request, with_proof=False)
        seconds.append(time.perf_counter() - began)
        began = time.perf_counter()
        whole = explainer.explain(request)
        proof_seconds.append(time.perf_counter() - began)
        proofs[whole.proof] = proofs.get(whole.proof, 0) + 1
        offers += len(quick.offers)
        unexplained += not whole.blocking and whole.proof != "free"
    return {
        "requests": len(problem.requests),
        "explained": len(chosen),
        "unexplained": unexplained,
        "offers": offers,
        "proofs": proofs,
        "rules_and_offers": _milliseconds(seconds),
        "with_proof": _milliseconds(proof_seconds),
        **_additions(problem, result.solution, seed),
    }


def _additions(problem: Problem, solution: Solution, seed: int) -> dict[str, Any]:
    """What more of something would bring, and how long the re-solves took."""
    began = time.perf_counter()
    found = valuable_additions(problem, solution, seed=seed)
    seconds = round(time.perf_counter() - began, 1)
    return {"additions": [msgspec.to_builtins(addition) for addition in found], "additions_seconds": seconds}


def run_resolve(
    problem: Problem, *, newcomers: int = 100, time_limit_seconds: float = 10.0, seed: int = 1
) -> dict[str, Any]:
    """Fix a season as tentative, add requests, solve again around it, and compare with starting afresh."""
    base, chosen = without(problem, newcomers, seed)
    first = solve(base, time_limit_seconds=time_limit_seconds, seed=seed)
    fixed = fix_placements(base, first.solution, 1.0, seed).fixed
    budget = max(1, len(fixed) // 50)
    policy = msgspec.structs.replace(problem.policy, move_budget=budget)
    season = msgspec.structs.replace(problem, fixed=fixed, policy=policy)
    again = resolve(season, time_limit_seconds=time_limit_seconds, seed=seed)
    afresh = solve(problem, time_limit_seconds=time_limit_seconds, seed=seed)
    placed = {p.activity for p in again.solution.placements}
    return {
        "requests": len(problem.requests),
        "new": len(chosen),
        "held": len(fixed),
        "moved": len(again.moved),
        "moved_share": round(len(again.moved) / max(1, len(fixed)), 5),
        "dropped": sum(entry.activity not in placed for entry in fixed),
        "value": round(again.value, 6),
        "value_afresh": round(afresh.value, 6),
        "below_afresh": round(afresh.value - again.value, 6),
        "bound": round(again.bound, 6),
        "below_bound": round(again.bound - again.value, 6),
        "violations": len(verify(season, again.solution)),
        "seconds": round(again.seconds, 3),
    }


def _milliseconds(seconds: list[float]) -> dict[str, float]:
    if not seconds:
        return {"p50_ms": 0.0, "p99_ms": 0.0, "max_ms": 0.0}
    p50, p99, most = np.percentile(np.array(seconds) * 1000, [50, 99, 100]).tolist()
    return {"p50_ms": round(p50, 3), "p99_ms": round(p99, 3), "max_ms": round(most, 3)}
