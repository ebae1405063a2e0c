"""The engine: places a recruiting season's requests, proves how well, explains what has no placement.

Pure and usable alone: ``from scheduling import read_problem, solve``.

The words (problem, solution, verification) are here at once. What computes comes with its first use: it loads numba and
OR-Tools, three seconds that a web process never needs.
"""

from importlib import import_module
from typing import TYPE_CHECKING, Any

from scheduling.model.problem import (
    Activity,
    Campus,
    Channel,
    Day,
    Fairness,
    Fixed,
    Forbidden,
    Goal,
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
from scheduling.model.reading import read_problem, read_result, read_solution, schema, write
from scheduling.model.solution import (
    ENGINE_VERSION,
    Ask,
    Blocking,
    Effort,
    Explanation,
    FairnessFigures,
    GoalValue,
    Move,
    Offer,
    Placement,
    Progress,
    Recipe,
    Result,
    Solution,
    Violation,
)
from scheduling.model.validation import ProblemError, validate
from scheduling.model.verification import RULES, verify

if TYPE_CHECKING:
    from scheduling.answers.additions import Addition, valuable_additions
    from scheduling.answers.explaining import Explainer, explain
    from scheduling.answers.resolving import TradeOff, propose_asks, resolve, trade_off
    from scheduling.answers.snapshot import Snapshot
    from scheduling.search.solving import replay, solve

__all__ = [
    "ENGINE_VERSION",
    "RULES",
    "Activity",
    "Addition",
    "Ask",
    "Blocking",
    "Campus",
    "Channel",
    "Day",
    "Effort",
    "Explainer",
    "Explanation",
    "Fairness",
    "FairnessFigures",
    "Fixed",
    "Forbidden",
    "Goal",
    "GoalValue",
    "Grid",
    "Group",
    "Interval",
    "Link",
    "Major",
    "Move",
    "Offer",
    "PeriodLimit",
    "Placement",
    "Policy",
    "Problem",
    "ProblemError",
    "Progress",
    "Recipe",
    "Request",
    "Result",
    "Room",
    "Snapshot",
    "Solution",
    "StaffLimit",
    "Target",
    "TradeOff",
    "Violation",
    "Window",
    "explain",
    "propose_asks",
    "read_problem",
    "read_result",
    "read_solution",
    "replay",
    "resolve",
    "schema",
    "solve",
    "trade_off",
    "validate",
    "valuable_additions",
    "verify",
    "write",
]

_COMPUTING = {
    "Addition": "answers.additions",
    "Explainer": "answers.explaining",
    "Snapshot": "answers.snapshot",
    "TradeOff": "answers.resolving",
    "explain": "answers.explaining",
    "propose_asks": "answers.resolving",
    "replay": "search.solving",
    "resolve": "answers.resolving",
    "solve": "search.solving",
    "trade_off": "answers.resolving",
    "valuable_additions": "answers.additions",
}


def __getattr__(name: str) -> Any:
    """Load what computes when it is used."""
    if name not in _COMPUTING:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(import_module(f"scheduling.{_COMPUTING[name]}"), name)
