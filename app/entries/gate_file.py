"""The gate's list of a day as a table: who comes when, where, to whom, and with which car."""

from collections.abc import Sequence
from typing import Final

from app.clock import Clock
from app.entries.domain import GateLine
from app.errors import N_
from app.locales import Translator
from app.tables.cells import Cell
from app.tables.writing import CONTENT_TYPES, write_csv, write_xlsx

GATE_FORMATS: Final[dict[str, str]] = {"xlsx": CONTENT_TYPES["xlsx"], "csv": CONTENT_TYPES["csv"]}
_HEADINGS: Final = (
    N_("Date"),
    N_("Start"),
    N_("End"),
    N_("Campus"),
    N_("Rooms"),
    N_("Employer"),
    N_("Visitor"),
    N_("Phone"),
    N_("Number plate"),
    N_("Host on site"),
    N_("Host’s phone"),
)


def write_gate(lines: Sequence[GateLine], form: str, *, clock: Clock, translate: Translator) -> bytes:
    """Give the bytes of the file; who was not entered yet is left out."""
    headings = [translate(heading) for heading in _HEADINGS]
    rows = [_row(line, clock, translate) for line in lines if line.name]
    return write_csv(headings, rows) if form == "csv" else write_xlsx(headings, rows, sheet="gate")


def _row(line: GateLine, clock: Clock, translate: Translator) -> list[Cell]:
    english = translate.locale == "en"
    starts_at, ends_at = clock.local(line.starts_at), clock.local(line.ends_at)
    return [
        starts_at.date(),
        starts_at.time(),
        ends_at.time(),
        line.campus_en if english else line.campus_zh,
        ("; " if english else "；").join(line.rooms_en if english else line.rooms_zh),
        line.owner_name_en or line.owner_name_zh if english else line.owner_name_zh,
        line.name,
        line.phone,
        line.plate,
        line.host_name,
        line.host_phone,
    ]
