"""What an amendment changes, old beside new, as its messages and the history tell it."""

from collections.abc import Mapping, Sequence
from typing import Any, Final
from uuid import UUID

from app.amendments.steps import Step, Steps
from app.database import Connection
from app.events import Rows, StepChange
from app.requests import repository as requests
from app.requests.domain import Activity, Post, Request, RequestWish
from app.venues.domain import Campus, CodeEntry, Major, Room
from app.venues.named import read_campuses, read_code_entries, read_majors
from app.venues.room_repository import list_rooms

_SIZES: Final = ("attendance", "duration_minutes", "rooms_needed", "booths", "outsiders", "gap_after_previous_minutes")
_CHOICES: Final = ("features", "campus_ids", "asked_room_ids", "audience")


# Texts are long or personal: only that they are others is told.
_TEXTS: Final = {
    "contact": ("contact_name", "contact_email", "contact_phone", "contact_locale"),
    "notice_text": ("notice_text",),
    "remark": ("remark",),
}


async def read_changes(
    connection: Connection, request: Request, wish: RequestWish, steps: Steps
) -> tuple[StepChange, ...]:
    """Give what a wish changes of a request as it is now: what of it and of each step is another, added or dropped."""
    posts = (await requests.list_posts(connection, [request.id]))[request.id]
    names = await _read_names(connection, steps)
    dropped = [StepChange(kind=activity.kind, part="dropped") for activity in steps.dropped]
    return (
        *_of_texts(request, posts, wish),
        *(change for step in steps.steps for change in _of_step(step, names)),
        *dropped,
        *([StepChange(part="order")] if steps.is_reordered else ()),
    )


def _of_texts(request: Request, posts: Sequence[Post], wish: RequestWish) -> list[StepChange]:
    changes = []
    if request.title != wish.title:
        changes.append(StepChange(part="title", old=request.title, new=wish.title))
    changes += [
        StepChange(part=part)
        for part, names in _TEXTS.items()
        if any(getattr(request, name) != getattr(wish, name) for name in names)
    ]
    if list(posts) != list(wish.posts):
        changes.append(StepChange(part="posts"))
    return changes


# In Chinese and English, by the choice and by what a wish names it with.
_Names = Mapping[str, Mapping[Any, tuple[str, str]]]


async def _read_names(connection: Connection, steps: Steps) -> _Names:
    """Read what equipment, campuses, rooms and majors are called; nothing where no choice is another."""
    kept = [(step.before, step.activity) for step in steps.steps if step.before is not None]
    if all(getattr(before, choice) == getattr(after, choice) for before, after in kept for choice in _CHOICES):
        return {}
    return {
        "features": _names_of(await read_code_entries(connection, "feature")),
        "campus_ids": _names_of(await read_campuses(connection)),
        "asked_room_ids": _names_of({room.id: room for room in await list_rooms(connection)}),
        "audience": _names_of(await read_majors(connection)),
    }


def _names_of(things: Mapping[Any, CodeEntry | Campus | Major | Room]) -> dict[Any, tuple[str, str]]:
    return {key: (thing.name_zh, thing.name_en or thing.name_zh) for key, thing in things.items()}


def _of_step(step: Step, names: _Names) -> list[StepChange]:
    before, after = step.before, step.activity
    if before is None:
        return [StepChange(kind=after.kind, part="added")]
    changes = []
    if before.kind != after.kind:
        changes += [StepChange(kind=before.kind, part="dropped"), StepChange(kind=after.kind, part="added")]
    for name in _SIZES:
        old, new = getattr(before, name), getattr(after, name)
        if old != new:
            changes.append(StepChange(kind=after.kind, part=name, old=old, new=new))
    if _windows(before) != _windows(after):
        changes.append(StepChange(kind=after.kind, part="windows", old=_windows(before), new=_windows(after)))
    if before.same_day_as_previous != after.same_day_as_previous:
        changes.append(StepChange(kind=after.kind, part="same_day" if after.same_day_as_previous else "any_day"))
    if before.attendance_mode != after.attendance_mode:
        modes = {"old": before.attendance_mode, "new": after.attendance_mode}
        changes.append(StepChange(kind=after.kind, part="attendance_mode", **modes))
    for name in _CHOICES:
        old, new = getattr(before, name), getattr(after, name)
        if old != new:
            changes.append(
                StepChange(kind=after.kind, part=name, old=_named(old, names[name]), new=_named(new, names[name]))
            )
    return changes


def _named(keys: Sequence[str | UUID], names: Mapping[Any, tuple[str, str]]) -> Rows:
    return tuple(names.get(key, (str(key), str(key))) for key in keys)


def _windows(activity: Activity) -> Rows:
    return tuple(
        (
            window.first_day.isoformat(),
            window.last_day.isoformat(),
            window.from_time.isoformat(),
            window.until_time.isoformat(),
        )
        for window in activity.windows
    )
