"""From what somebody drew to the plan that is kept: read, named, looked at."""

import re
from typing import Annotated, Final

from msgspec import Meta

from app.halls.checking import check_plan
from app.halls.domain import (
    LEAST_CELL_CM,
    MOST_CELL_CM,
    USUAL_CELL_CM,
    FindingCode,
    HallPlan,
    Naming,
    PlanQuestioned,
)
from app.halls.naming import kept_names, with_names
from app.halls.pasting import read_sheet
from app.texts import Command

_LINE_BREAKS: Final = re.compile(r"\r\n?|[\u0085\u2028\u2029]")


def _sheet(text: str) -> str:
    """Read a sheet: tabs at its ends are empty cells, and stay."""
    return _LINE_BREAKS.sub("\n", text)


class PutHallPlan(Command, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A plan as it is drawn.

    `cells` is a sheet: one row a line; its cells are parted by tabs (as spreadsheets do), by blanks, or are one
    character each: `B` booth, `P` booth with power, `.` aisle, `#` blocked, `D` door. A name stands for its booth,
    with `+` behind it where it has power. Booths without a name keep the one that stood at their place, unless
    `keep_names` is false, else the scheme names them. `accept_findings`: what may be wrong with it.
    """

    cells: Annotated[str, Meta(extra={"read": _sheet})]
    cell_cm: Annotated[int, Meta(ge=LEAST_CELL_CM, le=MOST_CELL_CM)] = USUAL_CELL_CM
    naming: Naming = "rows"
    keep_names: bool = True
    accept_findings: Annotated[tuple[FindingCode, ...], Meta(max_length=10)] = ()


def drawn_plan(command: PutHallPlan, before: HallPlan | None) -> HallPlan:
    """Give the plan that somebody drew; `before` is the one that it takes the place of.

    Raises Invalid, PlanQuestioned where something is found that its author did not say yes to.
    """
    plan = read_sheet(command.cells, cell_cm=command.cell_cm, naming=command.naming)
    plan = with_names(kept_names(plan, before) if command.keep_names else without_names(plan))
    findings = check_plan(plan)
    if any(finding.code not in command.accept_findings for finding in findings):
        raise PlanQuestioned(plan, findings)
    return plan


def without_names(plan: HallPlan) -> HallPlan:
    """Give a plan whose booths wait for names."""
    return HallPlan(rows=plan.rows, names=("",) * len(plan.names), cell_cm=plan.cell_cm, naming=plan.naming)
