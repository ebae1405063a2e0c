"""What each day of a series asks for, as a wish of its request."""

from collections.abc import Mapping, Sequence
from datetime import date, time
from typing import Any
from uuid import UUID

import msgspec

from app.errors import N_, Invalid
from app.requests.domain import Activity, ActivityWish, Post, Request, RequestWish, Window, pause_days
from app.requests.repository import Owner
from app.series.domain import ChangeSeries, SeriesDate

_FIELDS = frozenset(field.name for field in msgspec.structs.fields(RequestWish))
_CONTACT = ("contact_name", "contact_email", "contact_phone", "contact_locale")
_STEP_FIELDS = frozenset(field.name for field in msgspec.structs.fields(ActivityWish))


def check_one_day(wish: RequestWish) -> None:
    """Check what a series cannot have: windows, a number, other employers, steps days apart. Raises Invalid."""
    if wish.reference is not None:
        raise Invalid.at("reference", N_("Each date of a series gets a number of its own."), "given-by-the-school")
    if wish.participant_ids or wish.participant_codes:
        sentence = N_("A series has no other employers. Name them at its dates.")
        raise Invalid.at("participant_codes", sentence, "no-participants")
    for index, activity in enumerate(wish.activities):
        at = f"activities[{index}]"
        if activity.windows:
            raise Invalid.at(
                f"{at}.windows", N_("The days and hours of a series are those of its repetition."), "windows"
            )
        if pause_days(activity.gap_after_previous_minutes):
            sentence = N_("All steps of a date are on one day.")
            raise Invalid.at(f"{at}.gap_after_previous_minutes", sentence, "contradiction")


def on_day(wish: RequestWish, day: date, *, from_time: time, until_time: time) -> RequestWish:
    """Give the wish of one day."""
    window = Window(first_day=day, last_day=day, from_time=from_time, until_time=until_time)
    activities = tuple(msgspec.structs.replace(activity, windows=(window,)) for activity in wish.activities)
    given = {name: value for name, value in msgspec.structs.asdict(wish).items() if name in _FIELDS}
    return RequestWish(**{**given, "activities": activities, "reference": None})


def wish_of_stored(request: Request, activities: Sequence[Activity], posts: Sequence[Post]) -> RequestWish:
    """Give what a stored request asks for, without days, to ask for it on others."""
    kept = {name: value for name, value in msgspec.to_builtins(request).items() if name in _FIELDS}
    wish: dict[str, Any] = {
        **kept,
        "reference": None,
        "activities": [{**_step(activity), "windows": []} for activity in activities],
        "posts": msgspec.to_builtins(tuple(posts)),
    }
    return msgspec.convert(wish, RequestWish)


def owner_of(request: Request) -> Owner:
    """Give whose a stored request is."""
    return Owner(kind=request.owner_kind, employer_id=request.employer_id, department_id=request.department_id)


def _step(activity: Activity) -> dict[str, Any]:
    values: dict[str, Any] = msgspec.to_builtins(activity)
    return {name: value for name, value in values.items() if name in _STEP_FIELDS and name != "id"}


def changed_wish(
    command: ChangeSeries,
    date_of: SeriesDate,
    activities: Sequence[Activity],
    order: Mapping[UUID, int],
    *,
    keeps_contact: bool,
) -> RequestWish:
    """Give the wish of one date after a change: it keeps its day, its own hours where none are given, and its steps.

    With `keeps_contact` it stays with whom it was handed over to.
    `order` gives for each step its place in its date: an id of any date names the step in that place of all of them;
    where no id is given they are taken in their order. Raises Invalid.
    """
    changed = []
    for wished, index in zip(command.activities, _places(command, len(activities), order), strict=True):
        before = activities[index] if index < len(activities) else activities[-1]
        kept = before.windows or (Window(first_day=date_of.day, last_day=date_of.day),)
        windows = tuple(
            msgspec.structs.replace(
                window,
                from_time=command.from_time or window.from_time,
                # The end of the day is 00:00, which is a time like others here.
                until_time=window.until_time if command.until_time is None else command.until_time,
            )
            for window in kept
        )
        step = before.id if index < len(activities) else None
        changed.append(msgspec.structs.replace(wished, id=step, windows=windows))
    given = {name: value for name, value in msgspec.structs.asdict(command).items() if name in _FIELDS}
    own = {name: getattr(date_of.request, name) for name in _CONTACT} if keeps_contact else {}
    return RequestWish(**{**given, "activities": tuple(changed), **own})


def _places(command: ChangeSeries, count: int, order: Mapping[UUID, int]) -> list[int]:
    """Give which step of a date each wished one is; beyond its `count` it is new."""
    if all(wished.id is None for wished in command.activities):
        return list(range(len(command.activities)))
    seen: set[int] = set()
    for index, wished in enumerate(command.activities):
        if wished.id is None:
            continue
        if wished.id not in order or order[wished.id] in seen:
            raise Invalid.at(f"activities[{index}].id", N_("The request has no such step."), "unknown-step")
        seen.add(order[wished.id])
    return [count if wished.id is None else order[wished.id] for wished in command.activities]
