"""A plan as SVG: one drawing for pages, documents and whoever asks the API.

It says shapes, words and classes, and no colour but the reader's own ink: a page's style sheet dresses the classes,
paper takes it as it is.
"""

import re
import unicodedata
from collections.abc import Collection, Mapping
from typing import Final
from xml.sax.saxutils import escape, quoteattr

import msgspec

from app.halls.domain import AISLE, BLOCKED, DOOR, Cell, HallPlan, PlanBooth

CELL: Final = 64
_INSET: Final = 2
_NAME_SIZE, _LABEL_SIZE = 14, 11
# In widths of a Chinese character.
_LABEL_WIDTH: Final = (CELL - 8) / _LABEL_SIZE
_LABEL_LINES: Final = 3
_NARROW: Final = 0.56
_NOT_XML: Final = re.compile("[^\t\n\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
_BOLT: Final = "M6 0 0 8h4l-2 6 7-9H5l2-5z"


class PlanWords(msgspec.Struct, frozen=True, kw_only=True):
    """What a drawing says, in its reader's language."""

    title: str
    description: str
    door: str


def draw_plan(
    plan: HallPlan,
    words: PlanWords,
    *,
    key: str = "plan",
    holders: Mapping[str, str] | None = None,
    states: Mapping[str, str] | None = None,
    marked: Collection[Cell] = (),
) -> str:
    """Draw a plan.

    `key` starts its ids, so that a page may have several; `holders` and `states` are by the name of a booth: who stands
    there, and a class of the style sheet; `marked` cells get a frame.
    """
    key = _plain(key)
    width, height = plan.width * CELL, len(plan.rows) * CELL
    booths = {Cell(booth.row, booth.column): booth for booth in plan.booths()}
    parts = [
        f'<svg xmlns="http://www.w3.org/2000/svg" class="hall-plan" role="img" viewBox="0 0 {width} {height}"',
        f'width="{width}" height="{height}" aria-labelledby={quoteattr(f"{key}-title {key}-description")}',
        'font-family="sans-serif" text-anchor="middle" fill="none" stroke="none">',
        f"<title id={quoteattr(f'{key}-title')}>{_text(words.title)}</title>",
        f"<desc id={quoteattr(f'{key}-description')}>{_text(words.description)}</desc>",
        _box("hall-floor", 0, 0, width, height),
    ]
    for row, cells in enumerate(plan.rows, 1):
        for column, kind in enumerate(cells, 1):
            cell = Cell(row, column)
            if cell in booths:
                name = booths[cell].name
                parts.append(_booth(booths[cell], (holders or {}).get(name, ""), (states or {}).get(name, "")))
            elif kind != AISLE:
                parts.append(_fixed(kind, cell, words))
    parts += [_box("hall-marked", *_corner(cell), CELL, CELL, stroke=4) for cell in sorted(marked)]
    parts.append("</svg>")
    return "\n".join(parts)


def _corner(cell: Cell) -> tuple[int, int]:
    return (cell.column - 1) * CELL, (cell.row - 1) * CELL


def _box(look: str, left: int, top: int, width: int, height: int, *, stroke: float = 1.5) -> str:
    return (
        f'<rect class="{look}" x="{left + _INSET}" y="{top + _INSET}" width="{width - 2 * _INSET}" '
        f'height="{height - 2 * _INSET}" rx="2" stroke="currentColor" stroke-width="{stroke}"/>'
    )


def _written(look: str, x: float, y: float, size: int, text: str) -> str:
    return f'<text class="{look}" x="{x:g}" y="{y:g}" font-size="{size}" fill="currentColor">{_text(text)}</text>'


def _booth(booth: PlanBooth, holder: str, state: str) -> str:
    left, top = _corner(Cell(booth.row, booth.column))
    look = " ".join(filter(None, ("hall-booth", "has-power" if booth.power else "", state)))
    lines = _wrapped(holder)
    top_of_name = top + (18 if lines else CELL / 2 + _NAME_SIZE / 3)
    parts = [
        f"<g class={quoteattr(_plain(look))} data-booth={quoteattr(_plain(booth.name))}>",
        _box("hall-stand", left, top, CELL, CELL),
        _written("hall-name", left + CELL / 2, top_of_name, _NAME_SIZE, booth.name),
        *(
            _written("hall-holder", left + CELL / 2, top + 32 + number * 12, _LABEL_SIZE, line)
            for number, line in enumerate(lines)
        ),
    ]
    if booth.power:
        parts.append(
            f'<path class="hall-power" d="{_BOLT}" transform="translate({left + CELL - 14} {top + 5})" '
            'fill="currentColor"/>'
        )
    return "".join([*parts, "</g>"])


def _fixed(kind: str, cell: Cell, words: PlanWords) -> str:
    left, top = _corner(cell)
    if kind == DOOR:
        label = _written("hall-word", left + CELL / 2, top + CELL / 2 + 5, _NAME_SIZE, words.door)
        return _box("hall-door", left, top, CELL, CELL, stroke=3) + label
    assert kind == BLOCKED  # noqa: S101 - there are no others
    crossed = f"M{left + 14} {top + 14}l36 36m0 -36l-36 36"
    return (
        _box("hall-blocked", left, top, CELL, CELL)
        + f'<path class="hall-cross" d="{crossed}" stroke="currentColor" stroke-width="1.5"/>'
    )


def _wrapped(text: str) -> list[str]:
    """Give a label in as many lines as fit; what does not ends in an ellipsis."""
    lines, used = [""], 0.0
    for character in " ".join(text.split()):
        wide = 1.0 if unicodedata.east_asian_width(character) in "WF" else _NARROW
        if used + wide > _LABEL_WIDTH:
            if len(lines) == _LABEL_LINES:
                lines[-1] = lines[-1][:-1] + "…"
                break
            lines.append("")
            used = 0.0
        lines[-1] += character
        used += wide
    return [line.strip() for line in lines if line.strip()]


def _plain(text: str) -> str:
    """Give a text without the characters that XML has no place for."""
    return _NOT_XML.sub("", text)


def _text(text: str) -> str:
    return escape(_plain(text))
