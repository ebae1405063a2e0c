"""What an amendment changes, old beside new, as its messages and the history tell it."""

from collections.abc import Sequence
from typing import Final

from app.amendments.steps import Step, Steps
from app.database import Connection
from app.events import StepChange
from app.requests import repository as requests
from app.requests.domain import Activity, Post, Request, RequestWish

_SIZES: Final = ("attendance", "duration_minutes", "rooms_needed", "booths", "gap_after_previous_minutes")
_CHOICES: Final = ("attendance_mode", "features", "campus_ids", "audience")


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
    dropped = [StepChange(kind=activity.kind, part="dropped") for activity in steps.dropped]
    return (
        *_of_texts(request, posts, wish),
        *(change for step in steps.steps for change in _of_step(step)),
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


def _of_step(step: Step) -> list[StepChange]:
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
    if any(getattr(before, name) != getattr(after, name) for name in _CHOICES):
        changes.append(StepChange(kind=after.kind, part="needs"))
    return changes


def _windows(activity: Activity) -> tuple[tuple[str, str, str, str], ...]:
    return tuple(
        (
            window.first_day.isoformat(),
            window.last_day.isoformat(),
            window.from_time.isoformat(),
            window.until_time.isoformat(),
        )
        for window in activity.windows
    )
