"""A hall with who stands where, as it is kept or as an assignment proposes."""

from collections.abc import Iterable, Mapping
from uuid import UUID

from app.fairs.booth_plans.domain import FairHall
from app.fairs.domain import Exhibitor
from app.halls.drawing import draw_plan
from app.halls.wording import words_of
from app.locales import Translator


def draw_hall(
    hall: FairHall,
    exhibitors: Iterable[Exhibitor],
    translate: Translator,
    *,
    placed: Mapping[UUID, tuple[UUID, str]] | None = None,
) -> str:
    """Draw a hall; with `placed` who would move is marked."""
    holders: dict[str, str] = {}
    states: dict[str, str] = {}
    for one in exhibitors:
        now = None if one.hall_id is None or one.booth is None else (one.hall_id, one.booth)
        then = now if placed is None else placed.get(one.id, now)
        if then is None or then[0] != hall.id:
            continue
        holders[then[1]] = one.name_in(translate.locale)
        states[then[1]] = "pinned" if one.pinned else "moved" if then != now else ""
    words = words_of(hall.plan, translate.name(hall), translate)
    return draw_plan(hall.plan, words, key=f"hall-{hall.id.hex[:8]}", holders=holders, states=states)
