"""Names of booths: by a scheme, and kept when a plan changes around them."""

import re
from collections.abc import Callable, Iterable
from itertools import count, groupby
from string import ascii_uppercase
from typing import Final

import msgspec

from app.halls.domain import BOOTH, POWERED, Cell, HallPlan, Naming

_DIGITS: Final = re.compile(r"\d+$")


def named_by(plan: HallPlan, naming: Naming) -> dict[Cell, str]:
    """Give every booth the name that a scheme has for it."""
    return _SCHEMES[naming](list(plan.cells(BOOTH, POWERED)))


def kept_names(plan: HallPlan, before: HallPlan | None) -> HallPlan:
    """Give booths without a name the one that stood at their place before, unless another has it now."""
    if before is None:
        return plan
    old, taken = before.names_by_cell(), _taken(plan.names)
    names = [
        name or ("" if old.get(cell, "").casefold() in taken else old.get(cell, ""))
        for cell, name in plan.names_by_cell().items()
    ]
    return msgspec.structs.replace(plan, names=tuple(names))


def with_names(plan: HallPlan) -> HallPlan:
    """Give booths without a name the scheme's, else the next free one of their row or block."""
    ideal, taken = named_by(plan, plan.naming), _taken(plan.names)
    names = []
    for cell, name in plan.names_by_cell().items():
        found = name or _free(ideal[cell], taken)
        taken.add(found.casefold())
        names.append(found)
    return msgspec.structs.replace(plan, names=tuple(names))


def _taken(names: Iterable[str]) -> set[str]:
    return {name.casefold() for name in names if name}


def _free(ideal: str, taken: set[str]) -> str:
    if ideal.casefold() not in taken:
        return ideal
    start = _DIGITS.sub("", ideal)
    return next(name for number in count(1) if (name := _name(start, number)).casefold() not in taken)


def _name(start: str, number: int) -> str:
    return f"{start}{number:02}"


def _letters(index: int) -> str:
    """A … Z, AA, AB …"""
    head, last = divmod(index, len(ascii_uppercase))
    return (_letters(head - 1) if head else "") + ascii_uppercase[last]


def _by_row(booths: list[Cell]) -> dict[Cell, str]:
    rows = groupby(booths, key=lambda cell: cell.row)
    return _by_group(list(row) for _, row in rows)


def _by_block(booths: list[Cell]) -> dict[Cell, str]:
    left, blocks = dict.fromkeys(booths), []
    while left:
        block, reached = [], [next(iter(left))]
        del left[reached[0]]
        while reached:
            cell = reached.pop()
            block.append(cell)
            beside = [other for other in cell.beside() if other in left]
            for other in beside:
                del left[other]
            reached += beside
        blocks.append(sorted(block))
    return _by_group(blocks)


def _by_group(groups: Iterable[list[Cell]]) -> dict[Cell, str]:
    return {
        cell: _name(_letters(index), number)
        for index, group in enumerate(groups)
        for number, cell in enumerate(group, 1)
    }


def _serpentine(booths: list[Cell]) -> dict[Cell, str]:
    walked: list[Cell] = []
    for index, (_, row) in enumerate(groupby(booths, key=lambda cell: cell.row)):
        walked += row if index % 2 == 0 else reversed(list(row))
    return {cell: _name("", number) for number, cell in enumerate(walked, 1)}


_SCHEMES: Final[dict[Naming, Callable[[list[Cell]], dict[Cell, str]]]] = {
    "rows": _by_row,
    "blocks": _by_block,
    "serpentine": _serpentine,
}
