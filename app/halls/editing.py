"""What the editor of a plan shows and needs, wherever it stands: a room's page, a fair's."""

from typing import Any

import msgspec

from app.errors import N_
from app.halls.checking import check_plan
from app.halls.domain import CELL_NAMES, KINDS_OF_CELL, MOST_COLUMNS, MOST_ROWS, NAMING_NAMES, Finding, HallPlan
from app.halls.drawing import draw_plan
from app.halls.pasting import LONGEST_NAME, POWERED_NAME, WORDS, write_sheet
from app.halls.wording import told, words_of
from app.locales import Translator

# What the script says while somebody draws.
_SAID = {
    "unnamed": N_("not named yet"),
    "place": N_("row {row}, column {column}"),
    "marked": N_("see above"),
    "counts": N_("Booths: {booths}, with power: {powered}"),
    "undone": N_("Undone"),
    "redone": N_("Done again"),
    "pasted": N_("Pasted: {rows} × {columns} cells"),
    "tooLarge": N_("A hall plan has at most {rows} rows of {columns} cells."),
    "doubled": N_("There is a booth {name} already."),
    "noName": N_("“{name}” cannot be the name of a booth."),
    "size": N_("{rows} × {columns} cells"),
}


class PlanEditing(msgspec.Struct, frozen=True, kw_only=True):
    """A plan while it is edited: as a sheet, drawn, what is found, and the words and rules of the script."""

    cells: str
    cell_cm: int
    naming: str
    drawing: str
    findings: list[str]
    codes: list[str]
    namings: list[tuple[str, str]]
    script: dict[str, Any]


def editing_of(
    plan: HallPlan, title: str, translate: Translator, *, findings: tuple[Finding, ...] | None = None
) -> PlanEditing:
    """Give what the editor shows of a plan; without `findings` it is looked at here."""
    found = check_plan(plan) if findings is None else findings
    marked = sorted({cell for finding in found for cell in finding.cells})
    return PlanEditing(
        cells=write_sheet(plan, gap=" "),
        cell_cm=plan.cell_cm,
        naming=plan.naming,
        drawing=draw_plan(plan, words_of(plan, title, translate), marked=marked),
        findings=[told(finding, plan, translate) for finding in found],
        codes=[finding.code for finding in found],
        namings=[(naming, translate(name)) for naming, name in NAMING_NAMES.items()],
        script={
            "kinds": {kind: translate(CELL_NAMES[kind]) for kind in KINDS_OF_CELL},
            "said": {name: translate(sentence) for name, sentence in _SAID.items()},
            "words": WORDS,
            "powered": POWERED_NAME,
            "marked": marked,
            "most": {"rows": MOST_ROWS, "columns": MOST_COLUMNS, "name": LONGEST_NAME},
        },
    )
