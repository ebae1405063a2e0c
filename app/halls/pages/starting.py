"""Where a plan starts: from so many booths, or from an empty hall of a size."""

from typing import Annotated

from msgspec import Meta

from app.errors import N_, Invalid
from app.halls.domain import LEAST_CELL_CM, MOST_BOOTHS, MOST_CELL_CM, MOST_COLUMNS, MOST_ROWS, USUAL_CELL_CM, HallPlan
from app.halls.layouts import booths_in_rows, empty_hall
from app.texts import Command


class StartPlan(Command, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """So many booths in rows, or rows and columns of an empty hall."""

    booths: Annotated[int, Meta(ge=1, le=MOST_BOOTHS)] | None = None
    powered: Annotated[int, Meta(ge=0, le=MOST_BOOTHS)] = 0
    rows: Annotated[int, Meta(ge=1, le=MOST_ROWS)] | None = None
    columns: Annotated[int, Meta(ge=1, le=MOST_COLUMNS)] | None = None
    side_cm: Annotated[int, Meta(ge=LEAST_CELL_CM, le=MOST_CELL_CM)] = USUAL_CELL_CM


def started_plan(command: StartPlan) -> HallPlan:
    """Give the plan to start from. Raises Invalid."""
    if command.booths is not None:
        return booths_in_rows(command.booths, powered=command.powered, cell_cm=command.side_cm)
    if command.rows is None or command.columns is None:
        raise Invalid.at("booths", N_("Say how many booths, or how many rows and columns."), "missing")
    return empty_hall(command.rows, command.columns, cell_cm=command.side_cm)
